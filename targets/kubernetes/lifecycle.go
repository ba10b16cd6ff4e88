package kubernetes

import (
	"fmt"
	"math"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

const (
	// meshLag is how long, in seconds, the mesh may take to see that a pod goes away.
	meshLag = 300
	// longestWait caps, in seconds, what a pod waits for its connections.
	longestWait = 1800
)

// preStop is what the main container runs before it is stopped: lifecycle.pre_stop_command, else a pause of
// lifecycle.pre_stop_drain_seconds (30 in the mesh, 0 elsewhere), and in the mesh, or if
// lifecycle.pre_stop_wait_for_connections_to_complete says so, until no connection is open.
// PaaSTA: get_kubernetes_container_termination_action.
func (b *builder) preStop() model.LifecycleHandler {
	command := b.mapping("lifecycle").Get("pre_stop_command")
	if command.Truthy() {
		if command.IsString() {
			command = yaml11.NewList(command)
		}
		return execute(command)
	}
	text := "sleep " + python.Str(b.drain(b.mesh.in))
	if b.waitsForConnections() {
		text += "; while grep '^ *[0-9]*: ........:" + b.hexPort() +
			" ........:.... 01 ' /proc/net/tcp; do sleep 1; echo; done"
	}
	return execute(yaml11.NewList(nodeShell, nodeDashC, yaml11.NewString(text)))
}

func execute(command value) model.LifecycleHandler {
	return model.LifecycleHandler{Exec: model.ExecAction{Command: command}}
}

// drain is lifecycle.pre_stop_drain_seconds; default 30 in the mesh, else 0.
func (b *builder) drain(inMesh bool) value {
	standard := nodeZero
	if inMesh {
		standard = nodeFailures
	}
	return getOr(b.mapping("lifecycle"), "pre_stop_drain_seconds", standard)
}

func (b *builder) waitsForConnections() bool {
	wait := b.mapping("lifecycle").Get("pre_stop_wait_for_connections_to_complete")
	if wait == nil {
		return b.mesh.in
	}
	return wait.Truthy()
}

// hexPort is container_port as /proc/net/tcp shows it.
func (b *builder) hexPort() string {
	port := b.or("container_port", nodePort)
	x, ok := numberOf(port)
	if !ok || x.integer == nil {
		b.refuse(port, "container_port is "+port.KindWithArticle()+", not an integer", "8888")
		return ""
	}
	return fmt.Sprintf("%04X", x.integer)
}

// hacheckSleep is how long hacheck outlives the order to stop: one second more than the main container drains.
// PaaSTA: get_hacheck_prestop_sleep_seconds.
func (b *builder) hacheckSleep() (number, bool) {
	drain, ok := b.number(b.drain(true), "lifecycle.pre_stop_drain_seconds")
	if !ok {
		return number{}, false
	}
	return drain.plus(integer(1)), true
}

// gracePeriod is the seconds between preStop and SIGKILL; nil leaves it to pod_defaults and Kubernetes.
//
// Key: lifecycle.termination_grace_period_seconds. Default in the mesh: the drain plus two, and, if the container waits
// for its connections, the longest timeout plus 300, at most 1800. PaaSTA: get_termination_grace_period.
func (b *builder) gracePeriod() value {
	standard := b.meshGracePeriod()
	return given(getOr(b.mapping("lifecycle"), "termination_grace_period_seconds", standard))
}

func (b *builder) meshGracePeriod() value {
	if !b.mesh.in {
		return nil
	}
	grace, ok := b.hacheckSleep()
	if !ok {
		return nil
	}
	grace = grace.plus(integer(1))
	if b.waitsForConnections() {
		longest, ok := b.longestTimeoutMS()
		if !ok {
			return nil
		}
		wait := longest/1000 + meshLag
		if !(wait < longestWait) { // nan, too
			wait = longestWait
		}
		whole, ok := number{float: math.Ceil(wait)}.truncate()
		if !ok {
			b.refuse(b.mesh.config, "the mesh namespace's timeouts are not finite", "")
			return nil
		}
		grace = grace.plus(whole)
	}
	return grace.node(b.mapping("lifecycle").Get("pre_stop_drain_seconds"))
}
