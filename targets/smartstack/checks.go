package smartstack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// The longest service and namespace together, in characters. PaaSTA: validate.MAX_ENVOY_NAME_LEN and
// MAX_SMARTSTACK_NAME_LEN.
const (
	maxEnvoyName      = 118
	maxSmartStackName = 55
)

var (
	serviceName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)
	aclPath     = regexp.MustCompile(`^[-A-Za-z0-9_.:/]*$`) // what HAProxy takes in names, and "/", which becomes "__"
	dnsLabel    = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	labelName   = regexp.MustCompile(`^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`)
)

// checkNamespace holds one namespace against the limits of the mesh.
func checkNamespace(s *config.Service, n config.Namespace, report finding.Report) {
	checkNames(n, report)
	checkLocations(s.Cluster, n, report)
	checkProxies(s.Folder, n, report)
	if s.Cluster.System.File("synapse-tools.conf.json").IsMap() {
		checkRoutes(n, report)
	}
}

func checkNames(n config.Namespace, report finding.Report) {
	length := len([]rune(n.Service + n.Name))
	switch _, listens := n.ProxyPort(); {
	case length > maxEnvoyName:
		tooLong(n, length, "Envoy's listener name leaves", maxEnvoyName, report)
	case length > maxSmartStackName && listens:
		tooLong(n, length, "SmartStack's socket paths leave", maxSmartStackName, report)
	}
	service, label := paasta.MeshServiceName(n.FullName()), paasta.RegistrationLabel(n.FullName())
	if !serviceName.MatchString(service) || !labelName.MatchString(paasta.LimitSize(n.FullName(), paasta.LongestLabel)) {
		report(n.Finding(finding.Finding{Code: finding.MeshServiceName, Severity: finding.Warning,
			Message: fmt.Sprintf("Kubernetes takes neither %q as a Service's name nor %q as a label's", service, label)}))
	}
}

func tooLong(n config.Namespace, length int, limit string, most int, report finding.Report) {
	report(n.Finding(finding.Finding{Code: finding.MeshNameTooLong,
		Message: fmt.Sprintf("service and namespace have %d characters together; %s %d", length, limit, most)}))
}

// checkLocations is PaaSTA's validate._check_advertise_discover.
func checkLocations(c *config.Cluster, n config.Namespace, report finding.Report) {
	types, discover := n.Advertise(), n.Discover()
	l := c.System.Locations()
	if unknown := unknownKinds(l, n, types, discover, report); unknown && !slices.Contains(types, discover) {
		return // one of them is misspelled, and nobody can tell what the other would say to it
	}
	if !slices.Contains(types, discover) {
		report(n.Finding(notAdvertised(n, types, discover)))
	}
	if !l.Known() || l.Depth(discover) < 0 {
		return
	}
	for _, extra := range n.ExtraAdvertise() {
		switch kind, _, _ := strings.Cut(extra.To, ":"); {
		case !l.Exists(extra.From):
			noLocation(l, n, extra.From, extra.FromAt, report)
		case !l.Exists(extra.To):
			noLocation(l, n, extra.To, extra.ToAt, report)
		case l.Depth(kind) > l.Depth(discover):
			report(n.Finding(finding.Finding{Code: finding.MeshAdvertisement, At: extra.ToAt,
				Message: fmt.Sprintf("%s is more specific than what %s discovers at, %s", extra.To, n.FullName(), discover)}))
		}
	}
}

// unknownKinds reports types of location that do not exist, where the system config says which do.
func unknownKinds(l *config.Locations, n config.Namespace, types []string, discover string,
	report finding.Report) bool {
	unknown := false
	say := func(kind string, at finding.Position) {
		unknown = true
		report(n.Finding(finding.Finding{Code: finding.MeshLocation, At: at, Message: kind +
			" is no location type, as are " +
			strings.Join(l.Types, ", "), Suggestion: spelling.Nearest(kind, l.Types)}))
	}
	for _, kind := range types {
		if l.Known() && l.Depth(kind) < 0 {
			say(kind, item(n.Get("advertise"), kind))
		}
	}
	if l.Known() && l.Depth(discover) < 0 && !slices.Contains(types, discover) {
		say(discover, n.At("discover"))
	}
	return unknown
}

// notAdvertised says that clients look where nothing is advertised, and where they may look.
func notAdvertised(n config.Namespace, types []string, discover string) finding.Finding {
	f := finding.Finding{Code: finding.MeshDiscover, At: n.Get("discover").Position(),
		Message: n.FullName() + " discovers at " + discover + ", and advertises at " + strings.Join(types, ", ") +
			" only"}
	if len(types) > 0 {
		f.Suggestion = types[0]
	}
	if f.At.File == "" {
		f.At, f.Fix = n.Position(), finding.AddBelow
		if f.Suggestion != "" {
			f.Suggestion = "discover: " + f.Suggestion
		}
	}
	return f
}

func noLocation(l *config.Locations, n config.Namespace, typed string, at finding.Position, report finding.Report) {
	report(n.Finding(finding.Finding{Code: finding.MeshLocation, At: at, Message: typed + " is no <type>:<location>",
		Suggestion: l.Near(typed, spelling.NearestBut(n.Get("extra_advertise").Has))}))
}

// item returns where a list holds a string; nowhere when nobody wrote the list.
func item(list *yaml11.Node, text string) finding.Position {
	if list == nil {
		return finding.Position{}
	}
	for _, i := range list.Items {
		if python.Str(i) == text {
			return i.Position()
		}
	}
	return list.Position()
}

// checkProxies looks for the namespaces that requests are sent through. PaaSTA: validate._check_smartstack_valid_proxy.
func checkProxies(f *config.Folder, n config.Namespace, report finding.Report) {
	for _, key := range []string{"proxied_through", "clb_proxy", "vip_upgrade"} {
		v := n.Get(key)
		if !v.IsString() || key == "vip_upgrade" && !strings.Contains(v.Text, ".") {
			continue
		}
		service, name, _ := strings.Cut(v.Text, ".")
		if _, ok := f.Namespace(service, name); ok {
			continue
		}
		severity := finding.Error
		if key == "vip_upgrade" {
			severity = finding.Warning // PaaSTA does not look
		}
		report(n.Finding(finding.Finding{Code: finding.MeshProxy, Severity: severity, At: v.Position(),
			Message: fmt.Sprintf("%s: no smartstack.yaml defines the namespace %s", key, v.Text)}))
	}
}

// checkRoutes finds endpoints that HAProxy, which tries them in the order of the file, never reaches.
func checkRoutes(n config.Namespace, report finding.Report) {
	endpoints := n.Get("endpoint_timeouts")
	if !endpoints.IsMap() {
		return
	}
	for at, p := range endpoints.Pairs {
		path := python.Str(p.Key)
		if !aclPath.MatchString(path) {
			report(n.Finding(finding.Finding{Code: finding.NotInSmartStack, Severity: finding.Warning, At: p.Key.Position(),
				Message: fmt.Sprintf("%s: HAProxy refuses the backend that synapse-tools names after the endpoint %q, and the whole file",
					n.FullName(), path)}))
			continue
		}
		for _, before := range endpoints.Pairs[:at] {
			if first := python.Str(before.Key); first != "/" && strings.HasPrefix(path, first) {
				report(n.Finding(finding.Finding{Code: finding.ShadowedRoute, Severity: finding.Warning, At: p.Key.Position(),
					Message: fmt.Sprintf("in HAProxy %q never applies: %q comes before it and takes its requests", path, first),
					Notes:   []finding.Note{{At: before.Key.Position(), Message: "comes first"}}}))
				break
			}
		}
	}
}
