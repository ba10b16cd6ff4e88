package network

import (
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/paasta-render/paasta-render/compiler/paasta"
)

// private are the networks that well-known: internet leaves out. PaaSTA: firewall.py's OUTBOUND_PRIVATE_IP_RANGES.
var private = []string{"127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"}

const dnsPort = 53

// policies are the NetworkPolicies of an instance's pods: one for what they call, one for who calls them.
func (g *graph) policies(i *instance) (docs []any) {
	if g.outbound(i) {
		p := policy(i, "outbound", networkingv1.PolicyTypeEgress)
		p.Spec.Egress = g.egress(i)
		docs = append(docs, p)
	}
	if callers, ok := g.inbound(i); ok {
		p := policy(i, "inbound", networkingv1.PolicyTypeIngress)
		p.Spec.Ingress = g.ingressRules(i, callers)
		docs = append(docs, p)
	}
	return docs
}

// policy is one without rules, which lets nothing through. A pod that two policies select may do what either allows.
func policy(i *instance, direction string, kind networkingv1.PolicyType) *networkingv1.NetworkPolicy {
	return &networkingv1.NetworkPolicy{
		TypeMeta: metav1.TypeMeta{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy"},
		ObjectMeta: metav1.ObjectMeta{Name: paasta.AppName(i.service, i.name) + "." + direction, Namespace: i.namespace,
			Labels: map[string]string{
				"paasta.yelp.com/service": i.service, "paasta.yelp.com/instance": i.name, "paasta.yelp.com/managed": "true"}},
		Spec: networkingv1.NetworkPolicySpec{PodSelector: pods(i.service, i.name),
			PolicyTypes: []networkingv1.PolicyType{kind}},
	}
}

// pods selects an instance's pods. PaaSTA: get_kubernetes_metadata's labels.
func pods(service, instance string) metav1.LabelSelector {
	return metav1.LabelSelector{MatchLabels: map[string]string{"paasta.yelp.com/service": service,
		"paasta.yelp.com/instance": instance}}
}

// podsElsewhere selects an instance's pods in their namespace.
func podsElsewhere(namespace, service, instance string) networkingv1.NetworkPolicyPeer {
	selector := pods(service, instance)
	return networkingv1.NetworkPolicyPeer{NamespaceSelector: inNamespace(namespace), PodSelector: &selector}
}

// inNamespace selects a namespace by the label that Kubernetes itself gives it.
func inNamespace(name string) *metav1.LabelSelector {
	return &metav1.LabelSelector{MatchLabels: map[string]string{corev1.LabelMetadataName: name}}
}

func block(network netip.Prefix, except ...string) networkingv1.NetworkPolicyPeer {
	return networkingv1.NetworkPolicyPeer{IPBlock: &networkingv1.IPBlock{CIDR: network.String(), Except: except}}
}

func port(protocol corev1.Protocol, first, last int32) networkingv1.NetworkPolicyPort {
	number := intstr.FromInt32(first)
	p := networkingv1.NetworkPolicyPort{Protocol: &protocol, Port: &number}
	if last > first {
		p.EndPort = &last
	}
	return p
}

// egress is what an instance may call: DNS, what every pod may call, and its dependencies, in this order.
func (g *graph) egress(i *instance) []networkingv1.NetworkPolicyEgressRule {
	dns := networkingv1.NetworkPolicyEgressRule{Ports: []networkingv1.NetworkPolicyPort{port("UDP", dnsPort, dnsPort),
		port("TCP", dnsPort, dnsPort)}}
	for _, network := range g.dns {
		dns.To = append(dns.To, block(network))
	}
	rules := []networkingv1.NetworkPolicyEgressRule{dns}
	for _, r := range g.always {
		rules = add(rules, block(r.cidr), port(corev1.Protocol(r.protocol), r.port, r.port))
	}
	for _, r := range i.rules {
		switch {
		case r.internet:
			rules = append(rules, networkingv1.NetworkPolicyEgressRule{
				To: []networkingv1.NetworkPolicyPeer{block(netip.MustParsePrefix("0.0.0.0/0"), private...)}})
		case r.mesh != "":
			if p := g.ports[r.mesh]; p > 0 {
				rules = add(rules, block(g.mesh), port("TCP", int32(p), int32(p)))
			}
			for _, b := range g.backends[r.mesh] {
				rules = add(rules, podsElsewhere(b.Namespace, b.Service, b.Instance), port("TCP", int32(b.Port), int32(b.Port)))
			}
		case r.ports.all():
			rules = append(rules, networkingv1.NetworkPolicyEgressRule{To: []networkingv1.NetworkPolicyPeer{block(r.cidr)}})
		default:
			rules = add(rules, block(r.cidr), port("TCP", r.ports.first, r.ports.last), port("UDP", r.ports.first, r.ports.last))
		}
	}
	return rules
}

// add lets ports of a peer be called: in the rule that has this peer alone, or in a new one.
func add(rules []networkingv1.NetworkPolicyEgressRule, to networkingv1.NetworkPolicyPeer,
	all ...networkingv1.NetworkPolicyPort) []networkingv1.NetworkPolicyEgressRule {
	at := slices.IndexFunc(rules, func(r networkingv1.NetworkPolicyEgressRule) bool {
		return len(r.Ports) > 0 && len(r.To) == 1 && same(r.To[0], to)
	})
	if at < 0 {
		at = len(rules)
		rules = append(rules, networkingv1.NetworkPolicyEgressRule{To: []networkingv1.NetworkPolicyPeer{to}})
	}
	for _, p := range all {
		if !slices.ContainsFunc(rules[at].Ports, func(o networkingv1.NetworkPolicyPort) bool { return samePort(o, p) }) {
			rules[at].Ports = append(rules[at].Ports, p)
		}
	}
	return rules
}

func same(a, b networkingv1.NetworkPolicyPeer) bool {
	if a.IPBlock != nil || b.IPBlock != nil {
		return a.IPBlock != nil && b.IPBlock != nil && a.IPBlock.CIDR == b.IPBlock.CIDR &&
			slices.Equal(a.IPBlock.Except, b.IPBlock.Except)
	}
	return metav1.FormatLabelSelector(a.NamespaceSelector) == metav1.FormatLabelSelector(b.NamespaceSelector) &&
		metav1.FormatLabelSelector(a.PodSelector) == metav1.FormatLabelSelector(b.PodSelector)
}

func samePort(a, b networkingv1.NetworkPolicyPort) bool {
	return *a.Protocol == *b.Protocol && *a.Port == *b.Port && (a.EndPort == nil) == (b.EndPort == nil) &&
		(a.EndPort == nil || *a.EndPort == *b.EndPort)
}

// ingressRules are who may call an instance: those who have it in their dependencies, on its container_port; the
// nodes, on every port, since the mesh's proxies and hacheck run there; and whom the system config names.
func (g *graph) ingressRules(i *instance, callers []*instance) []networkingv1.NetworkPolicyIngressRule {
	var own networkingv1.NetworkPolicyIngressRule
	for _, c := range callers {
		own.From = append(own.From, podsElsewhere(c.namespace, c.service, c.name))
	}
	number := int32(i.backends[0].Port)
	own.Ports = []networkingv1.NetworkPolicyPort{port("TCP", number, number)}
	var nodes networkingv1.NetworkPolicyIngressRule
	for _, n := range g.nodes {
		nodes.From = append(nodes.From, block(n))
	}
	rules := []networkingv1.NetworkPolicyIngressRule{own, nodes}
	for _, s := range g.from {
		peer := networkingv1.NetworkPolicyPeer{NamespaceSelector: inNamespace(s.namespace)}
		if s.namespace == "" {
			peer = block(s.cidr)
		}
		rule := networkingv1.NetworkPolicyIngressRule{From: []networkingv1.NetworkPolicyPeer{peer}}
		if s.port > 0 {
			rule.Ports = []networkingv1.NetworkPolicyPort{port("TCP", s.port, s.port)}
		}
		rules = append(rules, rule)
	}
	return rules
}
