package kubernetes

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// hacheck is the sidecar through which the mesh sees the pod's health, and through which the pod leaves the mesh.
// PaaSTA: get_hacheck_sidecar_container.
func (b *builder) hacheck(v *volumes) model.Container {
	registrations := b.meshRegistrations()
	sleep, _ := b.hacheckSleep()
	down := "/usr/bin/hadown " + registrations + "; sleep " + sleep.String()
	env := make([]model.EnvVar, 0, len(podFields)+1)
	env = append(append(env, podFields...), model.EnvVar{Name: "MESH_REGISTRATIONS", Value: &registrations})
	return model.Container{
		Name:           "hacheck",
		Image:          given(b.system.Get("hacheck_sidecar_image_url")),
		Ports:          []model.ContainerPort{{ContainerPort: nodeHacheckPort}},
		Env:            env,
		Resources:      b.sidecarResources(),
		VolumeMounts:   v.addCredentials(hostMounts(b.system.hacheckVolumes)),
		ReadinessProbe: b.hacheckProbe(),
		Lifecycle:      model.Lifecycle{PreStop: execute(yaml11.NewList(nodeShell, nodeDashC, yaml11.NewString(down)))},
	}
}

var nodeHacheckPort = yaml11.NewInt(6666)

// hacheckProbe makes the pod ready when the mesh sees all its registrations; nil when neither nerve nor Envoy is asked.
// Whether they are: bounce_health_params.check_haproxy and check_envoy, else the system's enable_nerve_readiness_check
// (true) and enable_envoy_readiness_check (false).
func (b *builder) hacheckProbe() *model.Probe {
	health := b.mapping("bounce_health_params")
	nerve := getOr(health, "check_haproxy", b.system.or("enable_nerve_readiness_check", nodeTrue)).Truthy()
	envoy := getOr(health, "check_envoy", b.system.Get("enable_envoy_readiness_check")).Truthy()
	if !nerve && !envoy {
		return nil
	}
	delay := nodeTen
	if b.system.Get("hacheck_match_initial_delay").Truthy() {
		delay = b.or("healthcheck_grace_period_seconds", nodeGrace)
	}
	command := b.readinessPrefix(delay)
	script := "nerve_readiness_check_script"
	switch {
	case nerve && envoy:
		script = "envoy_nerve_readiness_check_script"
	case envoy:
		script = "envoy_readiness_check_script"
	}
	command = append(command, b.words(b.system.or(script, readinessScripts[script]), script)...)
	command = append(command, yaml11.NewString(python.Str(b.or("container_port", nodePort))))
	for _, r := range b.mesh.registrations {
		command = append(command, yaml11.NewString(r))
	}
	return &model.Probe{
		Exec:                &model.ExecAction{Command: yaml11.NewList(command...)},
		InitialDelaySeconds: given(delay),
		PeriodSeconds:       nodeTen,
	}
}

var nodeTrue = yaml11.NewBool(true)

var readinessScripts = map[string]value{
	"nerve_readiness_check_script":       words("/check_smartstack_up.sh"),
	"envoy_readiness_check_script":       words("/check_proxy_up.sh --enable-envoy --envoy-check-mode eds-dir"),
	"envoy_nerve_readiness_check_script": words("/check_proxy_up.sh --enable-smartstack --enable-envoy"),
	"readiness_check_prefix_template":    words("flock -n /readiness_check_lock timeout 120"),
}

func words(text string) value {
	var list []*yaml11.Node
	for _, word := range strings.Fields(text) {
		list = append(list, yaml11.NewString(word))
	}
	return yaml11.NewList(list...)
}

// words returns a list of the system config to which PaaSTA adds another list.
func (b *builder) words(n value, key string) []*yaml11.Node {
	if !n.IsList() {
		b.refuse(n, "the system config's "+key+" is "+n.KindWithArticle()+", not a list", "")
		return nil
	}
	return n.Items
}

// readinessPrefix is the system's readiness_check_prefix_template, where {initial_delay} and {period_seconds} are
// filled in. PaaSTA: get_readiness_check_prefix.
func (b *builder) readinessPrefix(delay value) []*yaml11.Node {
	const key = "readiness_check_prefix_template"
	values := map[string]string{"initial_delay": python.Str(delay), "period_seconds": "10"}
	var prefix []*yaml11.Node
	for _, item := range b.elements(b.system.or(key, readinessScripts[key]), key) {
		text, err := python.Format(textOf(item), values)
		if err != nil || !item.IsString() {
			b.refuse(item, "the system config's "+key+" has an element that cannot be filled in: "+python.Repr(item), "")
			continue
		}
		prefix = append(prefix, stringAt(item, text))
	}
	return prefix
}
