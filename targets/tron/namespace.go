package tron

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/tron/rules"
)

// namespace is one service's Tron configuration while it is made.
type namespace struct {
	service *config.Service
	system  *config.System
	// cluster is where actions run: tron_k8s_cluster_overrides may name another than the Tron cluster's own.
	cluster string
	report  finding.Report
	refused bool
	// shared keeps what PaaSTA writes into an action's mapping. YAML aliases make several actions the same mapping.
	shared map[*yaml11.Node]*inherited
	roles  roles
	slab   slab
	// environment is the host's, read when the first Spark action asks.
	environment string
	// volumes are the system's own, sorted and formatted: most actions have no others.
	volumes *yaml11.Node
	// withoutDeployments is how `paasta validate` loads jobs.
	withoutDeployments bool
}

func newNamespace(s *config.Service, report finding.Report) *namespace {
	ns := &namespace{service: s, system: s.Cluster.System, cluster: s.Cluster.Name, report: report}
	if override := ns.system.Get("tron_k8s_cluster_overrides").Get(s.Cluster.Name); override.Truthy() {
		ns.cluster = python.Str(override)
	}
	return ns
}

// inherited is what an action has from its job. PaaSTA sets it in the action's mapping, once: an action that two jobs
// share by an alias keeps what the first job gave it. PaaSTA: TronJobConfig._get_action_config.
type inherited struct {
	service, deployGroup, costOwner *yaml11.Node
}

// job is one job while it is made.
type job struct {
	ns         *namespace
	name       string
	key        *yaml11.Node
	config     *yaml11.Node
	monitoring *yaml11.Node
}

// render makes {jobs: …}; nil when PaaSTA itself stops. What is wrong has been reported.
// PaaSTA: tron_tools.create_complete_config.
func (ns *namespace) render(root *yaml11.Node) *yaml11.Node {
	list := ns.jobs(root)
	jobs := ns.slab.object(len(list))
	for _, j := range list {
		jobs.pairs = append(jobs.pairs, yaml11.Pair{Key: j.key, Value: j.render()})
	}
	if ns.refused {
		return nil
	}
	out := ns.slab.object(1)
	out.put("jobs", jobs.node())
	return out.node()
}

// jobs lists the jobs of a file: all keys but templates, which begin with "_".
func (ns *namespace) jobs(root *yaml11.Node) []*job {
	var jobs []*job
	for _, p := range root.Pairs {
		name, ok := p.Key.Str()
		if !ok {
			ns.refuse(rules.Refusal{Code: finding.TronUnusable, At: p.Key.Position(), Suggestion: strconv.Quote(p.Key.Text),
				Message: "a job's name must be a string, not " + p.Key.KindWithArticle()})
			continue
		}
		if strings.HasPrefix(name, "_") {
			continue
		}
		j := &job{ns: ns, name: name, key: p.Key, config: p.Value}
		if !p.Value.IsMap() {
			j.fail(p.Value, "a job is a mapping, not "+p.Value.KindWithArticle(), "")
			continue
		}
		jobs = append(jobs, j)
	}
	return jobs
}

// fail reports a value of the job on which PaaSTA stops.
func (j *job) fail(at *yaml11.Node, message, suggestion string) {
	position := at.Position()
	if position.File == "" {
		position = j.key.Position()
	}
	j.ns.refuse(rules.Refusal{Job: j.name, Code: finding.TronUnusable, At: position, Message: message,
		Suggestion: suggestion})
}

// passedOn are the job's keys that Tron gets as they are.
var passedOn = []string{"schedule", "queueing", "run_limit", "all_nodes", "enabled", "allow_overlap", "max_runtime",
	"time_zone", "expected_runtime"}

