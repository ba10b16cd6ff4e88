package imports

import (
	"strings"

	batchv1 "k8s.io/api/batch/v1"
)

// job proposes a Tron job for a CronJob: a service of the same name with one action.
func (o *Objects) job(p *Proposal, c batchv1.CronJob, cluster, team string) error {
	id := objectID("CronJob", c.Namespace, c.Name)
	pod := c.Spec.JobTemplate.Spec.Template.Spec
	if len(pod.Containers) == 0 {
		return nil
	}
	main := pod.Containers[0]
	action := keys{"command": shellLine(append(append([]string{}, main.Command...), main.Args...)),
		"deploy_group": cluster + ".main"}
	if action["command"] == "" {
		action["command"] = "true"
		o.note(id, "command", "Tron wants a command: write what the image runs by itself")
	}
	resources(action, main.Resources)
	delete(action, "cpu_burst_add")
	o.environment(action, id, main)
	job := keys{"node": "paasta", "schedule": "cron " + c.Spec.Schedule, "actions": keys{"run": action}}
	if zone := c.Spec.TimeZone; zone != nil {
		job["time_zone"] = *zone
	}
	if c.Spec.Suspend != nil && *c.Spec.Suspend {
		job["enabled"] = false
	}
	o.note(id, "", "it becomes a job of Tron, which must run beside the cluster; without Tron keep the manifest")
	service := serviceName(c.Name)
	if len(p.Files[service+"/service.yaml"]) > 0 {
		service += "-job"
	}
	p.Becomes[id] = "Tron job " + service + ".main"
	return p.describe(service, cluster, team, main.Image, map[string]any{"tron-" + cluster + ".yaml": keys{"main": job}})
}

// shellLine writes words as one line of a shell.
func shellLine(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = w
		if w == "" || strings.ContainsAny(w, " \t\n\"'\\$&|;<>()*?[]{}~#`!") {
			quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
