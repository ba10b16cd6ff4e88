package finding

// A codes: recommendations for CPU, memory and replicas, and the files of autotuned_defaults.
const (
	AutotuneInput   Code = "A001"
	AutotuneStopped Code = "A002"
	AutotuneLimit   Code = "A003"
	AutotuneUnknown Code = "A004"
	AutotuneStale   Code = "A005"
)

var autotuneDocs = []Doc{
	{AutotuneInput, "a recommendation cannot be read",
		"The file of recommendations has a value that is no number, or lacks a column. PaaSTA's updater " +
			"stops there; here only the service of that row is left as it is.",
		"cpus: 0,5",
		"Write numbers with a point, and null or nothing where there is no recommendation."},
	{AutotuneStopped, "a service's files stop the updater",
		"To merge a recommendation, the updater reads the instances and what autotuning wrote before. One of " +
			"these files is no YAML 1.2, has a key twice, is empty, or holds something that is no mapping. No " +
			"file of the service is written.",
		"mem: 512\nmem: 1024",
		"Correct the file at the place that the finding names."},
	{AutotuneLimit, "autotune_limits has an unknown key",
		"PaaSTA writes the limit's minimum under that key into autotuned_defaults, and then refuses the " +
			"file. PaaSTA's documentation names the key \"cpu\", its schema \"cpus\".",
		"autotune_limits:\n  cpu: {min: 1}",
		"Use cpus, mem and disk."},
	{AutotuneUnknown, "a recommendation is for something that does not exist",
		"The service or the instance is not in the soa-configs (any more). The recommendation is left out, " +
			"as PaaSTA leaves it out.",
		"",
		"Nothing, when it was removed; else correct its name in the recommendations."},
	{AutotuneStale, "autotuned_defaults is not what the recommendations say",
		"`autotune --check` says it: the file that the recommendations give is not the one that is there.",
		"",
		"Run `paasta-render autotune` without --check, and commit what it writes."},
}
