package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// InstanceTypes are PaaSTA's instance types in its order: the part of a file's name before "-<cluster>.yaml".
// PaaSTA: utils.INSTANCE_TYPES.
var InstanceTypes = []string{
	"paasta_native", "adhoc", "kubernetes", "eks", "tron", "flink", "flinkeks", "cassandracluster",
	"cassandraclustereks", "kafkacluster", "monkrelays", "nrtsearchservice", "nrtsearchserviceeks",
}

// Service is one service in one cluster.
type Service struct {
	Name    string
	Cluster *Cluster
	Folder  *Folder
	// Only names the instances that are wanted; empty for all.
	Only      []string
	instances []*Instance
	loaded    bool
	partial   bool // a file that the instances are made of cannot be read
}

// Base is service.yaml with monitoring.yaml, smartstack.yaml, … under their own keys: the lowest layer.
// PaaSTA: service_configuration_lib.read_service_configuration.
func (s *Service) Base() *yaml11.Node { return s.Folder.base() }

// Instances are all instances but Tron's, in order of type and file, resolved when they are first asked for. Tron's
// jobs are in Folder.YAML("tron-<cluster>.yaml").
func (s *Service) Instances() []*Instance {
	if s.loaded {
		*s.Folder.unread = *s.Folder.unread || s.partial
		return s.instances
	}
	s.loaded = true
	before := s.Folder.Unread()
	s.Folder.ForgetUnread()
	defer func() {
		s.partial = *s.Folder.unread
		*s.Folder.unread = s.partial || before
	}()
	for _, kind := range instanceTypes(s.Cluster) {
		if kind != "tron" && s.Folder.Exists(s.ClusterFile(kind)) {
			s.loadType(kind)
		}
	}
	if len(s.Only) > 0 {
		s.instances = slices.DeleteFunc(s.instances, func(i *Instance) bool { return !slices.Contains(s.Only, i.Name) })
	}
	return s.instances
}

// Instance returns the instance of a name, of the first of the types that has it; nil when none has. Without types,
// those of PaaSTA count, in its order. PaaSTA: utils.validate_service_instance.
func (s *Service) Instance(name string, types ...string) *Instance {
	if len(types) == 0 {
		types = InstanceTypes
	}
	for _, kind := range types {
		for _, i := range s.Instances() {
			if i.Name == name && i.Type == kind {
				return i
			}
		}
	}
	return nil
}

// Resolved is how many instances have been asked for.
func (s *Service) Resolved() int { return len(s.instances) }

// Instance is one instance of a service in a cluster, all layers merged.
type Instance struct {
	Name    string
	Type    string // file prefix: kubernetes, eks, adhoc, flink, …
	Service *Service
	// Config is the effective configuration: service.yaml < autotuned defaults < instance.
	Config *yaml11.Node
	// Own is what the instance's own file says; Autotuned what autotuned_defaults/ says (nil when nothing or not enabled).
	Own, Autotuned *yaml11.Node
	// DeployGroup is the deploy group after interpolation; "<cluster>.<instance>" when none is given.
	DeployGroup string
	// Branch is what deployments.json says; nil when the instance is not deployed, then Undeployed says why.
	Branch     *Branch
	Undeployed string
	key        *yaml11.Node
}

// Get returns a key of the effective configuration, nil when absent.
func (i *Instance) Get(key string) *yaml11.Node { return i.Config.Get(key) }

// Has tells whether the key is in the effective configuration, be it null.
func (i *Instance) Has(key string) bool { return i.Config.Has(key) }

// At returns where the effective value of a key was written; the instance's own place when nobody wrote it.
func (i *Instance) At(key string) finding.Position {
	if p := i.Config.Get(key).Position(); p.File != "" {
		return p
	}
	return i.Position()
}

// Position returns where the instance's name stands in its file.
func (i *Instance) Position() finding.Position { return i.key.Position() }

// File is the instance's own file, relative to the soa directory.
func (i *Instance) File() string {
	return i.Service.Name + "/" + i.Type + "-" + i.Service.Cluster.Name + ".yaml"
}

// Finding fills in service, instance and cluster. At defaults to the instance's place.
func (i *Instance) Finding(f finding.Finding) finding.Finding {
	f.Service, f.Instance, f.Cluster = i.Service.Name, i.Name, i.Service.Cluster.Name
	if f.At.File == "" {
		if f.How() == finding.AddBeside {
			f.Fix = finding.AddBelow
		}
		f.At = i.Position()
	}
	return f
}

// ClusterFile returns the name of a file of the service for its cluster: ClusterFile("tron") is "tron-<cluster>.yaml".
func (s *Service) ClusterFile(kind string) string { return kind + "-" + s.Cluster.Name + ".yaml" }

// Load returns the service in every given cluster, in their order. It is there for every cluster, even without
// instances, since its smartstack.yaml concerns all of them.
func (f *Folder) Load(clusters []*Cluster) []*Service {
	services := make([]*Service, len(clusters))
	for i, c := range clusters {
		services[i] = &Service{Name: f.Name, Cluster: c, Folder: f}
	}
	return services
}

// instanceTypes returns PaaSTA's types and the file prefixes of the cluster's custom resources.
func instanceTypes(c *Cluster) []string {
	types := InstanceTypes
	crs := c.System.Get("kubernetes_custom_resources")
	if crs.IsList() {
		for _, cr := range crs.Items {
			if prefix, ok := cr.Get("file_prefix").Str(); ok && !slices.Contains(types, prefix) {
				types = append(slices.Clip(types), prefix)
			}
		}
	}
	return types
}

