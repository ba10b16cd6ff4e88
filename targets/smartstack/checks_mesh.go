package smartstack

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
)

// checkInstance holds an instance against the namespaces that it registers in.
func checkInstance(i *config.Instance, report finding.Report) {
	if !i.RunsPods() {
		return
	}
	for n, r := range i.Registrations() {
		service, name, ok := r.Split()
		if !ok {
			continue
		}
		space, ok := i.Service.Folder.Namespace(service, name)
		if !ok {
			continue // the Kubernetes target says so
		}
		if _, served := i.MeshNamespace(); n == 0 && !served && space.InSmartStack() {
			report(i.Finding(finding.Finding{Code: finding.RegistrationNotServed, Severity: finding.Warning, At: r.At,
				Message: fmt.Sprintf("the pods are not registered in %s: %s/smartstack.yaml defines no namespace %s",
					r.Name, i.Service.Name, name)}))
		}
		checkHealthcheckPort(i, space, report)
		checkGrace(i, space, report)
	}
}

// checkHealthcheckPort finds a check of a port that the pod does not open: container_port, prometheus_port, hacheck's.
func checkHealthcheckPort(i *config.Instance, n config.Namespace, report finding.Report) {
	port, ok := n.Get("healthcheck_port").Number()
	if !ok {
		return
	}
	prometheus, _ := i.Get("prometheus_port").Number()
	if int64(port) == i.ContainerPort() || port == prometheus || port == hacheckPort {
		return
	}
	asked := n.Get("healthcheck_port")
	report(i.Finding(finding.Finding{Code: finding.HealthcheckPort, Severity: finding.Warning, At: asked.Position(),
		Message: fmt.Sprintf("%s is checked on port %s; the pods of %s.%s open %d",
			n.FullName(), python.Str(asked), i.Service.Name, i.Name, i.ContainerPort()),
		Notes: []finding.Note{{At: i.At("container_port"), Message: "the pods' port"}}}))
}

// checkGrace finds requests that outlive their pod. Where nobody wrote a grace period PaaSTA caps it, on purpose.
func checkGrace(i *config.Instance, n config.Namespace, report finding.Report) {
	grace, at := i.GracePeriod()
	ms, timeoutAt := n.LongestTimeoutMS()
	if !n.InSmartStack() || ms/1000 <= grace {
		return
	}
	severity := finding.Warning
	if i.Get("lifecycle").Get("termination_grace_period_seconds") == nil {
		severity = finding.Info
	}
	report(i.Finding(finding.Finding{Code: finding.TimeoutOverGrace, Severity: severity, At: at,
		Message: fmt.Sprintf("a request to %s may take %g s; a pod that stops is killed after %g s",
			n.FullName(), ms/1000, grace),
		Notes: []finding.Note{{At: timeoutAt, Message: "the timeout"}}}))
}

// checkMesh finds what no namespace shows alone.
func checkMesh(c *config.Cluster, all []*facts, namespaces []namespace, report finding.Report) {
	checkPorts(namespaces, report)
	checkCycles(namespaces, report)
	if c != c.Company.Clusters[0] || len(all) < len(c.Company.Services) {
		return // what is behind a namespace is known only when every service has been read
	}
	behind := map[string]bool{}
	for _, f := range all {
		for _, name := range f.registered {
			behind[name] = true
		}
	}
	for _, n := range namespaces {
		if !behind[n.name] {
			report(finding.Finding{Code: finding.NamespaceWithoutInstance, Severity: finding.Warning,
				At: n.at, Service: service(n),
				Message: "no instance registers in " + n.name + ", in any cluster"})
		}
	}
}

func service(n namespace) string {
	s, _, _ := strings.Cut(n.name, ".")
	return s
}

// checkPorts finds ports that several namespaces share: each is told of the first by name.
func checkPorts(namespaces []namespace, report finding.Report) {
	sorted := slices.Clone(namespaces)
	slices.SortStableFunc(sorted, func(a, b namespace) int { return strings.Compare(a.name, b.name) })
	first := map[int64]namespace{}
	for _, n := range sorted {
		if !n.hasPort || n.port < 1 {
			continue
		}
		owner, taken := first[n.port]
		if !taken {
			first[n.port] = n
			continue
		}
		report(finding.Finding{Code: finding.DuplicateProxyPort, At: n.portAt, Service: service(n),
			Message: fmt.Sprintf("%s and %s both have the proxy_port %d", n.name, owner.name, n.port),
			Notes:   []finding.Note{{At: owner.portAt, Message: owner.name + " has it"}}})
	}
}

// checkCycles follows proxied_through. A circle is told once, at its first namespace by name.
func checkCycles(namespaces []namespace, report finding.Report) {
	through := map[string]namespace{}
	for _, n := range namespaces {
		if n.proxied != "" {
			through[n.name] = n
		}
	}
	for name, n := range through {
		circle := []string{name}
		for next, ok := through[n.proxied]; ok && len(circle) <= len(through); next, ok = through[next.proxied] {
			if next.name == name {
				break
			}
			circle = append(circle, next.name)
		}
		last := through[circle[len(circle)-1]]
		if last.proxied != name || slices.MinFunc(circle, cmp.Compare[string]) != name {
			continue
		}
		report(finding.Finding{Code: finding.ProxyCycle, Severity: finding.Warning, At: n.proxyAt, Service: service(n),
			Message: "requests go round in a circle: " + strings.Join(append(circle, name), " → ")})
	}
}
