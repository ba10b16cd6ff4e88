package karpenter

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The types below are the parts of karpenter.sh/v1 and karpenter.k8s.aws/v1 that this target fills in. They are our
// own, because the providers' Go modules bring 860 packages with them (controllers, the AWS client); consumers_test.go
// and the end-to-end test check the output against the real definitions of these kinds.

// nodePool is karpenter.sh/v1 NodePool.
type nodePool struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metadata     `json:"metadata"`
	Spec            nodePoolSpec `json:"spec"`
}

// metadata is what Karpenter's objects need of metav1.ObjectMeta.
type metadata struct {
	Name   string            `json:"name,omitempty"`
	Labels map[string]string `json:"labels,omitempty"`
}

type nodePoolSpec struct {
	Template   template          `json:"template"`
	Disruption disruption        `json:"disruption"`
	Limits     map[string]string `json:"limits,omitempty"`
	Weight     *int32            `json:"weight,omitempty"`
}

type template struct {
	Metadata metadata     `json:"metadata"`
	Spec     templateSpec `json:"spec"`
}

type templateSpec struct {
	NodeClassRef           nodeClassRef   `json:"nodeClassRef"`
	Requirements           []requirement  `json:"requirements"`
	Taints                 []corev1.Taint `json:"taints,omitempty"`
	StartupTaints          []corev1.Taint `json:"startupTaints,omitempty"`
	ExpireAfter            string         `json:"expireAfter,omitempty"`
	TerminationGracePeriod string         `json:"terminationGracePeriod,omitempty"`
}

type nodeClassRef struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

type requirement struct {
	Key       string   `json:"key"`
	Operator  string   `json:"operator"`
	Values    []string `json:"values,omitempty"`
	MinValues *int64   `json:"minValues,omitempty"`
}

type disruption struct {
	ConsolidationPolicy string   `json:"consolidationPolicy,omitempty"`
	ConsolidateAfter    string   `json:"consolidateAfter"`
	Budgets             []budget `json:"budgets,omitempty"`
}

type budget struct {
	Nodes    string   `json:"nodes"`
	Reasons  []string `json:"reasons,omitempty"`
	Schedule string   `json:"schedule,omitempty"`
	Duration string   `json:"duration,omitempty"`
}

// ec2NodeClass is karpenter.k8s.aws/v1 EC2NodeClass.
type ec2NodeClass struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metadata         `json:"metadata"`
	Spec            ec2NodeClassSpec `json:"spec"`
}

type ec2NodeClassSpec struct {
	AMIFamily                  string            `json:"amiFamily,omitempty"`
	AMISelectorTerms           []selector        `json:"amiSelectorTerms"`
	Role                       string            `json:"role,omitempty"`
	InstanceProfile            string            `json:"instanceProfile,omitempty"`
	SubnetSelectorTerms        []selector        `json:"subnetSelectorTerms"`
	SecurityGroupSelectorTerms []selector        `json:"securityGroupSelectorTerms"`
	Tags                       map[string]string `json:"tags,omitempty"`
	UserData                   string            `json:"userData,omitempty"`
}

// selector finds an AMI, a subnet or a security group.
type selector struct {
	ID    string            `json:"id,omitempty"`
	Name  string            `json:"name,omitempty"`
	Alias string            `json:"alias,omitempty"`
	Tags  map[string]string `json:"tags,omitempty"`
}
