package explain

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Setting is one effective key of an instance.
type Setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`          // as JSON; of a default what the schema says
	Layer string `json:"layer"`          // instance, template, autotuned, service, deployments, system or default
	File  string `json:"file,omitempty"` // where it stands; empty for defaults
	Line  int    `json:"line,omitempty"`
	Doc   string `json:"doc,omitempty"` // what the key is for
	// Hides are the layers below that have the key, too.
	Hides []Setting `json:"hides,omitempty"`
}

// Effective lists the configuration of an instance, key by key: what is written anywhere, what deployments.json adds,
// and the defaults of what is not written.
func Effective(i *config.Instance) []Setting {
	docs := keyDocs(i.Type)
	var settings []Setting
	leaves(i.Config, nil, func(path []string, n *yaml11.Node) {
		s := setting(i, path, n)
		s.Doc = docs[path[0]].text
		for _, lower := range []*yaml11.Node{i.Autotuned, i.Service.Base()} {
			if below := lower.Path(path...); below != nil && below.Position() != n.Position() {
				s.Hides = append(s.Hides, setting(i, path, below))
			}
		}
		settings = append(settings, s)
	})
	settings = append(settings, deployed(i)...)
	written := map[string]bool{}
	for _, s := range settings {
		key, _, _ := strings.Cut(s.Key, ".")
		written[key] = true
	}
	for key, doc := range docs {
		if !written[key] && doc.standard != "" {
			settings = append(settings, Setting{Key: key, Value: doc.standard, Layer: "default", Doc: doc.text})
		}
	}
	slices.SortStableFunc(settings, func(a, b Setting) int { return strings.Compare(a.Key, b.Key) })
	return settings
}

// leaves calls visit for every value that is no mapping, and for empty mappings.
func leaves(n *yaml11.Node, path []string, visit func(path []string, n *yaml11.Node)) {
	if n.IsMap() && len(n.Pairs) > 0 {
		for _, p := range n.Pairs {
			leaves(p.Value, append(path, p.Key.Text), visit)
		}
		return
	}
	if len(path) > 0 && n != nil && (n.Position().File != "" || !n.IsNull()) && !(n.IsMap() && n.Position().File == "") {
		visit(slices.Clone(path), n)
	}
}

func setting(i *config.Instance, path []string, n *yaml11.Node) Setting {
	at := n.Position()
	return Setting{Key: dotted(path), Value: shownValue(path, n), Layer: layerOfNode(i, n), File: at.File, Line: at.Line}
}

// shownValue is a value as JSON, without secrets: those of an environment by their names, all by their looks.
func shownValue(path []string, n *yaml11.Node) string {
	name := ""
	if at := slices.Index(path, "env"); at >= 0 && at+1 < len(path) {
		name = path[at+1]
	}
	value := compact(n)
	if diff.IsSecret(name, value) {
		return `"(hidden)"`
	}
	return value
}

// compact is a value as JSON.
func compact(n *yaml11.Node) string {
	data, err := n.MarshalJSON()
	if err != nil {
		return n.Text
	}
	var value any
	if json.Unmarshal(data, &value) != nil {
		return strings.TrimSpace(string(data))
	}
	out, err := json.Marshal(value)
	if err != nil {
		return strings.TrimSpace(string(data))
	}
	return string(out)
}

// deployed is what deployments.json says of the instance.
func deployed(i *config.Instance) []Setting {
	out := []Setting{{
		Key: "deploy_group (resolved)", Value: quote(i.DeployGroup), Layer: "default", Doc: "The deploy group whose version runs.",
	}}
	if i.Has("deploy_group") {
		at := i.At("deploy_group")
		out[0].Layer, out[0].File, out[0].Line = "instance", at.File, at.Line
	}
	if i.Branch == nil {
		return append(out, Setting{Key: "(not deployed)", Value: quote(i.Undeployed), Layer: "deployments"})
	}
	for _, part := range []struct {
		key, doc string
		node     *yaml11.Node
	}{
		{"(docker_image)", "The image, below docker_registry.", i.Branch.Docker},
		{"(git_sha)", "The commit that the image was built from.", i.Branch.GitSHA},
		{"(image_version)", "The version of the image, when it is rebuilt from one commit.", i.Branch.Version},
		{"(force_bounce)", "When a restart was asked for.", i.Branch.ForceBounce},
	} {
		if part.node != nil {
			at := part.node.Position()
			out = append(out, Setting{
				Key: part.key, Value: compact(part.node), Layer: "deployments", File: at.File, Line: at.Line, Doc: part.doc,
			})
		}
	}
	return append(out, Setting{Key: "(desired_state)", Value: quote(i.Branch.DesiredState), Layer: "deployments",
		File: i.Service.Name + "/deployments.json", Line: 1, Doc: "start or stop; a stopped instance has no pods."})
}

func quote(s string) string {
	data, err := json.Marshal(s)
	if err != nil {
		return s
	}
	return string(data)
}

// layerOfNode names the layer that a value was written in.
func layerOfNode(i *config.Instance, n *yaml11.Node) string {
	at := n.Position()
	name := strings.TrimPrefix(at.File, i.Service.Name+"/")
	switch {
	case at.File == "":
		return "default"
	case at.File != i.File():
		return layerOf(name)
	}
	first, last := i.Position().Line, 1<<30
	for _, p := range i.Service.Folder.YAML(name).Pairs {
		if line := p.Key.Position().Line; line > first && line < last {
			last = line
		}
	}
	if at.Line < first || at.Line >= last {
		return "template"
	}
	return "instance"
}
