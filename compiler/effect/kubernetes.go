package effect

var metadataRule = Rule{"metadata", None, "metadata of the object itself; pods do not have it"}

// templateRule is PaaSTA's config_sha and Kubernetes' pod-template-hash in one: any change of the template, its labels
// too, replaces the pods; nothing else does.
var templateRule = Rule{"spec.template", Restart, "the pod template changes, so every pod is replaced"}

// kubernetes says what changes of Kubernetes' own kinds do. Sources: the API reference's "immutable" and "cannot be
// updated", and the controllers' own rules for what starts a rollout.
var kubernetes = Table{
	"Deployment": {true, Create, Delete, []Rule{
		metadataRule,
		{"spec.replicas", Scale, "the number of pods changes"},
		{"spec.selector", Refuse, "spec.selector of a Deployment cannot be changed"},
		{"spec.strategy", Rollout, "how the next rollout goes"},
		{"spec.minReadySeconds", Rollout, "when a new pod counts as available"},
		{"spec.progressDeadlineSeconds", Rollout, "when a rollout counts as stuck"},
		{"spec.revisionHistoryLimit", Rollout, "how many old replica sets are kept"},
		{"spec.paused", Rollout, "whether rollouts happen"},
		templateRule,
	}},
	"StatefulSet": {true, Create, Delete, []Rule{
		metadataRule,
		{"spec.replicas", Scale, "the number of pods changes"},
		{"spec.selector", Refuse, "spec.selector of a StatefulSet cannot be changed"},
		{"spec.serviceName", Refuse, "spec.serviceName of a StatefulSet cannot be changed"},
		{"spec.volumeClaimTemplates", Refuse, "spec.volumeClaimTemplates of a StatefulSet cannot be changed"},
		{"spec.podManagementPolicy", Refuse, "spec.podManagementPolicy of a StatefulSet cannot be changed"},
		{"spec.updateStrategy", Rollout, "how the next rollout goes"},
		{"spec.minReadySeconds", Rollout, "when a new pod counts as available"},
		{"spec.revisionHistoryLimit", Rollout, "how many revisions are kept"},
		{"spec.persistentVolumeClaimRetentionPolicy", Rollout, "what happens to volumes on a later deletion"},
		templateRule,
	}},
	"DaemonSet": {true, Create, Delete, []Rule{
		metadataRule,
		{"spec.selector", Refuse, "spec.selector of a DaemonSet cannot be changed"},
		{"spec.updateStrategy", Rollout, "how the next rollout goes"},
		{"spec.minReadySeconds", Rollout, "when a new pod counts as available"},
		{"spec.revisionHistoryLimit", Rollout, "how many revisions are kept"},
		templateRule,
	}},
	"Job": {true, Create, Delete, []Rule{
		metadataRule,
		{"spec.parallelism", Scale, "the number of pods changes"},
		{"spec.suspend", Scale, "suspending ends the job's pods, resuming starts them"},
		{"spec.activeDeadlineSeconds", Schedule, "how long the job may run"},
		{"spec.backoffLimit", Schedule, "how often the job is tried"},
		{"spec.ttlSecondsAfterFinished", Schedule, "how long the finished job is kept"},
		{"spec.podReplacementPolicy", Schedule, "when a pod that ends is replaced"},
		{"spec.manualSelector", Schedule, "who chooses the job's labels"},
		{"spec", Refuse, "this field of a Job cannot be changed"},
	}},
	"CronJob": {true, Schedule, Schedule, []Rule{metadataRule, {"spec", Schedule, "the next runs change, running ones do not"}}},

	"HorizontalPodAutoscaler": {true, Autoscale, Autoscale, []Rule{
		metadataRule,
		{"spec.minReplicas", Scale, "the least number of pods changes"},
		{"spec.maxReplicas", Scale, "the greatest number of pods changes"},
		{"spec", Autoscale, "the autoscaler decides otherwise"},
	}},
	"PodDisruptionBudget": {true, Rollout, Rollout, []Rule{metadataRule, {"spec", Rollout, "how many pods may be away at once"}}},

	"Service": {true, Reroute, Reroute, []Rule{
		{"metadata.labels", None, "metadata of the object itself"},
		{"metadata", Reroute, "load balancers are set up by annotations"},
		{"spec.clusterIP", Refuse, "spec.clusterIP cannot be changed once it is set"},
		{"spec.ipFamilies", Refuse, "the first of spec.ipFamilies cannot be changed"},
		{"spec", Reroute, "where the service's traffic goes"},
	}},
	"Ingress": {true, Reroute, Reroute, Every(Reroute, "where traffic enters")},
	"IngressClass": {true, Reroute, Reroute, []Rule{
		{"spec.controller", Refuse, "spec.controller of an IngressClass cannot be changed"}, {"", Reroute, "where traffic enters"},
	}},
	"NetworkPolicy": {true, Reroute, Reroute, []Rule{metadataRule, {"spec", Reroute, "which traffic is let through"}}},
	"EndpointSlice": {true, Reroute, Reroute, []Rule{
		{"addressType", Refuse, "addressType of an EndpointSlice cannot be changed"}, {"", Reroute, "where the service's traffic goes"},
	}},
	"Endpoints": {true, Reroute, Reroute, Every(Reroute, "where the service's traffic goes")},

	"ConfigMap": {true, Access, Access, []Rule{
		metadataRule,
		{"", Access, "pods see the data when they read it next; none is restarted"},
	}},
	"Secret": {true, Access, Access, []Rule{
		metadataRule,
		{"type", Refuse, "the type of a Secret cannot be changed"},
		{"", Access, "pods see the data when they start next; PaaSTA restarts them by config_sha"},
	}},
	"ServiceAccount": {true, Access, Access, Every(Access, "new pods get other credentials")},
	"Role":           {true, Access, Access, Every(Access, "permissions")},
	"ClusterRole":    {true, Access, Access, Every(Access, "permissions")},
	"RoleBinding": {true, Access, Access, []Rule{
		{"roleRef", Refuse, "roleRef of a binding cannot be changed"}, {"", Access, "permissions"},
	}},
	"ClusterRoleBinding": {true, Access, Access, []Rule{
		{"roleRef", Refuse, "roleRef of a binding cannot be changed"}, {"", Access, "permissions"},
	}},
	"Namespace":  {true, Access, Delete, Every(Access, "metadata that admission reads for new pods")},
	"LimitRange": {true, Access, Access, Every(Access, "defaults and bounds of new pods")},
	"ResourceQuota": {true, Access, Access, []Rule{
		{"spec.scopes", Refuse, "spec.scopes of a ResourceQuota cannot be changed"}, {"", Access, "what new pods may take"},
	}},
	"PriorityClass": {true, Access, Access, []Rule{
		metadataRule,
		{"value", Refuse, "the value of a PriorityClass cannot be changed"},
		{"preemptionPolicy", Refuse, "preemptionPolicy of a PriorityClass cannot be changed"},
		{"", Access, "new pods get another priority"},
	}},
	"PersistentVolumeClaim": {true, Access, Delete, []Rule{
		metadataRule,
		{"spec.resources.requests.storage", Access, "the volume grows; shrinking is refused"},
		{"spec.volumeAttributesClassName", Access, "the volume's attributes change"},
		{"spec", Refuse, "a claim cannot be changed once it is bound"},
	}},
	"PersistentVolume": {true, Access, Delete, []Rule{
		metadataRule,
		{"spec.persistentVolumeReclaimPolicy", Access, "what happens when the claim goes"},
		{"spec.capacity", Access, "which claims the volume fits"},
		{"spec.accessModes", Access, "which claims the volume fits"},
		{"spec.storageClassName", Access, "which claims the volume fits"},
		{"spec.mountOptions", Access, "how the volume is mounted next"},
		{"spec.nodeAffinity", Access, "on which nodes the volume may be mounted"},
		{"spec.claimRef", Access, "whose the volume is"},
		{"spec", Refuse, "the source and the mode of a PersistentVolume cannot be changed"},
	}},
	"StorageClass": {true, Access, Access, []Rule{
		metadataRule,
		{"allowVolumeExpansion", Access, "whether volumes may grow"},
		{"mountOptions", Access, "how new volumes are mounted"},
		{"allowedTopologies", Access, "where new volumes may be"},
		{"", Refuse, "this field of a StorageClass cannot be changed"},
	}},
	"ReplicaSet": {true, Create, Delete, []Rule{
		metadataRule,
		{"spec.replicas", Scale, "the number of pods changes"},
		{"spec.selector", Refuse, "spec.selector of a ReplicaSet cannot be changed"},
		{"spec.template", Rollout, "new pods are made so; running ones stay"},
	}},
	"ReplicationController": {true, Create, Delete, []Rule{metadataRule, {"spec.replicas", Scale, "the number of pods changes"}}},
	"Pod":                   {true, Create, Delete, []Rule{metadataRule, {"", Refuse, "most fields of a Pod cannot be changed"}}},

	"VolumeAttributesClass": {true, Access, Access, []Rule{metadataRule, {"", Refuse, "a VolumeAttributesClass cannot be changed"}}},
	"RuntimeClass": {true, Access, Access, []Rule{
		metadataRule, {"handler", Refuse, "the handler of a RuntimeClass cannot be changed"}, {"", Access, "how new pods run"},
	}},
	"CSIDriver": {true, Access, Access, []Rule{
		metadataRule, {"spec.attachRequired", Refuse, "spec.attachRequired of a CSIDriver cannot be changed"},
		{"", Access, "how new volumes are mounted"},
	}},
	"CustomResourceDefinition": {true, Access, Delete, []Rule{
		metadataRule,
		{"spec.scope", Refuse, "the scope of a CustomResourceDefinition cannot be changed"},
		{"spec.group", Refuse, "the group of a CustomResourceDefinition cannot be changed"},
		{"spec.names", Refuse, "the names of a CustomResourceDefinition cannot be changed once they are accepted"},
		{"spec", Access, "what the API server accepts of the kind"},
	}},

	"Kustomization": {false, None, None, Every(None, "the list of files; what they hold is reported by itself")},
}
