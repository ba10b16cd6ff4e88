package network

import "github.com/paasta-render/paasta-render/compiler/finding"

// F codes: who may talk to whom.
const (
	RuleWrong       finding.Code = "F001"
	NotServed       finding.Code = "F002"
	CallerBlocked   finding.Code = "F003"
	RuleAllowsAll   finding.Code = "F004"
	RuleUnused      finding.Code = "F005"
	NoPolicy        finding.Code = "F006"
	WallWithoutDoor finding.Code = "F007"
	SettingsWrong   finding.Code = "F008"
	WallWrong       finding.Code = "F009"
)

var docs = []finding.Doc{
	{Code: RuleWrong, Title: "a dependency is no rule of the firewall",
		Meaning: "PaaSTA's firewall stopped at such a rule, or left it out with a line in its log. It lets nothing through.",
		Example: "main: [{cidr: 10.1.2.3/8, port: 443}]",
		Fix:     "Write {smartstack: <service>.<namespace>}, {cidr: <network>, port: <port>} or {well-known: internet}."},
	{Code: NotServed, Title: "nobody serves a dependency",
		Meaning: "No smartstack.yaml defines the namespace, or no instance of the cluster registers in it. The policy " +
			"lets calls through that have no end.",
		Example: "main: [{smartstack: cache.mian}]",
		Fix:     "Correct the name, remove the dependency, or register an instance in the namespace."},
	{Code: CallerBlocked, Title: "a caller's own policy blocks its calls",
		Meaning: "authorization.yaml lets a service call, and the service's instances have outbound_firewall: block " +
			"without a dependency on any namespace of the one that it may call.",
		Example: "authorization: {rules: [{identity_groups: {services: [web]}}]}",
		Fix:     "Add {smartstack: …} to the caller's dependencies.yaml, or take the caller out of authorization.yaml."},
	{Code: RuleAllowsAll, Title: "a rule allows everything",
		Meaning: "Every address and every port may be called: outbound_firewall: block blocks nothing.",
		Example: "main: [{cidr: 0.0.0.0/0}]",
		Fix:     "Name the networks and ports, or {well-known: internet} for all public addresses."},
	{Code: RuleUnused, Title: "a rule is never used",
		Meaning: "No instance refers to the entry, another rule lets the same through, or no rule reads the key.",
		Example: "main: [{cidr: 10.0.0.0/8}, {cidr: 10.1.0.0/16, port: 443}]",
		Fix:     "Remove it, or refer to it by dependencies_reference."},
	{Code: NoPolicy, Title: "no policy is made",
		Meaning: "outbound_firewall: monitor only logged, which NetworkPolicies cannot do. Pods of an operator have " +
			"labels that are not known here.",
		Example: "outbound_firewall: monitor",
		Fix:     "Use block where calls are to be refused; write the policy of an operator's pods by hand."},
	{Code: WallWithoutDoor, Title: "an instance may call nothing",
		Meaning: "outbound_firewall is block, and no dependency is listed: only DNS and what every pod may call is let " +
			"through.",
		Example: "outbound_firewall: block",
		Fix:     "List what it calls in dependencies.yaml, under main or the name in dependencies_reference."},
	{Code: SettingsWrong, Title: "the key network of the system config is wrong",
		Meaning: "No policy is made for the cluster, since one with a wrong address would cut traffic that is needed.",
		Example: "network: {ingress: {nodes: [10.0.0.1/16]}}",
		Fix:     "Correct the value; schema/system.json describes the keys."},
	{Code: WallWrong, Title: "outbound_firewall is neither block nor monitor",
		Meaning: "No policy is made, so nothing is refused.",
		Example: "outbound_firewall: blok",
		Fix:     "Write block or monitor."},
}
