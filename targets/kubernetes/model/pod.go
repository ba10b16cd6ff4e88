package model

// PodTemplateSpec is V1PodTemplateSpec.
type PodTemplateSpec struct {
	Metadata ObjectMeta `json:"metadata"`
	Spec     PodSpec    `json:"spec"`
}

// PodSpec is V1PodSpec. What the system config's pod_defaults may set and PaaSTA does not touch is a Value.
type PodSpec struct {
	Volumes                       []Volume    `json:"volumes,omitempty"`
	InitContainers                Value       `json:"initContainers,omitempty"`
	Containers                    []Container `json:"containers"`
	EphemeralContainers           Value       `json:"ephemeralContainers,omitempty"`
	RestartPolicy                 string      `json:"restartPolicy"`
	TerminationGracePeriodSeconds Value       `json:"terminationGracePeriodSeconds,omitempty"`
	ActiveDeadlineSeconds         Value       `json:"activeDeadlineSeconds,omitempty"`
	DNSPolicy                     Value       `json:"dnsPolicy,omitempty"`
	NodeSelector                  Labels      `json:"nodeSelector"`
	ServiceAccountName            Value       `json:"serviceAccountName,omitempty"`
	ServiceAccount                Value       `json:"serviceAccount,omitempty"`
	AutomountServiceAccountToken  Value       `json:"automountServiceAccountToken,omitempty"`
	NodeName                      Value       `json:"nodeName,omitempty"`
	HostNetwork                   Value       `json:"hostNetwork,omitempty"`
	HostPID                       Value       `json:"hostPID,omitempty"`
	HostIPC                       Value       `json:"hostIPC,omitempty"`
	ShareProcessNamespace         bool        `json:"shareProcessNamespace"`
	SecurityContext               any         `json:"securityContext,omitempty"` // *PodSecurityContext, or a Value
	ImagePullSecrets              Value       `json:"imagePullSecrets,omitempty"`
	Hostname                      Value       `json:"hostname,omitempty"`
	Subdomain                     Value       `json:"subdomain,omitempty"`
	Affinity                      any         `json:"affinity,omitempty"` // *Affinity, or a Value
	SchedulerName                 Value       `json:"schedulerName,omitempty"`
	Tolerations                   Value       `json:"tolerations,omitempty"`
	HostAliases                   Value       `json:"hostAliases,omitempty"`
	PriorityClassName             Value       `json:"priorityClassName,omitempty"`
	Priority                      Value       `json:"priority,omitempty"`
	DNSConfig                     Value       `json:"dnsConfig,omitempty"`
	ReadinessGates                Value       `json:"readinessGates,omitempty"`
	RuntimeClassName              Value       `json:"runtimeClassName,omitempty"`
	EnableServiceLinks            Value       `json:"enableServiceLinks,omitempty"`
	PreemptionPolicy              Value       `json:"preemptionPolicy,omitempty"`
	Overhead                      Value       `json:"overhead,omitempty"`
	TopologySpreadConstraints     any         `json:"topologySpreadConstraints,omitempty"` // []any, or a Value
	SetHostnameAsFQDN             Value       `json:"setHostnameAsFQDN,omitempty"`
	OS                            Value       `json:"os,omitempty"`
	HostUsers                     Value       `json:"hostUsers,omitempty"`
	SchedulingGates               Value       `json:"schedulingGates,omitempty"`
	ResourceClaims                Value       `json:"resourceClaims,omitempty"`
	Resources                     Value       `json:"resources,omitempty" since:"32"`
	HostnameOverride              Value       `json:"hostnameOverride,omitempty" since:"34"`
}

// PodSecurityContext is V1PodSecurityContext.
type PodSecurityContext struct {
	FSGroup             Value    `json:"fsGroup,omitempty"`
	FSGroupChangePolicy Value    `json:"fsGroupChangePolicy,omitempty"`
	_                   struct{} `unset:"run_as_group run_as_non_root run_as_user se_linux_options seccomp_profile"`
	_                   struct{} `unset:"supplemental_groups sysctls windows_options"`
	_                   struct{} `since:"30" unset:"app_armor_profile"`
	_                   struct{} `since:"31" unset:"supplemental_groups_policy"`
	_                   struct{} `since:"32" unset:"se_linux_change_policy"`
}

// Affinity is V1Affinity.
type Affinity struct {
	NodeAffinity    *NodeAffinity    `json:"nodeAffinity,omitempty"`
	PodAntiAffinity *PodAntiAffinity `json:"podAntiAffinity,omitempty"`
	_               struct{}         `unset:"pod_affinity"`
}

// NodeAffinity is V1NodeAffinity.
type NodeAffinity struct {
	Required  *NodeSelector             `json:"requiredDuringSchedulingIgnoredDuringExecution,omitempty"`
	Preferred []PreferredSchedulingTerm `json:"preferredDuringSchedulingIgnoredDuringExecution,omitempty"`
}

// NodeSelector is V1NodeSelector.
type NodeSelector struct {
	NodeSelectorTerms []NodeSelectorTerm `json:"nodeSelectorTerms"`
}

// NodeSelectorTerm is V1NodeSelectorTerm.
type NodeSelectorTerm struct {
	MatchExpressions []NodeSelectorRequirement `json:"matchExpressions,omitempty"`
	_                struct{}                  `unset:"match_fields"`
}

// NodeSelectorRequirement is V1NodeSelectorRequirement.
type NodeSelectorRequirement struct {
	Key      Value `json:"key" required:"true"`
	Operator Value `json:"operator" required:"true"`
	Values   Value `json:"values,omitempty"`
}

// PreferredSchedulingTerm is V1PreferredSchedulingTerm.
type PreferredSchedulingTerm struct {
	Weight     Value            `json:"weight" required:"true"`
	Preference NodeSelectorTerm `json:"preference"`
}

// PodAntiAffinity is V1PodAntiAffinity.
type PodAntiAffinity struct {
	Required  []PodAffinityTerm         `json:"requiredDuringSchedulingIgnoredDuringExecution,omitempty"`
	Preferred []WeightedPodAffinityTerm `json:"preferredDuringSchedulingIgnoredDuringExecution,omitempty"`
}

// PodAffinityTerm is V1PodAffinityTerm.
type PodAffinityTerm struct {
	LabelSelector LabelSelector `json:"labelSelector"`
	TopologyKey   string        `json:"topologyKey"`
	_             struct{}      `unset:"match_label_keys mismatch_label_keys namespace_selector namespaces"`
}

// WeightedPodAffinityTerm is V1WeightedPodAffinityTerm.
type WeightedPodAffinityTerm struct {
	Weight          Value           `json:"weight" required:"true"`
	PodAffinityTerm PodAffinityTerm `json:"podAffinityTerm"`
}

// TopologySpreadConstraint is V1TopologySpreadConstraint.
type TopologySpreadConstraint struct {
	MaxSkew           Value         `json:"maxSkew" required:"true"`
	TopologyKey       Value         `json:"topologyKey" required:"true"`
	WhenUnsatisfiable Value         `json:"whenUnsatisfiable" required:"true"`
	LabelSelector     LabelSelector `json:"labelSelector"`
	MatchLabelKeys    Value         `json:"matchLabelKeys,omitempty"`
	From              Value         `json:"-"`
	_                 struct{}      `unset:"min_domains node_affinity_policy node_taints_policy"`
}
