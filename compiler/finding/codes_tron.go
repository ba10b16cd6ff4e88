package finding

// T codes: Tron jobs. "Tron refuses" means that its config API answers with an error and keeps the old namespace.
const (
	TronUnusable    Code = "T001"
	TronSchedule    Code = "T002"
	TronInterval    Code = "T003"
	TronCommand     Code = "T004"
	TronRequires    Code = "T005"
	TronName        Code = "T006"
	TronNode        Code = "T007"
	TronTimeZone    Code = "T008"
	TronValue       Code = "T009"
	TronMissing     Code = "T010"
	TronUnknownKey  Code = "T011"
	TronSecretItem  Code = "T012"
	TronAffinity    Code = "T013"
	TronMaster      Code = "T014"
	TronDeployGroup Code = "T015"
	TronTeam        Code = "T016"
	TronSparkSize   Code = "T017"
	TronSparkPool   Code = "T018"
	TronSparkConfig Code = "T019"
	TronCron        Code = "T020"
	TronNeverRuns   Code = "T021"
	TronUndeployed  Code = "T022"
	TronNoJobs      Code = "T023"

	TronOldPlaceholder Code = "T024"
	TronReadsOtherwise Code = "T025"
)

var tronDocs = []Doc{
	{TronUnusable, "PaaSTA cannot make Tron's configuration of this value",
		"PaaSTA's own code stops on the value, so the whole namespace stays as it was.",
		"actions:\n  a: {command: x, extra_volumes: [{containerPath: /a, hostPath: /a}]}",
		"Give the value the form that the message names."},
	{TronSchedule, "Tron does not understand the schedule",
		"Tron knows cron, daily and groc schedules. A namespace with one bad schedule is refused as a whole.",
		"schedule: cron 99 * * * *",
		"Write `cron M H D M W`, `daily HH:MM:SS [days]`, or `every day at HH:MM`."},
	{TronInterval, "Tron does not understand the interval",
		"An interval is one whole number and one unit: d, h, m, s or their longer names, in lower case.",
		"max_runtime: 1h30m",
		"Write it in the smaller unit: 90m."},
	{TronCommand, "the command has a placeholder that Tron does not know",
		"Tron fills {…} in commands; any other brace must be doubled. The names are Tron's own and those of " +
			"command_context in MASTER.yaml.",
		"command: \"awk '{print $1}' f\"",
		"Double the braces, or use a known name."},
	{TronRequires, "requires names an action that is not there, or goes in a circle",
		"Tron refuses the namespace.",
		"requires: [b]",
		"Name actions of the same job, and break the circle."},
	{TronName, "Tron does not take this name",
		"Names of jobs, actions and nodes begin with a letter or _, go on with letters, digits, _ and -, and " +
			"have 255 characters at most; an action cannot be called cleanup.",
		"bad!: {}",
		"Choose another name."},
	{TronNode, "the node is not in MASTER.yaml",
		"Tron runs jobs on the nodes and node pools that MASTER.yaml names.",
		"node: nowhere",
		"Use a node or a pool of MASTER.yaml."},
	{TronTimeZone, "there is no such time zone",
		"Tron takes the names of the IANA time zone database.",
		"time_zone: Mars/Olympus",
		"Use a name such as America/Los_Angeles or UTC."},
	{TronValue, "Tron does not take this value",
		"The value has another type, or lies outside of what Tron allows for the key.",
		"retries: many",
		"Give a value of the kind that the message names."},
	{TronMissing, "a key that Tron requires is missing",
		"Tron refuses the namespace.",
		"job: {actions: {}}",
		"Add the key."},
	{TronUnknownKey, "Tron does not know the key",
		"Tron refuses objects with keys that it does not know.",
		"cleanup_action: {command: x, requires: [a]}",
		"Remove the key."},
	{TronSecretItem, "the items of a secret volume do not fit the secret",
		"A secret has one key, named like itself, so a volume has one item at most, and its key is the " +
			"secret's name.",
		"items: [{key: other, path: p}]",
		"Use the secret's name as the key."},
	{TronAffinity, "Tron does not know the node affinity's operator",
		"Tron spells it NotExists where PaaSTA and Kubernetes write DoesNotExist, so an action cannot use it " +
			"at all.",
		"node_selectors: {gpu: [{operator: DoesNotExist}]}",
		"Use In, NotIn, Exists, Gt or Lt."},
	{TronMaster, "Tron refuses MASTER.yaml",
		"Without a valid MASTER, Tron takes no namespace of this cluster.",
		"nodes: [{name: a}]",
		"Mend tron/<cluster>/MASTER.yaml."},
	{TronDeployGroup, "an action's deploy group is missing or not in deploy.yaml",
		"Actions that run in containers need a deploy group, and deploy.yaml must deploy to it.",
		"deploy_group: prod.nothing",
		"Use a step of deploy.yaml's pipeline."},
	{TronTeam, "a job has no team, or one that Sensu does not know",
		"PaaSTA refuses jobs that nobody would be told of.",
		"monitoring: {team: nobody}",
		"Set monitoring.team to a team of team_data.json, here or in monitoring.yaml."},
	{TronSparkSize, "a Spark action sets cpus or mem",
		"The driver's size comes from spark.driver.cores and spark.driver.memory.",
		"executor: spark\ncpus: 2",
		"Set spark_args instead."},
	{TronSparkPool, "the Spark executors' pool does not exist in the cluster",
		"PaaSTA takes the pools of allowed_pools in the system config; executors run in pool, default batch.",
		"pool: nosuchpool",
		"Use a pool of the cluster."},
	{TronSparkConfig, "the Spark configuration cannot be computed",
		"PaaSTA computes it from spark_args and nail/srv/configs/spark.yaml, and stops on a value of another form.",
		"spark_args: {spark.executor.memory: 512m}",
		"Write executor memory in whole g, and numbers as numbers."},
	{TronCron, "PaaSTA does not understand the cron expression",
		"Tron takes it, but `paasta validate` checks cron expressions with a parser of its own.",
		"schedule: cron @daily",
		"Write five fields that both understand."},
	{TronNeverRuns, "the schedule never comes",
		"Tron takes the schedule and never finds a time for it.",
		"schedule: cron 0 0 31 2 *",
		"Correct the day or the month."},
	{TronUndeployed, "there is no image for the action yet",
		"PaaSTA writes an empty docker_image: the job fails until the service is deployed to the group.",
		"deploy_group: prod.new",
		"Deploy the service to the group."},
	{TronNoJobs, "the file defines no job that Tron would run",
		"PaaSTA makes no namespace of a file in which no action has an executor of paasta, ssh or spark.",
		"job: {actions: {}}",
		"Add a job, or remove the file."},
	{TronOldPlaceholder, "a placeholder that Tron no longer fills in",
		"Tron fills commands in with Python's format strings: {shortdate-1}. The older form with a percent " +
			"sign reaches the job as it is written.",
		"command: load --day %(shortdate-1)s",
		"Write the name in braces."},
	{TronReadsOtherwise, "Tron reads the cron expression otherwise than cron does",
		"A number with a step, 5/15, is the number alone for Tron; cron goes on from it to the end. A week " +
			"from 0 to 7 is Sunday alone for Tron.",
		"schedule: cron 5/15 * * * *",
		"Write the range out: 5-59/15."},
}
