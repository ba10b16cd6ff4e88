// Package owners reads CODEOWNERS: who is asked when a file changes. GitHub's and GitLab's forms are both read.
//
// What a line means is what GitHub's documentation "About code owners" and GitLab's "Code Owners" say: patterns are
// those of .gitignore without "!" and without ranges of characters, and the last line that fits counts. In a file with
// sections, which GitLab knows, each section counts by itself.
package owners

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Files are the places where a CODEOWNERS file may be, in the order in which they are looked for. The first one counts.
func Files() []string {
	return []string{".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}
}

// maxRules is how many lines with a pattern count: each is tried for each file that is asked about.
const maxRules = 10_000

// Owners are the rules of one file. The zero value has none.
type Owners struct{ sections [][]rule }

type rule struct {
	fits   *regexp.Regexp
	owners []string // none: nobody owns what fits
}

// section is the heading of a section in GitLab's form: [Name], ^[Name] for an optional one, [Name][2] with the number
// of approvals; default owners may follow.
var section = regexp.MustCompile(`^\^?\[[^\]]+\](?:\[\d+\])?(.*)$`)

// Parse reads a CODEOWNERS file. Lines that no form knows are passed over, as the hosts do.
func Parse(text string) Owners {
	o := Owners{sections: [][]rule{nil}}
	var defaults []string
	rules := 0
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if m := section.FindStringSubmatch(line); m != nil {
			o.sections, defaults = append(o.sections, nil), strings.Fields(m[1])
			continue
		}
		if rules++; rules > maxRules {
			break
		}
		pattern, names := splitPattern(line)
		if len(names) == 0 {
			names = defaults
		}
		last := &o.sections[len(o.sections)-1]
		*last = append(*last, rule{compile(pattern), names})
	}
	return o
}

// splitPattern cuts a line into its pattern, in which a blank may follow a backslash, and the owners.
func splitPattern(line string) (pattern string, owners []string) {
	line, _, _ = strings.Cut(line, " #")
	end := 0
	for end < len(line) && (line[end] != ' ' && line[end] != '\t' || end > 0 && line[end-1] == '\\') {
		end++
	}
	return strings.ReplaceAll(line[:end], `\ `, " "), strings.Fields(line[end:])
}

// compile makes a regular expression of a pattern.
func compile(pattern string) *regexp.Regexp {
	rooted := strings.Contains(strings.TrimSuffix(pattern, "/"), "/")
	folder := strings.HasSuffix(pattern, "/")
	pattern = strings.Trim(pattern, "/")
	var b strings.Builder
	b.WriteString("^")
	if !rooted {
		b.WriteString("(?:.*/)?")
	}
	for i := 0; i < len(pattern); i++ {
		rest := pattern[i:]
		switch {
		case strings.HasPrefix(rest, "**/"):
			b.WriteString("(?:.*/)?")
			i += 2
		case strings.HasPrefix(rest, "**"):
			b.WriteString(".*")
			i++
		case rest[0] == '*':
			b.WriteString("[^/]*")
		case rest[0] == '?':
			b.WriteString("[^/]")
		default:
			_, size := utf8.DecodeRuneInString(rest)
			b.WriteString(regexp.QuoteMeta(rest[:size]))
			i += size - 1
		}
	}
	switch {
	case folder:
		b.WriteString("/.*$")
	case strings.HasSuffix(pattern, "/*"):
		b.WriteString("$") // the folder's own files, not those below it
	default:
		b.WriteString("(?:/.*)?$")
	}
	fits, err := regexp.Compile(b.String())
	if err != nil { // a byte that is no text; nothing has such a name
		return regexp.MustCompile(`^\b$`)
	}
	return fits
}

// Of returns the owners of a file, given its path in the repository, in the order in which they are written.
func (o Owners) Of(path string) []string {
	var all []string
	for _, rules := range o.sections {
		for _, r := range slices.Backward(rules) {
			if r.fits.MatchString(path) {
				for _, name := range r.owners {
					if !slices.Contains(all, name) {
						all = append(all, name)
					}
				}
				break
			}
		}
	}
	return all
}
