package finding

// K codes: Kubernetes objects.
const (
	PaaSTARefuses        Code = "K001"
	APIServerRefuses     Code = "K002"
	InvalidName          Code = "K003"
	NameCollision        Code = "K004"
	MissingSecret        Code = "K005"
	UnknownNamespace     Code = "K006"
	InstanceTwice        Code = "K007"
	UnknownMetric        Code = "K008"
	AutoscalerLeftOut    Code = "K009"
	ClusterSettings      Code = "K010"
	UnknownCustomKind    Code = "K011"
	InvalidRegistrations Code = "K012"
	PreferenceIgnored    Code = "K013"
	LongName             Code = "K014"
	LaterVariable        Code = "K015"
	TooLongForLinux      Code = "K016"
	OddTarget            Code = "K017"
	NotRead              Code = "K018"
	NoEviction           Code = "K019"
)

var kubernetesDocs = []Doc{
	{PaaSTARefuses, "PaaSTA cannot make an object of this value",
		"PaaSTA stops at it (InvalidKubernetesConfig): the instance is never deployed. It is left out of the " +
			"output.",
		"main:\n  cmd: ./serve\n  args: [--port, '8888']",
		"Change the value as the message says."},
	{APIServerRefuses, "the Kubernetes API server refuses this value",
		"PaaSTA sends it and gets an error back; the running version stays. The object is left out of the output.",
		"main:\n  healthcheck_interval_seconds: 2.5",
		"Change the value as the message says."},
	{InvalidName, "a name that Kubernetes does not allow",
		"Names of objects, containers and volumes consist of lower-case letters, digits and '-', labels also " +
			"of '_' and '.', begin and end with a letter or digit, and have 63 characters at most. The object is " +
			"left out of the output.",
		"trailing_:\n  cmd: ./serve",
		"Choose another name."},
	{NameCollision, "two instances get the same Kubernetes name",
		"PaaSTA writes '_' as '--' and upper case as lower case, so two names can become one. Both overwrite " +
			"each other in turn. The second is left out of the output.",
		"a_b: {}\na--b: {}",
		"Rename one of them."},
	{MissingSecret, "the environment names a secret that does not exist",
		"There is no secrets/<name>.json, or it has no entry for this cluster's Vault environment. Pods wait " +
			"for the secret and never start.",
		"main:\n  env:\n    TOKEN: SECRET(no_such_secret)",
		"Add the secret with `paasta secret add`, or correct the name."},
	{UnknownNamespace, "a registration under a mesh namespace that does not exist",
		"Nobody discovers the instance under this name: smartstack.yaml has no such namespace.",
		"main:\n  registrations: [web.mian]",
		"Correct the name, or add the namespace to smartstack.yaml."},
	{InstanceTwice, "the instance is in kubernetes-*.yaml and in eks-*.yaml",
		"Both give objects of the same name, and one cluster's tree can hold one of them: the one of " +
			"kubernetes-*.yaml. This is the state in the middle of a migration.",
		"",
		"Finish the migration, or rename one."},
	{UnknownMetric, "a metrics provider that PaaSTA does not know",
		"PaaSTA logs it and goes on without: the instance does not scale by it.",
		"autoscaling:\n  metrics_providers: [{type: mesos_cpu}]",
		"Use one of cpu, memory, uwsgi, uwsgi-v2, gunicorn, piscina, worker-load, active-requests, " +
			"arbitrary-promql."},
	{AutoscalerLeftOut, "max_instances is set, but there is no autoscaler",
		"PaaSTA makes none when min_instances or max_instances is 0.",
		"main:\n  min_instances: 0\n  max_instances: 5",
		"Set both to 1 or more, or remove max_instances."},
	{ClusterSettings, "the system config makes every instance fail",
		"A setting that every instance needs is missing or has a form that PaaSTA or Kubernetes does not take.",
		"pod_defaults: {dnsPolicy: Default}",
		"Correct the system config; keys of pod_defaults are in snake_case."},
	{UnknownCustomKind, "the custom resource cannot be made",
		"PaaSTA has no loader for this file prefix, or the system config lacks what it needs for every " +
			"custom resource.",
		"",
		"Correct kubernetes_custom_resources, cr_owners or dashboard_links in the system config."},
	{InvalidRegistrations, "a registration that is not <service>.<namespace>",
		"PaaSTA logs it and registers under it all the same; nobody will find it.",
		"main:\n  registrations: [web.main, web]",
		"Write <service>.<namespace>."},
	{PreferenceIgnored, "a node preference without effect",
		"PaaSTA takes lists of values or of operators as preferences; a plain string is dropped.",
		"node_selectors_preferred:\n- weight: 1\n  preferences: {habitat: uswest1a}",
		"Write a list: [uswest1a]."},
	{LongName, "the Kubernetes name is longer than 63 characters",
		"The API server takes it for a Deployment, but the host names of its pods are cut and its Service " +
			"cannot exist.",
		"",
		"Shorten the service's or the instance's name."},
	{LaterVariable, "a variable refers to one that comes later",
		"Kubernetes fills in $(NAME) only when NAME comes earlier in the list of variables. PaaSTA puts " +
			"secrets, and what the pod knows of itself, behind plain variables, so such a reference stays as it " +
			"is written.",
		"env:\n  URL: postgres://app:$(PASSWORD)@db\n  PASSWORD: SECRET(db)",
		"Put the value together in cmd or in the program."},
	{TooLongForLinux, "a variable or an argument is longer than Linux takes",
		"Linux takes 131071 bytes for each, with the name of a variable. No process of the container starts: " +
			"the argument list is too long.",
		"",
		"Put the value into a file or a secret volume."},
	{OddTarget, "an autoscaling target that is hardly meant",
		"setpoint is a fraction: 0.8 is 80 %. What a load is divided by must be above 0, or the result is " +
			"endless and max_instances pods run at once.",
		"metrics_providers: [{type: cpu, setpoint: 80}]",
		"Use a fraction such as 0.8, and divisors above 0."},
	{NotRead, "a key has no effect beside another one",
		"PaaSTA reads max_instances and leaves instances alone when both are there.",
		"main:\n  instances: 3\n  max_instances: 9",
		"Remove one of them."},
	{NoEviction, "no pod of the cluster can ever be evicted",
		"pdb_max_unavailable is 0, or is not set, which comes to the same: each PodDisruptionBudget lets no " +
			"pod go, so no node can be drained.",
		"",
		"Set pdb_max_unavailable in the system config."},
}
