package report

import (
	_ "embed" // for the page
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/group"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

//go:embed report.html
var page string

// maxOwnEdits is up to how many objects the page has each object's own fields; beyond, those of its class.
const maxOwnEdits = 2000

type pageData struct {
	Sentence string   `json:"sentence"`
	Base     string   `json:"base"`
	Head     string   `json:"head"`
	Caveat   string   `json:"caveat,omitempty"`
	Danger   string   `json:"danger,omitempty"`
	Wrong    []string `json:"wrong"`
	Gates    []string `json:"gates"`
	pageLinks
	Sections []pagePart   `json:"sections"`
	Capacity []pagePlace  `json:"capacity"`
	Classes  []pageClass  `json:"classes"`
	Objects  []pageObject `json:"objects"`
}

// pageLinks are addresses; empty where none is known.
type pageLinks struct {
	Lines       string `json:"lines,omitempty"` // to which a file's path is added
	BaseLink    string `json:"baseLink,omitempty"`
	HeadLink    string `json:"headLink,omitempty"`
	CompareLink string `json:"compareLink,omitempty"`
	Request     string `json:"request,omitempty"` // the number of the pull request
	RequestLink string `json:"requestLink,omitempty"`
}

type pagePart struct {
	Danger bool        `json:"danger,omitempty"` // shown open
	Effect diff.Effect `json:"effect"`
	Title  string      `json:"title"`
	Head   string      `json:"head"`
	Items  []string    `json:"items"`
}

type pagePlace struct {
	Place  string `json:"place"`
	Change string `json:"change"`
}

type pageClass struct {
	group.Class
	Who string `json:"who"`
}

type pageObject struct {
	diff.Object
	From   string      `json:"from,omitempty"`
	Effect diff.Effect `json:"effect"`
	Class  int         `json:"class"`
	Edits  []diff.Edit `json:"edits,omitempty"`
}

// HTML writes the report as one page that needs nothing else: it opens from disk, and loads nothing.
func (r *Report) HTML(w io.Writer) error {
	data := pageData{
		Sentence: r.Sentence(), Base: r.Base, Head: r.Head, Caveat: r.Caveat(), Wrong: r.wrongLines(),
		Danger: r.Danger(), Gates: r.gateLines(), pageLinks: r.pageLinks(),
		Sections: []pagePart{}, Capacity: []pagePlace{}, Classes: []pageClass{}, Objects: make([]pageObject, len(r.Changes)),
	}
	for _, s := range sections(&r.Forecast) {
		data.Sections = append(data.Sections, pagePart{s.danger(), s.effect, s.title, s.head, flat(s.items)})
	}
	for _, row := range capacityRows(&r.Forecast) {
		data.Capacity = append(data.Capacity, pagePlace{row.place, row.change})
	}
	for i := range r.Costs {
		data.Capacity = append(data.Capacity, pagePlace{r.Costs[i].Cluster + ", cost", costSentence(&r.Costs[i])})
	}
	for i := range r.Classes {
		c := &r.Classes[i]
		data.Classes = append(data.Classes, pageClass{*c, who(c)})
		for _, member := range c.Members {
			data.Objects[member] = r.pageObject(member, i)
		}
	}
	encoded, err := json.Marshal(data) // escapes <, > and &, so that no value ends the script
	if err != nil {
		return err
	}
	head, tail, _ := strings.Cut(page, "{{DATA}}")
	for _, part := range []string{head, string(finding.EscapeJSON(encoded)), tail} {
		if _, err := io.WriteString(w, part); err != nil {
			return err
		}
	}
	return nil
}

func (r *Report) pageLinks() pageLinks {
	l := pageLinks{}
	if address := r.Links.Line("x", 0); address != "" {
		l.Lines = strings.TrimSuffix(address, "x")
	}
	if r.BaseCommit != "" {
		l.BaseLink = r.Links.Commit(r.BaseCommit)
	}
	if r.Links.head != "" {
		l.HeadLink = r.Links.Commit(r.Links.head)
		if r.BaseCommit != "" {
			l.CompareLink = r.Links.Compare(r.BaseCommit, r.Links.head)
		}
	}
	l.RequestLink, l.Request = r.Links.PullRequest(r.Subject)
	return l
}

// flat makes a line of every item, and of every step of what to do about it.
func flat(items []item) []string {
	lines := []string{}
	for _, i := range items {
		lines = append(lines, i.text)
		for n, step := range i.steps {
			lines = append(lines, strconv.Itoa(n+1)+". "+step)
		}
	}
	return lines
}

func (r *Report) pageObject(member, class int) pageObject {
	c := &r.Changes[member]
	o := pageObject{Object: c.Object, Effect: c.Effect, Class: class}
	if c.From != nil {
		o.From = c.From.Label()
	}
	if len(r.Changes) <= maxOwnEdits {
		o.Edits = c.Edits
	}
	return o
}
