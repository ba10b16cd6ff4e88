package config

import (
	"math"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Registration is a mesh namespace, <service>.<namespace>, under which an instance's pods serve.
type Registration struct {
	Name    string
	At      finding.Position
	Written bool // false for the default, <service>.<instance>
}

// Split takes the registration apart; ok is false when it has not 2 (or 4) parts. PaaSTA: utils.decompose_job_id.
func (r Registration) Split() (service, namespace string, ok bool) {
	parts := strings.Split(r.Name, ".")
	if len(parts) != 2 && len(parts) != 4 {
		return "", "", false
	}
	return parts[0], parts[1], true
}

// Registrations returns the instance's registrations: `registrations` when it is not empty, else <service>.<nerve_ns>,
// else <service>.<instance>, of Cassandra clusters cassandra_<instance>.main. RegistrationsProblem says when PaaSTA
// cannot read them. PaaSTA: LongRunningServiceConfig.get_registrations.
func (i *Instance) Registrations() []Registration {
	var all []Registration
	if list := i.Get("registrations"); list.IsList() {
		for _, item := range list.Items {
			all = append(all, Registration{python.Str(item), item.Position(), true})
		}
	}
	if len(all) > 0 {
		return all
	}
	if i.IsCassandra() {
		return []Registration{{Name: "cassandra_" + i.Name + ".main", At: i.Position()}}
	}
	if ns := i.Get("nerve_ns"); ns != nil {
		return []Registration{{i.Service.Name + "." + python.Str(ns), i.At("nerve_ns"), true}}
	}
	return []Registration{{Name: i.Service.Name + "." + i.Name, At: i.Position()}}
}

// RegistrationsProblem says why PaaSTA cannot read `registrations`; nil when it can.
func (i *Instance) RegistrationsProblem() *Problem {
	list, own := i.Get("registrations"), i.Service.Name+"."+i.Name
	switch {
	case list == nil:
		return nil
	case list.IsList():
		for _, item := range list.Items {
			if !item.IsString() {
				return mismatch(item, "a registration", "a string").suggest(own)
			}
		}
		return nil
	case (list.IsString() || list.IsMap()) && !list.Truthy() && !i.Has("nerve_ns"):
		return nil
	}
	return mismatch(list, "registrations", "a list").suggest("[" + own + "]")
}

// ContainerPort is the port on which the pods serve: container_port; default 8888.
func (i *Instance) ContainerPort() int64 {
	if p := i.Get("container_port"); p != nil && p.Kind == yaml11.Int && p.Big == nil {
		return p.Int
	}
	return 8888
}

// Weight is the share of requests that a pod gets, next to the pods of other instances: weight; default 10.
func (i *Instance) Weight() int64 {
	if w := i.Get("weight"); w != nil && w.Kind == yaml11.Int && w.Big == nil {
		return w.Int
	}
	return 10
}

// MeshNamespace is the namespace that decides whether the pods are in the mesh: the first registration's second part,
// looked up in the instance's own service. PaaSTA: get_nerve_namespace, load_service_namespace_config.
func (i *Instance) MeshNamespace() (Namespace, bool) {
	_, name, ok := i.Registrations()[0].Split()
	if !ok {
		return Namespace{}, false
	}
	n, ok := i.Service.Folder.Namespace(i.Service.Name, name)
	return n, ok && n.InSmartStack()
}

// GracePeriod is the seconds between the order to stop and SIGKILL, and where it is written.
// lifecycle.termination_grace_period_seconds; default in the mesh: the drain (lifecycle.pre_stop_drain_seconds, 30)
// plus 2, plus the longest timeout and 300, at most 1800; 30 elsewhere. PaaSTA: get_termination_grace_period.
func (i *Instance) GracePeriod() (seconds float64, at finding.Position) {
	lifecycle := i.Get("lifecycle")
	if s, ok := lifecycle.Get("termination_grace_period_seconds").Number(); ok {
		return s, lifecycle.Get("termination_grace_period_seconds").Position()
	}
	n, ok := i.MeshNamespace()
	if !ok {
		return 30, i.Position()
	}
	seconds = 32
	if drain, ok := lifecycle.Get("pre_stop_drain_seconds").Number(); ok {
		seconds = drain + 2
	}
	if wait := lifecycle.Get("pre_stop_wait_for_connections_to_complete"); wait == nil || wait.Truthy() {
		longest, _ := n.LongestTimeoutMS()
		seconds += math.Ceil(min(1800, longest/1000+300))
	}
	return seconds, i.Position()
}
