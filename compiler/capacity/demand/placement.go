package demand

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/paasta-render/paasta-render/compiler/capacity"
	"github.com/paasta-render/paasta-render/compiler/diff/value"
)

// teamVariable holds the team in the environment of a workload's containers. PaaSTA: InstanceConfig.get_env_dictionary.
const teamVariable = "PAASTA_MONITORING_TEAM"

// read fills in what a pod template says.
func read(pod *capacity.Pod, template *value.Node) {
	spec := template.Get("spec")
	pod.Team = template.Variable(teamVariable)
	pod.Needs, pod.Other = amounts(spec)
	pod.Labels = texts(template.Path("metadata", "labels"))
	for _, p := range spec.Get("nodeSelector").Pairs() {
		if p.Key == capacity.PoolLabel {
			pod.Pool = p.Value.Str()
			continue
		}
		pod.Selector = append(pod.Selector, capacity.Requirement{Key: p.Key, Operator: "In", Values: []string{p.Value.Str()}})
	}
	for _, term := range spec.Path("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution",
		"nodeSelectorTerms").Items() {
		pod.Terms = append(pod.Terms, expressions(term))
	}
	heaviest := -1
	for _, p := range spec.Path("affinity", "nodeAffinity", "preferredDuringSchedulingIgnoredDuringExecution").Items() {
		if weight := integer(p.Get("weight"), 0); weight > heaviest {
			heaviest, pod.Preferred = weight, expressions(p.Get("preference"))
		}
	}
	for _, t := range spec.Get("tolerations").Items() {
		pod.Tolerations = append(pod.Tolerations, corev1.Toleration{
			Key: t.At("key"), Operator: corev1.TolerationOperator(t.At("operator")),
			Value: t.At("value"), Effect: corev1.TaintEffect(t.At("effect"))})
	}
	for _, s := range spec.Get("topologySpreadConstraints").Items() {
		pod.Spreads = append(pod.Spreads, capacity.Spread{
			Key: s.At("topologyKey"), Skew: max(integer(s.Get("maxSkew"), 1), 1),
			Strict: s.At("whenUnsatisfiable") != "ScheduleAnyway"})
	}
	pod.Apart = apart(spec.Path("affinity", "podAntiAffinity"))
}

// expressions are the conditions of a node selector term on labels.
func expressions(term *value.Node) []capacity.Requirement {
	all := []capacity.Requirement{}
	for _, e := range term.Get("matchExpressions").Items() {
		r := capacity.Requirement{Key: e.At("key"), Operator: e.At("operator")}
		for _, v := range e.Get("values").Items() {
			r.Values = append(r.Values, v.Str())
		}
		all = append(all, r)
	}
	return all
}

// apart are the labels of pods that must not, or should not, be on the same host. Karpenter keeps what should not be
// apart as long as it can buy another machine, which is always.
func apart(affinity *value.Node) []map[string]string {
	var all []map[string]string
	add := func(term *value.Node) {
		if term.At("topologyKey") == capacity.HostLabel {
			all = append(all, texts(term.Path("labelSelector", "matchLabels")))
		}
	}
	for _, term := range affinity.Get("requiredDuringSchedulingIgnoredDuringExecution").Items() {
		add(term)
	}
	for _, term := range affinity.Get("preferredDuringSchedulingIgnoredDuringExecution").Items() {
		add(term.Get("podAffinityTerm"))
	}
	return all
}

func texts(n *value.Node) map[string]string {
	pairs := n.Pairs()
	if len(pairs) == 0 {
		return nil
	}
	all := make(map[string]string, len(pairs))
	for _, p := range pairs {
		all[p.Key] = p.Value.Str()
	}
	return all
}
