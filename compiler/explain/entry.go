package explain

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Entry is what has a name in one of a service's files and is no instance: a Tron job, or a namespace of the mesh.
type Entry struct {
	Service *config.Service
	Type    string // tron or smartstack
	File    string // in the service's folder
	Name    string
	Config  *yaml11.Node
	key     *yaml11.Node
}

// Entries lists a service's Tron jobs in a cluster, and its namespaces.
func Entries(s *config.Service) []Entry {
	var all []Entry
	for _, f := range []struct{ kind, file string }{{"tron", s.ClusterFile("tron")}, {"smartstack", "smartstack.yaml"}} {
		root := s.Folder.YAML(f.file)
		if !root.IsMap() {
			continue
		}
		for _, p := range root.Pairs {
			if name := p.Key.Text; p.Value.IsMap() && !strings.HasPrefix(name, "_") {
				all = append(all, Entry{Service: s, Type: f.kind, File: f.file, Name: name, Config: p.Value, key: p.Key})
			}
		}
	}
	return all
}

// Position is where the name stands.
func (e *Entry) Position() finding.Position { return e.key.Position() }

// Effective lists the entry's configuration, key by key, with the defaults of what is not written; of a job those of
// its actions, too.
func (e *Entry) Effective() []Setting {
	docs := e.docs()
	var settings []Setting
	written := map[string]bool{}
	leaves(e.Config, nil, func(path []string, n *yaml11.Node) {
		for i := range path {
			written[dotted(path[:i+1])] = true
		}
		s := Setting{Key: dotted(path), Value: shownValue(path, n), Layer: e.layer(n), Doc: docs[generalPath(path)].text}
		s.File, s.Line = n.Position().File, n.Position().Line
		settings = append(settings, s)
	})
	for general, doc := range docs {
		for _, key := range e.places(general) {
			if !written[key] && doc.standard != "" {
				settings = append(settings, Setting{Key: key, Value: doc.standard, Layer: "default", Doc: doc.text})
			}
		}
	}
	slices.SortStableFunc(settings, func(a, b Setting) int { return strings.Compare(a.Key, b.Key) })
	return settings
}

// Knows tells whether a path is written, or one that the schema has.
func (e *Entry) Knows(path []string) bool {
	if e.Config.Path(path...) != nil {
		return true
	}
	_, known := e.docs()[generalPath(path)]
	return known
}

// Keys are the keys that the entry may have, for suggestions.
func (e *Entry) Keys() []string {
	var keys []string
	for general := range e.docs() {
		keys = append(keys, e.places(general)...)
	}
	return keys
}

// Feeds lists the output fields that move when a key of the entry gets another value, or goes.
func (e *Entry) Feeds(path []string, c Compiler) ([]Fed, error) {
	return feeds(e.Service, e.File, append([]string{e.Name}, path...), e.Config.Path(path...), c)
}

// anyAction stands for an action's name in the paths of docs.
const anyAction = "actions.*."

// docs are what the schema says of the entry's keys; of an action's below anyAction.
func (e *Entry) docs() map[string]keyDoc {
	docs := keyDocs(e.Type)
	if e.Type == "tron" {
		for key, doc := range actionDocs() {
			docs[anyAction+key] = doc
		}
	}
	return docs
}

// generalPath is the key of docs for a path.
func generalPath(path []string) string {
	if len(path) > 2 && path[0] == "actions" {
		return anyAction + path[2]
	}
	return path[0]
}

// places are the paths that a key of docs has in the entry: one, or one an action.
func (e *Entry) places(general string) []string {
	key, inAction := strings.CutPrefix(general, anyAction)
	if !inAction {
		return []string{general}
	}
	var places []string
	if actions := e.Config.Get("actions"); actions.IsMap() {
		for _, p := range actions.Pairs {
			places = append(places, "actions."+p.Key.Text+"."+key)
		}
	}
	return places
}

// layer tells what is written for the entry from what it takes from a template.
func (e *Entry) layer(n *yaml11.Node) string {
	first, last := e.Position().Line, 1<<30
	for _, p := range e.Service.Folder.YAML(e.File).Pairs {
		if line := p.Key.Position().Line; line > first && line < last {
			last = line
		}
	}
	switch at := n.Position(); {
	case at.File == "":
		return "default"
	case at.Line < first || at.Line >= last:
		return "template"
	case e.Type == "tron":
		return "instance"
	}
	return "service"
}
