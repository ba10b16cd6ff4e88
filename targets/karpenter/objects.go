package karpenter

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// nodePool returns the NodePool. Its nodes have the label that the pods of the pool select.
func (p pool) nodePool() nodePool {
	labels := map[string]string{p.label: p.name}
	if p.label == "karpenter.sh/nodepool" { // Karpenter sets it itself, and takes it from nobody else
		labels = map[string]string{}
	}
	for key, value := range p.labels {
		labels[key] = value
	}
	return nodePool{
		TypeMeta: metav1.TypeMeta{APIVersion: "karpenter.sh/v1", Kind: "NodePool"},
		Metadata: metadata{Name: p.object},
		Spec: nodePoolSpec{
			Template: template{
				Metadata: metadata{Labels: labels},
				Spec: templateSpec{
					NodeClassRef:           nodeClassRef{Group: "karpenter.k8s.aws", Kind: "EC2NodeClass", Name: p.object},
					Requirements:           p.requirements,
					Taints:                 p.taints,
					StartupTaints:          p.startupTaints,
					ExpireAfter:            p.expireAfter,
					TerminationGracePeriod: p.terminationGracePeriod,
				},
			},
			Disruption: p.disruption,
			Limits:     p.limits,
			Weight:     p.weight,
		},
	}
}

// nodeClass returns the EC2NodeClass. It has the name of the NodePool.
func (p pool) nodeClass() ec2NodeClass {
	return ec2NodeClass{
		TypeMeta: metav1.TypeMeta{APIVersion: "karpenter.k8s.aws/v1", Kind: "EC2NodeClass"},
		Metadata: metadata{Name: p.object},
		Spec:     p.class,
	}
}
