package compiler

import (
	"reflect"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/capacity"
	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/kustomization"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Pair is two inputs to compile and compare.
type Pair struct {
	Base, Head config.Input
	// Services are the service folders that may give other output, because their own files differ or files that they
	// read elsewhere. All others are known to give the same and are only compiled when linked files depend on them.
	Services []string
	// System is set when the system config differs: then every service is compiled on both sides, by the targets that
	// the change can reach.
	System bool
	// Beside is set when files beside the system config differ, of which nobody knows who reads them.
	Beside bool
	// Shared is set when files outside of service folders differ: the same holds, and nothing parsed is shared.
	Shared bool
}

// Compared is what one service, or the linked files, came to on both sides.
type Compared struct {
	Service       string            // empty for linked files
	Base, Head    []*config.Service // one a cluster; nil where the side lacks the service
	Before, After []tree.File       // Kubernetes objects are not encoded, but for linked ones
}

// Comparison is what came of comparing a pair, beside the files.
type Comparison struct {
	Opened bool             // false when a side cannot be opened at all
	Costs  []capacity.Delta // of clusters whose nodes are described, where something changes
}

// Compare compiles both sides of a pair and hands each service's files to each, which may be called from several
// goroutines at once; services that are known to be the same are left out. What is wrong is reported of each side by
// itself, of services that may differ only.
func Compare(p Pair, o Options, each func(Compared), ofBase, ofHead finding.Report) (Comparison, error) {
	base, head := config.Open(p.Base, ofBase), config.Open(p.Head, ofHead)
	c := &comparison{Pair: p, o: o, each: each}
	c.base.report, c.head.report = ofBase, ofHead
	if base != nil && head != nil && p.System && !p.Beside && !p.Shared && len(p.Services) == 0 {
		c.o.Targets = affected(o.Targets, base, head)
		c.narrowed = len(c.o.Targets) < len(o.Targets)
	}
	if base == nil || head == nil || !c.plan(base, head) {
		return Comparison{}, nil
	}
	err := c.run()
	return Comparison{Opened: true, Costs: c.costs()}, err
}

func (c *comparison) run() error {
	changed, same := c.split()
	if err := c.services(changed, c.changedService); err != nil {
		return err
	}
	if !c.System && !c.Shared {
		c.linked = otherFacts(c.base.linker, c.head.linker)
		if len(c.linked) == 0 {
			return nil // unchanged services add the same on both sides
		}
	}
	if err := c.services(same, c.sameService); err != nil {
		return err
	}
	return c.link()
}

// side is one side of a comparison.
type side struct {
	company *config.Company
	*linker
	report finding.Report
}

type comparison struct {
	narrowed bool // to the targets that declare the system keys that changed
	Pair
	o          Options
	each       func(Compared)
	base, head side
	names      []string // services of both sides; their numbers order what is linked
	linked     []int    // targets whose facts differ: those that unchanged services must tell theirs, too
}

// plan holds the selection against both sides: it is wrong when neither knows a name.
func (c *comparison) plan(base, head *config.Company) bool {
	c.base.company, c.head.company = base, head
	for _, s := range []*side{&c.base, &c.head} {
		here := c.o.Selection
		here.Services = known(here.Services, s.company.Services)
		here.Clusters = known(here.Clusters, clusterNames(s.company.Clusters))
		p, _ := here.resolve(s.company, silent)
		if len(c.o.Selection.Services) > 0 && len(here.Services) == 0 {
			p.services = nil
		}
		if len(c.o.Selection.Clusters) > 0 && len(here.Clusters) == 0 {
			p.clusters = nil
		}
		s.linker = newLinker(newBackends(c.o, p))
		s.linker.describe()
		s.linker.complete = c.o.Selection.everything() && (c.System || c.Shared)
		s.linker.narrowed = c.narrowed
	}
	c.names = slices.Concat(c.base.plan.services, c.head.plan.services)
	slices.Sort(c.names)
	c.names = slices.Compact(c.names)
	if len(c.names) > 0 && len(c.base.plan.clusters)+len(c.head.plan.clusters) > 0 {
		return true
	}
	_, ok := c.o.Selection.resolve(head, c.head.report)
	return ok
}

func known(wanted, names []string) []string {
	return slices.DeleteFunc(slices.Clone(wanted), func(name string) bool { return !slices.Contains(names, name) })
}

// split tells the services that may differ from those that are the same, by number.
func (c *comparison) split() (changed, same []int) {
	for i, name := range c.names {
		if c.System || c.Shared || slices.Contains(c.Services, name) {
			changed = append(changed, i)
			continue
		}
		same = append(same, i)
	}
	return changed, same
}

func (c *comparison) services(numbers []int, work func(int) error) error {
	return c.o.each(len(numbers), func(n int) error { return work(numbers[n]) })
}

// changedService compiles a service on both sides. When its own files are the same they are parsed once, and not
// checked.
func (c *comparison) changedService(n int) error {
	both := Compared{Service: c.names[n]}
	own := c.Shared || slices.Contains(c.Services, both.Service)
	base, head := c.base.folder(both.Service), c.head.folder(both.Service)
	if !own && base != nil && head != nil {
		base = head
	}
	var err error
	if both.Base, both.Before, err = c.base.compileChanged(n, base, own); err != nil {
		return err
	}
	if both.Head, both.After, err = c.head.compileChanged(n, head, own); err != nil {
		return err
	}
	c.each(both)
	return nil
}

// folder opens a service's folder; nil when the side has no such service.
func (s *side) folder(service string) *config.Folder {
	if !slices.Contains(s.plan.services, service) {
		return nil
	}
	return s.company.Folder(service, s.report)
}

// compileChanged compiles a service on one side, nothing when the side has none. It is checked when its own files may
// differ.
func (s *side) compileChanged(n int, f *config.Folder, own bool) ([]*config.Service, []tree.File, error) {
	if f == nil {
		return nil, nil, nil
	}
	said := said{}
	if own {
		check.Folder(f, s.company.Clusters, said.note(s.report))
	}
	var out tree.Memory
	services := f.Load(s.plan.clusters)
	units, err := s.compile(services, kustomization.Unencoded(&out, s.layout), said.unsaid(s.report))
	s.add(n, units)
	return services, out.Files(), err
}

// sameService compiles a service for what linked files need of it: paths and facts. Nothing is encoded, so sizes are
// unknown; they only decide how large generated ConfigMaps are split.
func (c *comparison) sameService(n int) error {
	folder := c.head.company.Folder(c.names[n], silent)
	var units []unit
	for cluster, service := range folder.Load(c.head.plan.clusters) {
		service.Only = c.head.plan.instances
		for _, t := range c.linked {
			u, err := c.head.compileFor(t, cluster, service, kustomization.Dropped, silent)
			if err != nil {
				return err
			}
			units = append(units, u)
		}
	}
	c.base.add(n, units)
	c.head.add(n, units)
	return nil
}

// link makes the linked files of both sides.
func (c *comparison) link() error {
	var before, after tree.Memory
	if _, err := c.base.link(kustomization.Encoded(&before), c.base.report); err != nil {
		return err
	}
	if _, err := c.head.link(kustomization.Encoded(&after), c.head.report); err != nil {
		return err
	}
	c.each(Compared{Before: before.Files(), After: after.Files()})
	return nil
}

// otherFacts lists the targets of which two linkers were told other paths or facts in some cluster.
func otherFacts(a, b *linker) []int {
	var differ []int
	for t := range a.targets {
		same := len(a.slots) == len(b.slots)
		for at := t; same && at < len(a.slots); at += len(a.targets) {
			same = reflect.DeepEqual(facts(a.inOrder(at)), facts(b.inOrder(at)))
		}
		if !same {
			differ = append(differ, t)
		}
	}
	return differ
}
