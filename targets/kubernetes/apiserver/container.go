package apiserver

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

func (c *check) container(x *model.Container, volumes map[string]bool) {
	if problem := Label(x.Name); problem != "" {
		c.refuse(Name, nil, "the container's name would be "+strconv.Quote(x.Name)+": "+problem)
	}
	if image, ok := x.Image.Str(); x.Image == nil || ok && (image == "" || strings.TrimSpace(image) != image) {
		c.refuse(Value, x.Image, "the image of container "+x.Name+" is empty or has blanks around it")
	}
	for _, p := range x.Ports {
		c.between(p.ContainerPort, 1, 65535, "a port")
	}
	c.environment(x.Env)
	c.resources(&x.Resources)
	c.mounts(x.VolumeMounts, volumes)
	c.probe(x.LivenessProbe)
	if x.ReadinessProbe != x.LivenessProbe {
		c.probe(x.ReadinessProbe)
	}
	c.command(x.Lifecycle.PreStop.Exec.Command)
}

func (c *check) environment(env []model.EnvVar) {
	names := make(map[string]model.Value, len(env))
	for i := range env {
		e := &env[i]
		if other, twice := names[e.Name]; twice {
			from := e.From
			if from == nil {
				from = other
			}
			c.refuse(Value, from, "two environment variables have the name "+e.Name+"; server-side apply refuses that")
		}
		names[e.Name] = e.From
		if !variable(e.Name) {
			c.refuse(Name, e.From,
				"the environment variable "+strconv.Quote(e.Name)+" needs a name of printable ASCII without \"=\"")
		}
		if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil && !secretKey(e.ValueFrom.SecretKeyRef.Key) {
			c.refuse(Name, e.From,
				"the variable "+e.Name+" names the secret "+strconv.Quote(e.ValueFrom.SecretKeyRef.Key)+", which is no name")
		}
	}
}

// resources holds requests against limits, and both against 0.
func (c *check) resources(r *model.ResourceRequirements) {
	limits, requests := resourceList(r.Limits), resourceList(r.Requests)
	for i := range limits {
		l := &limits[i]
		l.quantity, l.ok = c.resource(l.name, l.value)
	}
	for _, r := range requests {
		request, ok := c.resource(r.name, r.value)
		at := slices.IndexFunc(limits, func(l namedResource) bool { return l.name == r.name })
		if ok && at >= 0 && limits[at].ok && request.Cmp(limits[at].quantity) > 0 {
			c.refuse(Value, r.value, "the request for "+r.name+", "+request.String()+", is above the limit, "+limits[at].quantity.String())
		}
	}
}

// resourceNames are the resources of containers that Kubernetes itself knows.
var resourceNames = []string{"cpu", "memory", "ephemeral-storage"}

func (c *check) resource(name string, n model.Value) (resource.Quantity, bool) {
	extended := strings.Contains(name, "/")
	switch {
	case !extended && !slices.Contains(resourceNames, name) && !strings.HasPrefix(name, "hugepages-"):
		c.refuse(Value, n, "Kubernetes has no resource "+strconv.Quote(name))
	case LabelKey(name) != "":
		c.refuse(Name, n, "the resource name "+strconv.Quote(name)+": "+LabelKey(name))
	}
	q, ok := quantity(n)
	if ok && q.Sign() < 0 {
		c.refuse(Value, n, name+" would be "+q.String()+"; Kubernetes takes 0 and more")
	}
	if ok && extended && q.MilliValue()%1000 != 0 {
		c.refuse(Value, n, name+" would be "+q.String()+"; Kubernetes takes whole numbers")
	}
	return q, ok
}

// namedResource is an entry of a resource list; quantity is what its value says when ok.
type namedResource struct {
	name     string
	value    model.Value
	quantity resource.Quantity
	ok       bool
}

// resourceList are the entries of a resource list, be it PaaSTA's own or the user's, in order of name; the last of one
// name counts.
func resourceList(list any) []namedResource {
	var all []namedResource
	switch l := list.(type) {
	case model.Labels:
		for name, v := range l {
			n := at(v)
			if s, ok := v.(string); ok {
				n = yaml11.NewString(s)
			}
			all = append(all, namedResource{name: name, value: n})
		}
	case model.Value:
		for i, p := range l.Pairs {
			again := func(later yaml11.Pair) bool { return later.Key.Text == p.Key.Text }
			if !slices.ContainsFunc(l.Pairs[i+1:], again) {
				all = append(all, namedResource{name: p.Key.Text, value: p.Value})
			}
		}
	}
	slices.SortFunc(all, func(a, b namedResource) int { return cmp.Compare(a.name, b.name) })
	return all
}

// quantity reads a quantity; ok is false for what is none, which types() has reported.
func quantity(n model.Value) (q resource.Quantity, ok bool) {
	if n.IsNull() || n.Kind == yaml11.Bool || n.Kind == yaml11.List || n.Kind == yaml11.Map {
		return q, false
	}
	if n.Kind == yaml11.Int && n.Big == nil {
		return *resource.NewQuantity(n.Int, resource.DecimalSI), true
	}
	q, err := resource.ParseQuantity(strings.TrimSpace(python.Str(n)))
	return q, err == nil
}

func (c *check) mounts(mounts []model.VolumeMount, volumes map[string]bool) {
	paths := make(map[string]bool, len(mounts))
	for i := range mounts {
		m := &mounts[i]
		path, ok := m.MountPath.Str()
		switch {
		case !ok:
			continue
		case path == "":
			c.refuse(Value, m.MountPath, "the mount path of volume "+m.Name+" is empty")
		case strings.Contains(path, ":"):
			c.refuse(Value, m.MountPath, "the mount path "+strconv.Quote(path)+" has a colon")
		case paths[path]:
			c.refuse(Value, m.MountPath, "two volumes are mounted at "+path)
		}
		paths[path] = true
		if !volumes[m.Name] {
			c.refuse(Value, m.From, "the volume "+m.Name+" is mounted at "+path+", but the pod does not have it")
		}
	}
}

func (c *check) probe(p *model.Probe) {
	if p == nil {
		return
	}
	c.atLeast(p.InitialDelaySeconds, 0, "healthcheck_grace_period_seconds")
	c.atLeast(p.PeriodSeconds, 0, "healthcheck_interval_seconds")
	c.atLeast(p.TimeoutSeconds, 0, "healthcheck_timeout_seconds")
	c.atLeast(p.FailureThreshold, 0, "healthcheck_max_consecutive_failures")
	if h := p.HTTPGet; h != nil {
		c.probePort(h.Port) // an empty path becomes /: SetDefaults_HTTPGetAction
	}
	if p.TCPSocket != nil {
		c.probePort(p.TCPSocket.Port)
	}
	if p.Exec != nil {
		c.command(p.Exec.Command)
	}
}

// probePort is a port's number, or the name of one.
func (c *check) probePort(n model.Value) {
	c.between(n, 1, 65535, "a port")
}

func (c *check) command(n model.Value) {
	if n.IsList() && len(n.Items) == 0 {
		c.refuse(Value, n, "a command is empty")
	}
}
