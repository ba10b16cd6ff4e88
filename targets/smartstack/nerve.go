package smartstack

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// What nerve-tools' configure_nerve takes for its command line.
const (
	hacheckPort   = 6666
	heartbeatPath = "/var/run/nerve/heartbeat"
	zkCluster     = "infrastructure"
	zkLocation    = "superregion" // every location of this type has its own ZooKeeper
)

// nerveEntry is one instance's registration in one ZooKeeper.
type nerveEntry struct {
	registration string
	instance     string // <service>.<instance>
	zookeeper    string // location of the type zkLocation
	port         int64
	weight       int64
	labels       map[string]string
	timeout      any // seconds
	interval     float64
	uri          string
	headers      map[string]any
	expect       string
}

// nerveService is what nerve registers and how it checks it. The address, and hacheck's, is that of each pod: nerve on
// the pod's host fills it in.
type nerveService struct {
	Port          int64             `json:"port"`
	ZkHosts       []string          `json:"zk_hosts"`
	ZkClusterName string            `json:"zk_cluster_name"`
	ZkPath        string            `json:"zk_path"`
	CheckInterval float64           `json:"check_interval"`
	Checks        []nerveCheck      `json:"checks"`
	Labels        map[string]string `json:"labels"`
	Weight        int64             `json:"weight"`
}

type nerveCheck struct {
	Type        string         `json:"type"`
	Port        int            `json:"port"`
	URI         string         `json:"uri"`
	Timeout     any            `json:"timeout"`
	OpenTimeout any            `json:"open_timeout"`
	Rise        int            `json:"rise"`
	Fall        int            `json:"fall"`
	Headers     map[string]any `json:"headers"`
	Expect      string         `json:"expect,omitempty"`
}

// nerveEntries are what the service's pods advertise; none unless register_k8s_pods is set. PaaSTA:
// get_kubernetes_services_running_here_for_nerve; nerve-tools: configure_nerve.generate_subconfiguration.
func nerveEntries(s *config.Service) []nerveEntry {
	system := s.Cluster.System
	if !system.Get("register_k8s_pods").Truthy() {
		return nil
	}
	var all []nerveEntry
	var locations *config.Locations
	for _, i := range s.Instances() {
		if _, ok := i.MeshNamespace(); !ok || !i.RunsPods() || !i.Deployed() {
			continue
		}
		for _, r := range i.Registrations() {
			service, name, ok := r.Split()
			if !ok {
				continue
			}
			n, ok := s.Folder.Namespace(service, name)
			if !ok || !n.InSmartStack() || !knownMode(n.Mode()) {
				continue
			}
			if locations == nil {
				locations = system.Locations()
			}
			all = append(all, nerveRegistration(i, r.Name, n, locations)...)
		}
	}
	return all
}

func knownMode(mode string) bool {
	return slices.Contains([]string{"http", "https", "http2", "tcp"}, mode)
}

// nerveRegistration registers one instance's pods in every ZooKeeper that the namespace advertises to.
func nerveRegistration(i *config.Instance, registration string, n config.Namespace, l *config.Locations) []nerveEntry {
	byZookeeper := map[string]map[string]string{} // labels
	here := func(kind string) string { return l.Here(i.Service.Cluster.Name, kind) }
	for _, place := range n.AdvertisedPlaces(l, here) {
		for _, zk := range l.Convert(place.Location, place.Kind, zkLocation) {
			if byZookeeper[zk] == nil {
				byZookeeper[zk] = map[string]string{}
			}
			byZookeeper[zk][place.Kind+":"+place.Location] = ""
		}
	}
	checked := i.ContainerPort()
	if p, ok := n.Get("healthcheck_port").Number(); ok {
		checked = python.Truncate(p)
	}
	e := nerveEntry{
		registration: registration, instance: i.Service.Name + "." + i.Name, port: i.ContainerPort(), weight: i.Weight(),
	}
	mode := n.Mode() // unlike PaaSTA's probes, nerve asks http2 pods over http2
	if own := n.Get("healthcheck_mode"); own != nil {
		mode = python.Str(own)
	}
	e.uri = "/" + mode + "/" + registration + "/" + strconv.FormatInt(checked, 10) + "/" +
		strings.TrimLeft(n.HealthcheckURI(), "/")
	e.timeout, e.interval = 1.0, 2
	if t := n.Get("healthcheck_timeout_s"); t.IsNumber() {
		v, _ := t.Number()
		e.timeout, e.interval = plain(t), v+1
	}
	e.headers = map[string]any{}
	use := i.Service.Cluster.System.Get("kubernetes_use_hacheck_sidecar")
	if headers := n.Get("extra_healthcheck_headers"); headers.IsMap() && (use == nil || use.Truthy()) {
		for _, p := range headers.Pairs {
			e.headers[python.Str(p.Key)] = plain(p.Value)
		}
	}
	e.headers["x-smartstack-target-identity"] = registration
	if expect := n.Get("healthcheck_body_expect"); expect.Truthy() {
		e.expect = python.Str(expect)
	}
	var all []nerveEntry
	for _, zk := range slices.Sorted(maps.Keys(byZookeeper)) {
		e.zookeeper, e.labels = zk, byZookeeper[zk]
		all = append(all, e)
	}
	return all
}

