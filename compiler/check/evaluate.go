package check

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// violation is a place where a value breaks a schema.
type violation struct {
	code       finding.Code
	at         finding.Position
	path       []string // keys and indexes from the root; valid during the call only
	message    string
	suggestion string
	fix        finding.Fix
	severity   finding.Severity // Error leaves it to the file
	notes      []finding.Note
}

// evaluation walks a value and a schema together.
type evaluation struct {
	report func(violation) // nil when only the verdict is asked for
	path   []string
	odd    bool // a mapping that may have any key has one that no schema describes
	// doubting makes such keys be warned of when they look like others.
	doubting bool
	freeOf   *yaml11.Node
	free     []string // the schema's keys that freeOf does not have
	around   []*rules // those of the mappings that are being looked at
}

// valid tells whether a value meets the rules.
func (r *rules) valid(n *yaml11.Node) bool {
	return (&evaluation{}).value(r, n, finding.Position{})
}

// loud tells whether violations are wanted, and not only the verdict: messages cost more than verdicts.
func (e *evaluation) loud() bool { return e.report != nil }

// fail reports a violation and says no.
func (e *evaluation) fail(v violation) bool {
	v.path = e.path
	e.report(v)
	return false
}

// value holds a value against the rules. at is where the key stands that holds the value.
func (e *evaluation) value(r *rules, n *yaml11.Node, at finding.Position) bool {
	ok := true
	if r.types != 0 && r.types&(1<<n.Kind) == 0 {
		return e.loud() && e.fail(e.wrongType(r, n, r.typeNames))
	}
	if r.enum != nil && !contains(r.enum, n) {
		ok = e.loud() && e.fail(e.notAllowed(n, r.enum))
	}
	switch n.Kind {
	case yaml11.Map:
		if e.loud() && len(r.properties) > 0 {
			e.around = append(e.around, r)
			defer func() { e.around = e.around[:len(e.around)-1] }()
		}
		ok = e.object(r, n, at) && ok
	case yaml11.List:
		ok = e.list(r, n) && ok
	case yaml11.String:
		ok = e.text(r, n) && ok
	case yaml11.Int, yaml11.Float:
		ok = e.number(r, n) && ok
	}
	return e.combined(r, n, at) && ok
}

// combined applies allOf, anyOf, oneOf, not and if.
func (e *evaluation) combined(r *rules, n *yaml11.Node, at finding.Position) bool {
	ok := true
	for _, sub := range r.allOf {
		ok = e.value(sub, n, at) && ok
	}
	if r.anyOf != nil && !slices.ContainsFunc(r.anyOf, func(form *rules) bool { return form.valid(n) }) {
		ok = e.noForm(r, r.anyOf, n, at)
	}
	if r.oneOf != nil {
		switch fitting := e.matching(r.oneOf, n); {
		case fitting == 0:
			ok = e.noForm(r, r.oneOf, n, at)
		case fitting > 1:
			ok = e.loud() && e.fail(violation{code: finding.SchemaConflict, at: n.Position(),
				message: e.name() + " fits more than one of the forms it may have"})
		}
	}
	if r.not != nil && r.not.valid(n) {
		message := r.description
		if message == "" {
			message = e.name() + " is not allowed here"
		}
		if len(r.not.required) > 0 {
			at = n.KeyPosition(r.not.required[0])
		} else {
			at = n.Position()
		}
		ok = e.loud() && e.fail(violation{code: finding.SchemaConflict, at: at, message: message})
	}
	if r.condition != nil && r.then != nil && r.condition.valid(n) {
		ok = e.value(r.then, n, at) && ok
	}
	return ok
}

func (e *evaluation) matching(forms []*rules, n *yaml11.Node) int {
	count := 0
	for _, form := range forms {
		if form.valid(n) {
			count++
		}
	}
	return count
}

// noForm reports a value that fits none of its forms: what is wrong with the form for the value's type.
func (e *evaluation) noForm(r *rules, forms []*rules, n *yaml11.Node, at finding.Position) bool {
	if !e.loud() {
		return false
	}
	var near *rules
	var wanted []string
	for _, form := range forms {
		if form.types == 0 || form.types&(1<<n.Kind) != 0 {
			near = form
		}
		wanted = append(wanted, form.typeNames...)
	}
	switch {
	case near == nil:
		return e.fail(e.wrongType(r, n, wanted))
	case near.types == 0 && r.description != "":
		return e.fail(violation{code: finding.SchemaConflict, at: at, message: r.description})
	}
	return e.value(e.nearest(forms, n, near), n, at)
}

