package finding

// M codes: smartstack.yaml and the mesh as a whole.
const (
	DuplicateProxyPort       Code = "M001"
	NamespaceWithoutInstance Code = "M002"
	MeshDiscover             Code = "M003"
	MeshLocation             Code = "M004"
	MeshAdvertisement        Code = "M005"
	MeshProxy                Code = "M006"
	ProxyCycle               Code = "M007"
	ShadowedRoute            Code = "M008"
	TimeoutOverGrace         Code = "M009"
	MeshNameTooLong          Code = "M010"
	HealthcheckPort          Code = "M011"
	NotInEnvoy               Code = "M012"
	EndpointRegex            Code = "M013"
	NotInSmartStack          Code = "M014"
	RegistrationNotServed    Code = "M015"
	MeshServiceName          Code = "M016"
	EndpointMatch            Code = "M017"
)

var meshDocs = []Doc{
	{DuplicateProxyPort, "two namespaces have one proxy_port",
		"Clients reach a namespace by its port alone. HAProxy, Envoy and the Kubernetes Service " +
			"paasta-routing each take a port once; Envoy's listener goes to the first namespace by name.",
		"main: {proxy_port: 20100}\nadmin: {proxy_port: 20100}",
		"Give each namespace a port of its own."},
	{NamespaceWithoutInstance, "nothing is behind a namespace",
		"No instance of any service registers in it, in any cluster: its port answers, with an error.",
		"",
		"Remove the namespace, or register an instance in it."},
	{MeshDiscover, "clients look where no pod registers",
		"discover must be one of advertise. synapse-tools writes an empty configuration for the whole host " +
			"when it is not: every service goes away.",
		"main: {proxy_port: 20100, advertise: [region], discover: habitat}",
		"Add the type to advertise first; change discover when every pod has registered."},
	{MeshLocation, "a location or location type does not exist",
		"Types are listed in nail/etc/location_types.json, locations in location_mapping.json. An extra " +
			"advertisement is written <type>:<location>.",
		"advertise: [regoin]",
		"Use a location that the two files know."},
	{MeshAdvertisement, "an extra advertisement goes to a location more specific than discover",
		"The pods would be found by more hosts than the line says.",
		"discover: region\nextra_advertise: {'region:west': ['habitat:east1a']}",
		"Advertise to a location of discover's type or a more general one."},
	{MeshProxy, "requests go through a namespace that does not exist",
		"proxied_through, clb_proxy and vip_upgrade name another namespace as <service>.<namespace>.",
		"proxied_through: cache.mian",
		"Correct the name, or remove the key."},
	{ProxyCycle, "namespaces are proxied through each other in a circle",
		"A request would never reach the pods.",
		"a.main: {proxied_through: b.main}\nb.main: {proxied_through: a.main}",
		"Remove one proxied_through."},
	{ShadowedRoute, "an endpoint's timeout never applies",
		"An endpoint before it takes all of its requests. Envoy tries the longest endpoint first; HAProxy " +
			"tries them in the order of the file.",
		"endpoint_timeouts:\n  /api: 1000\n  /api/slow: 60000",
		"Put the more specific endpoint first, or remove it."},
	{TimeoutOverGrace, "a request may take longer than a pod has to stop",
		"Kubernetes kills the pod at the end of its grace period, whatever it is doing.",
		"timeout_server_ms: 600000",
		"Raise lifecycle.termination_grace_period_seconds, or lower the timeout."},
	{MeshNameTooLong, "a namespace's name is too long for the mesh",
		"Envoy's listener names end at 128 characters (118 for service and namespace), the paths of " +
			"SmartStack's sockets at 108 (55 for both).",
		"",
		"Shorten the namespace."},
	{HealthcheckPort, "the health check asks a port that no container opens",
		"The pods never become healthy in the mesh.",
		"healthcheck_port: 8081",
		"Use the instance's container_port, or open the port."},
	{NotInEnvoy, "Envoy cannot do what a key asks for",
		"The Envoy files do without it; the message says what happens instead.",
		"lb_policy: CLUSTER_PROVIDED",
		"Use what Envoy has, or leave it when the namespace is served by SmartStack alone."},
	{EndpointRegex, "an endpoint is no regular expression that Envoy takes",
		"A key of endpoint_timeouts that begins with ^ is a regular expression in RE2's syntax. Envoy " +
			"refuses the whole route table over one that is not; it is left out.",
		"endpoint_timeouts: {'^/a(?=b)': 1000}",
		"Write it without look-around and back references."},
	{NotInSmartStack, "SmartStack cannot do what a key asks for",
		"HAProxy has no counterpart; the message says what happens instead. A name that it refuses takes the " +
			"whole file, and every service on the host, with it.",
		"endpoint_timeouts: {'^/a/[0-9]+': 1000}",
		"Use plain paths where SmartStack serves the namespace; where Envoy does, nothing."},
	{RegistrationNotServed, "PaaSTA will not register the pods",
		"PaaSTA looks the first registration's namespace up in the instance's own service. When that service " +
			"does not define it, the pods get no weight, no drain and no nerve registration, although the " +
			"namespace exists elsewhere.",
		"registrations: [other.main]",
		"Define a namespace of the same name in the service's own smartstack.yaml (proxy_port: null is enough)."},
	{MeshServiceName, "Kubernetes cannot name a namespace's Service or label",
		"The Service is called <service>---<namespace> in lower case; names and labels begin and end with a " +
			"letter or digit.",
		"main_: {proxy_port: 20100}",
		"Rename the namespace."},
	{EndpointMatch, "an endpoint that matches no request, or every one",
		"A key of endpoint_timeouts is what the path of a request begins with, or a regular expression that " +
			"begins with ^. Its timeout never applies, or to all requests.",
		"endpoint_timeouts: {/items/*: 30000, reports: 60000}",
		"Write what the path begins with: /items/, /reports."},
}
