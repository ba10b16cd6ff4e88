package finding

// S codes: who is told, and Sensu checks. P codes: Prometheus, its adapter and Alertmanager.
const (
	SensuCheckImpossible Code = "S001"
	UnknownTeam          Code = "S002"
	NobodyPaged          Code = "S003"
	ThresholdNever       Code = "S004"
	ThresholdAlways      Code = "S005"
	SensuCheckName       Code = "S006"

	AdapterRuleImpossible Code = "P001"
	MetricWithoutRule     Code = "P002"
	PromQLSyntax          Code = "P003"
	AlertRuleImpossible   Code = "P004"
	ScrapeJobImpossible   Code = "P005"
	AdapterResources      Code = "P006"
	PageReachesNobody     Code = "P007"
)

var monitoringDocs = []Doc{
	{SensuCheckImpossible, "PaaSTA's check script stops on this monitoring configuration",
		"The script that sends the event raises an exception here, so the instance, and those after it, are " +
			"not watched.",
		"monitoring:\n  realert_every: never",
		"Write a value of the expected kind."},
	{UnknownTeam, "the team does not exist",
		"sensu/team_data.json of the system config does not name the team: its alerts reach nobody.",
		"team: boking",
		"Correct the team, or add it to team_data."},
	{NobodyPaged, "nobody is paged for an instance in production",
		"The instance runs in a production cluster, and no team, or no `page: true`, is in its " +
			"monitoring: when it is down, nobody wakes up.",
		"",
		"Set `team` and `page: true` in monitoring.yaml, or `page: false` in the instance's `monitoring` to " +
			"say that it is meant."},
	{ThresholdNever, "the alert can never fire",
		"No state of the world reaches the threshold.",
		"replication_threshold: 0",
		"Correct the threshold, or remove the alert."},
	{ThresholdAlways, "the alert always fires",
		"Every state of the world is beyond the threshold.",
		"replication_threshold: 101",
		"Correct the threshold."},
	{SensuCheckName, "the check has a name that Sensu refuses",
		"Check names consist of letters, digits, \"_\", \".\" and \"-\". PaaSTA's client raises ValueError " +
			"and sends nothing.",
		"",
		"Rename the instance."},
	{AdapterRuleImpossible, "PaaSTA's adapter configuration stops on this autoscaling configuration",
		"setup_prometheus_adapter_config raises an exception here, so no rule of the cluster is updated.",
		"metrics_providers:\n- type: arbitrary-promql",
		"Write a value of the expected kind."},
	{MetricWithoutRule, "no adapter rule serves the metric of an autoscaled instance",
		"The HorizontalPodAutoscaler asks for a metric that the adapter does not know, so the instance does " +
			"not scale.",
		"metrics_providers:\n- {type: uwsgi, moving_average_window_seconds: 60}\n- {type: uwsgi, " +
			"moving_average_window_seconds: 90}",
		"Keep one provider of a type, with a window that is an integer."},
	{PromQLSyntax, "Prometheus cannot read the query",
		"The adapter hands the query to Prometheus, which refuses it: the instance does not scale.",
		"metrics_query: sum(rate(x[5m])",
		"Mend the query."},
	{AlertRuleImpossible, "no alert can be made of the monitoring configuration",
		"A value that the alert needs is of another kind.",
		"error_threshold_ratio: high",
		"Write a number."},
	{ScrapeJobImpossible, "no scrape job can be made of the instance",
		"prometheus_port is no port.",
		"prometheus_port: metrics",
		"Write the port's number."},
	{AdapterResources, "prometheus-adapter cannot decode `resources`",
		"The adapter stops at a key or value that it does not know, so no instance of the cluster scales by " +
			"a metric of Prometheus.",
		"resources: {labels: [pod]}",
		"Write template, overrides and namespaced as the adapter's documentation has them."},
	{PageReachesNobody, "a page reaches nobody",
		"An alert of the team pages, the team has no PagerDuty key, and there is no last resort: nobody wakes up.",
		"team: shop\npage: true",
		"Give the team a pagerduty_api_key in sensu/team_data.json, or name a team that takes such pages as " +
			"`alerting: {team: …}` in the system config."},
}
