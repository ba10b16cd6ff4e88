package diff

// rule says what a change of a field does. Field is a prefix of the path, by whole steps; the first rule that fits wins.
type rule struct {
	field  string
	effect Effect
	why    string
}

// kindRules is what is known of a kind.
type kindRules struct {
	kubernetes     bool   // the API server decodes it itself: null is absent, quantities have values
	added, removed Effect // of the object as a whole
	rules          []rule // what none of them covers may restart
}

var metadataRule = rule{"metadata", None, "metadata of the object itself; pods do not have it"}

// templateRule is PaaSTA's config_sha and Kubernetes' pod-template-hash in one: any change of the template, its labels
// too, replaces the pods; nothing else does.
var templateRule = rule{"spec.template", Restart, "the pod template changes, so every pod is replaced"}

func every(effect Effect, why string) []rule { return []rule{{"", effect, why}} }

// kinds is the table of consequences. Sources: the API reference's "immutable" and "cannot be updated", and the
// controllers' own rules for what starts a rollout.
var kinds = map[string]kindRules{
	"Deployment": {true, Create, Delete, []rule{
		metadataRule,
		{"spec.replicas", Scale, "the number of pods changes"},
		{"spec.selector", Recreate, "spec.selector of a Deployment cannot be changed"},
		{"spec.strategy", Rollout, "how the next rollout goes"},
		{"spec.minReadySeconds", Rollout, "when a new pod counts as available"},
		{"spec.progressDeadlineSeconds", Rollout, "when a rollout counts as stuck"},
		{"spec.revisionHistoryLimit", Rollout, "how many old replica sets are kept"},
		{"spec.paused", Rollout, "whether rollouts happen"},
		templateRule,
	}},
	"StatefulSet": {true, Create, Delete, []rule{
		metadataRule,
		{"spec.replicas", Scale, "the number of pods changes"},
		{"spec.selector", Recreate, "spec.selector of a StatefulSet cannot be changed"},
		{"spec.serviceName", Recreate, "spec.serviceName of a StatefulSet cannot be changed"},
		{"spec.volumeClaimTemplates", Recreate, "spec.volumeClaimTemplates of a StatefulSet cannot be changed"},
		{"spec.podManagementPolicy", Recreate, "spec.podManagementPolicy of a StatefulSet cannot be changed"},
		{"spec.updateStrategy", Rollout, "how the next rollout goes"},
		{"spec.minReadySeconds", Rollout, "when a new pod counts as available"},
		{"spec.revisionHistoryLimit", Rollout, "how many revisions are kept"},
		{"spec.persistentVolumeClaimRetentionPolicy", Rollout, "what happens to volumes on a later deletion"},
		templateRule,
	}},
	"DaemonSet": {true, Create, Delete, []rule{
		metadataRule,
		{"spec.selector", Recreate, "spec.selector of a DaemonSet cannot be changed"},
		{"spec.updateStrategy", Rollout, "how the next rollout goes"},
		{"spec.minReadySeconds", Rollout, "when a new pod counts as available"},
		{"spec.revisionHistoryLimit", Rollout, "how many revisions are kept"},
		templateRule,
	}},
	"Job": {true, Create, Delete, []rule{
		metadataRule,
		{"spec.parallelism", Scale, "the number of pods changes"},
		{"spec.suspend", Scale, "suspending ends the job's pods, resuming starts them"},
		{"spec.activeDeadlineSeconds", Schedule, "how long the job may run"},
		{"spec.backoffLimit", Schedule, "how often the job is tried"},
		{"spec.ttlSecondsAfterFinished", Schedule, "how long the finished job is kept"},
		{"spec", Recreate, "this field of a Job cannot be changed"},
	}},
	"CronJob": {true, Schedule, Schedule, []rule{metadataRule, {"spec", Schedule, "the next runs change, running ones do not"}}},

	"HorizontalPodAutoscaler": {true, Autoscale, Autoscale, []rule{
		metadataRule,
		{"spec.minReplicas", Scale, "the least number of pods changes"},
		{"spec.maxReplicas", Scale, "the greatest number of pods changes"},
		{"spec", Autoscale, "the autoscaler decides otherwise"},
	}},
	"PodDisruptionBudget": {true, Rollout, Rollout, []rule{metadataRule, {"spec", Rollout, "how many pods may be away at once"}}},

	"Service": {true, Reroute, Reroute, []rule{
		{"metadata.labels", None, "metadata of the object itself"},
		{"metadata", Reroute, "load balancers are set up by annotations"},
		{"spec.clusterIP", Recreate, "spec.clusterIP cannot be changed"},
		{"spec", Reroute, "where the service's traffic goes"},
	}},
	"Ingress":       {true, Reroute, Reroute, every(Reroute, "where traffic enters")},
	"IngressClass":  {true, Reroute, Reroute, every(Reroute, "where traffic enters")},
	"NetworkPolicy": {true, Reroute, Reroute, []rule{metadataRule, {"spec", Reroute, "which traffic is let through"}}},
	"EndpointSlice": {true, Reroute, Reroute, every(Reroute, "where the service's traffic goes")},
	"Endpoints":     {true, Reroute, Reroute, every(Reroute, "where the service's traffic goes")},

	"ConfigMap": {true, Access, Access, []rule{
		metadataRule,
		{"immutable", Recreate, "an immutable ConfigMap must be made anew"},
		{"", Access, "pods see the data when they read it next; none is restarted"},
	}},
	"Secret": {true, Access, Access, []rule{
		metadataRule,
		{"immutable", Recreate, "an immutable Secret must be made anew"},
		{"type", Recreate, "the type of a Secret cannot be changed"},
		{"", Access, "pods see the data when they start next; PaaSTA restarts them by config_sha"},
	}},
	"ServiceAccount": {true, Access, Access, every(Access, "new pods get other credentials")},
	"Role":           {true, Access, Access, every(Access, "permissions")},
	"ClusterRole":    {true, Access, Access, every(Access, "permissions")},
	"RoleBinding": {true, Access, Access, []rule{
		{"roleRef", Recreate, "roleRef of a binding cannot be changed"}, {"", Access, "permissions"},
	}},
	"ClusterRoleBinding": {true, Access, Access, []rule{
		{"roleRef", Recreate, "roleRef of a binding cannot be changed"}, {"", Access, "permissions"},
	}},
	"Namespace":     {true, Access, Delete, every(Access, "metadata that admission reads for new pods")},
	"LimitRange":    {true, Access, Access, every(Access, "defaults and bounds of new pods")},
	"ResourceQuota": {true, Access, Access, every(Access, "what new pods may take")},
	"PriorityClass": {true, Access, Access, []rule{
		metadataRule,
		{"value", Recreate, "the value of a PriorityClass cannot be changed"},
		{"preemptionPolicy", Recreate, "preemptionPolicy of a PriorityClass cannot be changed"},
		{"", Access, "new pods get another priority"},
	}},
	"PersistentVolumeClaim": {true, Access, Delete, []rule{
		metadataRule,
		{"spec.resources.requests.storage", Access, "the volume grows; shrinking is refused"},
		{"spec.volumeAttributesClassName", Access, "the volume's attributes change"},
		{"spec", Recreate, "a claim cannot be changed once it is bound"},
	}},
	"PersistentVolume": {true, Access, Delete, []rule{
		metadataRule, {"spec.persistentVolumeReclaimPolicy", Access, "what happens when the claim goes"},
	}},
	"StorageClass": {true, Access, Access, []rule{
		metadataRule, {"allowVolumeExpansion", Access, "whether volumes may grow"}, {"", Recreate, "a StorageClass cannot be changed"},
	}},
	"ReplicaSet":            {true, Create, Delete, []rule{metadataRule, {"spec.replicas", Scale, "the number of pods changes"}}},
	"ReplicationController": {true, Create, Delete, []rule{metadataRule, {"spec.replicas", Scale, "the number of pods changes"}}},
	"Pod":                   {true, Create, Delete, []rule{metadataRule, {"", Recreate, "most fields of a Pod cannot be changed"}}},

	"VirtualService":        istioRules,
	"DestinationRule":       istioRules,
	"Gateway":               istioRules,
	"ServiceEntry":          istioRules,
	"Sidecar":               istioRules,
	"EnvoyFilter":           istioRules,
	"AuthorizationPolicy":   istioRules,
	"PeerAuthentication":    istioRules,
	"RequestAuthentication": istioRules,
	"HTTPRoute":             istioRules,
	"GRPCRoute":             istioRules,

	"Kustomization": {false, None, None, every(None, "the list of files; what they hold is reported by itself")},

	"TronJob":    {false, Schedule, Schedule, every(Schedule, "from its next run on; runs under way stay as they are")},
	"TronConfig": {false, Schedule, Schedule, every(Schedule, "from the next runs on")},
	"TronMaster": {false, Schedule, Schedule, every(Schedule, "from the next runs on")},

	"CheckConfig":        alertRules,
	"Check":              alertRules,
	"Handler":            alertRules,
	"HandlerSet":         alertRules,
	"Asset":              alertRules,
	"EventFilter":        alertRules,
	"Mutator":            alertRules,
	"Pipeline":           alertRules,
	"Silenced":           alertRules,
	"RuleGroup":          {false, Alert, Alert, alertRules.rules},
	"RuleFile":           alertRules,
	"Entity":             alertRules,
	"SensuNamespace":     alertRules,
	"AlertmanagerConfig": alertRules,
	"PrometheusConfig":   {false, Autoscale, Autoscale, every(Autoscale, "what is measured: autoscalers and alerts read it")},
	"AdapterRule":        {false, Autoscale, Autoscale, every(Autoscale, "the metric that autoscalers read")},
	"AdapterConfig":      {false, Autoscale, Autoscale, every(Autoscale, "the metrics that autoscalers read")},

	"SmartStackService":  meshRules,
	"SmartStackServices": meshRules,
	"SmartStackFile":     meshRules,
	"NerveService":       meshRules,
	"NerveConfig":        meshRules,
	"SynapseService":     meshRules,
	"SynapseConfig":      meshRules,
	"EnvoyResource":      meshRules,
	"EnvoyFile":          meshRules,
}

var (
	istioRules = kindRules{false, Reroute, Reroute, []rule{
		{"metadata.labels", None, "metadata of the object itself"}, {"", Reroute, "how traffic is routed"},
	}}
	meshRules  = kindRules{false, Reroute, Reroute, every(Reroute, "how traffic is routed")}
	alertRules = kindRules{false, Alert, Alert, every(Alert, "who hears of what")}
)
