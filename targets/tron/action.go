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

// action is one action while it is made. PaaSTA: tron_tools.TronActionConfig.
type action struct {
	ns       *namespace
	job      *job
	name     string
	instance string // "<job>.<action>"
	key      *yaml11.Node
	config   *yaml11.Node
	executor string // "" when it is none that PaaSTA knows
	// service is the service whose image and secrets the action uses; null when the configuration says so.
	service     *yaml11.Node
	deployGroup *yaml11.Node // null when there is none
	costOwner   *yaml11.Node
	image       image
	url         *yaml11.Node // of the image with its registry
	spark       *sparkConf   // of Spark actions only
}

// image is what deployments.json says of the action's deploy group; all nil when it is not deployed.
type image struct{ docker, version *yaml11.Node }

// load reads one action. It returns nil when PaaSTA stops, which has been reported.
// PaaSTA: TronJobConfig._get_action_config.
func (j *job) load(name string, key, config *yaml11.Node) *action {
	a := &action{ns: j.ns, job: j, name: name, instance: j.name + "." + name, config: config}
	a.key = key
	if !key.IsString() {
		a.key = positioned(name, key)
	}
	if !config.IsMap() {
		a.fail(config, "an action is a mapping, not "+config.KindWithArticle(), "")
		return nil
	}
	if strings.Count(a.instance, ".") != 1 {
		a.fail(key, "the names of jobs and actions cannot have dots: "+strconv.Quote(a.instance),
			strings.ReplaceAll(a.instance, ".", "_"))
		return nil
	}
	if _, ok := a.systemMap("tron_k8s_cluster_overrides"); !ok {
		return nil
	}
	a.executor = "paasta"
	if executor := config.Get("executor"); executor != nil {
		a.executor, _ = executor.Str()
	}
	own := j.inherit(config)
	a.service, a.costOwner = own.service, own.costOwner
	if !a.findImage(own) || !a.interpolate(own) {
		return nil
	}
	if a.executor == "spark" && !a.buildSpark() {
		return nil
	}
	return a
}

// inherit gives the action's mapping what it has from the job, unless an earlier job that shares the mapping has.
func (j *job) inherit(config *yaml11.Node) *inherited {
	own := j.ns.shared[config]
	if own == nil {
		own = &inherited{service: config.Get("service"), deployGroup: config.Get("deploy_group"),
			costOwner: config.Get("cost_owner")}
		if j.ns.shared == nil {
			j.ns.shared = map[*yaml11.Node]*inherited{}
		}
		j.ns.shared[config] = own
	}
	if own.service == nil {
		own.service = j.ns.slab.text(j.ns.service.Name)
	}
	if own.deployGroup == nil {
		own.deployGroup = j.config.Get("deploy_group")
		if own.deployGroup == nil {
			own.deployGroup = yaml11.NewNull()
		}
	}
	if own.costOwner == nil {
		if owner := j.costOwner(); owner.Truthy() {
			own.costOwner = owner
		}
	}
	return own
}

// findImage looks the deploy group up as it is written: PaaSTA fills in its placeholders only afterwards.
func (a *action) findImage(own *inherited) bool {
	if a.ns.withoutDeployments || !own.service.Truthy() || !own.deployGroup.Truthy() {
		return true
	}
	service, ok := own.service.Str()
	if !ok {
		a.fail(own.service, "service is a name, not "+own.service.KindWithArticle(), "")
		return false
	}
	d, absence := a.ns.service.Folder.Other(service).Deployments()
	var found config.Image
	if absence == nil {
		if found, absence = d.Image(python.Str(own.deployGroup)); absence == nil {
			absence = found.Lacks()
		}
	}
	switch {
	case absence == nil:
		a.image = image{found.Docker, found.Version}
		return true
	case absence.Raises:
		a.fail(own.deployGroup, absence.Why, "")
		return false
	}
	a.undeployed(absence.Why)
	return true
}

// undeployed tells that the action has no image; only containers need one.
func (a *action) undeployed(why string) {
	if !a.inContainer() {
		return
	}
	f := a.ns.finding(rules.Refusal{Job: a.job.name, Action: a.name, Code: finding.TronUndeployed, At: a.at(nil),
		Message: "docker_image is empty, since " + why})
	f.Severity = finding.Warning
	a.ns.report(f)
}

