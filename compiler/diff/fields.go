package diff

import (
	"slices"
	"strconv"
	"strings"
)

// comparison walks two objects in step and collects what differs.
type comparison struct {
	of    *entity
	core  bool     // a built-in Kubernetes kind: null means absent, an empty list too, and quantities are known
	steps []string // the path so far
	edits []Edit
}

// fields compares two versions of one object.
func fields(of *entity, before, after *node) []Edit {
	c := comparison{of: of, core: of.isCore()}
	if before.is(text) && after.is(text) {
		c.lines(before.str(), after.str())
	} else {
		c.compare(before, after)
	}
	return c.edits
}

// lines compares two texts as sets of lines, for files that are neither YAML nor JSON.
func (c *comparison) lines(before, after string) {
	c.push("line")
	old, now := lineSet(before), lineSet(after)
	for _, line := range strings.Split(before, "\n") {
		if line != "" && !now[line] {
			c.add(Removed, &node{kind: text, scalar: line, opened: true}, nil)
		}
	}
	for _, line := range strings.Split(after, "\n") {
		if line != "" && !old[line] {
			c.add(Added, nil, &node{kind: text, scalar: line, opened: true})
		}
	}
	if len(c.edits) == 0 && before != after {
		c.add(Reordered, nil, nil)
	}
}

func lineSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, line := range strings.Split(s, "\n") {
		set[line] = true
	}
	return set
}

func (c *comparison) path() string { return strings.Join(c.steps, "") }

func (c *comparison) push(step string) { c.steps = append(c.steps, step) }

func (c *comparison) pop() { c.steps = c.steps[:len(c.steps)-1] }

func (c *comparison) pushKey(key string) { c.push(keyStep(key, len(c.steps) == 0)) }

// keyStep is a mapping key in a path: .key, or [key] when the key holds a dot or another character of the path's own.
func keyStep(key string, first bool) string {
	switch {
	case key == "" || strings.ContainsAny(key, ".[]/ :"):
		return "[" + key + "]"
	case first:
		return key
	}
	return "." + key
}

// absent tells whether Kubernetes takes the value for not written: null, and for its own kinds an empty list.
func (c *comparison) absent(n *node) bool {
	if n == nil {
		return true
	}
	if !c.core {
		return false
	}
	return n.is(null) || n.is(list) && len(n.list()) == 0
}

func (c *comparison) compare(before, after *node) {
	if before != nil && after != nil && before.identical(after) {
		return
	}
	gone, here := c.absent(before), c.absent(after)
	switch {
	case gone && here:
		return
	case gone:
		c.add(Added, nil, after)
	case here:
		c.add(Removed, before, nil)
	case before.is(mapping) && after.is(mapping):
		c.mappings(before, after)
	case before.is(list) && after.is(list):
		c.lists(before.list(), after.list())
	case !before.isScalar() || !after.isScalar():
		c.add(Changed, before, after)
	case !c.equalScalars(before, after):
		c.add(Changed, before, after)
	}
}

func (c *comparison) mappings(before, after *node) {
	if c.views(before, after) {
		return
	}
	before.open()
	after.open()
	for i := range before.pairs {
		key := before.pairs[i].key
		c.pushKey(key)
		c.compare(before.pairs[i].value, after.get(key))
		c.pop()
	}
	for i := range after.pairs {
		key := after.pairs[i].key
		if before.get(key) != nil {
			continue
		}
		c.pushKey(key)
		c.compare(nil, after.pairs[i].value)
		c.pop()
	}
}

// equalScalars compares two scalars: quantities and the numbers of Kubernetes objects by value, all else as written.
func (c *comparison) equalScalars(before, after *node) bool {
	before.open()
	after.open()
	if before.kind == after.kind && before.scalar == after.scalar {
		return true
	}
	if !c.core {
		return before.kind == number && after.kind == number && equalNumbers(before.scalar, after.scalar)
	}
	if isQuantityPath(c.steps) {
		return equalQuantities(before.scalar, after.scalar)
	}
	return before.kind == number && after.kind == number && equalNumbers(before.scalar, after.scalar)
}

