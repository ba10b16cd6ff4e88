package kubernetes

import (
	"slices"

	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// containers are the service's own, and hacheck in the mesh. PaaSTA: get_kubernetes_containers.
func (b *builder) containers(v *volumes) []model.Container {
	containers := []model.Container{{
		Name:            paasta.KubernetesName(b.Name),
		Image:           b.imageURL(),
		Command:         b.command(),
		Args:            b.arguments(),
		Ports:           b.ports(),
		Env:             b.containerEnv(),
		Resources:       b.resources(),
		VolumeMounts:    b.volumeMounts(v),
		Lifecycle:       model.Lifecycle{PreStop: b.preStop()},
		SecurityContext: b.securityContext(),
	}}
	if b.job != nil { // one command that ends: nothing asks for its health, nobody calls it
		return containers
	}
	containers[0].LivenessProbe = b.livenessProbe()
	if !b.mesh.in || b.system.noSidecar {
		containers[0].ReadinessProbe = containers[0].LivenessProbe
		return containers
	}
	return append(containers, b.hacheck(v))
}

// imageURL is the image, at the place of docker_url if that says it.
func (b *builder) imageURL() value {
	if url := b.Get("docker_url"); url != nil {
		return url
	}
	return yaml11.NewString(b.image.url)
}

// command is cmd: a string runs in a shell, a list as it is; nil leaves it to the image. PaaSTA: get_cmd.
func (b *builder) command() value {
	cmd := b.Get("cmd")
	switch {
	case !cmd.Truthy():
		return nil
	case cmd.IsString():
		return yaml11.NewList(nodeSh, nodeDashC, cmd)
	case cmd.IsList():
		return cmd
	}
	b.refuse(cmd, "cmd is "+cmd.KindWithArticle()+", neither a string nor a list", "")
	return nil
}

var nodeSh = yaml11.NewString("sh")

// arguments is args; without cmd an absent args is an empty list. PaaSTA: get_args.
func (b *builder) arguments() value {
	args := b.Get("args")
	if !b.Get("cmd").Truthy() {
		if args == nil {
			return nodeEmptyList
		}
		return given(args)
	}
	if !args.IsNull() {
		b.refuse(args, "an instance can have cmd or args, not both", "")
	}
	return nil
}

var nodeEmptyList = yaml11.NewList()

// ports are container_port (default 8888), and prometheus_port if it is another one.
func (b *builder) ports() []model.ContainerPort {
	port := b.or("container_port", nodePort)
	ports := []model.ContainerPort{{ContainerPort: port}}
	if prometheus := b.Get("prometheus_port"); prometheus.Truthy() && !python.Equal(prometheus, port) {
		ports = append(ports, model.ContainerPort{ContainerPort: prometheus})
	}
	return ports
}

// dropped are the capabilities that no container keeps, unless cap_add gives them back. PaaSTA: CAPS_DROP.
var dropped = []string{
	"SETPCAP", "MKNOD", "AUDIT_WRITE", "CHOWN", "NET_RAW", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID",
	"NET_BIND_SERVICE", "SYS_CHROOT", "SETFCAP",
}

// securityContext drops capabilities: all of dropped in its order, or, with cap_add, those not added, sorted.
// The system config's capabilities, a key of ours, leaves the container runtime's own set ("runtime") or drops all.
// PaaSTA: get_security_context.
func (b *builder) securityContext() *model.SecurityContext {
	context := &model.SecurityContext{Privileged: given(b.Get("privileged"))}
	add := given(b.Get("cap_add"))
	switch b.system.capabilities {
	case "runtime":
		if add == nil && context.Privileged == nil {
			return nil
		}
		context.Capabilities.Add = add
		return context
	case "drop-all":
		context.Capabilities = model.Capabilities{Add: add, Drop: []string{"ALL"}}
		return context
	}
	if add == nil {
		context.Capabilities.Drop = dropped
		return context
	}
	context.Capabilities.Add = add
	keep := map[string]bool{}
	for _, item := range b.elements(add, "cap_add") {
		if item.IsList() || item.IsMap() {
			b.refuse(item, "an element of cap_add is "+item.KindWithArticle()+", not a string", "")
		}
		keep[textOf(item)] = true
	}
	context.Capabilities.Drop = []string{}
	for _, capability := range dropped {
		if !keep[capability] {
			context.Capabilities.Drop = append(context.Capabilities.Drop, capability)
		}
	}
	slices.Sort(context.Capabilities.Drop)
	return context
}