// nearest prefers, among forms for lists of mappings, the one whose operator is the value's.
func (e *evaluation) nearest(forms []*rules, n *yaml11.Node, fallback *rules) *rules {
	if n.Kind == yaml11.List && len(n.Items) > 0 {
		for _, form := range forms {
			if form.items != nil && form.items.types&(1<<n.Items[0].Kind) != 0 {
				return form
			}
		}
	}
	operator := n.Get("operator")
	for _, form := range forms {
		if p := form.properties["operator"]; operator != nil && p != nil && p.valid(operator) {
			return form
		}
	}
	return fallback
}

func (e *evaluation) text(r *rules, n *yaml11.Node) bool {
	ok := true
	if r.pattern != nil && !r.pattern.MatchString(n.Text) {
		ok = e.loud() && e.fail(violation{code: finding.SchemaPattern, at: n.Position(),
			message: fmt.Sprintf("%s is %s, which does not match %s", e.name(), quote(n), r.pattern.text)})
	}
	if r.longest >= 0 && utf8.RuneCountInString(n.Text) > r.longest {
		ok = e.loud() && e.fail(violation{code: finding.SchemaRange, at: n.Position(),
			message: fmt.Sprintf("%s has %d characters, %d is the most", e.name(), utf8.RuneCountInString(n.Text), r.longest)})
	}
	return ok
}

func (e *evaluation) number(r *rules, n *yaml11.Node) bool {
	ok := true
	value, _ := n.Number()
	if b := r.minimum; b != nil && (value < b.value || b.exclusive && value == b.value) {
		ok = e.loud() && e.fail(e.outOfRange(n, b, "less than"))
	}
	if b := r.maximum; b != nil && (value > b.value || b.exclusive && value == b.value) {
		ok = e.loud() && e.fail(e.outOfRange(n, b, "more than"))
	}
	return ok
}

func (e *evaluation) list(r *rules, n *yaml11.Node) bool {
	ok := true
	if r.mostItems >= 0 && len(n.Items) > r.mostItems {
		ok = e.loud() && e.fail(violation{code: finding.SchemaRange, at: n.Items[r.mostItems].Position(),
			message: fmt.Sprintf("%s has %d items, %d is the most", e.name(), len(n.Items), r.mostItems)})
	}
	if r.unique {
		if again, first := repeated(n.Items); again != nil {
			ok = e.loud() && e.fail(violation{code: finding.SchemaRepeated, at: again.Position(),
				message: e.name() + " has an item twice: " + quote(again),
				notes:   []finding.Note{{At: first.Position(), Message: "first here"}}})
		}
	}
	if r.items == nil {
		return ok
	}
	for i, item := range n.Items {
		if !e.loud() {
			if !e.value(r.items, item, finding.Position{}) {
				return false
			}
			continue
		}
		e.path = append(e.path, strconv.Itoa(i))
		ok = e.value(r.items, item, item.Position()) && ok
		e.path = e.path[:len(e.path)-1]
	}
	return ok
}

func (e *evaluation) object(r *rules, n *yaml11.Node, at finding.Position) bool {
	ok := true
	if len(n.Pairs) < r.fewestKeys {
		ok = e.loud() && e.fail(violation{code: finding.SchemaRange, at: orElse(n.Position(), at),
			message: e.name() + " is empty; it needs a key at least"})
	}
	for _, key := range r.required {
		if n.Has(key) {
			continue
		}
		if ok = false; e.loud() && !e.misspells(r, n, key) {
			e.fail(e.missing(r, key, orElse(at, n.Position())))
		}
	}
	if r.dependencies != nil {
		for _, p := range n.Pairs {
			for _, key := range r.dependencies[p.Key.Text] {
				if p.Key.Kind == yaml11.String && !n.Has(key) {
					ok = e.loud() && e.fail(violation{code: finding.SchemaMissing, at: p.Key.Position(),
						message: p.Key.Text + " needs " + key + " beside it", fix: finding.AddBeside,
						suggestion: e.entryOf(r, key, p.Key.Position().File)})
				}
			}
		}
	}
	for i := range n.Pairs {
		ok = e.entry(r, n, &n.Pairs[i]) && ok
		if !ok && !e.loud() {
			return false
		}
	}
	return ok
}

