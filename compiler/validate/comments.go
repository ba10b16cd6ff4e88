package validate

import (
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// The comments by which people acknowledge what PaaSTA warns of. A ticket needs something around it: (PROJ-12), or
// (PROJ-1, see there), since PaaSTA wants a character after the number's first digit. PaaSTA: OVERRIDE_*_ACK_PATTERN.
var (
	cpuAcknowledgement     = regexp.MustCompile(`#\s*override-cpu-setting\s+\(.+[A-Z]+-[0-9]+.+\)`)
	burstAcknowledgement   = regexp.MustCompile(`#\s*override-cpu-burst\s+\(.+[A-Z]+-[0-9]+.+\)`)
	replicaAcknowledgement = regexp.MustCompile(`#\s*override-single-replica\s+\(.+[A-Z]+-[0-9]+.+\)`)
)

// acknowledged tells whether one of the comments matches.
func acknowledged(comments []string, pattern *regexp.Regexp) bool {
	for _, text := range comments {
		if pattern.MatchString(text) {
			return true
		}
	}
	return false
}

// comments are a file's comments as the ruamel library ties them to keys: a value's comment is all that stands between
// it and what comes next, its own line and those below.
type comments struct {
	root   *yaml.Node
	tokens map[place]*token
	// overlap is a key on which ruamel raises: a comment behind its colon, its value on the next line, a blank line below.
	overlap *token
}

type place struct{ line, column int }

// commentsOf returns the comments of a key of an instance in its own file. They may come from a template that the
// instance merges, unless the instance has the key itself. PaaSTA: validate._get_comments_for_key.
func (c *checker) commentsOf(i *instance, key string) []string {
	file := c.commentsIn(i.own.Service.ClusterFile(i.kind))
	return file.ofKey(file.find(file.root, i.name), key)
}

// written is a key's value as the library that reads comments sees it in the instance's own file: of two definitions
// it takes the first, where everything else takes the last.
func (c *checker) written(i *instance, key string) *yaml11.Node {
	file := c.commentsIn(i.own.Service.ClusterFile(i.kind))
	raw := file.find(file.find(file.root, i.name), key)
	last := i.own.Own.Get(key)
	if raw == nil {
		return nil
	}
	if at := last.Position(); at.Line == raw.Line && at.Column == raw.Column {
		return last
	}
	text, err := yaml.Marshal(raw)
	if err != nil {
		return last
	}
	value, _ := yaml11.Parse(i.own.File(), text, func(finding.Finding) {})
	return value
}

func (c *checker) commentsIn(name string) *comments {
	file, ok := c.comments[name]
	if !ok {
		data, _ := c.Text(name)
		file = readComments(data)
		c.comments[name] = file
	}
	return file
}

// commentsReadable reports files and instances on which PaaSTA raises as it looks for comments, which it does for every
// kubernetes and eks instance that is not made from a template.
func (c *checker) commentsReadable(k *cluster) {
	if c.burstExempt(k) {
		return
	}
	for n := range k.instances {
		i := &k.instances[n]
		if i.own == nil || !i.own.RunsPods() {
			continue
		}
		file := c.commentsIn(k.service.ClusterFile(i.kind))
		if first := file.find(file.root, i.name); first != nil && first.Kind != yaml.MappingNode {
			c.crash(k, i, finding.Position{},
				"the instance stands twice; where PaaSTA looks for comments it takes the first, which is no mapping")
		}
	}
	for _, kind := range []string{"kubernetes", "eks"} {
		if !slices.ContainsFunc(k.instances, func(i instance) bool { return i.kind == kind }) {
			continue
		}
		name := k.service.ClusterFile(kind)
		if t := c.commentsIn(name).overlap; t != nil {
			c.crash(k, nil, finding.Position{File: c.Name + "/" + name, Line: t.line, Column: t.column},
				"PaaSTA cannot read a comment here, since the value stands on the next line and a blank line follows it")
		}
	}
}

func readComments(data []byte) *comments {
	var document yaml.Node
	c := &comments{tokens: map[place]*token{}}
	if yaml.Unmarshal(data, &document) != nil {
		masked, _ := yaml11.MaskQuestions(data)
		document = yaml.Node{}
		if yaml.Unmarshal(masked, &document) != nil {
			return c
		}
	}
	if len(document.Content) == 0 {
		return c
	}
	c.root = document.Content[0]
	all := scan(string(data))
	for i := range all {
		t := &all[i]
		c.tokens[place{t.line, t.column}] = t
		if t.blank && t.colon != nil && len(t.colon.after) > 0 && c.overlap == nil {
			c.overlap = t.colon
		}
	}
	return c
}

// find returns the value of a key, the first when it stands twice, looking into merged mappings last.
func (c *comments) find(m *yaml.Node, key string) *yaml.Node {
	var found *yaml.Node
	walk(resolve(m), map[*yaml.Node]bool{}, func(m *yaml.Node) bool {
		if at := ownKey(m, key); at >= 0 {
			found = resolve(m.Content[at+1])
		}
		return found == nil
	})
	return found
}

// walk visits a mapping and, depth first, those that it merges, each once, while visit wants more.
func walk(m *yaml.Node, seen map[*yaml.Node]bool, visit func(*yaml.Node) bool) bool {
	if m == nil || m.Kind != yaml.MappingNode || seen[m] {
		return true
	}
	seen[m] = true
	if !visit(m) {
		return false
	}
	for _, source := range merges(m) {
		if !walk(source, seen, visit) {
			return false
		}
	}
	return true
}

// ofKey walks the mapping and then what it merges, breadth first, to the first comments of the key.
func (c *comments) ofKey(m *yaml.Node, key string) []string {
	if m == nil || m.Kind != yaml.MappingNode {
		return nil
	}
	if found := c.beside(m, key); len(found) > 0 || ownKey(m, key) >= 0 {
		return found
	}
	visited := map[*yaml.Node]bool{}
	sources := merges(m)
	for len(sources) > 0 {
		source := sources[0]
		sources = sources[1:]
		if visited[source] {
			continue
		}
		visited[source] = true
		if found := c.beside(source, key); len(found) > 0 {
			return found
		}
		sources = append(sources, merges(source)...)
	}
	return nil
}

// beside returns the comments tied to a mapping's own key: those before it that nothing else takes, and those of its
// value.
func (c *comments) beside(m *yaml.Node, key string) []string {
	at := ownKey(m, key)
	if at < 0 {
		return nil
	}
	t := c.tokens[place{m.Content[at].Line, m.Content[at].Column}]
	if t == nil {
		return nil
	}
	var found []string
	if m.Style&yaml.FlowStyle == 0 && at > 0 {
		found = append(found, t.before...) // before the first key they are the mapping's
	}
	value := t.value()
	if v := m.Content[at+1]; v.Kind == yaml.AliasNode { // the comments stand where the value does
		value = c.tokens[place{v.Alias.Line, v.Alias.Column}].scalar()
	}
	return append(found, value.comments()...)
}

func ownKey(m *yaml.Node, key string) int {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if k := m.Content[i]; k.Kind == yaml.ScalarNode && k.Value == key {
			return i
		}
	}
	return -1
}

// merges are the mappings that the first merge key names.
func merges(m *yaml.Node) []*yaml.Node {
	at := ownKey(m, "<<")
	if at < 0 || m.Content[at].Style != 0 {
		return nil
	}
	source := resolve(m.Content[at+1])
	switch source.Kind {
	case yaml.MappingNode:
		return []*yaml.Node{source}
	case yaml.SequenceNode:
		var all []*yaml.Node
		for _, item := range source.Content {
			if item = resolve(item); item.Kind == yaml.MappingNode {
				all = append(all, item)
			}
		}
		return all
	}
	return nil
}

func resolve(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}
