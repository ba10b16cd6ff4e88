package model

// Container is V1Container.
type Container struct {
	Name            string               `json:"name"`
	Image           Value                `json:"image,omitempty"`
	Command         Value                `json:"command,omitempty"`
	Args            Value                `json:"args,omitempty"`
	Ports           []ContainerPort      `json:"ports"`
	Env             []EnvVar             `json:"env"`
	Resources       ResourceRequirements `json:"resources"`
	VolumeMounts    []VolumeMount        `json:"volumeMounts,omitempty"`
	LivenessProbe   *Probe               `json:"livenessProbe,omitempty"`
	ReadinessProbe  *Probe               `json:"readinessProbe,omitempty"`
	Lifecycle       Lifecycle            `json:"lifecycle"`
	SecurityContext *SecurityContext     `json:"securityContext,omitempty"`
	_               struct{}             `unset:"env_from image_pull_policy resize_policy restart_policy startup_probe"`
	_               struct{}             `unset:"stdin stdin_once termination_message_path termination_message_policy"`
	_               struct{}             `unset:"tty volume_devices working_dir"`
	_               struct{}             `since:"34" unset:"restart_policy_rules"`
}

// ContainerPort is V1ContainerPort.
type ContainerPort struct {
	ContainerPort Value    `json:"containerPort" required:"true"`
	_             struct{} `unset:"host_ip host_port name protocol"`
}

// EnvVar is V1EnvVar.
type EnvVar struct {
	Name      string        `json:"name"`
	Value     *string       `json:"value,omitempty"`
	ValueFrom *EnvVarSource `json:"valueFrom,omitempty"`
	From      Value         `json:"-"`
}

// EnvVarSource is V1EnvVarSource.
type EnvVarSource struct {
	FieldRef     *ObjectFieldSelector `json:"fieldRef,omitempty"`
	SecretKeyRef *SecretKeySelector   `json:"secretKeyRef,omitempty"`
	_            struct{}             `unset:"config_map_key_ref resource_field_ref"`
	_            struct{}             `since:"34" unset:"file_key_ref"`
}

// ObjectFieldSelector is V1ObjectFieldSelector.
type ObjectFieldSelector struct {
	FieldPath string   `json:"fieldPath"`
	_         struct{} `unset:"api_version"`
}

// SecretKeySelector is V1SecretKeySelector.
type SecretKeySelector struct {
	Name     string `json:"name"`
	Key      string `json:"key"`
	Optional bool   `json:"optional"`
}

// VolumeMount is V1VolumeMount.
type VolumeMount struct {
	Name      string   `json:"name"`
	ReadOnly  bool     `json:"readOnly"`
	MountPath Value    `json:"mountPath" required:"true"`
	From      Value    `json:"-"`
	_         struct{} `unset:"mount_propagation sub_path sub_path_expr"`
	_         struct{} `since:"30" unset:"recursive_read_only"`
}

// Probe is V1Probe.
type Probe struct {
	Exec                *ExecAction      `json:"exec,omitempty"`
	HTTPGet             *HTTPGetAction   `json:"httpGet,omitempty"`
	TCPSocket           *TCPSocketAction `json:"tcpSocket,omitempty"`
	InitialDelaySeconds Value            `json:"initialDelaySeconds,omitempty"`
	TimeoutSeconds      Value            `json:"timeoutSeconds,omitempty"`
	PeriodSeconds       Value            `json:"periodSeconds,omitempty"`
	FailureThreshold    Value            `json:"failureThreshold,omitempty"`
	_                   struct{}         `unset:"grpc success_threshold termination_grace_period_seconds"`
}

// ExecAction is V1ExecAction.
type ExecAction struct {
	Command Value `json:"command,omitempty"`
}

// HTTPGetAction is V1HTTPGetAction.
type HTTPGetAction struct {
	Path   Value    `json:"path,omitempty"`
	Port   Value    `json:"port" required:"true"`
	Scheme string   `json:"scheme"`
	_      struct{} `unset:"host http_headers"`
}

// TCPSocketAction is V1TCPSocketAction.
type TCPSocketAction struct {
	Port Value    `json:"port" required:"true"`
	_    struct{} `unset:"host"`
}

// Lifecycle is V1Lifecycle.
type Lifecycle struct {
	PreStop LifecycleHandler `json:"preStop"`
	_       struct{}         `unset:"post_start"`
	_       struct{}         `since:"33" unset:"stop_signal"`
}

// LifecycleHandler is V1LifecycleHandler.
type LifecycleHandler struct {
	Exec ExecAction `json:"exec"`
	_    struct{}   `unset:"http_get sleep tcp_socket"`
}

// SecurityContext is V1SecurityContext.
type SecurityContext struct {
	Capabilities Capabilities `json:"capabilities"`
	Privileged   Value        `json:"privileged,omitempty"`
	_            struct{}     `unset:"allow_privilege_escalation proc_mount read_only_root_filesystem run_as_group"`
	_            struct{}     `unset:"run_as_non_root run_as_user se_linux_options seccomp_profile windows_options"`
	_            struct{}     `since:"30" unset:"app_armor_profile"`
}

// Capabilities is V1Capabilities.
type Capabilities struct {
	Add  Value    `json:"add,omitempty"`
	Drop []string `json:"drop,omitempty"`
}
