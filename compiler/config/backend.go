package config

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/paasta"
)

// Backend is what a mesh namespace has behind it: the pods of one instance.
type Backend struct {
	Registration      string // <service>.<namespace>
	Service, Instance string
	Namespace         string // Kubernetes namespace of the pods
	Port              int64
	Weight            int64 // of each pod
}

// Backends returns the instance's pods under each of its registrations; none for instances that are not deployed or
// whose pods PaaSTA does not make itself.
func (i *Instance) Backends() []Backend {
	if !i.RunsPods() || !i.Deployed() {
		return nil
	}
	var all []Backend
	for _, r := range i.Registrations() {
		if service, namespace, ok := r.Split(); ok {
			all = append(all, Backend{
				Registration: service + "." + namespace,
				Service:      i.Service.Name, Instance: i.Name, Namespace: i.PodNamespace(),
				Port: i.ContainerPort(), Weight: i.Weight(),
			})
		}
	}
	return all
}

// Endpoints is a headless Kubernetes Service: the pods that its DNS name stands for all have one port and one weight.
type Endpoints struct {
	Registration string
	Name         string
	Namespace    string
	Port, Weight int64
	Selector     map[string]string // pod labels
}

// Host is the name under which the cluster's DNS knows the pods.
func (e Endpoints) Host() string { return e.Name + "." + e.Namespace + ".svc.cluster.local" }

// GroupBackends finds the fewest headless Services for the backends, sorted by registration and name. Pods that agree
// on port and weight are found by their registration label; where they do not agree, and where the system config does
// not put registration labels on pods (labelled), each instance gets a Service of its own.
func GroupBackends(backends []Backend, labelled bool) []Endpoints {
	backends = slices.Clone(backends)
	slices.SortFunc(backends, func(a, b Backend) int {
		return cmp.Or(strings.Compare(a.Registration, b.Registration), strings.Compare(a.Namespace, b.Namespace),
			strings.Compare(a.Service, b.Service), strings.Compare(a.Instance, b.Instance))
	})
	backends = slices.Compact(backends)
	var all []Endpoints
	for len(backends) > 0 {
		first, n := backends[0], 1
		same := labelled
		for ; n < len(backends) && backends[n].beside(first); n++ {
			same = same && backends[n].Port == first.Port && backends[n].Weight == first.Weight
		}
		if same {
			all = append(all, shared(first))
		} else {
			for _, b := range backends[:n] {
				all = append(all, own(b, labelled))
			}
		}
		backends = backends[n:]
	}
	return all
}

// beside tells whether pods of both could share a headless Service.
func (b Backend) beside(other Backend) bool {
	return b.Registration == other.Registration && b.Namespace == other.Namespace
}

func shared(b Backend) Endpoints {
	return Endpoints{
		Registration: b.Registration,
		Name:         endpointsName(b.Registration, "pods"),
		Namespace:    b.Namespace, Port: b.Port, Weight: b.Weight,
		Selector: map[string]string{paasta.RegistrationLabel(b.Registration): "true"},
	}
}

func own(b Backend, labelled bool) Endpoints {
	e := shared(b)
	e.Name = endpointsName(b.Registration, b.Service, b.Instance)
	e.Selector = map[string]string{"paasta.yelp.com/service": b.Service, "paasta.yelp.com/instance": b.Instance}
	if labelled {
		e.Selector[paasta.RegistrationLabel(b.Registration)] = "true"
	}
	return e
}

// endpointsName never equals a MeshServiceName, which has one "---".
func endpointsName(registration string, parts ...string) string {
	name := strings.ReplaceAll(paasta.KubernetesName(registration), ".", "---")
	for _, p := range parts {
		name += "---" + paasta.KubernetesName(p)
	}
	return paasta.LimitSize(name, paasta.LongestLabel)
}
