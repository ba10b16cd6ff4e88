package apiserver

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// progressDeadline is Kubernetes' default progressDeadlineSeconds, which minReadySeconds must stay below.
const progressDeadline = 600

func (c *check) deployment(d *model.Deployment) {
	c.metadata(&d.Metadata, Subdomain)
	c.atLeast(d.Spec.Replicas, 0, "the number of replicas")
	c.between(d.Spec.MinReadySeconds, 0, progressDeadline-1, "min_task_uptime")
	if r := d.Spec.Strategy.RollingUpdate; r != nil {
		unavailable, ok := c.percent(r.MaxUnavailable, 100, "maxUnavailable")
		surge, also := c.percent(r.MaxSurge, 1<<31, "maxSurge")
		if ok && also && unavailable == 0 && surge == 0 {
			c.refuse(Value, nil, "maxUnavailable and maxSurge are both 0%: pods could never be replaced")
		}
	}
	c.pod(&d.Spec.Template, nil)
}

// percent holds a percentage that PaaSTA computed against its bounds.
func (c *check) percent(text string, high int64, what string) (int64, bool) {
	v, err := strconv.ParseInt(strings.TrimSuffix(text, "%"), 10, 64)
	if err != nil || v < 0 || v > high {
		c.refuse(Value, nil, what+" would be "+text+"; Kubernetes takes 0% to "+strconv.FormatInt(high, 10)+"%")
		return 0, false
	}
	return v, true
}

func (c *check) statefulSet(s *model.StatefulSet) {
	c.metadata(&s.Metadata, Label)
	c.atLeast(s.Spec.Replicas, 0, "the number of replicas")
	c.oneOf(s.Spec.PodManagementPolicy, "pod_management_policy", "OrderedReady", "Parallel")
	claims := map[string]bool{}
	for i := range s.Spec.VolumeClaimTemplates {
		claim := &s.Spec.VolumeClaimTemplates[i]
		claims[claim.Metadata.Name] = true
		if problem := Label(claim.Metadata.Name); problem != "" { // pods have a volume of that name
			c.refuse(Name, claim.From, "the volume's name would be "+strconv.Quote(claim.Metadata.Name)+": "+problem)
		}
		if class, ok := claim.Spec.StorageClassName.Str(); ok && Subdomain(class) != "" {
			c.refuse(Name, claim.Spec.StorageClassName, "storage_class_name "+strconv.Quote(class)+": "+Subdomain(class))
		}
		c.storage(claim)
	}
	c.pod(&s.Spec.Template, claims)
}

func (c *check) storage(claim *model.PersistentVolumeClaim) {
	requests, _ := claim.Spec.Resources.Requests.(model.Labels)
	size := at(requests["storage"])
	if q, ok := quantity(size); ok && q.Sign() <= 0 {
		c.refuse(Value, size, "the size of a persistent volume must be above 0")
	}
}

// pod holds the pod template against the rules of pods; claims are the names of volumes that a StatefulSet adds.
func (c *check) pod(t *model.PodTemplateSpec, claims map[string]bool) {
	c.labels(t.Metadata.Labels)
	volumes := c.volumes(t.Spec.Volumes)
	for name := range claims {
		volumes[name] = true
	}
	names := map[string]bool{}
	for i := range t.Spec.Containers {
		container := &t.Spec.Containers[i]
		if names[container.Name] {
			c.refuse(Name, nil, "two containers of the pod have the name "+container.Name)
		}
		names[container.Name] = true
		c.container(container, volumes)
	}
	// The API server takes a negative grace period; the kubelet waits for one second then.
	if account, ok := t.Spec.ServiceAccountName.Str(); ok && account != "" && Subdomain(account) != "" {
		c.refuse(Name, t.Spec.ServiceAccountName,
			"the service account would be "+strconv.Quote(account)+": "+Subdomain(account))
	}
	if security, ok := t.Spec.SecurityContext.(*model.PodSecurityContext); ok {
		c.between(security.FSGroup, 0, 1<<31-1, "fs_group")
		c.oneOf(security.FSGroupChangePolicy, "fs_group_change_policy", "Always", "OnRootMismatch")
	}
	c.placement(&t.Spec)
}
