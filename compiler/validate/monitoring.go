package validate

import "github.com/paasta-render/paasta-render/compiler/finding"

// monitoringFile wants monitoring.yaml beside service.yaml. PaaSTA: check_monitoring_file_exists.
func (c *checker) monitoringFile() {
	if !c.present("service.yaml") || c.present("monitoring.yaml") {
		return
	}
	c.report(finding.Finding{Code: finding.MonitoringMissing, At: finding.Position{File: c.Name + "/service.yaml", Line: 1, Column: 1}, Service: c.Name,
		Message: "the service has no monitoring.yaml: nobody hears of its problems", Suggestion: c.Name + "/monitoring.yaml with team"})
}

// present tells whether a file is there; a link that leads nowhere is not.
func (c *checker) present(name string) bool {
	_, ok := c.Text(name)
	return ok
}
