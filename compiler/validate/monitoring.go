package validate

import "github.com/paasta-render/paasta-render/compiler/finding"

// monitoringFile wants monitoring.yaml beside service.yaml. PaaSTA: check_monitoring_file_exists.
func (c *checker) monitoringFile() {
	if !c.Exists("service.yaml") || c.Exists("monitoring.yaml") {
		return
	}
	c.report(finding.Finding{Code: finding.MonitoringMissing, At: finding.Position{File: c.Name + "/service.yaml", Line: 1, Column: 1}, Service: c.Name,
		Message: "the service has no monitoring.yaml: nobody hears of its problems", Suggestion: c.Name + "/monitoring.yaml with team"})
}
