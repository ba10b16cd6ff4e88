package explain

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// collected gathers keys; a value that is read at many paths is one key.
type collected struct {
	keys []key
	at   map[string]int
}

func (c *collected) add(name, layer string, path []string, before, after *yaml11.Node) {
	place := firstDifference(before, after).Position()
	k := key{name: name, paths: [][]string{path}, before: before, after: after}
	k.cause = diff.Cause{
		Key: keyName(name, path), Layer: layer, File: place.File, Line: place.Line, Column: place.Column, Op: opOf(before, after),
	}
	if c.at == nil {
		c.at = map[string]int{}
	}
	// A name that changes is a key that goes and one that comes at the same place: two keys.
	id := string(k.cause.Op) + " " + k.cause.File + ":" + strconv.Itoa(k.cause.Line) + ":" + strconv.Itoa(k.cause.Column)
	if i, found := c.at[id]; found && c.keys[i].name == name && place.Line > 0 {
		c.keys[i].paths = append(c.keys[i].paths, path)
		return
	}
	c.at[id] = len(c.keys)
	c.keys = append(c.keys, k)
}

func opOf(before, after *yaml11.Node) diff.Op {
	switch {
	case before == nil:
		return diff.Added
	case after == nil:
		return diff.Removed
	}
	return diff.Changed
}

// folderKeys compares the files of a service's folder on both sides.
func folderKeys(base, head []*config.Service) []key {
	if len(base) == 0 && len(head) == 0 || len(base) > 0 && len(head) > 0 && base[0].Folder == head[0].Folder {
		return nil
	}
	var found collected
	for _, name := range fileNames(base, head) {
		a, b := text(base, name), text(head, name)
		if a == b {
			continue
		}
		var added int
		layer := layerOf(name)
		changedKeys(document(base, name), document(head, name), nil, func(path []string, x, y *yaml11.Node) {
			added++
			found.add(name, layer, path, x, y)
		})
		if added == 0 && !strings.HasSuffix(name, ".yaml") && !strings.HasSuffix(name, ".json") {
			whole := diff.Cause{Layer: layer, File: nameOf(base, head) + "/" + name, Line: 1, Op: diff.Changed}
			found.keys = append(found.keys, key{name: name, cause: whole})
		}
	}
	slices.SortStableFunc(found.keys, func(a, b key) int {
		return cmp.Or(strings.Compare(a.cause.File, b.cause.File), cmp.Compare(a.cause.Line, b.cause.Line),
			cmp.Compare(a.cause.Column, b.cause.Column))
	})
	return found.keys
}

// fileNames lists the files of both sides' folders, sub-folders included.
func fileNames(base, head []*config.Service) []string {
	var names []string
	for _, side := range [][]*config.Service{base, head} {
		if len(side) == 0 {
			continue
		}
		folder := side[0].Folder
		names = append(names, folder.Names()...)
		for _, dir := range []string{"secrets", "autotuned_defaults"} {
			for _, name := range folder.List(dir) {
				names = append(names, dir+"/"+name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func text(side []*config.Service, name string) string {
	if len(side) == 0 {
		return ""
	}
	data, _ := side[0].Folder.Text(name)
	return string(data)
}

func document(side []*config.Service, name string) *yaml11.Node {
	if len(side) == 0 {
		return nil
	}
	return side[0].Folder.YAML(name)
}

// layerOf names the layer that a file of a service's folder is.
func layerOf(name string) string {
	kind, _, found := strings.Cut(strings.TrimSuffix(name, ".yaml"), "-")
	switch {
	case strings.HasPrefix(name, beside):
		return "system"
	case name == "deployments.json":
		return "deployments"
	case strings.HasPrefix(name, "secrets/"):
		return "secret"
	case strings.HasPrefix(name, "autotuned_defaults/"):
		return "autotuned"
	case found && strings.HasSuffix(name, ".yaml") && (slices.Contains(config.InstanceTypes, kind) || kind != ""):
		return "instance"
	}
	return "service"
}

// keyName is a key as people call it: in an instance's file without the instance.
func keyName(name string, path []string) string {
	if layer := layerOf(name); (layer == "instance" || layer == "autotuned") && !strings.HasPrefix(name, "tron-") && len(path) > 1 {
		return dotted(path[1:])
	}
	return dotted(path)
}
