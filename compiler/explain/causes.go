package explain

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

const (
	// maxKeys is how many changed keys of one service are told apart by experiment.
	maxKeys = 64
	// maxExperiments bounds the compilations of one report; beyond, every key that may have made a change is named.
	maxExperiments = 4000
)

// Causes finds the source lines that made changes. Its methods may be called from several goroutines.
type Causes struct {
	targets []target.Target
	// Elsewhere are changed files that no service owns, or that services read of one another: named when a change has no
	// cause in the service's own folder or the system config.
	Elsewhere []string

	mu          sync.Mutex
	system      map[string][]key        // by cluster
	keys        map[string][]key        // by service
	known       map[string][]diff.Cause // by what changed and by what may have made it
	experiments int
}

// NewCauses returns Causes that experiments with the targets.
func NewCauses(targets []target.Target) *Causes {
	return &Causes{targets: targets, system: map[string][]key{}, keys: map[string][]key{}, known: map[string][]diff.Cause{}}
}

// Service fills in the causes of the changes of one service. Base and head are the service on both sides, one a cluster;
// after is what the head was compiled to.
func (c *Causes) Service(base, head []*config.Service, after []tree.File, changes []diff.Change) {
	own := folderKeys(base, head)
	if len(own) > 0 {
		c.mu.Lock()
		c.keys[nameOf(base, head)] = own
		c.mu.Unlock()
	}
	trials := map[string]*trial{}
	for i := range changes {
		change := &changes[i]
		before, now := inCluster(base, change.Cluster), inCluster(head, change.Cluster)
		var possible []key
		for _, k := range own {
			if k.concerns(&change.Object, before, now) {
				possible = append(possible, k)
			}
		}
		possible = append(possible, c.systemKeys(before, now)...)
		if trials[change.Cluster] == nil {
			trials[change.Cluster] = &trial{service: now, targets: c.targets, files: below(after, change.Cluster)}
		}
		change.Causes = c.choose(change, possible, trials[change.Cluster])
	}
}

func nameOf(base, head []*config.Service) string {
	for _, s := range slices.Concat(head, base) {
		return s.Name
	}
	return ""
}

func inCluster(services []*config.Service, cluster string) *config.Service {
	for _, s := range services {
		if s.Cluster.Name == cluster {
			return s
		}
	}
	return nil
}

// below returns the files of one cluster.
func below(files []tree.File, cluster string) []tree.File {
	var out []tree.File
	for _, f := range files {
		if strings.HasPrefix(f.Path, cluster+"/") {
			out = append(out, f)
		}
	}
	return out
}

// choose keeps, of the keys that may have made a change, those that did.
func (c *Causes) choose(change *diff.Change, possible []key, t *trial) []diff.Cause {
	switch {
	case len(possible) == 0:
		return c.elsewhere()
	case len(possible) == 1:
		return causesOf(possible)
	case len(possible) > maxKeys || t.service == nil:
		return causesOf(possible)
	}
	signature := change.Signature() + "\x02" + identity(possible)
	c.mu.Lock()
	causes, known := c.known[signature]
	spend := !known && c.experiments+t.cost(possible) <= maxExperiments
	if spend {
		c.experiments += t.cost(possible)
	}
	c.mu.Unlock()
	switch {
	case known:
		return causes
	case !spend:
		return causesOf(possible)
	}
	var made []key
	for i := range possible {
		if t.moves(&possible[i], change) {
			made = append(made, possible[i])
		}
	}
	if len(made) == 0 {
		made = possible // they only do it together
	}
	causes = causesOf(made)
	c.mu.Lock()
	c.known[signature] = causes
	c.mu.Unlock()
	return causes
}

func causesOf(keys []key) []diff.Cause {
	causes := make([]diff.Cause, len(keys))
	for i := range keys {
		causes[i] = keys[i].cause
	}
	return causes
}

func identity(keys []key) string {
	var b strings.Builder
	for i := range keys {
		b.WriteString(keys[i].id() + "\x01")
	}
	return b.String()
}

// id tells keys apart.
func (k *key) id() string {
	return k.cause.File + ":" + strconv.Itoa(k.cause.Line) + ":" + strconv.Itoa(k.cause.Column) + ":" + k.cause.Key
}

func (c *Causes) elsewhere() []diff.Cause {
	var causes []diff.Cause
	for _, file := range c.Elsewhere {
		causes = append(causes, diff.Cause{Layer: "file", File: file, Op: diff.Changed})
	}
	return causes
}

// Linked fills in the causes of changes in files that span services: what changed of the service that they name, and
// the system config. Services must have been told before.
func (c *Causes) Linked(changes []diff.Change) {
	for i := range changes {
		possible := c.linkedKeys(&changes[i].Object)
		if len(possible) == 0 {
			possible = c.system[changes[i].Cluster]
		}
		changes[i].Causes = causesOf(possible)
		if len(possible) == 0 {
			changes[i].Causes = c.elsewhere()
		}
	}
}

// linkedKeys are the changed keys that may have made a linked object: those of its instance, else those of its service,
// else those of every service.
func (c *Causes) linkedKeys(o *diff.Object) []key {
	var near, far []key
	for _, service := range slices.Sorted(maps.Keys(c.keys)) {
		if o.Service != "" && o.Service != service {
			continue
		}
		for _, k := range c.keys[service] {
			if k.concerns(o, nil, nil) {
				near = append(near, k)
			}
			far = append(far, k)
		}
	}
	if len(near) > 0 {
		return near
	}
	return far
}

// systemKeys are the keys of the system config that differ for a cluster; compared once.
func (c *Causes) systemKeys(before, after *config.Service) []key {
	if before == nil || after == nil {
		return nil
	}
	old, now := before.Cluster.System.Config, after.Cluster.System.Config
	if old == now {
		return nil
	}
	cluster := after.Cluster.Name
	c.mu.Lock()
	defer c.mu.Unlock()
	if keys, ok := c.system[cluster]; ok {
		return keys
	}
	var found collected
	changedKeys(old, now, nil, func(path []string, a, b *yaml11.Node) { found.add("", "system", path, a, b) })
	c.system[cluster] = found.keys
	return found.keys
}

// collected gathers keys; a value that is read at many paths is one key.
type collected struct {
	keys []key
	at   map[string]int
}

func (c *collected) add(name, layer string, path []string, before, after *yaml11.Node) {
	place := firstDifference(before, after).Position()
	k := key{name: name, paths: [][]string{path}, before: before, after: after}
	k.cause = diff.Cause{Key: keyName(name, path), Layer: layer, File: place.File, Line: place.Line, Column: place.Column, Op: opOf(before, after)}
	if c.at == nil {
		c.at = map[string]int{}
	}
	id := k.cause.File + ":" + strconv.Itoa(k.cause.Line) + ":" + strconv.Itoa(k.cause.Column)
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
			found.keys = append(found.keys, key{name: name, cause: diff.Cause{Layer: layer, File: nameOf(base, head) + "/" + name, Line: 1, Op: diff.Changed}})
		}
	}
	slices.SortStableFunc(found.keys, func(a, b key) int {
		return cmp.Or(strings.Compare(a.cause.File, b.cause.File), cmp.Compare(a.cause.Line, b.cause.Line), cmp.Compare(a.cause.Column, b.cause.Column))
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
