// Package model has the objects that PaaSTA builds with the Kubernetes Python client, one struct for each client model.
//
// k8s.io/api cannot hold them: config_sha is the hash of the raw Python values (0.5 is not "500m", 1 is not 1.0, an
// empty list is not an absent one), and users may write a string where Kubernetes wants a number. So a field holds
// a Go value where PaaSTA makes it, and the user's own Value, with its place, where PaaSTA passes it on. Fields have
// Kubernetes' names and order; nil is Python's None. The `unset` tag names the attributes of the client model that
// PaaSTA never fills: the hash shows them as null. The `since` tag names the first major version of the client that has
// the attribute.
package model

import "github.com/paasta-render/paasta-render/compiler/yaml11"

// Value is a value as the user wrote it; nil is None.
type Value = *yaml11.Node

// Labels is a dict of strings, except where a user put something else.
type Labels = map[string]any

// ObjectMeta is V1ObjectMeta. PaaSTA leaves the namespace out of the hash.
type ObjectMeta struct {
	Name        string   `json:"name,omitempty" optional:"true"`
	Namespace   string   `json:"namespace,omitempty" hash:"null"`
	Labels      Labels   `json:"labels,omitempty"`
	Annotations Labels   `json:"annotations,omitempty"`
	_           struct{} `unset:"creation_timestamp deletion_grace_period_seconds deletion_timestamp finalizers"`
	_           struct{} `unset:"generate_name generation managed_fields owner_references resource_version self_link"`
	_           struct{} `unset:"uid"`
}

// LabelSelector is V1LabelSelector.
type LabelSelector struct {
	MatchLabels Labels   `json:"matchLabels"`
	_           struct{} `unset:"match_expressions"`
}

// Deployment is V1Deployment, with the secrets' signatures that PaaSTA hashes beside it.
type Deployment struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   ObjectMeta     `json:"metadata"`
	Spec       DeploymentSpec `json:"spec"`
	Secrets    Labels         `json:"-" hash:"paasta_secrets"`
	_          struct{}       `unset:"status"`
}

// DeploymentSpec is V1DeploymentSpec. Replicas are nil when an autoscaler owns them, and never part of the hash.
type DeploymentSpec struct {
	Replicas             Value              `json:"replicas,omitempty" hash:"-"`
	Selector             LabelSelector      `json:"selector"`
	Template             PodTemplateSpec    `json:"template"`
	Strategy             DeploymentStrategy `json:"strategy"`
	MinReadySeconds      Value              `json:"minReadySeconds,omitempty"`
	RevisionHistoryLimit int64              `json:"revisionHistoryLimit"`
	_                    struct{}           `unset:"paused progress_deadline_seconds"`
}

// Job is V1Job, as PaaSTA's remote-run makes it. It has no hash.
type Job struct {
	APIVersion string     `json:"apiVersion"`
	Kind       string     `json:"kind"`
	Metadata   ObjectMeta `json:"metadata"`
	Spec       JobSpec    `json:"spec"`
}

// JobSpec is V1JobSpec.
type JobSpec struct {
	ActiveDeadlineSeconds   int64           `json:"activeDeadlineSeconds"`
	TTLSecondsAfterFinished int64           `json:"ttlSecondsAfterFinished"`
	Template                PodTemplateSpec `json:"template"`
	BackoffLimit            *int64          `json:"backoffLimit,omitempty"`
}

// DeploymentStrategy is V1DeploymentStrategy.
type DeploymentStrategy struct {
	Type          string                   `json:"type"`
	RollingUpdate *RollingUpdateDeployment `json:"rollingUpdate,omitempty"`
}

// RollingUpdateDeployment is V1RollingUpdateDeployment.
type RollingUpdateDeployment struct {
	MaxUnavailable string `json:"maxUnavailable"`
	MaxSurge       string `json:"maxSurge"`
}

// StatefulSet is V1StatefulSet, with the secrets' signatures that PaaSTA hashes beside it.
type StatefulSet struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Metadata   ObjectMeta      `json:"metadata"`
	Spec       StatefulSetSpec `json:"spec"`
	Secrets    Labels          `json:"-" hash:"paasta_secrets"`
	_          struct{}        `unset:"status"`
}

// StatefulSetSpec is V1StatefulSetSpec.
type StatefulSetSpec struct {
	Replicas             Value                   `json:"replicas,omitempty" hash:"-"`
	Selector             LabelSelector           `json:"selector"`
	Template             PodTemplateSpec         `json:"template"`
	VolumeClaimTemplates []PersistentVolumeClaim `json:"volumeClaimTemplates,omitempty"`
	ServiceName          string                  `json:"serviceName"`
	PodManagementPolicy  Value                   `json:"podManagementPolicy,omitempty"`
	RevisionHistoryLimit int64                   `json:"revisionHistoryLimit"`
	_                    struct{}                `unset:"min_ready_seconds ordinals"`
	_                    struct{}                `unset:"persistent_volume_claim_retention_policy update_strategy"`
}

// PersistentVolumeClaim is V1PersistentVolumeClaim.
type PersistentVolumeClaim struct {
	Metadata ObjectMeta                `json:"metadata"`
	Spec     PersistentVolumeClaimSpec `json:"spec"`
	From     Value                     `json:"-"`
	_        struct{}                  `unset:"api_version kind status"`
}

// PersistentVolumeClaimSpec is V1PersistentVolumeClaimSpec.
type PersistentVolumeClaimSpec struct {
	AccessModes      []string             `json:"accessModes"`
	Resources        ResourceRequirements `json:"resources"`
	StorageClassName Value                `json:"storageClassName,omitempty"`
	_                struct{}             `unset:"data_source data_source_ref selector volume_attributes_class_name"`
	_                struct{}             `unset:"volume_mode volume_name"`
}

// ResourceRequirements is V1ResourceRequirements. Keys are resource names.
type ResourceRequirements struct {
	Limits   any      `json:"limits,omitempty"`
	Requests any      `json:"requests,omitempty"`
	_        struct{} `unset:"claims"`
}
