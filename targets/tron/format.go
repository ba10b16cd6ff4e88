package tron

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// actionPassedOn are the action's keys that Tron gets as they are.
var actionPassedOn = []string{"requires", "node", "retries", "retries_delay", "expected_runtime",
	"trigger_downstreams", "triggered_by",
	"on_upstream_rerun", "trigger_timeout"}

// render makes one action; keys without a value are left to Tron's defaults. PaaSTA:
// tron_tools.format_tron_action_dict.
func (a *action) render() *yaml11.Node {
	a.noteRole()
	a.doubtCommand()
	out := a.ns.slab.object(32)
	for _, key := range actionPassedOn {
		out.putSet(key, sorted(a.config.Get(key)))
	}
	idempotent := a.config.Get("idempotent")
	if idempotent == nil {
		idempotent = falsehood
	}
	out.putSet("idempotent", sorted(idempotent))
	secretVolumes := a.secretVolumes()
	command, account := a.config.Get("command"), a.config.Get("service_account_name")
	executor := a.config.Get("executor")
	if a.inContainer() {
		executor = a.ns.slab.at(map[bool]string{false: "kubernetes", true: "spark"}[a.executor == "spark"], executor)
		secretVolumes = append(secretVolumes, a.datastoreVolume()...)
		if name := a.serviceAccount(); name != nil {
			account = name
		}
		env := a.env()
		labels, annotations := a.labels(idempotent), a.annotations()
		extra := a.extraVolumes()
		if a.spark != nil {
			command = a.sparkCommand(command)
			extra = a.sparkDriver(&out, env, &labels, &annotations, extra)
		}
		a.renderContainer(&out, extra)
		out.put("env", env.node())
		out.put("labels", labels.node())
		out.put("annotations", annotations.node())
	}
	out.putSet("command", command)
	out.putSet("executor", executor)
	out.putSet("service_account_name", account)
	out.put("secret_volumes", a.ns.slab.list(secretVolumes...))
	return out.node()
}

// renderContainer adds what every action in a container has.
func (a *action) renderContainer(out *object, extra *yaml11.Node) {
	out.put("secret_env", a.secretEnv())
	out.put("field_selector_env", podIP)
	out.put("node_selectors", a.nodeSelectors())
	out.put("node_affinities", a.nodeAffinities())
	out.put("topology_spread_constraints", a.topologySpread())
	out.put("cap_add", a.capabilities())
	out.put("cap_drop", droppedCapabilities)
	out.put("projected_sa_volumes", a.tokenVolumes())
	out.putSet("cpus", sorted(a.cpus()))
	out.putSet("mem", sorted(a.mem()))
	out.putSet("disk", sorted(a.disk()))
	out.put("extra_volumes", extra)
	out.putSet("docker_image", a.dockerURL())
}

// cpus is cpus, default 1; a Spark driver's come from spark_args. PaaSTA: TronActionConfig.get_cpus.
func (a *action) cpus() *yaml11.Node {
	if a.spark != nil && a.spark.cpus != nil {
		return a.spark.cpus
	}
	return a.orDefault("cpus", oneNode)
}

// mem is mem, MiB, default 4096; a Spark driver's comes from spark_args. PaaSTA: TronActionConfig.get_mem.
func (a *action) mem() *yaml11.Node {
	if a.spark != nil {
		return yaml11.NewInt(a.spark.driverMemory)
	}
	return a.orDefault("mem", standardMemory)
}

// disk is disk, MiB, default 4096, or 5120 for a Spark driver. PaaSTA: TronActionConfig.get_disk.
func (a *action) disk() *yaml11.Node {
	if a.spark != nil {
		return a.orDefault("disk", sparkDiskDefault)
	}
	return a.orDefault("disk", standardMemory)
}

func (a *action) orDefault(key string, value *yaml11.Node) *yaml11.Node {
	if n := a.config.Get(key); n != nil {
		return n
	}
	return value
}

// labels are those of the action's pod.
func (a *action) labels(idempotent *yaml11.Node) object {
	out := a.ns.slab.object(12)
	out.text("paasta.yelp.com/cluster", a.ns.cluster)
	out.put("paasta.yelp.com/pool", a.pool())
	out.put("paasta.yelp.com/service", a.service)
	out.text("paasta.yelp.com/instance", paasta.LimitSize(a.instance, 63))
	out.put("tron.yelp.com/idempotent-action", word(strings.ToLower(python.Str(idempotent))))
	out.put("app.kubernetes.io/managed-by", word("tron"))
	out.put("yelp.com/owner", word("compute_infra_platform_experience"))
	if a.ns.system.Get("enable_cost_owner_label").Truthy() && a.costOwner.Truthy() {
		out.put("yelp.com/cost_owner", a.costOwner)
	}
	return out
}

// annotations carry the names in full, where a label has to shorten them.
func (a *action) annotations() object {
	out := a.ns.slab.object(5)
	out.put("paasta.yelp.com/routable_ip", word(map[bool]string{true: "true", false: "false"}[a.executor == "spark"]))
	out.put("paasta.yelp.com/service", a.service)
	out.text("paasta.yelp.com/instance", a.instance)
	return out
}

// capabilities is cap_add as strings. PaaSTA: InstanceConfig.get_cap_add.
func (a *action) capabilities() *yaml11.Node {
	items := a.items("cap_add", a.config.Get("cap_add"))
	if len(items) == 0 {
		return emptyList
	}
	out := make([]*yaml11.Node, len(items))
	for i, item := range items {
		out[i] = positioned(python.Str(item), item)
	}
	return yaml11.NewList(out...)
}

// serviceAccount is the account of the action's IAM role; nil when it has none.
func (a *action) serviceAccount() *yaml11.Node {
	role := a.role()
	if provider := a.config.Get("iam_role_provider"); provider != nil && provider.Text != "aws" || !role.Truthy() {
		return nil
	}
	name, ok := accountName(role)
	if !ok {
		a.fail(role, "iam_role is a string, not "+role.KindWithArticle(), "")
		return nil
	}
	return positioned(name, role)
}