// nerveFile is nerve's configuration as far as soa-configs settle it: without instance_id and addresses, which are the
// host's and the pods'. Keys name the instance where nerve-tools has the pod's address.
func nerveFile(c *config.Cluster, all []*facts) target.File {
	services := map[string]nerveService{}
	hosts := map[string][]string{}
	for _, f := range all {
		for _, e := range f.nerve {
			known, ok := hosts[e.zookeeper]
			if !ok {
				known = zookeeperHosts(zookeeper(c, e.zookeeper))
				hosts[e.zookeeper] = known
			}
			if len(known) == 0 {
				continue
			}
			key := e.registration + "." + e.zookeeper + ":" + e.instance + "." + strconv.FormatInt(e.port, 10) + ".v2.new"
			services[key] = nerveService{
				Port: e.port, ZkHosts: known, ZkClusterName: zkCluster + "-" + e.zookeeper,
				ZkPath:        "/smartstack/global/" + e.registration,
				CheckInterval: e.interval, Labels: e.labels, Weight: e.weight,
				Checks: []nerveCheck{{Type: "http", Port: hacheckPort, URI: e.uri, Timeout: e.timeout, OpenTimeout: e.timeout,
					Rise: 1, Fall: 2, Headers: e.headers, Expect: e.expect}},
			}
		}
	}
	conf := map[string]any{"heartbeat_path": heartbeatPath, "services": services}
	return target.File{Path: "smartstack/nerve.conf.json", Docs: []any{conf}}
}

// zookeeper reads where a location's ZooKeeper is; nil when nothing says so.
func zookeeper(c *config.Cluster, location string) *yaml11.Node {
	dir := "nail/etc/zookeeper_discovery/" + zkCluster
	if !slices.Contains(c.System.List(dir), location+".yaml") {
		return nil
	}
	return c.System.YAML(dir + "/" + location + ".yaml")
}

// everRegistered lists what the service's instances register under in any cluster of the company, sorted. It reads the
// files alone: an instance that no cluster deploys yet counts, too. Only the first cluster's facts hold the list.
func everRegistered(s *config.Service) []string {
	if s.Cluster != s.Cluster.Company.Clusters[0] {
		return nil
	}
	seen := map[string]bool{}
	for _, c := range s.Cluster.Company.Clusters {
		for _, kind := range config.InstanceTypes {
			if kind == "adhoc" || kind == "tron" || !s.Folder.Exists(kind+"-"+c.Name+".yaml") {
				continue
			}
			file := kind + "-" + c.Name + ".yaml"
			if s.Folder.Broken(file) {
				continue // of another cluster's files nothing here is made
			}
			root := s.Folder.YAML(file)
			if root == nil {
				continue
			}
			for _, p := range root.Pairs {
				name := python.Str(p.Key)
				if registrations := p.Value.Get("registrations"); registrations.IsList() && len(registrations.Items) > 0 {
					for _, r := range registrations.Items {
						seen[python.Str(r)] = true
					}
					continue
				}
				if ns := p.Value.Get("nerve_ns"); ns != nil {
					name = python.Str(ns)
				}
				seen[s.Name+"."+name] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(seen), cmp.Compare[string])
}
