package finding

// Y codes: reading and parsing the input. C codes: layers, clusters, system configuration.
const (
	YAMLSyntax       Code = "Y001"
	YAMLTag          Code = "Y002"
	YAMLAlias        Code = "Y003"
	YAMLEncoding     Code = "Y004"
	YAMLDuplicateKey Code = "Y005"
	FileTooLarge     Code = "Y006"
	FileUnreadable   Code = "Y007"
	NotAMapping      Code = "Y008"

	UnknownCluster      Code = "C001"
	SystemConfigMissing Code = "C002"
	SystemConfigKey     Code = "C003"
	SystemDuplicateKey  Code = "C004"
	NullInstance        Code = "C005"
	NoServices          Code = "C006"
	UnusedFile          Code = "C007"
	NoDeployments       Code = "C008"
	DeployGroupFormat   Code = "C009"
	NoInstances         Code = "C010"
	UnknownSelection    Code = "C011"
	ConfigMapTooLarge   Code = "C012"
	ConfigMapKey        Code = "C013"
)

var sourceDocs = []Doc{
	{YAMLSyntax, "the file is not YAML",
		"PaaSTA reads it with a YAML 1.1 parser, which stops here. Nothing of this file is rendered.",
		"main: [1, 2",
		"Mend the syntax at the position named."},
	{YAMLTag, "a tag or value that PaaSTA's loader does not know",
		"PyYAML's safe loader refuses application tags and the plain scalar \"=\".",
		"main: !vault secret",
		"Remove the tag, or quote the value."},
	{YAMLAlias, "an alias that cannot be expanded",
		"The alias has no anchor, contains itself, or expands to more nodes than any real configuration has.",
		"a: &a [*a]",
		"Write the value out."},
	{YAMLEncoding, "the file is not UTF-8",
		"PaaSTA reads every file as UTF-8 and stops at the first byte that is not.",
		"",
		"Save the file as UTF-8."},
	{YAMLDuplicateKey, "a key is twice in one mapping",
		"YAML as PaaSTA reads it keeps the last value and drops the others without a word.",
		"cpus: 1\ncpus: 2",
		"Keep one of them."},
	{FileTooLarge, "the file is larger than any configuration",
		"Files above 16 MiB are refused unread.",
		"",
		"Move what is no configuration elsewhere."},
	{FileUnreadable, "the file cannot be read",
		"It may be a link that leaves the repository, a folder, or lack permission.",
		"",
		"Replace the link by the file, or mend its permissions."},
	{NotAMapping, "the file holds something other than a mapping",
		"PaaSTA expects keys and values at the top level.",
		"- main",
		"Write `key: value` pairs."},
	{UnknownCluster, "the file name ends in a cluster that the system config does not name",
		"PaaSTA never reads such a file: its instances run nowhere.",
		"kubernetes-pwn-prod.yaml",
		"Correct the cluster in the file name, or add it to `clusters` in the system config."},
	{SystemConfigMissing, "there is no system config",
		"PaaSTA needs at least one *.json below its system directory (/etc/paasta on a host).",
		"",
		"Name the directory with --system-dir or $PAASTA_SYSTEM_CONFIG_DIR."},
	{SystemConfigKey, "a required key of the system config is missing or has the wrong form",
		"PaaSTA raises PaastaNotConfiguredError for every instance that needs it.",
		"",
		"Add the key."},
	{SystemDuplicateKey, "two system config files set the same key",
		"PaaSTA refuses to choose (DuplicateKeyError).",
		"",
		"Keep the key in one file."},
	{NullInstance, "an instance has no body",
		"PaaSTA treats a null instance as not configured.",
		"main:",
		"Give it at least one key, or remove it."},
	{NoServices, "there is no service here",
		"The soa directory holds no service folder. An empty render is never what is wanted.",
		"",
		"Point --soa-dir at the soa-configs repository."},
	{UnusedFile, "nothing reads this file",
		"PaaSTA reads files by name; this name means nothing to it.",
		"kuberntes-prod.yaml",
		"Correct the name or remove the file."},
	{NoDeployments, "the instance is not deployed",
		"deployments.json has no image for the instance's deploy group, or no control entry for the " +
			"instance. PaaSTA passes over it in silence.",
		"",
		"Mark a version for deployment, or correct deploy_group."},
	{DeployGroupFormat, "deploy_group has a placeholder that does not exist",
		"Known placeholders are {service}, {instance} and {cluster}.",
		"deploy_group: '{environment}.main'",
		"Use a known placeholder, or double the braces."},
	{NoInstances, "the service defines no instance",
		"The folder has no file that names instances in a known cluster.",
		"",
		"Add kubernetes-<cluster>.yaml, or remove the folder."},
	{UnknownSelection, "a service, instance or cluster given on the command line does not exist",
		"Nothing matches the selection.",
		"",
		"Correct the name."},
	{ConfigMapTooLarge, "a rendered file is too large for a ConfigMap, and reaches the cluster in pieces",
		"Tron, Envoy, SmartStack and Prometheus files reach the cluster as ConfigMaps, which hold 1 MiB at " +
			"most. A larger file is compressed and cut into files NAME.gz.01, NAME.gz.02 and so on.",
		"",
		"Put the pieces together where they are mounted: `cat NAME.gz.* | gunzip > NAME`. The examples for " +
			"Envoy and SmartStack do."},
	{ConfigMapKey, "a rendered file's name cannot be a key of a ConfigMap",
		"Tron, Envoy, SmartStack and Prometheus files reach the cluster as ConfigMaps, whose keys are " +
			"letters, digits, '-', '_' and '.'. Kubernetes refuses a ConfigMap with all of its files over one " +
			"key.",
		"",
		"Rename the service."},
}
