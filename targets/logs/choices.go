package logs

import (
	"regexp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// choices are the key logs of service.yaml.
type choices struct {
	enabled   bool     // enabled; default true
	level     string   // level: lines of a lower level are left out; default all are kept
	sample    *float64 // sample: the share of entries that is kept, 0 to 1; default all
	topic     string   // topic; default stream_paasta_app_output_<service>
	topicAt   finding.Position
	brokers   string // brokers: an entry of logs.brokers in the system config; default "default"
	brokersAt finding.Position
	firstLine string // first_line: a regular expression of the first line of an entry; default see continuation
}

// topicPrefix begins the name of a service's topic. PaaSTA: utils.get_log_name_for_service.
const topicPrefix = "stream_paasta_app_output_"

// levels are the levels of lines from low to high, by all their names in lower case.
var levels = [][]string{
	{"trace"}, {"debug"}, {"info"}, {"notice"}, {"warning", "warn"}, {"error", "err"},
	{"critical", "crit", "fatal", "alert", "emerg", "panic"},
}

// levelNames are what the key level takes.
func levelNames() []string {
	var names []string
	for _, l := range levels {
		names = append(names, l[0])
	}
	return names
}

// below lists the names of the levels that are lower than one.
func below(level string) []string {
	var lower []string
	for _, l := range levels {
		if l[0] == level {
			break
		}
		lower = append(lower, l...)
	}
	return lower
}

// readChoices reads the key logs of service.yaml. A value that the schema of the file refuses is left out; the rest is
// looked at here.
func readChoices(s *config.Service, report finding.Report) choices {
	c := choices{enabled: true, topic: topicPrefix + s.Name, brokers: defaultBrokers,
		topicAt: finding.Position{File: s.Name + "/service.yaml"}}
	c.brokersAt = c.topicAt
	root := s.Folder.YAML("service.yaml").Get(settingsKey)
	if n := root.Get("enabled"); !n.IsNull() {
		c.enabled = n.Kind != yaml11.Bool || n.Bool
	}
	if name, _ := root.Get("level").Str(); slices.Contains(levelNames(), name) {
		c.level = strings.Clone(name)
	}
	if share, ok := root.Get("sample").Number(); ok && share >= 0 && share <= 1 {
		c.sample = &share
	}
	if name, ok := root.Get("topic").Str(); ok {
		c.topic, c.topicAt = strings.Clone(name), root.Get("topic").Position()
	}
	if name, ok := root.Get("brokers").Str(); ok {
		c.brokers, c.brokersAt = strings.Clone(name), root.Get("brokers").Position()
	}
	if pattern, ok := root.Get("first_line").Str(); ok {
		if _, err := regexp.Compile(pattern); err != nil || pattern == "" {
			report(finding.Finding{Code: ChoiceWrong, At: root.Get("first_line").Position(), Service: s.Name,
				Message: "first_line is no regular expression in RE2's syntax that says how an entry begins"})
			return c
		}
		c.firstLine = strings.Clone(pattern)
	}
	return c
}
