package prometheus

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// scrapeFact is an instance whose pods Prometheus asks for metrics.
type scrapeFact struct {
	Instance, Namespace string
	Shard, Path         string
	Port                int64
}

// scrapeFile is a file of scrape_config_files.
type scrapeFile struct {
	ScrapeConfigs []scrapeConfig `json:"scrape_configs"`
}

type scrapeConfig struct {
	JobName        string      `json:"job_name"`
	MetricsPath    string      `json:"metrics_path,omitempty"`
	KubernetesSD   []discovery `json:"kubernetes_sd_configs"`
	RelabelConfigs []relabel   `json:"relabel_configs"`
}

type discovery struct {
	Role       string              `json:"role"`
	Namespaces map[string][]string `json:"namespaces"`
	Selectors  []selector          `json:"selectors"`
}

type selector struct {
	Role  string `json:"role"`
	Label string `json:"label"`
}

type relabel struct {
	Action       string   `json:"action,omitempty"`
	SourceLabels []string `json:"source_labels,omitempty"`
	Regex        string   `json:"regex,omitempty"`
	Replacement  string   `json:"replacement,omitempty"`
	TargetLabel  string   `json:"target_label,omitempty"`
}

// scrapeJob collects an instance that sets prometheus_port (default the container's port), prometheus_path (default
// /metrics) or prometheus_shard (default: the Prometheus without shards). PaaSTA: get_prometheus_port and its kin.
func (c *compilation) scrapeJob(i *config.Instance) {
	if !i.RunsPods() || i.Branch == nil || c.facts.scrapes(i.Name) {
		return
	}
	port, path, shard := i.Get("prometheus_port"), i.Get("prometheus_path"), i.Get("prometheus_shard")
	if !port.Truthy() && !path.Truthy() && !shard.Truthy() {
		return
	}
	if !port.Truthy() {
		port = yaml11.NewInt(i.ContainerPort())
	}
	number, ok := monitoring.Integer(port)
	if !ok || port.IsString() || number < 1 || number > 65535 {
		c.report(i.Finding(finding.Finding{Code: finding.ScrapeJobImpossible, Severity: finding.Warning, At: i.At("prometheus_port"),
			Message: "prometheus_port is " + python.Repr(port) + ", not a port: Prometheus does not ask the instance"}))
		return
	}
	fact := scrapeFact{Instance: i.Name, Namespace: i.PodNamespace(), Port: number}
	if path.Truthy() {
		fact.Path = python.Str(path)
	}
	if shard.Truthy() {
		fact.Shard = python.Str(shard)
	}
	c.facts.Scrapes = append(c.facts.Scrapes, fact)
}

func (f *facts) scrapes(instance string) bool {
	return slices.ContainsFunc(f.Scrapes, func(s scrapeFact) bool { return s.Instance == instance })
}

// linkScrapes writes a file a shard; each Prometheus reads its own.
func linkScrapes(c *config.Cluster, services []target.Linked) []target.File {
	shards := map[string][]scrapeConfig{}
	var names []string
	for _, s := range services {
		f, ok := s.Facts.(*facts)
		if !ok {
			continue
		}
		for _, job := range f.Scrapes {
			name := cmp.Or(fileName(job.Shard), "default")
			if shards[name] == nil {
				names = append(names, name)
			}
			shards[name] = append(shards[name], job.config(c.Name, s.Service))
		}
	}
	slices.Sort(names)
	var files []target.File
	for _, name := range names {
		files = append(files, target.File{Path: "prometheus/scrape/" + name + ".yaml", Docs: []any{scrapeFile{shards[name]}}})
	}
	return files
}

// config finds the instance's pods by PaaSTA's labels, and gives their series the labels that the adapter reads.
func (s scrapeFact) config(cluster, service string) scrapeConfig {
	set := func(label, value string) relabel {
		return relabel{TargetLabel: label, Replacement: strings.ReplaceAll(value, "$", "$$")}
	}
	from := func(label, meta string) relabel {
		return relabel{SourceLabels: []string{"__meta_kubernetes_" + meta}, TargetLabel: label}
	}
	return scrapeConfig{
		JobName: service + "." + s.Instance, MetricsPath: s.Path,
		KubernetesSD: []discovery{{Role: "pod", Namespaces: map[string][]string{"names": {s.Namespace}},
			Selectors: []selector{{"pod", "paasta.yelp.com/service=" + service + ",paasta.yelp.com/instance=" + s.Instance}}}},
		RelabelConfigs: []relabel{
			{Action: "keep", SourceLabels: []string{"__meta_kubernetes_pod_container_port_number"},
				Regex: strconv.FormatInt(s.Port, 10)},
			set("paasta_cluster", cluster), set("paasta_service", service), set("paasta_instance", s.Instance),
			set("kube_deployment", paasta.AppName(service, s.Instance)),
			from("kube_namespace", "namespace"), from("kube_pod", "pod_name"),
		},
	}
}

// fileName keeps a shard's or team's name from leaving its folder.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '_'
	}, strings.TrimLeft(name, "."))
}
