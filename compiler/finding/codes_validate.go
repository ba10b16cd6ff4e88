package finding

// V codes: what `paasta validate` says, and more. V001 to V009 are the JSON Schemas, V010 to V049 PaaSTA's checks, V050
// and above what PaaSTA does not look at.
const (
	SchemaUnknownKey Code = "V001"
	SchemaType       Code = "V002"
	SchemaRange      Code = "V003"
	SchemaValue      Code = "V004"
	SchemaPattern    Code = "V005"
	SchemaMissing    Code = "V006"
	SchemaConflict   Code = "V007"
	SchemaRepeated   Code = "V008"

	NoYAMLFiles           Code = "V010"
	ServiceNameLength     Code = "V011"
	InstanceNameLength    Code = "V012"
	RollbackBounds        Code = "V013"
	NotANumber            Code = "V014"
	UnknownDependencies   Code = "V015"
	UnknownDeployGroup    Code = "V016"
	BadRegistration       Code = "V017"
	DuplicateInstance     Code = "V018"
	UnsupportedType       Code = "V019"
	AutoscalingField      Code = "V020"
	AutoscalingTwice      Code = "V021"
	AutoscalingBespoke    Code = "V022"
	AutoscalingSetpoint   Code = "V023"
	AutoscalingQuery      Code = "V024"
	CPUOverride           Code = "V025"
	CPUMissing            Code = "V026"
	CPUBurst              Code = "V027"
	SingleReplica         Code = "V028"
	MinOverMax            Code = "V029"
	PoolLimit             Code = "V030"
	VaultEnvironment      Code = "V031"
	SecretMissing         Code = "V032"
	SecretEnvironment     Code = "V033"
	MeshNameLength        Code = "V035"
	UnknownLocation       Code = "V037"
	DiscoverNotAdvertised Code = "V038"
	AdvertisedTooWide     Code = "V039"
	UnknownProxy          Code = "V040"
	MonitoringMissing     Code = "V041"
	Unreadable            Code = "V042"

	SecretUnused      Code = "V050"
	DeployGroupUnused Code = "V051"
)