// entry holds one key and its value against every rule for that key.
func (e *evaluation) entry(r *rules, n *yaml11.Node, p *yaml11.Pair) bool {
	if p.Key.Kind != yaml11.String {
		return e.oddKey(r, p)
	}
	ok, known := true, false
	if e.loud() {
		e.path = append(e.path, p.Key.Text)
		defer func() { e.path = e.path[:len(e.path)-1] }()
	}
	if sub := r.properties[p.Key.Text]; sub != nil {
		known = true
		ok = e.value(sub, p.Value, p.Key.Position())
	}
	for _, pattern := range r.patterns {
		if pattern.pattern.MatchString(p.Key.Text) {
			known = true
			ok = e.value(pattern.rules, p.Value, p.Key.Position()) && ok
		}
	}
	if !known && r.additional != nil {
		ok = e.value(r.additional, p.Value, p.Key.Position())
	}
	if !known && r.closed {
		return e.unknown(r, n, p)
	}
	if !known && r.additional == nil && len(r.properties) > 0 {
		e.doubt(r, n, p)
	}
	return ok
}

// doubt warns of a key in a mapping that may have any, when it is almost one that is read. It breaks no rule.
func (e *evaluation) doubt(r *rules, n *yaml11.Node, p *yaml11.Pair) {
	e.odd = true
	if !e.doubting {
		return
	}
	if v := e.unknownKey(r, p.Key, n); v.suggestion != "" && len(p.Key.Text) > 3 {
		v.severity = finding.Warning
		e.fail(v)
	}
}

// misspells tells whether the mapping has an unknown key that means the one that it lacks, which is said there.
func (e *evaluation) misspells(r *rules, n *yaml11.Node, key string) bool {
	all := r
	for i := len(e.around) - 1; i >= 0 && all.properties[key] == nil; i-- {
		all = e.around[i]
	}
	if all.properties[key] == nil {
		return false
	}
	return slices.ContainsFunc(n.Pairs, func(p yaml11.Pair) bool {
		if p.Key.Kind != yaml11.String || all.properties[p.Key.Text] != nil || !all.closed && len(p.Key.Text) <= 3 {
			return false
		}
		return e.unknownKey(all, p.Key, n).suggestion == key
	})
}

// unknown reports a key that a closed mapping does not take. Its value is held against the rules of the key that is
// meant, so that whoever corrects the key need not come back for the value.
func (e *evaluation) unknown(r *rules, n *yaml11.Node, p *yaml11.Pair) bool {
	if !e.loud() {
		return false
	}
	e.path = e.path[:len(e.path)-1] // the mapping is at fault, not the key's value
	v := e.unknownKey(r, p.Key, n)
	ok := e.fail(v)
	e.path = append(e.path, p.Key.Text)
	if meant := r.properties[v.suggestion]; meant != nil {
		e.path[len(e.path)-1] = v.suggestion
		e.value(meant, p.Value, p.Key.Position())
		e.path[len(e.path)-1] = p.Key.Text
	}
	return ok
}

// oddKey judges a key that is no string. PaaSTA's validator raises where the schema has patterns for keys.
func (e *evaluation) oddKey(r *rules, p *yaml11.Pair) bool {
	switch {
	case len(r.patterns) > 0 || r.closed:
		return e.loud() && e.fail(violation{code: finding.SchemaType, at: p.Key.Position(),
			message:    "the key " + p.Key.Text + " is " + article(p.Key.Kind) + ", not a string",
			suggestion: strconv.Quote(p.Key.Text)})
	case r.additional != nil:
		return e.value(r.additional, p.Value, p.Key.Position())
	}
	return true
}

func contains(items []*yaml11.Node, n *yaml11.Node) bool {
	for _, item := range items {
		if python.Equal(item, n) {
			return true
		}
	}
	return false
}

func orElse(at, other finding.Position) finding.Position {
	if at.File == "" {
		return other
	}
	return at
}
