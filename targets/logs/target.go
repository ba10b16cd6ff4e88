// Package logs renders the configuration of a stock OpenTelemetry Collector that runs on every node: it reads what
// containers print and sends it to Kafka, a JSON line each, as the readers of `paasta logs` take it.
//
// PaaSTA leaves this to monk, which is not public. The keys `logs` of the system config and of service.yaml are
// therefore ours. The Collector asks no API server: which pods and containers are a service's is known here, and is in
// its configuration.
package logs

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// settingsKey is the key of the system config, and of service.yaml.
const settingsKey = "logs"

// folder is where the files are, below the cluster's folder.
const folder = "logs/"

// Target is the back end for logs.
var Target = target.Target{
	Name: "logs",
	Doc: `The OpenTelemetry Collector's configuration: containers' logs to Kafka

logs/collector.yaml is for a DaemonSet of the Collector's contrib distribution, logs/streams.yaml says instance by
instance where its lines go. The key logs of the system config names the Kafka brokers; the key logs of service.yaml
chooses.`,
	Optional:   true,
	SystemKeys: []string{settingsKey},
	Files: []layout.Files{
		{Prefix: folder, Delivery: layout.InConfigMap, Entries: &layout.Entries{Rest: "LogCollector"}},
		{Prefix: folder + "streams.yaml", Entries: &layout.Entries{Kind: "LogStream", Rest: "LogStreams",
			Owner: ownedByName}},
	},
	Findings: docs,
	Effects: effect.Table{
		"LogCollector": effect.Uniform(effect.Access, "which logs the collectors read and where they send them; pods stay"),
		"LogStream":    effect.Uniform(effect.Access, "which lines reach Kafka and where; pods stay"),
		"LogStreams":   effect.Uniform(effect.Access, "which lines reach Kafka and where; pods stay"),
	},
	Compile: compile,
	Link:    link,
}

// ownedByName takes the name of an entry of streams.yaml apart, <service>.<instance>.
func ownedByName(_, entry string) (service, instance string) {
	return layout.OwnedByNamespace("", entry)
}

// facts are what Link needs to know of a service.
type facts struct {
	choices choices
	streams []stream
}

// compile finds the containers of a service's instances.
func compile(s *config.Service, report finding.Report) target.Output {
	f := &facts{choices: readChoices(s, report)}
	for _, i := range s.Instances() {
		switch {
		case !f.choices.enabled:
		case i.RunsPods():
			f.streams = append(f.streams, newStream(i))
		case i.Type != "adhoc":
			report(i.Finding(finding.Finding{Code: NotCollected, Severity: finding.Info,
				Message: "the logs of the instance are not collected: its pods are made by an operator, which names them"}))
		}
	}
	if file := s.ClusterFile("tron"); f.choices.enabled && s.Folder.Exists(file) {
		report(finding.Finding{Code: NotCollected, Severity: finding.Info, Service: s.Name, Cluster: s.Cluster.Name,
			At:      finding.Position{File: s.Name + "/" + file},
			Message: "the logs of Tron's actions are not collected: Tron names their pods when it starts them"})
	}
	if len(f.streams) == 0 {
		return target.Output{}
	}
	return target.Output{Facts: f}
}

// link makes the Collector's configuration from the streams of all services.
func link(c *config.Cluster, linked []target.Linked, report finding.Report) []target.File {
	set, ok := readSettings(c, report)
	if !ok {
		return nil
	}
	var all []routed
	for _, l := range linked {
		f, ok := l.Facts.(*facts)
		if !ok || !set.takes(c.Name, l.Service, &f.choices, report) {
			continue
		}
		for _, s := range f.streams {
			all = append(all, routed{stream: s, choices: &f.choices})
		}
	}
	if len(all) == 0 || target.AnyUnread(linked) {
		return nil
	}
	slices.SortFunc(all, func(a, b routed) int {
		return cmp.Or(cmp.Compare(a.service, b.service), cmp.Compare(a.instance, b.instance), cmp.Compare(a.kind, b.kind))
	})
	checkTopics(c.Name, all, report)
	return []target.File{
		{Path: folder + "collector.yaml", Docs: []any{set.collector(c.Name, all)}},
		{Path: folder + "streams.yaml", Docs: []any{streamsFile(all)}},
	}
}

// checkTopics reports topics that lines of two services would be mixed in. Kafka names its metrics by topics with "."
// for "_", so that it warns of topics which differ in nothing else.
func checkTopics(cluster string, all []routed, report finding.Report) {
	first := map[string]*routed{}
	for n := range all {
		r := &all[n]
		name := r.choices.brokers + "/" + r.choices.topic
		other := first[name]
		if other == nil {
			first[name] = r
			continue
		}
		if other.service == r.service {
			continue
		}
		report(finding.Finding{Code: TopicShared, Severity: finding.Warning, At: r.choices.topicAt, Service: r.service,
			Cluster: cluster,
			Message: fmt.Sprintf("the topic %s is that of %s, too: paasta logs shows the lines of both for instances of "+
				"one name",
				r.choices.topic, other.service),
			Notes: []finding.Note{{At: other.choices.topicAt, Message: "the topic of " + other.service}}})
		first[name] = r
	}
}
