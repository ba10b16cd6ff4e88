package explain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Fed is an output field that a key feeds.
type Fed struct {
	diff.Object
	Path   string      `json:"path"` // empty when the object is there because of the key
	Effect diff.Effect `json:"effect"`
	Why    string      `json:"why"`
}

// Feeds lists the output fields that move when a key of an instance gets another value, or goes. path is the key below
// the instance: ["env", "LEVEL"].
func Feeds(i *config.Instance, path []string, c Compiler) ([]Fed, error) {
	file := i.Type + "-" + i.Service.Cluster.Name + ".yaml"
	return feeds(i.Service, file, append([]string{i.Name}, path...), i.Config.Path(path...), c)
}

// feeds tries other values at a path of a file of a service's folder.
func feeds(s *config.Service, file string, at []string, now *yaml11.Node, c Compiler) ([]Fed, error) {
	l, err := newLab(s, c)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	fed := []Fed{}
	var rest []Fed // what a value that is refused takes away, and lists of files: of interest when nothing else moves
	for _, value := range others(now) {
		moved := l.moves(file, [][]string{at}, value)
		refused := slices.ContainsFunc(moved, l.takesAll)
		for _, change := range moved {
			for _, e := range change.Edits {
				id := change.Object.String() + "\x00" + e.Path
				if seen[id] || e.Derived {
					continue
				}
				seen[id] = true
				one := Fed{change.Object, e.Path, e.Effect, e.Why}
				if refused || change.Kind == "Kustomization" {
					rest = append(rest, one)
					continue
				}
				fed = append(fed, one)
			}
		}
	}
	if len(fed) == 0 {
		fed = append(fed, rest...)
	}
	slices.SortStableFunc(fed, func(a, b Fed) int {
		return cmp.Or(cmp.Compare(a.Effect, b.Effect), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name),
			strings.Compare(a.Path, b.Path))
	})
	return fed, nil
}

// takesAll tells whether a change takes away what the key is a key of: its value was refused, which says nothing of
// fields.
func (l *lab) takesAll(c diff.Change) bool {
	itself := c.Old != nil && c.Old.Kind == c.Kind || l.trial.layout.Itself(c.Kind)
	return c.Op == diff.Removed && itself
}

// others are values to try instead of one, those of its own kind first; nil takes the key away.
func others(n *yaml11.Node) []*yaml11.Node {
	switch {
	case n == nil:
		return []*yaml11.Node{yaml11.NewInt(3), yaml11.NewBool(true), yaml11.NewString("other"), yaml11.NewMap(), yaml11.NewList()}
	case n.Kind == yaml11.Bool:
		return []*yaml11.Node{yaml11.NewBool(!n.Bool), nil}
	case n.Kind == yaml11.Int:
		return []*yaml11.Node{yaml11.NewInt(n.Int + 1), nil}
	case n.Kind == yaml11.Float:
		return []*yaml11.Node{yaml11.NewFloat(n.Float * 1.25), nil}
	case n.IsString():
		return append(otherTexts(n.Text), nil)
	case n.IsList() && len(n.Items) > 1:
		return []*yaml11.Node{yaml11.NewList(n.Items[1:]...), nil}
	}
	return []*yaml11.Node{nil}
}

// otherTexts are texts to try instead of one: longer, and with another number in it, for not every text is a schedule,
// a duration or a size.
func otherTexts(text string) []*yaml11.Node {
	nodes := []*yaml11.Node{yaml11.NewString(text + "x")}
	for i := range len(text) {
		c := text[i]
		if c < '0' || c > '9' || i > 0 && text[i-1] >= '0' && text[i-1] <= '9' {
			continue
		}
		other := byte('1')
		if c == '1' {
			other = '2'
		}
		nodes = append(nodes, yaml11.NewString(text[:i]+string(other)+text[i+1:]))
		break
	}
	return nodes
}

// lab compiles one service of one cluster again and again, linked files of that service alone included.
type lab struct {
	trial trial
	as    []tree.File // what it compiles to as it is
}

func newLab(s *config.Service, c Compiler) (*lab, error) {
	files, err := c.RecompileLinked(s, c.Targets)
	return &lab{trial{service: s, compiler: c, layout: target.NewLayout(c.Targets)}, files}, err
}

// moves returns what changes when a value stands at some paths of a file.
func (l *lab) moves(name string, paths [][]string, value *yaml11.Node) []diff.Change {
	files, err := l.trial.compiler.RecompileLinked(l.trial.whatIf(name, paths, value), l.trial.compiler.Targets)
	if err != nil {
		return nil
	}
	return compare.Files(l.trial.layout, l.as, files)
}