// interpolate fills in the deploy group's placeholders. PaaSTA: InstanceConfig.__init__.
func (a *action) interpolate(own *inherited) bool {
	a.deployGroup = own.deployGroup
	if own.deployGroup.IsNull() {
		return true
	}
	text, ok := own.deployGroup.Str()
	if !ok {
		a.fail(own.deployGroup, "deploy_group is a string, not "+own.deployGroup.KindWithArticle(), "")
		return false
	}
	if strings.IndexByte(text, '{') < 0 && strings.IndexByte(text, '}') < 0 {
		return true
	}
	formatted, err := python.Format(text, map[string]string{"cluster": a.ns.cluster, "instance": a.instance,
		"service": python.Str(a.service)})
	if err != nil {
		a.fail(own.deployGroup, "deploy_group: "+err.Error(), "{service}, {instance} or {cluster}")
		return false
	}
	if formatted != text {
		own.deployGroup = positioned(formatted, own.deployGroup)
		a.deployGroup = own.deployGroup
	}
	return true
}

// fail reports a value of the action on which PaaSTA stops.
func (a *action) fail(at *yaml11.Node, message, suggestion string) {
	a.refuse(finding.TronUnusable, at, message, suggestion)
}

func (a *action) refuse(code finding.Code, at *yaml11.Node, message, suggestion string) {
	a.ns.refuse(rules.Refusal{Job: a.job.name, Action: a.name, Code: code, At: a.at(at), Message: message,
		Suggestion: suggestion})
}

// at returns where a value stands, or else the action.
func (a *action) at(n *yaml11.Node) finding.Position {
	for _, candidate := range []*yaml11.Node{n, a.key, a.config, a.job.key} {
		if p := candidate.Position(); p.File != "" {
			return p
		}
	}
	return finding.Position{}
}

// inContainer tells whether the action runs in Kubernetes. PaaSTA: tron_tools.KUBERNETES_EXECUTOR_NAMES.
func (a *action) inContainer() bool { return a.executor == "paasta" || a.executor == "spark" }

// pool is where the action's own pod runs; a Spark action's pool is that of its executors. PaaSTA: get_pool.
func (a *action) pool() *yaml11.Node {
	key, fallback := "tron_default_pool_override", "default"
	if a.executor == "spark" {
		key, fallback = "default_spark_driver_pool_override", "stable"
	} else if pool := a.config.Get("pool"); pool != nil {
		return pool
	}
	if pool := a.ns.system.Get(key); pool != nil {
		return pool
	}
	return a.ns.slab.text(fallback)
}

// role is the action's IAM role, falsy when there is none. PaaSTA: TronActionConfig.get_iam_role.
func (a *action) role() *yaml11.Node {
	role := a.config.Get("iam_role")
	if !role.Truthy() && a.executor == "spark" {
		role = a.ns.system.Get("spark_run_config").Get("default_spark_driver_iam_role")
	}
	return role
}

// namespace is the Kubernetes namespace that secret names begin with. PaaSTA: TronActionConfig.get_namespace.
func (a *action) namespace() (string, bool) {
	n := a.config.Get("namespace")
	if n == nil {
		return "tron", true
	}
	name, ok := n.Str()
	if !ok {
		a.fail(n, "namespace is a string, not "+n.KindWithArticle(), "")
	}
	return name, ok
}

// items lists what Python iterates over: a list's items, a mapping's keys, a string's characters.
func (a *action) items(key string, n *yaml11.Node) []*yaml11.Node {
	switch {
	case n == nil:
		return nil
	case n.IsList():
		return n.Items
	case n.IsMap():
		var keys []*yaml11.Node
		for _, p := range n.Pairs {
			keys = append(keys, p.Key)
		}
		return keys
	case n.IsString():
		var letters []*yaml11.Node
		for _, r := range n.Text {
			letters = append(letters, positioned(string(r), n))
		}
		return letters
	}
	a.fail(n, key+" is a list, not "+n.KindWithArticle(), "")
	return nil
}
