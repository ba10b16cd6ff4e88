package compiler

import (
	"reflect"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/check"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Pair is two inputs to compile and compare.
type Pair struct {
	Base, Head config.Input
	// Services are the service folders that may give other output, because their own files differ or files that they
	// read elsewhere. All others are known to give the same and are only compiled when linked files depend on them.
	Services []string
	// System is set when the system config differs: then every service is compiled on both sides.
	System bool
	// Shared is set when files outside of service folders differ: the same holds, and nothing parsed is shared.
	Shared bool
}

// Both is what one service, or the linked files, came to on both sides.
type Both struct {
	Service       string            // empty for linked files
	Base, Head    []*config.Service // one a cluster; nil where the side lacks the service
	Before, After []tree.File
}

// Compare compiles both sides of a pair and hands each service's files to each, which may be called from several
// goroutines at once; services that are known to be the same are left out. What is wrong is reported of the head only.
func Compare(p Pair, o Options, each func(Both), report finding.Report) error {
	silent := func(finding.Finding) {}
	base, head := config.Open(p.Base, silent), config.Open(p.Head, report)
	if base == nil || head == nil {
		if base == nil {
			config.Open(p.Base, report)
		}
		return nil
	}
	c := &comparison{Pair: p, o: o, each: each, report: report}
	if !c.plan(base, head) {
		return nil
	}
	changed, same := c.split()
	if err := c.services(changed, c.changedService); err != nil {
		return err
	}
	if !p.System && !p.Shared && sameFacts(c.base.linker, c.head.linker) {
		return nil // unchanged services add the same on both sides
	}
	if err := c.services(same, c.sameService); err != nil {
		return err
	}
	return c.link()
}

// side is one side of a comparison.
type side struct {
	company *config.Company
	plan    plan
	linker  *linker
}

type comparison struct {
	Pair
	o          Options
	each       func(Both)
	report     finding.Report
	base, head side
	names      []string // services of both sides; their numbers order what is linked
}

// plan holds the selection against both sides: it is wrong when neither knows a name.
func (c *comparison) plan(base, head *config.Company) bool {
	c.base.company, c.head.company = base, head
	for _, s := range []*side{&c.base, &c.head} {
		here := c.o.Selection
		here.Services = known(here.Services, s.company.Services)
		var clusters []string
		for _, cluster := range s.company.Clusters {
			clusters = append(clusters, cluster.Name)
		}
		here.Clusters = known(here.Clusters, clusters)
		s.plan, _ = here.resolve(s.company, func(finding.Finding) {})
		if len(c.o.Selection.Services) > 0 && len(here.Services) == 0 {
			s.plan.services = nil
		}
		if len(c.o.Selection.Clusters) > 0 && len(here.Clusters) == 0 {
			s.plan.clusters = nil
		}
		s.linker = newLinker(s.plan.clusters, c.o.Targets)
	}
	c.names = slices.Concat(c.base.plan.services, c.head.plan.services)
	slices.Sort(c.names)
	c.names = slices.Compact(c.names)
	if len(c.names) > 0 && len(c.base.plan.clusters)+len(c.head.plan.clusters) > 0 {
		return true
	}
	_, ok := c.o.Selection.resolve(head, c.report)
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
	return parallel(c.o.Jobs, len(numbers), func(n int) error {
		if c.o.Stop != nil && c.o.Stop() {
			return ErrStopped
		}
		return work(numbers[n])
	})
}

// changedService compiles a service on both sides. When its own files are the same they are parsed once.
func (c *comparison) changedService(n int) error {
	both := Both{Service: c.names[n]}
	var folder *config.Folder
	if slices.Contains(c.head.plan.services, both.Service) {
		folder = c.head.company.Folder(both.Service, c.report)
		check.Folder(folder, c.head.company.Clusters, c.report)
		both.Head = folder.Load(c.head.plan.clusters)
	}
	if slices.Contains(c.base.plan.services, both.Service) {
		if folder == nil || c.Shared || slices.Contains(c.Services, both.Service) {
			folder = c.base.company.Folder(both.Service, func(finding.Finding) {})
		}
		both.Base = folder.Load(c.base.plan.clusters)
	}
	var before, after tree.Memory
	if err := c.base.compile(n, both.Base, c.o.Targets, &before, func(finding.Finding) {}); err != nil {
		return err
	}
	if err := c.head.compile(n, both.Head, c.o.Targets, &after, c.report); err != nil {
		return err
	}
	both.Before, both.After = before.Files(), after.Files()
	c.each(both)
	return nil
}

func (s *side) compile(n int, services []*config.Service, targets []target.Target, out tree.Sink, report finding.Report) error {
	units, err := compileLoaded(services, s.plan, targets, out, report)
	if err != nil {
		return err
	}
	s.linker.add(n, units)
	return nil
}

// sameService compiles a service for what linked files need of it.
func (c *comparison) sameService(n int) error {
	folder := c.head.company.Folder(c.names[n], func(finding.Finding) {})
	units, err := compileService(folder, c.head.plan, c.o.Targets, nowhere{}, func(finding.Finding) {})
	if err != nil {
		return err
	}
	c.base.linker.add(n, units)
	c.head.linker.add(n, units)
	return nil
}

// link makes the linked files of both sides.
func (c *comparison) link() error {
	var before, after tree.Memory
	if _, err := c.base.linker.link(&before, func(finding.Finding) {}); err != nil {
		return err
	}
	if _, err := c.head.linker.link(&after, c.report); err != nil {
		return err
	}
	c.each(Both{Before: before.Files(), After: after.Files()})
	return nil
}

// sameFacts tells whether two linkers were told the same paths and facts. Sizes do not count: they only decide how
// large generated ConfigMaps are split.
func sameFacts(a, b *linker) bool {
	if len(a.slots) != len(b.slots) {
		return false
	}
	for i := range a.slots {
		if !reflect.DeepEqual(facts(a.inOrder(i)), facts(b.inOrder(i))) {
			return false
		}
	}
	return true
}

// nowhere is a Sink that drops everything.
type nowhere struct{}

func (nowhere) Put(tree.File) error   { return nil }
func (nowhere) Commit([]string) error { return nil }
func (nowhere) Discard()              {}

// Service compiles one service of one cluster by itself; nothing is reported. Paths begin with the cluster's name.
func Service(s *config.Service, targets []target.Target) ([]tree.File, error) {
	var out tree.Memory
	_, err := compileLoaded([]*config.Service{s}, plan{}, targets, &out, func(finding.Finding) {})
	return out.Files(), err
}
