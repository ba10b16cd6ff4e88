package kubernetes

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// settings is what the system config says for every instance of a cluster.
type settings struct {
	*config.System
	cluster string
	// volumes is `volumes`, hacheckVolumes is `hacheck_sidecar_volumes` in the order of their mounts.
	volumes, hacheckVolumes []hostVolume
	ordered                 bool // volumes are in that order, too
	// pod is what `pod_defaults` makes of a pod before PaaSTA fills it in.
	pod model.PodSpec
	// problems make every instance fail, as they make PaaSTA.
	problems []problem
	// resources are `kubernetes_custom_resources` by file prefix.
	resources map[string]*customKind
	// vault is the Vault environment whose secrets the cluster gets: vault_cluster_map[cluster].
	vault string
	// client is the Kubernetes Python client whose config_sha is wanted: `kubernetes_client`, default 29.0.0.
	client model.Client
	stock
}

// problem is a setting that PaaSTA cannot use.
type problem struct {
	at                  value
	message, suggestion string
}

func loadSettings(c *config.Cluster) *settings {
	s := &settings{System: c.System, cluster: c.Name}
	s.vault, _ = s.Get("vault_cluster_map").Get(c.Name).Str()
	s.loadClient()
	s.volumes = s.hostVolumes("volumes")
	s.loadPodDefaults()
	s.loadStock()
	if !s.noSidecar {
		s.hacheckVolumes = s.hostVolumes("hacheck_sidecar_volumes")
	}
	if all := slices.Clone(s.volumes); orderVolumes(&all) == nil {
		s.volumes, s.ordered = all, true
	}
	if p := orderVolumes(&s.hacheckVolumes); p != nil {
		s.problems = append(s.problems, *p)
	}
	for _, key := range []string{"auto_config_instance_types_enabled", "auto_config_instance_type_aliases"} {
		if n := s.Get(key); n != nil && !n.IsMap() {
			s.problem(n, key+" is "+n.KindWithArticle()+", not a mapping", "{}")
		}
	}
	s.loadCustomKinds()
	return s
}

func (s *settings) problem(at value, message, suggestion string) {
	s.problems = append(s.problems, problem{at, message, suggestion})
}

// or is Python's config_dict.get(key, standard).
func (s *settings) or(key string, standard value) value {
	if n := s.Get(key); n != nil {
		return n
	}
	return standard
}

// hostVolumes reads a required list of volumes. PaaSTA: get_volumes, get_hacheck_sidecar_volumes.
func (s *settings) hostVolumes(key string) []hostVolume {
	list := s.Get(key)
	if !list.IsList() {
		s.problem(orConfig(list, s.Config), "the system config has no list "+key, key+": []")
		return nil
	}
	volumes := make([]hostVolume, 0, len(list.Items))
	for _, item := range list.Items {
		v, p := hostVolumeOf(item)
		if p != nil {
			s.problems = append(s.problems, *p)
			continue
		}
		volumes = append(volumes, v)
	}
	return volumes
}

func orConfig(n, config value) value {
	if n == nil {
		return config
	}
	return n
}

// ClientKey is the key of the system config, ours, that names the version of the Kubernetes Python client.
const ClientKey = "kubernetes_client"

// Clients returns the versions of the Kubernetes Python client that ClientKey may name, oldest first.
func Clients() []string { return model.Clients() }

// KnowsClient tells whether ClientKey may name the version: any release of a major version in Clients.
func KnowsClient(version string) bool {
	_, ok := model.ParseClient(version)
	return ok
}

// loadClient settles which Python client's config_sha is rendered.
func (s *settings) loadClient() {
	n := s.Get(ClientKey)
	if n == nil {
		return
	}
	version, _ := n.Str()
	client, ok := model.ParseClient(version)
	if !ok {
		s.problem(n, ClientKey+" is "+python.Repr(n)+", not a version that PaaSTA allows: "+strings.Join(Clients(), ", "),
			strconv.Quote(model.DefaultClient.String()))
	}
	s.client = client
}

// loadPodDefaults fills the pod that every instance starts from. Keys are the Python client's, in snake_case; what is
// below them is Kubernetes' own. PaaSTA: get_pod_defaults, in get_pod_template_spec.
func (s *settings) loadPodDefaults() {
	defaults := s.Get("pod_defaults")
	if defaults == nil {
		return
	}
	if !defaults.IsMap() {
		s.problem(defaults, "pod_defaults is "+defaults.KindWithArticle()+", not a mapping", "")
		return
	}
	pod := reflect.ValueOf(&s.pod).Elem()
	attributes := s.client.Attributes(pod.Type())
	for _, p := range defaults.Pairs {
		index, ok := attributes[p.Key.Text]
		if !ok {
			s.problem(p.Key, "pod_defaults: the Kubernetes client "+s.client.String()+" has no attribute "+strconv.Quote(p.Key.Text),
				attributeName(p.Key, attributes))
			continue
		}
		if field := pod.Field(index); !p.Value.IsNull() && reflect.TypeFor[value]().AssignableTo(field.Type()) {
			field.Set(reflect.ValueOf(p.Value))
		}
	}
	for _, m := range model.Mismatches(&s.pod, reflect.TypeFor[corev1.PodSpec]()) {
		s.problem(m.Value, "pod_defaults: Kubernetes takes for "+m.Path+" "+m.Problem, "")
	}
}

// attributeName is the attribute that is meant by Kubernetes' own name of it, or by a similar one, written as its
// file has keys.
func attributeName(key value, attributes map[string]int) string {
	near := model.NearAttribute(key.Text, attributes)
	if near != "" && strings.HasSuffix(key.Position().File, ".json") {
		return strconv.Quote(near)
	}
	return near
}

// customTypes are the file prefixes of custom resources that PaaSTA can load.
// PaaSTA: LONG_RUNNING_INSTANCE_TYPE_HANDLERS.
var customTypes = []string{
	"kubernetes", "flink", "flinkeks", "cassandracluster", "cassandraclustereks", "kafkacluster", "nrtsearchservice",
	"nrtsearchserviceeks", "monkrelays", "eks",
}

// customKind is one entry of kubernetes_custom_resources.
type customKind struct {
	prefix, group, version, kind, plural string
	at                                   value
	loadable                             bool // PaaSTA has a loader for the prefix
}

func (s *settings) loadCustomKinds() {
	s.resources = map[string]*customKind{}
	list := s.Get("kubernetes_custom_resources")
	if !list.IsList() {
		return
	}
	for _, item := range list.Items {
		kind := item.Get("kube_kind")
		k := &customKind{at: item, prefix: textOf(item.Get("file_prefix")), group: textOf(item.Get("group")),
			version: textOf(item.Get("version")), kind: textOf(kind.Get("singular")), plural: textOf(kind.Get("plural"))}
		k.loadable = slices.Contains(customTypes, k.prefix)
		s.resources[k.prefix] = k
	}
}

func textOf(n value) string {
	s, _ := n.Str()
	return s
}

// standards are the values that stand in for absent keys.
var (
	nodeZero  = yaml11.NewInt(0)
	nodeOne   = yaml11.NewInt(1)
	nodeTen   = yaml11.NewInt(10)
	nodeShell = yaml11.NewString("/bin/sh")
	nodeDashC = yaml11.NewString("-c")
	nodeRO    = yaml11.NewString("RO")
)
