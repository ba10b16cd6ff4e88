package kubernetes

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

var (
	nodeGrace    = yaml11.NewInt(60)
	nodeFailures = yaml11.NewInt(30)
	nodeStatus   = yaml11.NewString("/status")
)

// livenessProbe asks whether the container is well; nil without a mode. Outside the mesh it decides readiness, too.
//
// Keys: healthcheck_mode, healthcheck_uri, healthcheck_cmd, healthcheck_grace_period_seconds (60),
// healthcheck_interval_seconds (10), healthcheck_timeout_seconds (10), healthcheck_max_consecutive_failures (30).
// PaaSTA: get_liveness_probe.
func (b *builder) livenessProbe() *model.Probe {
	mode, ok := b.healthcheckMode()
	if !ok {
		return nil
	}
	probe := &model.Probe{
		InitialDelaySeconds: given(b.or("healthcheck_grace_period_seconds", nodeGrace)),
		PeriodSeconds:       given(b.or("healthcheck_interval_seconds", nodeTen)),
		TimeoutSeconds:      given(b.or("healthcheck_timeout_seconds", nodeTen)),
		FailureThreshold:    given(b.or("healthcheck_max_consecutive_failures", nodeFailures)),
	}
	port := b.or("container_port", nodePort)
	switch mode {
	case "http", "https":
		path := b.or("healthcheck_uri", getOr(b.mesh.config, "healthcheck_uri", nodeStatus))
		probe.HTTPGet = &model.HTTPGetAction{Path: given(path), Port: port, Scheme: strings.ToUpper(mode)}
	case "tcp":
		probe.TCPSocket = &model.TCPSocketAction{Port: port}
	case "cmd":
		cmd := b.Get("healthcheck_cmd")
		if cmd.IsNull() {
			b.refuse(b.Get("healthcheck_mode"), "healthcheck_mode cmd needs a healthcheck_cmd", "healthcheck_cmd: …")
		}
		probe.Exec = &model.ExecAction{Command: yaml11.NewList(nodeShell, nodeDashC, orNull(cmd))}
	}
	return probe
}

// healthcheckMode is healthcheck_mode, else the mesh namespace's healthcheck_mode, else its mode, where http2 is asked
// over http. ok is false when there is none. PaaSTA: get_healthcheck_mode.
func (b *builder) healthcheckMode() (mode string, ok bool) {
	wanted := b.Get("healthcheck_mode")
	if wanted.IsNull() {
		if wanted = b.mesh.config.Get("healthcheck_mode"); !wanted.Truthy() {
			mode = b.mesh.mode
			if mode == "http2" {
				mode = "http"
			}
			return mode, mode != ""
		}
	}
	switch mode = textOf(wanted); mode {
	case "http", "https", "tcp", "cmd":
		return mode, true
	}
	b.refuse(wanted, "healthcheck_mode "+python.Repr(wanted)+" is not known", "http, https, tcp or cmd")
	return "", false
}
