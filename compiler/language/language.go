// Package language answers what an editor asks while somebody writes soa-configs: what is wrong, what may be written
// at a place, what a key means, where a name is defined, what the change does.
//
// It knows no disk: files come as an fs.FS, over which the texts lie that the editor holds. Workspace answers; Serve puts
// the answers into the Language Server Protocol.
package language

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/forecast"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Compiler is what the package asks of the compiler.
type Compiler struct {
	// Validate checks one service as `paasta-render validate SERVICE` does.
	Validate func(in config.Input, service string, report finding.Report) error
	// Changes compares what one service renders to.
	Changes func(base, head config.Input, service string) ([]diff.Change, error)
}

// Workspace is a soa-configs repository in an editor. Its methods may not be called at once.
type Workspace struct {
	in       config.Input
	compiler Compiler
	texts    map[string]string // of open files, by path below soa-configs
}

// New returns a workspace on files that may change on the disk at any time.
func New(in config.Input, compiler Compiler) *Workspace {
	return &Workspace{in: in, compiler: compiler, texts: map[string]string{}}
}

// Edit tells the text that the editor holds of a file.
func (w *Workspace) Edit(file, text string) { w.texts[file] = text }

// Close forgets the editor's text of a file.
func (w *Workspace) Close(file string) { delete(w.texts, file) }

// Text returns the text of a file as the editor sees it.
func (w *Workspace) Text(file string) string {
	data, _ := fs.ReadFile(w.files(), file)
	return string(data)
}

func (w *Workspace) files() *overlay { return newOverlay(w.in.SOA, w.texts) }

// input is the repository with the editor's texts over it.
func (w *Workspace) input() config.Input {
	in := w.in
	in.SOA = w.files()
	return in
}

// serviceOf is the service whose folder a file is in; empty for files of no single one.
func serviceOf(file string) string {
	service, _, found := strings.Cut(file, "/")
	if !found || strings.HasPrefix(service, "_") || strings.HasPrefix(service, ".") {
		return ""
	}
	return service
}

// Findings are what validate says of the service that a file belongs to, in all its files. Only the service is read,
// so that it takes the same time in any company.
func (w *Workspace) Findings(file string) []finding.Finding {
	return w.findings(w.input(), file)
}

func (w *Workspace) findings(in config.Input, file string) []finding.Finding {
	service := serviceOf(file)
	if service == "" {
		return nil
	}
	var list finding.List
	if err := w.compiler.Validate(in, service, list.Add); err != nil {
		return nil
	}
	return list.All()
}

// Fix is a change of one place that cures a finding.
type Fix struct {
	Title string
	At    finding.Position // its Length is what is replaced
	Text  string
}

// FixOf returns the change that takes a finding's suggestion. ok is false when the suggestion does not cure it, which
// is tried: the finding must go, and no other error may come.
func (w *Workspace) FixOf(f finding.Finding) (fix Fix, ok bool) {
	line := lineAt(w.Text(f.At.File), f.At.Line)
	from := f.At.Column - 1
	if f.Suggestion == "" || from < 0 || from >= len(line) {
		return Fix{}, false
	}
	at := f.At
	at.Length = tokenLength(line[from:])
	fix = Fix{Title: "Replace " + line[from:from+at.Length] + " by " + f.Suggestion, At: at, Text: f.Suggestion}
	before := w.Findings(f.At.File)
	in, lines := w.in, strings.Split(w.Text(f.At.File), "\n")
	lines[at.Line-1] = line[:from] + f.Suggestion + line[from+at.Length:]
	texts := map[string]string{f.At.File: strings.Join(lines, "\n")}
	for name, text := range w.texts {
		if name != f.At.File {
			texts[name] = text
		}
	}
	in.SOA = newOverlay(w.in.SOA, texts)
	after := w.findings(in, f.At.File)
	for _, other := range after {
		if other.At == f.At && other.Code == f.Code {
			return Fix{}, false
		}
	}
	return fix, errors(after) <= errors(before) && len(after) < len(before)
}

func errors(all []finding.Finding) (n int) {
	for _, f := range all {
		if f.Severity == finding.Error {
			n++
		}
	}
	return n
}

func lineAt(text string, number int) string {
	lines := strings.Split(text, "\n")
	if number < 1 || number > len(lines) {
		return ""
	}
	return lines[number-1]
}

// tokenLength is the length of the scalar that a text begins with.
func tokenLength(text string) int {
	if text[0] == '"' || text[0] == '\'' {
		if end := strings.IndexByte(text[1:], text[0]); end >= 0 {
			return end + 2
		}
	}
	if end := strings.IndexAny(text, ":,}] \t#"); end > 0 {
		return end
	}
	return len(text)
}

// Forecast says what the editor's unsaved texts of a service do to what runs, in one line; empty when they do nothing.
func (w *Workspace) Forecast(file string) string {
	service := serviceOf(file)
	if service == "" {
		return ""
	}
	changes, err := w.compiler.Changes(w.in, w.input(), service)
	if err != nil || len(changes) == 0 {
		return ""
	}
	return words(changes)
}

// words is the forecast in one line: "restarts 6–40 pods in west-prod". What no rule knows counts as a restart.
func words(changes []diff.Change) string {
	f := forecast.Predict(diff.Ordered(changes))
	restarts := slices.Concat(f.Restarts, f.MayRestart)
	if len(restarts) == 0 {
		return fmt.Sprintf("changes %d objects, restarts nothing", len(changes))
	}
	clusters := map[string]bool{}
	low, high := 0, 0
	for _, a := range restarts {
		low, high = low+a.Min, high+a.Max
		clusters[a.Cluster] = true
	}
	where := fmt.Sprintf("%d clusters", len(clusters))
	if len(clusters) == 1 {
		where = restarts[0].Cluster
	}
	pods := fmt.Sprintf("%d–%d", low, high)
	if low == high {
		pods = fmt.Sprint(low)
	}
	return "restarts " + pods + " pods in " + where
}
