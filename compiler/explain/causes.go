package explain

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/group"
	"github.com/paasta-render/paasta-render/compiler/layout"
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
	compiler Compiler
	layout   *layout.Layout
	// Elsewhere are changed files that no service owns: named when a change has no cause in the service's own folder or
	// the system config. Others are the changed files of all services, which some read of one another: named when there
	// is nothing else.
	Elsewhere, Others []diff.Cause

	mu          sync.Mutex
	system      map[string][]key        // by cluster
	keys        map[string][]key        // by service
	known       map[string][]diff.Cause // by what changed and by what may have made it
	experiments int
}

// NewCauses returns Causes that experiments with the compiler.
func NewCauses(c Compiler) *Causes {
	return &Causes{compiler: c, layout: target.NewLayout(c.Targets), system: map[string][]key{}, keys: map[string][]key{}, known: map[string][]diff.Cause{}}
}

// Service fills in the causes of the changes of one service. Base and head are the service on both sides, one a
// cluster; after is what the head was compiled to.
func (c *Causes) Service(base, head []*config.Service, after []tree.File, changes []diff.Change) {
	own := folderKeys(base, head)
	if len(base) == 0 || len(head) == 0 {
		own = telling(own)
	}
	if len(own) > 0 {
		c.mu.Lock()
		c.keys[nameOf(base, head)] = own
		c.mu.Unlock()
	}
	for _, s := range head { // for linked files, too, of which the service may have no change
		c.systemKeys(inCluster(base, s.Cluster.Name), s)
	}
	trials := map[string]*trial{}
	for i := range changes {
		change := &changes[i]
		before, now := inCluster(base, change.Cluster), inCluster(head, change.Cluster)
		var possible []key
		for _, k := range own {
			if k.concerns(c.layout, &change.Object, before, now) {
				possible = append(possible, k)
			}
		}
		possible = append(possible, c.systemKeys(before, now)...)
		if trials[change.Cluster] == nil {
			trials[change.Cluster] = &trial{service: now, compiler: c.compiler, layout: c.layout, files: below(after, change.Cluster)}
		}
		change.Causes = c.choose(change, possible, trials[change.Cluster])
	}
}

// telling leaves out what follows when a whole service comes or goes: it is its instances and namespaces that do.
func telling(own []key) []key {
	var kept []key
	for _, k := range own {
		if layerOf(k.name) == "instance" || k.name == "smartstack.yaml" {
			kept = append(kept, k)
		}
	}
	if len(kept) == 0 {
		return own
	}
	return kept
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
	case len(possible) > maxKeys || t.service == nil:
		return causesOf(possible)
	case len(possible) == 1 && len(c.Elsewhere) == 0 && (possible[0].inFolder() || len(c.Others) == 0):
		return causesOf(possible) // nothing else can have
	}
	signature := group.Signature(change) + "\x02" + identity(possible)
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
	switch {
	case len(made) > 0:
		causes = causesOf(made)
	case len(c.elsewhere()) > 0 && !slices.ContainsFunc(possible, func(k key) bool { return k.inFolder() }):
		causes = c.elsewhere() // of which no key is known
	default:
		causes = slices.Concat(causesOf(possible), c.Elsewhere) // they only do it together
	}
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
	if len(c.Elsewhere) > 0 {
		return c.Elsewhere
	}
	return c.Others
}

// Linked fills in the causes of changes in files that span services: what changed of the service that they name, and
// the system config. Services must have been told before.
func (c *Causes) Linked(changes []diff.Change) {
	for i := range changes {
		causes := causesOf(c.linkedKeys(&changes[i].Object))
		if len(causes) == 0 || changes[i].Service == "" {
			causes = append(causes, c.systemCauses(changes[i].Cluster)...)
		}
		if len(causes) == 0 {
			causes = c.Others
		}
		changes[i].Causes = causes
	}
}

// systemCauses are the keys of the system config that differ for a cluster, and the files beside it of which no key
// does.
func (c *Causes) systemCauses(cluster string) []diff.Cause {
	causes := causesOf(c.system[cluster])
	for _, file := range c.Elsewhere {
		if !slices.ContainsFunc(causes, func(known diff.Cause) bool { return known.File == file.File }) {
			causes = append(causes, file)
		}
	}
	return causes
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
			if k.concerns(c.layout, o, nil, nil) {
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
	if before.Cluster.System == after.Cluster.System {
		return nil
	}
	cluster := after.Cluster.Name
	c.mu.Lock()
	defer c.mu.Unlock()
	if keys, ok := c.system[cluster]; ok {
		return keys
	}
	old, now := before.Cluster.System, after.Cluster.System
	var found collected
	changedKeys(old.Config, now.Config, nil, func(path []string, a, b *yaml11.Node) { found.add("", "system", path, a, b) })
	for _, file := range config.SystemFiles() {
		changedKeys(old.File(file), now.File(file), nil, func(path []string, a, b *yaml11.Node) {
			if firstDifference(a, b).Position().File != "" { // a text has no place: who reads the sides names the file
				found.add(beside+file, "system", path, a, b)
			}
		})
	}
	c.system[cluster] = found.keys
	return found.keys
}
