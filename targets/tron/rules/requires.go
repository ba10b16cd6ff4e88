package rules

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// requirements refuses dependencies on actions that are not in the job, and circles. Each circle is told once, where
// it closes. Tron: ValidateJob._validate_dependencies.
func requirements(c *court, s spot, actions *yaml11.Node) {
	if !actions.IsMap() {
		return
	}
	g := graph{court: c, spot: s, actions: actions, state: map[string]int{}}
	for _, p := range g.actions.Pairs {
		if g.state[p.Key.Text] == unseen {
			g.visit(p.Key.Text)
		}
	}
	c.action = ""
}

const (
	unseen = iota
	open
	done
)

type graph struct {
	court   *court
	spot    spot
	actions *yaml11.Node
	state   map[string]int
	path    []string
}

func (g *graph) visit(name string) {
	g.state[name] = open
	g.path = append(g.path, name)
	requires := g.actions.Get(name).Get("requires")
	if requires.IsList() {
		for _, item := range requires.Items {
			g.follow(name, item)
		}
	}
	g.path = g.path[:len(g.path)-1]
	g.state[name] = done
}

func (g *graph) follow(from string, item *yaml11.Node) {
	to := item.Text
	g.court.action = from
	switch {
	case !g.actions.Has(to):
		g.court.refuse(g.spot, item, finding.TronRequires, "requires "+quote(to)+", which is not in the job",
			g.likely(from, to))
	case g.state[to] == open:
		circle := append(slices.Clone(g.path[slices.Index(g.path, to):]), to)
		g.court.refuse(g.spot, item, finding.TronRequires, "the actions require one another: "+strings.Join(circle, " -> "),
			"")
	case g.state[to] == unseen:
		g.visit(to)
	}
}

// likely is the other action of the job that is spelled almost like the one that is not there.
func (g *graph) likely(but, name string) string {
	var names []string
	for _, p := range g.actions.Pairs {
		if p.Key.Text != but {
			names = append(names, p.Key.Text)
		}
	}
	return spelling.Nearest(name, names)
}