func equalNumbers(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && x == y
}

func (c *comparison) add(op Op, before, after *node) {
	path := c.path()
	e := Edit{Path: path, Op: op}
	hide := c.secret()
	if before != nil {
		e.Before = shown(before, hide)
	}
	if after != nil {
		e.After = shown(after, hide)
	}
	e.Effect, e.Why = c.of.known.Field(c.of.Kind, c.of.Group, path)
	c.edits = append(c.edits, e)
}

// lists compares two lists: entries with names by name, scalars as sets with an order, others in step.
func (c *comparison) lists(before, after []*node) {
	name := c.namer(before, after)
	if name == nil {
		c.unnamed(before, after)
		return
	}
	old := map[string]*node{}
	for _, item := range before {
		old[name(item)] = item
	}
	kept := map[string]bool{}
	var newOrder []string
	for _, item := range after {
		if n := name(item); old[n] != nil {
			kept[n] = true
			newOrder = append(newOrder, n)
		}
	}
	var oldOrder []string
	for _, item := range before {
		n := name(item)
		c.push("[" + n + "]")
		if kept[n] {
			oldOrder = append(oldOrder, n)
			c.compare(item, find(after, name, n))
		} else {
			c.add(Removed, item, nil)
		}
		c.pop()
	}
	for _, item := range after {
		if n := name(item); !kept[n] {
			c.push("[" + n + "]")
			c.add(Added, nil, item)
			c.pop()
		}
	}
	c.order(oldOrder, newOrder)
}

func find(items []*node, name func(*node) string, want string) *node {
	for _, item := range items {
		if name(item) == want {
			return item
		}
	}
	return nil
}

// order reports entries that are on both sides in another order.
func (c *comparison) order(before, after []string) {
	if slices.Equal(before, after) {
		return
	}
	path := c.path()
	e := Edit{Path: path, Op: Reordered, Before: jsonStrings(before), After: jsonStrings(after)}
	e.Effect, e.Why = c.of.known.Field(c.of.Kind, c.of.Group, path)
	c.edits = append(c.edits, e)
}

func jsonStrings(values []string) Value {
	b := []byte{'['}
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSONString(b, v)
	}
	return Value(append(b, ']'))
}

// unnamed compares lists whose entries have no names. Scalars are shown whole, for order is their meaning; of other
// entries the equal ones are left out on both sides and the rest is compared in step.
func (c *comparison) unnamed(before, after []*node) {
	if equalLists(before, after) {
		return
	}
	if allScalars(before) && allScalars(after) {
		c.add(Changed, &node{kind: list, items: before, opened: true}, &node{kind: list, items: after, opened: true})
		return
	}
	old, now := texts(before), texts(after)
	if slices.Equal(slices.Sorted(slices.Values(old)), slices.Sorted(slices.Values(now))) {
		c.order(old, now)
		return
	}
	before, after = rest(before, old, now), rest(after, now, old)
	for i := range max(len(before), len(after)) {
		c.push("[" + strconv.Itoa(i) + "]")
		switch {
		case i >= len(before):
			c.add(Added, nil, after[i])
		case i >= len(after):
			c.add(Removed, before[i], nil)
		default:
			c.compare(before[i], after[i])
		}
		c.pop()
	}
}

func equalLists(a, b []*node) bool {
	return slices.EqualFunc(a, b, func(x, y *node) bool { return x.same(y) })
}

func allScalars(items []*node) bool {
	return !slices.ContainsFunc(items, func(n *node) bool { return !n.isScalar() })
}

func texts(items []*node) []string {
	var all []string
	for _, item := range items {
		all = append(all, string(item.json(nil)))
	}
	return all
}

// rest leaves out the items that the other side has, too; one for each there.
func rest(items []*node, texts, others []string) []*node {
	left := make(map[string]int, len(others))
	for _, text := range others {
		left[text]++
	}
	var kept []*node
	for i, item := range items {
		if left[texts[i]] > 0 {
			left[texts[i]]--
			continue
		}
		kept = append(kept, item)
	}
	return kept
}
