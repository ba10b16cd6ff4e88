package validate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// replicas wants an acknowledgement of eks instances in production that have a single replica, unless they are
// canaries: by name, or because another instance with more replicas has the same registration. Instances that are not
// deployed are passed over. PaaSTA: validate_single_replica_instances.
func (c *checker) replicas(k *cluster) {
	ecosystem, w := k.ecosystem()
	if w != nil {
		c.crash(k, nil, w.At, w.Message)
		return
	}
	if ecosystem != "prod" {
		return
	}
	var deployed []*config.Instance
	for _, i := range k.service.Instances() {
		if i.Type != "eks" {
			continue
		}
		here, w := c.deployed(k, i)
		if w != nil {
			c.crash(k, nil, w.At, w.Message)
			return
		}
		if here {
			deployed = append(deployed, i)
		}
	}
	for _, i := range deployed {
		if !k.canaryName(i.Name) && !isCanary(i, deployed) {
			c.replicaCount(k, &instance{i.Name, i.Type, i.Config, i, i.Position()})
		}
	}
}

// ecosystem is where the cluster is, by the region that kube_clusters gives it; empty when kube_clusters does not know
// the cluster. PaaSTA: SystemPaastaConfig.get_ecosystem_for_cluster.
func (k *cluster) ecosystem() (string, *config.Problem) {
	known := k.System.Get("kube_clusters").Get(k.Name)
	if known.IsNull() {
		return "", nil
	}
	locations := k.System.Locations()
	region := python.Str(known.Get("yelp_region"))
	if len(locations.Convert(region, "region", "region")) == 0 {
		return "", &config.Problem{At: known.Position(), Message: "kube_clusters gives the cluster the region " + region +
			", which location_mapping.json does not know"}
	}
	found := locations.Convert(region, "region", "ecosystem")
	if len(found) == 0 {
		return "", nil
	}
	return found[0], nil
}

// deployed tells whether deployments.json has an image and a control entry for the instance.
// PaaSTA: PaastaServiceConfigLoader._get_branch_dict.
func (c *checker) deployed(k *cluster, i *config.Instance) (bool, *config.Problem) {
	branch, absence := c.Branch(k.Name+"."+i.Name, i.DeployGroup)
	if absence == nil {
		absence = branch.Lacks()
	}
	switch {
	case absence == nil:
		return true, nil
	case absence.Raises:
		return false, &config.Problem{At: absence.At, Message: absence.Why}
	}
	return false, nil
}

func (k *cluster) canaryName(name string) bool {
	list := k.System.Get("common_canary_instance_names")
	if !list.IsList() {
		return strings.Contains(name, "canary")
	}
	return slices.ContainsFunc(list.Items, func(n *yaml11.Node) bool {
		return n.IsString() &&
			strings.Contains(name, n.Text)
	})
}

// isCanary tells whether another deployed instance with several replicas has one of the instance's registrations.
func isCanary(i *config.Instance, deployed []*config.Instance) bool {
	own := i.Registrations()
	for _, other := range deployed {
		if other.Name == i.Name || count(other) <= 1 {
			continue
		}
		for _, r := range other.Registrations() {
			if slices.ContainsFunc(own, func(o config.Registration) bool { return o.Name == r.Name }) {
				return true
			}
		}
	}
	return false
}

// count is how many replicas an instance may have: max_instances when it scales, else instances (default 1).
func count(i *config.Instance) float64 {
	for _, key := range []string{"max_instances", "instances"} {
		if n := i.Get(key); !n.IsNull() {
			value, _ := n.Number()
			return value
		}
	}
	return 1
}

// replicaCount judges one instance that is no canary.
func (c *checker) replicaCount(k *cluster, i *instance) {
	key := "instances"
	if !i.config.Get("max_instances").IsNull() {
		if count(i.own) > 1 {
			return
		}
		key = "min_instances"
	}
	if n := i.config.Get(key); n != nil {
		value, ok := n.Number()
		if !ok && key == "instances" {
			c.crash(k, i, n.Position(), "instances is no number but "+python.Repr(n))
		}
		if value != 1 || !ok {
			return
		}
	}
	written := c.written(i, key)
	switch {
	case written.IsNull():
		c.report(k.finding(i, finding.Finding{Code: finding.SingleReplica, Severity: finding.Info,
			Suggestion: key + ": 2", Fix: finding.AddBelow,
			Message: "the instance has a single replica, since " + key + " is not set"}))
	case !acknowledged(c.commentsOf(i, key), replicaAcknowledgement):
		c.report(k.finding(i, finding.Finding{Code: finding.SingleReplica, At: written.Position(),
			Suggestion: "# override-single-replica (PROJ-1234)",
			Message:    fmt.Sprintf("%s is 1 in production", key)}))
	}
}
