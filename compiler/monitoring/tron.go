package monitoring

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// tronKeys are the monitoring keys that Tron's schema allows; the others do not reach an action.
var tronKeys = strings.Fields(`alert_after check_oom_events check_that_every_day_has_a_successful_run component
	dependencies description irc_channels issuetype notification_email page page_for_expected_runtime priority project
	realert_every runbook slack_channels tags team ticket tip`)

// TronAction is an action of a Tron job: the unit that PaaSTA's checks call an instance.
type TronAction struct {
	Service  string // whose image it runs: the action's service, the job's, else the folder's
	Cluster  string
	Name     string // <job>.<action>
	Settings Settings
	Config   *yaml11.Node
}

// TronActions lists the actions of tron-<cluster>.yaml in the order of the file; what is no mapping is left to Tron's
// target. Their monitoring is monitoring.yaml with the job's keys over it. PaaSTA: TronJobConfig._get_action_config.
func TronActions(s *config.Service) []TronAction {
	jobs := s.Folder.YAML(s.ClusterFile("tron"))
	if jobs == nil {
		return nil
	}
	var all []TronAction
	known := map[string]Settings{}
	for _, job := range jobs.Pairs {
		own := job.Value.Get("monitoring")
		if !job.Value.IsMap() || strings.HasPrefix(job.Key.Text, "_") || own != nil && !own.IsMap() {
			continue
		}
		actions := job.Value.Get("actions")
		if !actions.IsMap() {
			continue
		}
		overrides := tronMonitoring(s.Folder.YAML("monitoring.yaml"), own)
		for _, action := range actions.Pairs {
			if !action.Value.IsMap() {
				continue
			}
			service := s.Name
			for _, level := range []*yaml11.Node{action.Value, job.Value} {
				if name, ok := level.Get("service").Str(); ok && name != "" {
					service = name
					break
				}
			}
			settings, ok := known[service]
			if !ok {
				settings, _ = ofNamed(s, service)
				known[service] = settings
			}
			settings.overrides = overrides
			name := job.Key.Text + "." + action.Key.Text
			all = append(all, TronAction{Service: service, Cluster: s.Cluster.Name, Name: name, Settings: settings, Config: action.Value})
		}
	}
	return all
}

// ofNamed is OfService for any service of the repository.
func ofNamed(s *config.Service, name string) (Settings, *Problem) {
	if name != s.Name {
		s = s.Folder.Other(name).Load([]*config.Cluster{s.Cluster})[0]
	}
	return OfService(s)
}

// tronMonitoring lays the job's keys over the service's and keeps those that Tron knows. PaaSTA:
// TronJobConfig.get_monitoring.
func tronMonitoring(service, job *yaml11.Node) *yaml11.Node {
	merged := yaml11.NewMap()
	for _, layer := range []*yaml11.Node{service, job} {
		if layer == nil {
			continue
		}
		for _, p := range layer.Pairs {
			if slices.Contains(tronKeys, p.Key.Text) {
				merged = merged.With(p.Key.Text, p.Value)
			}
		}
	}
	return merged
}

// TronOOMKilled is OOMKilled for a Tron action.
func TronOOMKilled(a TronAction) string {
	return oomKilledByLabels(a.Cluster, "tron", a.Service, a.Name)
}
