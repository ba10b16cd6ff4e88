package tron

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/tron/rules"
	"github.com/paasta-render/paasta-render/targets/tron/schedule"
)

// validate reports what `paasta validate` and Tron say of the service's jobs; images do not matter to either.
// PaaSTA: validate.validate_tron, tron_tools.validate_complete_config, TronJobConfig.validate.
func validate(s *config.Service, report finding.Report) {
	ns := newNamespace(s, report)
	ns.withoutDeployments = true
	root := ns.file()
	if root == nil {
		return
	}
	for _, j := range ns.jobs(root) {
		j.validate()
	}
	if !ns.hasJobs(root) {
		return
	}
	if out := ns.render(root); out != nil {
		ns.check(out)
	}
}

// validate makes PaaSTA's own checks of one job.
func (j *job) validate() {
	j.monitoring = j.monitoringOf()
	actions := j.actions()
	if cleanup := j.cleanup(); cleanup != nil {
		actions = append(actions, cleanup)
	}
	for _, a := range actions {
		a.checkSize()
		a.checkDependencies()
		a.checkDeployGroup()
	}
	j.checkTeam()
	j.checkSchedule()
}

// checkSize wants cpus and mem to be numbers, and leaves them to spark_args for Spark. PaaSTA: check_cpus, check_mem.
func (a *action) checkSize() {
	for _, key := range []string{"cpus", "mem"} {
		n := a.config.Get(key)
		if a.executor == "spark" {
			if n != nil {
				a.refuse(finding.TronSparkSize, n, "a Spark action takes no "+key, map[string]string{
					"cpus": "spark_args: {spark.driver.cores: …}", "mem": "spark_args: {spark.driver.memory: …}"}[key])
			}
			continue
		}
		if !n.IsNull() && !n.IsNumber() {
			a.refuse(finding.NotANumber, n, key+" is no number but "+python.Repr(n), "")
		}
	}
}

// checkDependencies wants dependencies_reference to name an entry of the action's own dependencies.
// PaaSTA: check_dependencies_reference.
func (a *action) checkDependencies() {
	reference := a.config.Get("dependencies_reference")
	if reference.IsNull() {
		return
	}
	for _, name := range a.items("dependencies", a.config.Get("dependencies")) {
		if python.Equal(name, reference) {
			return
		}
	}
	a.refuse(finding.UnknownDependencies, reference,
		"the action has no dependencies with an entry "+python.Repr(reference), "")
}

// checkDeployGroup wants a deploy group that deploy.yaml of the action's service deploys to; only actions that run over
// SSH need none. PaaSTA: InstanceConfig.check_deploy_group and TronActionConfig.validate.
func (a *action) checkDeployGroup() {
	if a.deployGroup.IsNull() {
		if a.inContainer() {
			a.refuse(finding.TronDeployGroup, nil, "an action that runs in a container needs a deploy_group",
				"deploy_group: …")
		}
		return
	}
	service := python.Str(a.service)
	groups, problem := config.DeployGroups(deployFile(a.ns.service.Folder.Other(service)))
	switch {
	case problem != nil:
		a.refuse(finding.TronDeployGroup, a.deployGroup, service+"/deploy.yaml: "+problem.Message, "")
	case !slices.Contains(groups, a.deployGroup.Text):
		a.refuse(finding.TronDeployGroup, a.deployGroup,
			"unknown deploy group "+a.deployGroup.Text+": "+service+"/deploy.yaml has no such step",
			spelling.Nearest(a.deployGroup.Text, groups))
	}
}

// deployFile returns what a service's deploy.yaml says; a key of service.yaml takes the file's place.
func deployFile(f *config.Folder) *yaml11.Node {
	if deploy := f.YAML("service.yaml").Get("deploy"); deploy != nil {
		return deploy
	}
	return f.YAML("deploy.yaml")
}

// checkTeam wants a team that Sensu knows. PaaSTA: TronJobConfig.check_monitoring.
func (j *job) checkTeam() {
	team := j.monitoring.Get("team")
	known := j.ns.system.File("sensu/team_data.json").Get("team_data")
	refuse := func(message, suggestion string) {
		at := team.Position()
		if at.File == "" {
			at = j.key.Position()
		}
		j.ns.refuse(rules.Refusal{Job: j.name, Code: finding.TronTeam, At: at, Message: message, Suggestion: suggestion})
	}
	if team.IsNull() {
		refuse("a job needs a team to tell", "monitoring: {team: …}, here or in monitoring.yaml")
		return
	}
	var names []string
	if known.IsMap() {
		for _, p := range known.Pairs {
			if python.Equal(p.Key, team) {
				return
			}
			names = append(names, p.Key.Text)
		}
	}
	refuse("Sensu knows no team "+python.Str(team), spelling.Nearest(python.Str(team), names))
}

// checkSchedule asks PaaSTA's own cron parser, and tells of schedules that Tron takes and can never run.
func (j *job) checkSchedule() {
	n := j.config.Get("schedule")
	report := func(code finding.Code, severity finding.Severity, message string) {
		at := n.Position()
		if at.File == "" {
			at = j.key.Position()
		}
		f := j.ns.finding(rules.Refusal{Job: j.name, Code: code, At: at, Message: message})
		f.Severity = severity
		j.ns.report(f)
	}
	if expression, ok := cronExpression(n); ok {
		if err := j.ns.croniter().check(expression); err != nil {
			report(finding.TronCron, finding.Error, "PaaSTA's cron parser refuses the schedule: "+err.Error())
			return
		}
	}
	if s, err := schedule.Parse(n); err == nil {
		if err := s.Check(); err != nil {
			report(finding.TronNeverRuns, finding.Warning, "Tron takes the schedule and can never run it: "+err.Error())
		}
	}
}

// cronExpression is what PaaSTA hands to its cron parser; ok is false for other schedules.
// PaaSTA: TronJobConfig.get_cron_expression.
func cronExpression(n *yaml11.Node) (string, bool) {
	if text, ok := n.Str(); ok {
		expression := strings.ReplaceAll(text, "cron", "")
		return expression, strings.HasPrefix(text, "cron") && expression != ""
	}
	if kind, _ := n.Get("type").Str(); kind != "cron" {
		return "", false
	}
	return n.Get("value").Str()
}
