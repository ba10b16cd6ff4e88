package explain

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Part is one service's part of a file that spans services.
type Part struct {
	Service *config.Service
	Line    int // of the file that the service would give if there were no other
	Sharers int // how many services give the line; which of them is meant is guessed from the lines around it
}

// PartOf finds the service that a line of a linked file comes from: each service is compiled as if there were no other.
// A line that several give, such as "kind: Service", belongs to the one that gives the lines around it. ok is false
// when none gives it: it joins several, or is of an older tree.
func PartOf(services []*config.Service, c Compiler, file string, lines []string, line int) (p Part, ok bool) {
	if line < 1 || line > len(lines) {
		return Part{}, false
	}
	var givers []giver
	want := plainLine(lines[line-1])
	for _, s := range services {
		files, err := c.RecompileLinked(s, c.Targets)
		if err != nil {
			continue
		}
		for _, f := range files {
			if f.Path != file {
				continue
			}
			g := giver{service: s, at: map[string][]int{}}
			for i, text := range strings.Split(string(f.Data), "\n") {
				text = plainLine(text)
				g.lines = append(g.lines, text)
				g.at[text] = append(g.at[text], i)
			}
			if len(g.at[want]) > 0 {
				givers = append(givers, g)
			}
		}
	}
	if len(givers) == 0 {
		return Part{}, false
	}
	p.Sharers = len(givers)
	around := make([]string, len(lines))
	for i := range lines {
		around[i] = plainLine(lines[i])
	}
	best := -1
	for _, g := range givers {
		for _, at := range g.at[want] {
			if n := agreement(around, line-1, g.lines, at); n > best {
				best, p.Service, p.Line = n, g.service, at+1
			}
		}
	}
	return p, true
}

// giver is a service's own version of a file.
type giver struct {
	service *config.Service
	lines   []string
	at      map[string][]int
}

// plainLine is a line without what depends on its neighbours: indentation and a comma after it.
func plainLine(s string) string { return strings.TrimSuffix(strings.TrimSpace(s), ",") }

// agreement counts equal lines before and after two places.
func agreement(a []string, i int, b []string, j int) int {
	n := 0
	for k := 1; i-k >= 0 && j-k >= 0 && a[i-k] == b[j-k]; k++ {
		n++
	}
	for k := 1; i+k < len(a) && j+k < len(b) && a[i+k] == b[j+k]; k++ {
		n++
	}
	return n
}

// repeatedOrigins are the lines of a file that no service owns that a field of the output repeats.
func repeatedOrigins(root *yaml11.Node, field string) []Origin {
	if root == nil {
		return nil
	}
	var origins []Origin
	for _, k := range mappedKeys(root) {
		key := dotted(k.paths[0])
		if key == field || touches(key, field) {
			origins = append(origins, Origin{Key: key, Value: shownValue(k.paths[0], k.after), Layer: "file", File: k.cause.File, Line: k.cause.Line})
		}
	}
	return slices.Clip(origins)
}