var validateDocs = []Doc{
	{SchemaUnknownKey, "the key does not exist",
		"PaaSTA's schema refuses the file; what reads the configuration would pass over the key.",
		"main:\n  max_instance: 4",
		"Correct the key. `paasta-render schema kubernetes` lists those that exist."},
	{SchemaType, "the value has another type",
		"PaaSTA's schema refuses the file. YAML reads 1 as a number, yes as a boolean and 1.0 as a float, " +
			"which is no integer.",
		"main:\n  cpus: \"1\"",
		"Write a value of the type named; quotes make a string."},
	{SchemaRange, "the value is too small, too large, too long or empty",
		"PaaSTA's schema refuses the file.",
		"main:\n  mem: 16",
		"Keep within the bound named."},
	{SchemaValue, "the value is not one of those allowed",
		"PaaSTA's schema refuses the file.",
		"main:\n  bounce_method: upthendown",
		"Use one of the values named."},
	{SchemaPattern, "a name or value has the wrong form",
		"PaaSTA's schema refuses the file. Instances are named in lower-case letters, digits, - and _, with " +
			"a letter or digit at both ends.",
		"Main:\n  cpus: 1",
		"Write it as the pattern demands."},
	{SchemaMissing, "a key is missing",
		"PaaSTA's schema refuses the file.",
		"main:\n  proxied_through: web.cache",
		"Add the key."},
	{SchemaConflict, "keys or values exclude each other",
		"PaaSTA's schema refuses the file.",
		"main:\n  iam_role: arn:aws:iam::1:role/web\n  service_account_name: web",
		"Keep one of them."},
	{SchemaRepeated, "an item is twice in a list",
		"PaaSTA's schema refuses the file: these lists are sets.",
		"main:\n  registrations: [web.main, web.main]",
		"Remove one of them."},
	{NoYAMLFiles, "the folder holds no *.yaml",
		"PaaSTA takes every folder for a service, and a service has at least one.",
		"",
		"Add service.yaml, or let the folder's name begin with _."},
	{ServiceNameLength, "the service's name is too long",
		"Kubernetes takes 63 characters; an underscore counts as two, for it becomes --.",
		"",
		"Shorten the name."},
	{InstanceNameLength, "the instance's name is too long",
		"Kubernetes takes 63 characters; an underscore counts as two, for it becomes --.",
		"",
		"Shorten the name."},
	{RollbackBounds, "a rollback condition has no bound",
		"The condition could never fail. A bound of 0 counts as none, and `conditions` must be there.",
		"conditions:\n  prometheus:\n  - query: up",
		"Set lower_bound or upper_bound to something other than 0."},
	{NotANumber, "a quantity is no number",
		"PaaSTA cannot compute with it.",
		"main:\n  mem: 1g",
		"Write a number: cpus in cores, mem in MiB."},
	{UnknownDependencies, "dependencies_reference names nothing",
		"dependencies.yaml has no such entry.",
		"main:\n  dependencies_reference: man",
		"Name an entry of dependencies.yaml."},
	{UnknownDeployGroup, "no step of deploy.yaml deploys to the deploy group",
		"The instance would never get an image. An instance without deploy_group has the group " +
			"<cluster>.<instance>.",
		"main:\n  deploy_group: prod.man",
		"Name a step of deploy.yaml, or add the step."},
	{BadRegistration, "a registration is not service.namespace",
		"PaaSTA splits it at the dot.",
		"main:\n  registrations: [web]",
		"Write service.namespace."},
	{DuplicateInstance, "two files name the same instance",
		"PaaSTA would take one of them; an instance's name is unique in a cluster, whatever its type.",
		"",
		"Rename one of them."},
	{UnsupportedType, "PaaSTA knows the file but runs nothing of it",
		"Instances of paasta_native make every command of PaaSTA fail.",
		"",
		"Move the instances to kubernetes-<cluster>.yaml."},
	{AutoscalingField, "the metrics provider does not take the key",
		"metrics_query, series_query, target_type and resources belong to arbitrary-promql, " +
			"desired_active_requests_per_replica to active-requests.",
		"",
		"Remove the key, or change type."},
	{AutoscalingTwice, "two metrics providers have the same type",
		"PaaSTA takes one of each type.",
		"",
		"Remove one of them."},
	{AutoscalingBespoke, "bespoke scaling beside another metrics provider",
		"Bespoke means that something else scales the instance; two scalers fight.",
		"",
		"Keep one of them."},
	{AutoscalingSetpoint, "setpoint is of no use here",
		"active-requests takes desired_active_requests_per_replica; arbitrary-promql a number above 0.",
		"",
		"Correct setpoint, or remove it."},
	{AutoscalingQuery, "arbitrary-promql has no metrics_query", "There is nothing to scale by.", "", "Set metrics_query."},
	{CPUOverride, "cpus is set by hand on an instance that scales by CPU",
		"Autotuning then has no say. PaaSTA wants it acknowledged.",
		"main:\n  max_instances: 4\n  cpus: 2",
		"Remove cpus, or add the comment `# override-cpu-setting (PROJ-1)` to its line."},
	{CPUMissing, "CPU scaling beside other metrics, without cpus",
		"Autotuning and the other metric would fight.",
		"",
		"Set cpus, with the comment `# override-cpu-setting (PROJ-1)`."},
	{CPUBurst, "cpu_burst_add is high",
		"More than 2 cores of burst crowd out others. PaaSTA wants it acknowledged.",
		"main:\n  cpu_burst_add: 8",
		"Lower it, or add the comment `# override-cpu-burst (PROJ-1)` to its line."},
	{SingleReplica, "a single replica in production",
		"The service is away whenever that one pod is. PaaSTA wants it acknowledged.",
		"main:\n  instances: 1",
		"Raise it, or add the comment `# override-single-replica (PROJ-1)` to its line."},
	{MinOverMax, "min_instances is above max_instances",
		"No number of replicas fits.",
		"main:\n  min_instances: 4\n  max_instances: 2",
		"Swap or correct them."},
	{PoolLimit, "more cpus than a node of the pool has",
		"The pods would never be placed.",
		"",
		"Lower cpus, or use the pool recommended."},
	{VaultEnvironment, "the cluster has no Vault environment",
		"The system config's vault_cluster_map lacks the cluster, so secrets cannot be found.",
		"",
		"Add the cluster to vault_cluster_map."},
	{SecretMissing, "a secret does not exist",
		"The pods would not start.",
		"main:\n  env: {TOKEN: SECRET(tokn)}",
		"Correct the name, or add secrets/<name>.json."},
	{SecretEnvironment, "a secret has no value for the cluster's Vault environment",
		"The pods would not start.",
		"",
		"Encrypt it for that environment."},
	{MeshNameLength, "service and namespace are too long together",
		"Envoy takes 118 characters; HAProxy's socket 55 when there is a proxy_port.",
		"",
		"Shorten the namespace."},
	{UnknownLocation, "the location, or its type, does not exist",
		"Nothing could be found there.",
		"main:\n  discover: galaxy",
		"Use a type of location_types.json and a location of location_mapping.json."},
	{DiscoverNotAdvertised, "discover is not one of advertise",
		"Clients would look where nobody registers.",
		"main:\n  advertise: [habitat]\n  discover: region",
		"Add it to advertise."},
	{AdvertisedTooWide, "a namespace is advertised more narrowly than it is discovered",
		"More hosts would see it than meant.",
		"",
		"Name a location as wide as discover, or wider."},
	{UnknownProxy, "the proxy's namespace does not exist",
		"proxied_through and clb_proxy name service.namespace, and smartstack.yaml of that service has it.",
		"",
		"Correct the name."},
	{MonitoringMissing, "the service has no monitoring.yaml",
		"Nobody would hear of its problems.",
		"",
		"Add monitoring.yaml with a team."},
	{Unreadable, "PaaSTA stops at this value",
		"PaaSTA raises while it reads or checks the file; the service fails as a whole.",
		"",
		"Write the value in the form named."},
	{SecretUnused, "no instance uses the secret",
		"It may be left over. Other services' Tron actions are not looked at.",
		"",
		"Remove the file when nobody needs it."},
	{DeployGroupUnused, "no instance has the deploy group",
		"The step deploys nothing.",
		"",
		"Remove the step, or correct deploy_group of the instance."},
}
