package kubernetes

import (
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// resources are what the main container is promised and may use: cpus (default 1) and cpus + cpu_burst_add (default 1)
// as numbers, mem (MiB, default 4096), disk (MiB, default 1024), gpus. PaaSTA: get_resource_requirements.
func (b *builder) resources() model.ResourceRequirements {
	cpus := b.or("cpus", nodeOne)
	memory := python.Str(b.or("mem", nodeMem)) + "Mi"
	disk := python.Str(b.or("disk", nodeDisk)) + "Mi"
	requests := model.Labels{"cpu": cpus, "memory": b.quantity("mem", memory), "ephemeral-storage": b.quantity("disk",
		disk)}
	limits := model.Labels{"cpu": b.sum(cpus, b.or("cpu_burst_add", nodeOne)), "memory": requests["memory"],
		"ephemeral-storage": requests["ephemeral-storage"]}
	if gpus := b.Get("gpus"); gpus.Truthy() {
		requests["nvidia.com/gpu"] = gpus
		limits["nvidia.com/gpu"] = gpus
	}
	return model.ResourceRequirements{Limits: limits, Requests: requests}
}

// quantity is a text at the place of the key it was made of.
func (b *builder) quantity(key, text string) any {
	n := b.Get(key)
	if n == nil {
		return text
	}
	return stringAt(n, text)
}

// sum is Python's cpus + burst, which joins strings and lists, too.
func (b *builder) sum(cpus, burst value) value {
	if cpus.IsString() && burst.IsString() {
		return stringAt(cpus, cpus.Text+burst.Text)
	}
	x, ok := numberOf(cpus)
	y, also := numberOf(burst)
	switch {
	case ok && also:
		return x.plus(y).node(cpus)
	case ok:
		b.refuse(burst, "cpu_burst_add is "+burst.KindWithArticle()+", not a number", "")
	default:
		b.refuse(cpus, "cpus is "+cpus.KindWithArticle()+", not a number", "")
	}
	return nil
}

// stringAt makes a string at the place of the value that it was made of.
func stringAt(from value, text string) value {
	n := yaml11.Node{}
	if from != nil {
		n = *from
	}
	n.Kind, n.Text, n.Items, n.Pairs = yaml11.String, text, nil, nil
	return &n
}

// sidecarResources are what hacheck is promised and may use: the system's sidecar_requirements_config.hacheck, where an
// absent field is null, or 0.1 CPU, 1024Mi and 256Mi; then the instance's sidecar_resource_requirements. Limits follow
// requests unless they are set. PaaSTA: get_sidecar_resource_requirements.
func (b *builder) sidecarResources() model.ResourceRequirements {
	own := b.mappingIn(b.mapping("sidecar_resource_requirements"), "hacheck")
	standard := hacheckRequests
	if system := b.mappingIn(b.system.Config, "sidecar_requirements_config"); system.Has("hacheck") {
		standard = b.mappingIn(system, "hacheck")
	}
	requests := yaml11.NewMap(
		yaml11.Entry("cpu", orNull(standard.Get("cpu"))),
		yaml11.Entry("memory", orNull(standard.Get("memory"))),
		yaml11.Entry("ephemeral-storage", orNull(standard.Get("ephemeral-storage"))),
	)
	requests = update(requests, b.updateOf(own, "requests"))
	limits := yaml11.NewMap(
		yaml11.Entry("cpu", requests.Get("cpu")),
		yaml11.Entry("memory", requests.Get("memory")),
		yaml11.Entry("ephemeral-storage", requests.Get("ephemeral-storage")),
	)
	limits = update(limits, b.updateOf(own, "limits"))
	return model.ResourceRequirements{Limits: limits, Requests: requests}
}

var hacheckRequests = yaml11.NewMap(
	yaml11.Entry("cpu", yaml11.NewFloat(0.1)),
	yaml11.Entry("memory", yaml11.NewString("1024Mi")),
	yaml11.Entry("ephemeral-storage", yaml11.NewString("256Mi")),
)

func orNull(n value) value {
	if n == nil {
		return yaml11.NewNull()
	}
	return n
}

// updateOf returns a key that PaaSTA gives to dict.update, which takes an empty string or list, too.
func (b *builder) updateOf(n value, key string) value {
	v := n.Get(key)
	if (v.IsString() || v.IsList()) && !v.Truthy() {
		return nil
	}
	return b.mappingIn(n, key)
}

// update is Python's dict.update.
func update(dict, with value) value {
	if with == nil {
		return dict
	}
	for _, p := range with.Pairs {
		if p.Key.IsString() {
			dict = dict.With(p.Key.Text, p.Value)
			continue
		}
		copied := *dict
		copied.Pairs = append(copied.Pairs[:len(copied.Pairs):len(copied.Pairs)], p)
		dict = &copied
	}
	return dict
}
