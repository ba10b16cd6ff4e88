// Package validate makes the checks of `paasta validate` that go beyond the schemas, and a few of its own.
//
// An error says that PaaSTA's command fails the service, be it by verdict or by an exception; whatever PaaSTA lets
// pass is a warning or less. The target for Tron has its own part, and the schemas are in compiler/check.
package validate

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Schemas holds the files of a service against their schemas, and then visits each that has one.
type Schemas func(report finding.Report, visit func(file, schema string))

// Service checks one service as resolved for each cluster. PaaSTA: cli.cmds.validate.paasta_validate_soa_configs.
func Service(f *config.Folder, loaded []*config.Service, schemas Schemas, report finding.Report) {
	c := &checker{Folder: f, report: report, mistyped: map[finding.Position]bool{}, comments: map[string]*comments{}}
	if !c.hasYAML() || !c.nameFits() {
		return
	}
	noted := func(x finding.Finding) {
		c.mistyped[x.At] = c.mistyped[x.At] || x.Severity == finding.Error
		report(x)
	}
	schemas(noted, func(file, schema string) {
		switch schema {
		case "kubernetes", "eks":
			c.instanceNames(file)
		case "rollback":
			c.rollbackBounds(file)
		}
	})
	c.smartstack()
	c.monitoringFile()
	for _, s := range loaded {
		if k := c.cluster(s); k != nil {
			c.clusters = append(c.clusters, k)
		}
	}
	for _, k := range c.clusters {
		c.uniqueNames(k)
		c.secrets(k)
		c.commentsReadable(k)
		c.replicas(k)
		for i := range k.instances {
			c.instance(k, &k.instances[i])
		}
	}
	c.unusedSecrets()
	c.unusedDeployGroups()
}

// checker is one service under inspection.
type checker struct {
	*config.Folder
	report   finding.Report
	clusters []*cluster
	mistyped map[finding.Position]bool // where a schema is broken: what follows from it need not be said
	comments map[string]*comments      // by file
}

// cluster is the service in a cluster that one of its files names. PaaSTA: utils.list_clusters.
type cluster struct {
	*config.Cluster
	service   *config.Service
	instances []instance
}

// instance is any instance as PaaSTA's validate loads it: the first of its name, in order of type.
type instance struct {
	name   string
	kind   string
	config *yaml11.Node     // effective
	own    *config.Instance // nil for Tron's actions
	at     finding.Position
}

// finding fills in where a finding belongs; At defaults to the instance's place.
func (k *cluster) finding(i *instance, f finding.Finding) finding.Finding {
	f.Service, f.Cluster = k.service.Name, k.Name
	if i != nil {
		f.Instance = i.name
		if f.At.File == "" {
			f.At = i.at
		}
	}
	return f
}

// at returns where a key's effective value stands, the instance's place when nobody wrote it.
func (i *instance) place(key string) finding.Position {
	if p := i.config.Get(key).Position(); p.File != "" {
		return p
	}
	return i.at
}

// cluster collects the instances of a cluster; nil when no file names the cluster.
func (c *checker) cluster(s *config.Service) *cluster {
	k := &cluster{Cluster: s.Cluster, service: s}
	found := false
	seen := map[string]bool{}
	add := func(i instance) {
		if !seen[i.name] {
			seen[i.name] = true
			k.instances = append(k.instances, i)
		}
	}
	for _, kind := range config.InstanceTypes {
		if !c.opens(s.ClusterFile(kind)) {
			continue
		}
		found = true
		if kind == "tron" {
			c.tronActions(k, add)
			continue
		}
		for _, i := range s.Instances() {
			if i.Type == kind {
				add(instance{i.Name, kind, i.Config, i, i.Position()})
			}
		}
	}
	if !found {
		return nil
	}
	return k
}

// tronActions adds every action of every job as an instance "job.action". What is wrong with their form is Tron's
// matter. A job's own `service` counts for nothing: PaaSTA puts the folder's name over it.
func (c *checker) tronActions(k *cluster, add func(instance)) {
	root := c.YAML(k.service.ClusterFile("tron"))
	if root == nil {
		return
	}
	for _, job := range root.Pairs {
		actions := job.Value.Get("actions")
		if strings.HasPrefix(job.Key.Text, "_") || !actions.IsMap() {
			continue
		}
		for _, a := range actions.Pairs {
			if a.Value.IsMap() {
				add(instance{job.Key.Text + "." + a.Key.Text, "tron", a.Value, nil, a.Key.Position()})
			}
		}
	}
}

// instance makes the checks that concern one instance alone.
func (c *checker) instance(k *cluster, i *instance) {
	if i.kind == "paasta_native" {
		c.report(k.finding(i, finding.Finding{Code: finding.UnsupportedType,
			Message: "instances of paasta_native cannot be run any more"}))
		return
	}
	c.poolLimit(k, i)
	if i.own == nil {
		return
	}
	c.quantities(k, i)
	c.dependencies(k, i)
	c.deployGroup(k, i)
	c.registrations(k, i)
	c.minMax(k, i)
	if i.own.RunsPods() {
		c.autoscaling(k, i)
		c.cpuBurst(k, i)
	}
}

// crash reports a value on which PaaSTA raises.
func (c *checker) crash(k *cluster, i *instance, at finding.Position, message string) {
	if !c.mistyped[at] {
		c.report(k.finding(i, finding.Finding{Code: finding.Unreadable, At: at, Message: message}))
	}
}

// listed tells whether a list of the system config names the service.
func (k *cluster) listed(key string) bool {
	list := k.System.Get(key)
	return list.IsList() && slices.ContainsFunc(list.Items, func(n *yaml11.Node) bool {
		return n.IsString() &&
			n.Text == k.service.Name
	})
}

// templated tells whether the file of an instance type is made from a template beside it, which has no comments.
// PaaSTA: validate.__is_templated.
func (c *checker) templated(k *cluster, kind string) bool {
	return c.Exists(kind + "-" + k.Name + ".in")
}