// base merges the service-wide files, once. PaaSTA: service_configuration_lib.read_service_configuration_from_dir.
func (f *Folder) base() *yaml11.Node {
	if f.merged != nil {
		*f.unread = *f.unread || f.partial
		return f.merged
	}
	before := *f.unread
	*f.unread = false
	defer func() {
		f.partial = *f.unread
		*f.unread = f.partial || before
	}()
	port := f.YAML("smartstack.yaml").Get("port")
	if port == nil {
		port = f.port()
	}
	base := yaml11.NewMap(
		yaml11.Entry("port", port),
		yaml11.Entry("monitoring", f.orEmpty("monitoring.yaml")),
		yaml11.Entry("deploy", f.orEmpty("deploy.yaml")),
		yaml11.Entry("data", f.orEmpty("data.yaml")),
		yaml11.Entry("smartstack", f.orEmpty("smartstack.yaml")),
		yaml11.Entry("dependencies", f.orEmpty("dependencies.yaml")),
	)
	if service := f.YAML("service.yaml"); service != nil {
		for _, p := range service.Pairs { // shallow: a key in service.yaml replaces the file's
			at := slices.IndexFunc(base.Pairs, func(own yaml11.Pair) bool { return own.Key.Text == p.Key.Text })
			if at < 0 {
				base.Pairs = append(base.Pairs, yaml11.Entry(p.Key.Text, p.Value))
				continue
			}
			base.Pairs[at].Value = p.Value
		}
	}
	f.merged = base
	return base
}

// orEmpty is the mapping that a file holds, else an empty one. PaaSTA merges these files as they are, so only
// monitoring.yaml and smartstack.yaml, of which it reads keys, must be mappings.
func (f *Folder) orEmpty(name string) *yaml11.Node {
	d := f.document(name)
	if !d.ok && (!d.other || name == "monitoring.yaml" || name == "smartstack.yaml") {
		*f.unread = true
	}
	if d.root != nil {
		return d.root
	}
	return yaml11.NewMap()
}

// port reads the plain text file `port`. PaaSTA: service_configuration_lib.read_port.
func (f *Folder) port() *yaml11.Node {
	if f.Exists("port") {
		data, _ := f.Text("port")
		if v, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64); err == nil {
			return yaml11.NewInt(v)
		}
	}
	return yaml11.NewNull()
}

// loadType adds the instances of <kind>-<cluster>.yaml; keys that begin with "_" are templates.
func (s *Service) loadType(kind string) {
	root := s.Folder.YAML(s.ClusterFile(kind))
	if root == nil {
		return
	}
	s.Base()
	auto, ok := s.autotuned(kind)
	if !ok || s.Folder.partial {
		return // PaaSTA raises for each of them
	}
	for _, p := range root.Pairs {
		name, ok := p.Key.Str()
		if !ok {
			s.Folder.report(finding.Finding{Code: finding.NotAMapping, At: p.Key.Position(), Service: s.Name,
				Cluster: s.Cluster.Name, Suggestion: strconv.Quote(p.Key.Text),
				Message: "an instance's name must be a string, not " + p.Key.KindWithArticle()})
			continue
		}
		if strings.HasPrefix(name, "_") {
			continue
		}
		i := &Instance{Name: name, Type: kind, Service: s, Own: p.Value, Autotuned: auto.Get(name), key: p.Key}
		if !p.Value.IsMap() {
			message := "the instance has no configuration"
			if !p.Value.IsNull() {
				message = "the instance's configuration is " + p.Value.KindWithArticle() + ", not keys and values"
			}
			s.Folder.report(i.Finding(finding.Finding{Code: finding.NullInstance, Message: message}))
			continue
		}
		i.Config = yaml11.DeepMerge(yaml11.DeepMerge(i.Own, i.Autotuned), s.Base())
		if i.interpolate() {
			i.loadBranch()
			s.instances = append(s.instances, i)
		}
	}
}

// autotuned returns autotuned_defaults/<type>-<cluster>.yaml when the system config enables it for the type that kind
// is an alias of; ok is false when the file cannot be read. PaaSTA: utils.load_service_instance_auto_configs.
func (s *Service) autotuned(kind string) (root *yaml11.Node, ok bool) {
	system := s.Cluster.System
	if alias, ok := system.Get("auto_config_instance_type_aliases").Get(kind).Str(); ok {
		kind = alias
	}
	if !system.Get("auto_config_instance_types_enabled").Get(kind).Truthy() {
		return nil, true
	}
	name := "autotuned_defaults/" + s.ClusterFile(kind)
	return s.Folder.YAML(name), !s.Folder.Broken(name)
}

// interpolate settles the deploy group. PaaSTA: utils.InstanceConfig.__init__ and get_deploy_group.
func (i *Instance) interpolate() bool {
	i.DeployGroup = i.Service.Cluster.Name + "." + i.Name
	group := i.Get("deploy_group")
	if group.IsNull() {
		return true
	}
	text, ok := group.Str()
	if !ok {
		i.Service.Folder.report(i.Finding(finding.Finding{Code: finding.DeployGroupFormat, At: i.At("deploy_group"),
			Message: "deploy_group is " + group.KindWithArticle() + ", not a string"}))
		return false
	}
	formatted, err := python.Format(text, map[string]string{"cluster": i.Service.Cluster.Name, "instance": i.Name,
		"service": i.Service.Name})
	if err != nil {
		i.Service.Folder.report(i.Finding(finding.Finding{Code: finding.DeployGroupFormat, At: i.At("deploy_group"),
			Message:    "deploy_group " + strconv.Quote(text) + ": " + err.Error(),
			Suggestion: "{service}, {instance} or {cluster}"}))
		return false
	}
	i.DeployGroup = formatted
	return true
}
