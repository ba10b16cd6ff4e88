package model

// Volume is V1Volume.
type Volume struct {
	Name                 string                            `json:"name"`
	HostPath             *HostPathVolumeSource             `json:"hostPath,omitempty"`
	AWSElasticBlockStore *AWSElasticBlockStoreVolumeSource `json:"awsElasticBlockStore,omitempty"`
	Secret               *SecretVolumeSource               `json:"secret,omitempty"`
	Projected            *ProjectedVolumeSource            `json:"projected,omitempty"`
	From                 Value                             `json:"-"`
	_                    struct{}                          `unset:"azure_disk azure_file cephfs cinder config_map csi"`
	_                    struct{}                          `unset:"downward_api empty_dir ephemeral fc flex_volume"`
	_                    struct{}                          `unset:"flocker gce_persistent_disk git_repo glusterfs iscsi"`
	_                    struct{}                          `unset:"nfs persistent_volume_claim photon_persistent_disk"`
	_                    struct{}                          `unset:"portworx_volume quobyte rbd scale_io storageos"`
	_                    struct{}                          `unset:"vsphere_volume"`
	_                    struct{}                          `since:"31" unset:"image"`
}

// HostPathVolumeSource is V1HostPathVolumeSource.
type HostPathVolumeSource struct {
	Path Value    `json:"path" required:"true"`
	_    struct{} `unset:"type"`
}

// AWSElasticBlockStoreVolumeSource is V1AWSElasticBlockStoreVolumeSource.
type AWSElasticBlockStoreVolumeSource struct {
	VolumeID  Value `json:"volumeID" required:"true"`
	FSType    Value `json:"fsType,omitempty"`
	Partition Value `json:"partition,omitempty"`
	ReadOnly  bool  `json:"readOnly"`
}

// SecretVolumeSource is V1SecretVolumeSource.
type SecretVolumeSource struct {
	SecretName  string      `json:"secretName"`
	Items       []KeyToPath `json:"items,omitempty"`
	DefaultMode Value       `json:"defaultMode,omitempty"`
	Optional    *bool       `json:"optional,omitempty"`
}

// KeyToPath is V1KeyToPath. PaaSTA's datastore volume gives raw dicts with the same keys, but no nulls.
type KeyToPath struct {
	Key  Value `json:"key" required:"true"`
	Path Value `json:"path" required:"true"`
	Mode Value `json:"mode,omitempty"`
}

// ProjectedVolumeSource is V1ProjectedVolumeSource.
type ProjectedVolumeSource struct {
	Sources []VolumeProjection `json:"sources"`
	_       struct{}           `unset:"default_mode"`
}

// VolumeProjection is V1VolumeProjection.
type VolumeProjection struct {
	ServiceAccountToken ServiceAccountTokenProjection `json:"serviceAccountToken"`
	_                   struct{}                      `unset:"cluster_trust_bundle config_map downward_api secret"`
	_                   struct{}                      `since:"34" unset:"pod_certificate"`
}

// ServiceAccountTokenProjection is V1ServiceAccountTokenProjection.
type ServiceAccountTokenProjection struct {
	Audience          Value  `json:"audience,omitempty"`
	ExpirationSeconds Value  `json:"expirationSeconds,omitempty"`
	Path              string `json:"path"`
}
