package karpenter

import (
	"fmt"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/paasta-render/paasta-render/compiler/capacity"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// pool is one entry of `pools`, ready to be printed.
type pool struct {
	name                                string // the value of the label that the pods select
	label                               string // by which the pods select it
	object                              string // the name of the NodePool and the EC2NodeClass
	labels                              map[string]string
	requirements                        []requirement
	taints, startupTaints               []corev1.Taint
	expireAfter, terminationGracePeriod string
	disruption                          disruption
	limits                              map[string]string
	daemons                             capacity.Amount
	weight                              *int32
	class                               ec2NodeClassSpec
}

// poolKeys are the keys of a pool, in the order of the documentation.
var poolKeys = []string{"families", "instance_types", "capacity", "zones", "arch", "requirements", "limits", "daemons",
	"taints", "startup_taints",
	"labels", "weight", "consolidate", "consolidate_after", "budgets", "expire_after", "termination_grace_period",
	"ami", "ami_family", "role", "instance_profile", "subnets", "security_groups", "tags", "user_data"}

// The patterns are those of Karpenter's definitions.
var (
	poolName      = regexp.MustCompile(`^[a-z0-9](?:[-a-z0-9.]{0,61}[a-z0-9])?$`)
	duration      = regexp.MustCompile(`^(?:[0-9]+(?:s|m|h))+$`)
	durationNever = regexp.MustCompile(`^(?:(?:[0-9]+(?:s|m|h))+|Never)$`)
)

// requirementKeys are the keys that stand for a requirement "In" of a well-known label.
var requirementKeys = []struct{ key, label string }{
	{"families", "karpenter.k8s.aws/instance-family"},
	{"instance_types", "node.kubernetes.io/instance-type"},
	{"capacity", "karpenter.sh/capacity-type"},
	{"zones", "topology.kubernetes.io/zone"},
	{"arch", "kubernetes.io/arch"},
}

// pool reads one pool; ok is false when a fault was reported.
func (r *reader) pool(key, n *yaml11.Node) (p pool, ok bool) {
	r.failed = false
	p.name, p.label = key.Text, poolLabel(r.cluster.System)
	p.object = strings.ReplaceAll(strings.ToLower(p.name), "_", "--")
	if !key.IsString() || !poolName.MatchString(p.object) {
		r.wrong(key, "the name of a pool must be letters, digits, dashes, underscores and dots, at most 63 characters, for it names a NodePool", "")
	}
	if !n.IsMap() {
		r.wrong(n, fmt.Sprintf("the pool %q must be a mapping", p.name), "")
		return p, false
	}
	r.known(n, poolKeys)
	p.labels = r.labels(n.Get("labels"))
	r.instances(n, &p)
	p.taints, p.startupTaints = r.taints(n.Get("taints")), r.taints(n.Get("startup_taints"))
	p.limits = r.limits(n.Get("limits"))
	p.daemons = r.daemons(n.Get("daemons"))
	p.expireAfter = r.matching(n.Get("expire_after"), durationNever, `a duration of hours, minutes and seconds such as "720h", or "Never"`)
	p.terminationGracePeriod = r.matching(n.Get("termination_grace_period"), duration, `a duration of hours, minutes and seconds such as "1h30m"`)
	p.weight = r.weight(n.Get("weight"))
	p.disruption = r.disruption(n)
	p.class = r.nodeClass(n)
	return p, !r.failed
}

// instances reads which machines the pool may have.
func (r *reader) instances(n *yaml11.Node, p *pool) {
	for _, k := range requirementKeys {
		if values := r.texts(n.Get(k.key)); len(values) > 0 {
			p.requirements = append(p.requirements, requirement{Key: k.label, Operator: "In", Values: values})
		}
	}
	for _, c := range items(n.Get("capacity")) {
		if text, ok := c.Str(); ok {
			r.oneOf(c, text, []string{"on-demand", "spot", "reserved"})
		}
	}
	for _, a := range items(n.Get("arch")) {
		if text, ok := a.Str(); ok {
			r.oneOf(a, text, []string{"amd64", "arm64"})
		}
	}
	p.requirements = append(p.requirements, r.requirements(n.Get("requirements"))...)
	if len(p.requirements) == 0 && !r.failed {
		r.wrong(n, fmt.Sprintf("the pool %q says nothing about its machines; without that, Karpenter may buy any", p.name), "families: [m6i, m7i]")
	}
}

// weight is the pool's preference, 1 to 100; the pool with the highest is tried first.
func (r *reader) weight(n *yaml11.Node) *int32 {
	if n.IsNull() {
		return nil
	}
	if n.Kind != yaml11.Int || n.Int < 1 || n.Int > 100 {
		r.wrong(n, "weight must be an integer from 1 to 100", "")
		return nil
	}
	w := int32(n.Int)
	return &w
}