// render makes one job; keys without a value are left to Tron's defaults. PaaSTA: tron_tools.format_tron_job_dict.
func (j *job) render() *yaml11.Node {
	out := j.ns.slab.object(len(passedOn) + 4)
	j.monitoring = j.monitoringOf()
	j.doubtSchedule()
	list := j.actions()
	actions := j.ns.slab.object(len(list))
	for _, a := range list {
		actions.replace(a.key, a.render())
	}
	out.put("actions", actions.node())
	if cleanup := j.cleanup(); cleanup != nil {
		out.pairs = append(out.pairs, yaml11.Pair{Key: j.ns.slab.at("cleanup_action", cleanup.key), Value: cleanup.render()})
	}
	out.put("monitoring", sorted(j.monitoring))
	node := j.config.Get("node")
	if node == nil {
		node = defaultNode
	}
	out.putSet("node", node)
	for _, key := range passedOn {
		out.putSet(key, sorted(j.config.Get(key)))
	}
	return out.node()
}

// actions loads the job's actions in the file's order.
func (j *job) actions() []*action {
	configs := j.config.Get("actions")
	if !configs.IsMap() {
		j.fail(configs, "a job needs actions: names and what they do", "actions: {…}")
		return nil
	}
	actions := make([]*action, 0, len(configs.Pairs))
	for _, p := range configs.Pairs {
		if a := j.load(python.Str(p.Key), p.Key, p.Value); a != nil {
			actions = append(actions, a)
		}
	}
	return actions
}

// cleanup loads the cleanup action; nil when there is none. PaaSTA: TronJobConfig.get_cleanup_action.
func (j *job) cleanup() *action {
	if c := j.config.Get("cleanup_action"); c.Truthy() {
		return j.load("cleanup", j.ns.slab.at("cleanup", c), c)
	}
	return nil
}

// monitoringKeys are the keys that Tron's monitoring takes. PaaSTA: tron_tools.VALID_MONITORING_KEYS.
func monitoringKey(key string) bool {
	switch key {
	case "issuetype", "team", "runbook", "page", "tip", "notification_email", "realert_every", "dependencies",
		"irc_channels", "slack_channels", "ticket", "project", "tags", "component", "description", "alert_after",
		"check_that_every_day_has_a_successful_run", "page_for_expected_runtime", "priority", "check_oom_events":
		return true
	}
	return false
}

// monitoringOf lays the job's monitoring over monitoring.yaml and keeps Tron's keys. PaaSTA:
// TronJobConfig.get_monitoring.
func (j *job) monitoringOf() *yaml11.Node {
	folder := j.ns.service.Folder
	lower := folder.YAML("monitoring.yaml")
	if lower == nil && folder.Broken("monitoring.yaml") {
		j.fail(nil, "monitoring.yaml cannot be read", "")
	}
	upper := asMapping(j.config.Get("monitoring"))
	if upper != nil && !upper.IsMap() {
		// dict.update takes any empty collection.
		if upper.Truthy() || !upper.IsList() && !upper.IsString() {
			j.fail(upper, "monitoring is a mapping, not "+upper.KindWithArticle(), "")
		}
		upper = nil
	}
	out := j.ns.slab.node(yaml11.Map)
	for _, layer := range []*yaml11.Node{lower, upper} {
		if layer == nil {
			continue
		}
		for _, p := range layer.Pairs {
			if p.Key.IsString() && monitoringKey(p.Key.Text) {
				setPair(out, p)
			}
		}
	}
	return out
}

// asMapping turns a list of pairs into a mapping, as Python's dict.update does; anything else is returned as it is.
func asMapping(n *yaml11.Node) *yaml11.Node {
	if !n.IsList() || len(n.Items) == 0 {
		return n
	}
	out := yaml11.NewMap()
	for _, item := range n.Items {
		if !item.IsList() || len(item.Items) != 2 {
			return n
		}
		setPair(out, yaml11.Pair{Key: item.Items[0], Value: item.Items[1]})
	}
	return out
}

// setPair puts an entry into a mapping that is still being made.
func setPair(n *yaml11.Node, entry yaml11.Pair) {
	for i := range n.Pairs {
		if n.Pairs[i].Key.Text == entry.Key.Text {
			n.Pairs[i] = entry
			return
		}
	}
	n.Pairs = append(n.Pairs, entry)
}

// costOwner is the job's, or the service's. PaaSTA: TronJobConfig.get_cost_owner.
func (j *job) costOwner() *yaml11.Node {
	if owner := j.config.Get("cost_owner"); owner.Truthy() {
		return owner
	}
	return j.ns.service.Folder.YAML("service.yaml").Get("cost_owner")
}
