package model

// HorizontalPodAutoscaler is V2HorizontalPodAutoscaler.
type HorizontalPodAutoscaler struct {
	APIVersion string                      `json:"apiVersion"`
	Kind       string                      `json:"kind"`
	Metadata   ObjectMeta                  `json:"metadata"`
	Spec       HorizontalPodAutoscalerSpec `json:"spec"`
}

// HorizontalPodAutoscalerSpec is V2HorizontalPodAutoscalerSpec.
type HorizontalPodAutoscalerSpec struct {
	ScaleTargetRef CrossVersionObjectReference `json:"scaleTargetRef"`
	MinReplicas    Value                       `json:"minReplicas,omitempty"`
	MaxReplicas    Value                       `json:"maxReplicas" required:"true"`
	Metrics        []MetricSpec                `json:"metrics,omitempty"`
	Behavior       Value                       `json:"behavior"`
}

// CrossVersionObjectReference is V2CrossVersionObjectReference.
type CrossVersionObjectReference struct {
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	APIVersion string `json:"apiVersion"`
}

// MetricSpec is V2MetricSpec.
type MetricSpec struct {
	Type     string                `json:"type"`
	Object   *ObjectMetricSource   `json:"object,omitempty"`
	Resource *ResourceMetricSource `json:"resource,omitempty"`
	From     Value                 `json:"-"`
}

// ObjectMetricSource is V2ObjectMetricSource.
type ObjectMetricSource struct {
	DescribedObject CrossVersionObjectReference `json:"describedObject"`
	Target          MetricTarget                `json:"target"`
	Metric          MetricIdentifier            `json:"metric"`
}

// ResourceMetricSource is V2ResourceMetricSource.
type ResourceMetricSource struct {
	Name   string       `json:"name"`
	Target MetricTarget `json:"target"`
}

// MetricIdentifier is V2MetricIdentifier.
type MetricIdentifier struct {
	Name     string         `json:"name"`
	Selector *LabelSelector `json:"selector,omitempty"`
}

// MetricTarget is V2MetricTarget.
type MetricTarget struct {
	Type               string `json:"type"`
	Value              Value  `json:"value,omitempty"`
	AverageValue       Value  `json:"averageValue,omitempty"`
	AverageUtilization Value  `json:"averageUtilization,omitempty"`
}

// PodDisruptionBudget is V1PodDisruptionBudget.
type PodDisruptionBudget struct {
	APIVersion string                  `json:"apiVersion"`
	Kind       string                  `json:"kind"`
	Metadata   ObjectMeta              `json:"metadata"`
	Spec       PodDisruptionBudgetSpec `json:"spec"`
}

// PodDisruptionBudgetSpec is V1PodDisruptionBudgetSpec.
type PodDisruptionBudgetSpec struct {
	Selector                   LabelSelector `json:"selector"`
	MaxUnavailable             Value         `json:"maxUnavailable,omitempty"`
	UnhealthyPodEvictionPolicy Value         `json:"unhealthyPodEvictionPolicy,omitempty"`
}

// ServiceAccount is V1ServiceAccount.
type ServiceAccount struct {
	APIVersion string     `json:"apiVersion"`
	Kind       string     `json:"kind"`
	Metadata   ObjectMeta `json:"metadata"`
}

// Namespace is V1Namespace.
type Namespace struct {
	APIVersion string     `json:"apiVersion"`
	Kind       string     `json:"kind"`
	Metadata   ObjectMeta `json:"metadata"`
}

// RoleBinding is V1RoleBinding.
type RoleBinding struct {
	APIVersion string     `json:"apiVersion"`
	Kind       string     `json:"kind"`
	Metadata   ObjectMeta `json:"metadata"`
	Subjects   []Subject  `json:"subjects"`
	RoleRef    RoleRef    `json:"roleRef"`
}

// Subject is RbacV1Subject.
type Subject struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// RoleRef is V1RoleRef.
type RoleRef struct {
	APIGroup string `json:"apiGroup"`
	Kind     string `json:"kind"`
	Name     string `json:"name"`
}

// LimitRange is V1LimitRange.
type LimitRange struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   ObjectMeta     `json:"metadata"`
	Spec       LimitRangeSpec `json:"spec"`
}

// LimitRangeSpec is V1LimitRangeSpec.
type LimitRangeSpec struct {
	Limits []LimitRangeItem `json:"limits"`
}

// LimitRangeItem is V1LimitRangeItem.
type LimitRangeItem struct {
	Type           string            `json:"type"`
	Default        map[string]string `json:"default"`
	DefaultRequest map[string]string `json:"defaultRequest"`
}
