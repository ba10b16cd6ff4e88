package check

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/schema"
)

// rules is a compiled JSON Schema. Zero fields say nothing.
//
// It is evaluated here and not by a library because verdicts must be those of PaaSTA's validator on Python values with
// places, at a few microseconds an instance; a test holds it against a library on what JSON can express.
type rules struct {
	description  string
	sample       *yaml11.Node // the first example
	types        uint16       // set of yaml11.Kind
	typeNames    []string
	enum         []*yaml11.Node
	properties   map[string]*rules
	keys         []string // of properties, as written
	patterns     []patternRules
	additional   *rules // for keys that neither properties nor patterns name
	closed       bool   // such keys are not allowed
	required     []string
	dependencies map[string][]string
	fewestKeys   int
	items        *rules
	mostItems    int // -1 for no limit
	unique       bool
	minimum      *bound
	maximum      *bound
	pattern      *pattern
	longest      int // -1 for no limit
	allOf        []*rules
	anyOf        []*rules
	oneOf        []*rules
	not          *rules
	condition    *rules
	then         *rules
}

type patternRules struct {
	pattern *pattern
	rules   *rules
}

// bound is a minimum or maximum; text is how the schema writes it.
type bound struct {
	value     float64
	exclusive bool
	text      string
}

// compiled returns the schemas that files are held against, by name, compiled once.
var compiled = sync.OnceValue(func() map[string]*rules {
	c := schemaCompiler{documents: map[string]*yaml11.Node{}, done: map[string]*rules{}}
	all := map[string]*rules{}
	for _, name := range slices.Concat(paastaSchemas, ownSchemas, []string{"secret", "gates"}) {
		all[name] = c.reference(name, "")
	}
	return all
})

type schemaCompiler struct {
	documents map[string]*yaml11.Node
	done      map[string]*rules
}

// reference compiles what a pointer names in a document, once; schemas may refer to themselves.
func (c *schemaCompiler) reference(document, pointer string) *rules {
	id := document + "#" + pointer
	if r, ok := c.done[id]; ok {
		return r
	}
	root, ok := c.documents[document]
	if !ok {
		data, _ := schema.Source(document)
		root, _ = yaml11.ParseJSON(document+".json", data, func(f finding.Finding) {
			panic(f.At.String() + ": " +
				f.Message)
		})
		c.documents[document] = root
	}
	node := root
	for _, key := range strings.Split(strings.Trim(pointer, "/"), "/") {
		if key != "" {
			node = node.Get(key)
		}
	}
	if node == nil {
		panic("schema " + id + " does not exist")
	}
	r := &rules{}
	c.done[id] = r
	c.compile(document, node, r)
	return r
}

func (c *schemaCompiler) sub(document string, n *yaml11.Node) *rules {
	if target, ok := n.Get("$ref").Str(); ok {
		file, pointer, _ := strings.Cut(target, "#")
		if file == "" {
			return c.reference(document, pointer)
		}
		return c.reference(strings.TrimSuffix(path.Join(path.Dir(document), file), ".json"), pointer)
	}
	if !n.IsMap() {
		return nil
	}
	r := &rules{}
	c.compile(document, n, r)
	return r
}

func (c *schemaCompiler) subs(document string, n *yaml11.Node) []*rules {
	if n == nil {
		return nil
	}
	all := make([]*rules, 0, len(n.Items))
	for _, item := range n.Items {
		all = append(all, c.sub(document, item))
	}
	return all
}

func (c *schemaCompiler) compile(document string, n *yaml11.Node, r *rules) {
	r.mostItems, r.longest = -1, -1
	r.description, _ = n.Get("description").Str()
	r.setTypes(n.Get("type"))
	if examples := n.Get("examples"); examples.IsList() && len(examples.Items) > 0 {
		r.sample = examples.Items[0]
	}
	c.objectRules(document, n, r)
	r.items = c.sub(document, n.Get("items"))
	r.allOf, r.anyOf, r.oneOf = c.subs(document, n.Get("allOf")), c.subs(document, n.Get("anyOf")), c.subs(document,
		n.Get("oneOf"))
	r.not, r.condition, r.then = c.sub(document, n.Get("not")), c.sub(document, n.Get("if")), c.sub(document,
		n.Get("then"))
	if enum := n.Get("enum"); enum != nil {
		r.enum = enum.Items
	}
	if text, ok := n.Get("pattern").Str(); ok {
		r.pattern = compilePattern(text)
	}
	if most := n.Get("maxItems"); most != nil {
		r.mostItems = int(most.Int)
	}
	if longest := n.Get("maxLength"); longest != nil {
		r.longest = int(longest.Int)
	}
	r.unique = n.Get("uniqueItems").Truthy()
	r.minimum = newBound(n.Get("minimum"), n.Get("exclusiveMinimum"))
	r.maximum = newBound(n.Get("maximum"), n.Get("exclusiveMaximum"))
}

func (c *schemaCompiler) objectRules(document string, n *yaml11.Node, r *rules) {
	if properties := n.Get("properties"); properties != nil {
		r.properties = make(map[string]*rules, len(properties.Pairs))
		for _, p := range properties.Pairs {
			r.properties[p.Key.Text] = c.sub(document, p.Value)
			r.keys = append(r.keys, p.Key.Text)
		}
	}
	if patterns := n.Get("patternProperties"); patterns != nil {
		for _, p := range patterns.Pairs {
			r.patterns = append(r.patterns, patternRules{compilePattern(p.Key.Text), c.sub(document, p.Value)})
		}
	}
	additional := n.Get("additionalProperties")
	r.additional = c.sub(document, additional)
	r.closed = additional != nil && additional.Kind == yaml11.Bool && !additional.Bool
	r.required = texts(n.Get("required"))
	if dependencies := n.Get("dependencies"); dependencies != nil {
		r.dependencies = map[string][]string{}
		for _, p := range dependencies.Pairs {
			r.dependencies[p.Key.Text] = texts(p.Value)
		}
	}
	if fewest := n.Get("minProperties"); fewest != nil {
		r.fewestKeys = int(fewest.Int)
	}
}

func texts(n *yaml11.Node) []string {
	if n == nil {
		return nil
	}
	all := make([]string, 0, len(n.Items))
	for _, item := range n.Items {
		all = append(all, item.Text)
	}
	return all
}

// kinds are the Python types that a JSON Schema type takes. A boolean is no number, a float no integer.
var kinds = map[string][]yaml11.Kind{
	"null":    {yaml11.Null},
	"boolean": {yaml11.Bool},
	"integer": {yaml11.Int},
	"number":  {yaml11.Int, yaml11.Float},
	"string":  {yaml11.String},
	"array":   {yaml11.List},
	"object":  {yaml11.Map},
}

func (r *rules) setTypes(n *yaml11.Node) {
	switch {
	case n.IsString():
		r.typeNames = []string{n.Text}
	case n.IsList():
		r.typeNames = texts(n)
	}
	for _, name := range r.typeNames {
		for _, kind := range kinds[name] {
			r.types |= 1 << kind
		}
	}
}

func newBound(inclusive, exclusive *yaml11.Node) *bound {
	if value, ok := exclusive.Number(); ok {
		return &bound{value, true, exclusive.Text}
	}
	if value, ok := inclusive.Number(); ok {
		return &bound{value, false, inclusive.Text}
	}
	return nil
}
