package sensu

import (
	"fmt"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/monitoring"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// judgeThreshold reports a replication_threshold that no number of replicas, or every number, passes.
func (c *compilation) judgeThreshold(i *config.Instance, r monitoring.Replication) {
	never, always := r.CanFire()
	expected, _ := r.Expected.Number()
	switch {
	case always != "":
		c.report(i.Finding(finding.Finding{Code: finding.ThresholdAlways, Severity: finding.Warning, At: i.At("replication_threshold"),
			Message: "replication_threshold is " + python.Str(r.Threshold) + " percent: " + always, Suggestion: "100"}))
	case never != "" && expected != 0:
		c.report(i.Finding(finding.Finding{Code: finding.ThresholdNever, Severity: finding.Warning, At: i.At("replication_threshold"),
			Message: "replication_threshold is " + python.Str(r.Threshold) + " percent: " + never, Suggestion: "50"}))
	}
}

// judgePeople reports a team that does not exist, and a production instance that pages nobody.
func (c *compilation) judgePeople(i *config.Instance, s monitoring.Settings) {
	team, page := s.Team(), s.Get("page")
	switch {
	case !team.Truthy():
		c.unpaged(i, team, finding.Warning, "no team owns it, so PaaSTA sends no event of it", "team: …")
	case !page.Truthy() && page.IsNull():
		c.unpaged(i, page, finding.Warning, "its monitoring does not say whether it pages, so it does not",
			"monitoring: {page: true}")
	case !page.Truthy():
		c.unpaged(i, page, finding.Info, "its monitoring says page: "+strings.ToLower(python.Str(page)), "")
	}
	if team.Truthy() {
		c.judgeTeam(i, team)
	}
}

func (c *compilation) unpaged(i *config.Instance, at *yaml11.Node, severity finding.Severity, why, suggestion string) {
	if !monitoring.IsProduction(c.service.Cluster) {
		return
	}
	c.report(i.Finding(finding.Finding{Code: finding.NobodyPaged, Severity: severity, At: at.Position(), Suggestion: suggestion,
		Message: fmt.Sprintf("nobody is paged when %s.%s is down: %s", c.service.Name, i.Name, why)}))
}

// judgeTeam says nothing where no team is known at all.
func (c *compilation) judgeTeam(i *config.Instance, team *yaml11.Node) {
	known := c.service.Cluster.System.File("sensu/team_data.json").Get("team_data")
	if !known.IsMap() || len(known.Pairs) == 0 || known.Has(python.Str(team)) {
		return
	}
	var names []string
	for _, p := range known.Pairs {
		names = append(names, p.Key.Text)
	}
	c.report(i.Finding(finding.Finding{Code: finding.UnknownTeam, Severity: finding.Warning, At: team.Position(),
		Message:    "sensu/team_data.json knows no team " + python.Repr(team) + ": its alerts reach nobody",
		Suggestion: spelling.Nearest(python.Str(team), names)}))
}
