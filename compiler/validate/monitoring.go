package validate

import (
	"io/fs"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// monitoringFile wants monitoring.yaml beside service.yaml. PaaSTA: check_monitoring_file_exists.
func (c *checker) monitoringFile() {
	if !c.opens("service.yaml") || c.opens("monitoring.yaml") {
		return
	}
	c.report(finding.Finding{Code: finding.MonitoringMissing, At: finding.Position{File: c.Name + "/service.yaml", Line: 1,
		Column: 1}, Service: c.Name,
		Message: "the service has no monitoring.yaml: nobody hears of its problems", Suggestion: c.Name +
			"/monitoring.yaml with team", Fix: finding.Advice})
}

// opens tells whether the folder has the file; a link that leads nowhere is none. It reads links only.
func (c *checker) opens(name string) bool {
	if !c.Exists(name) {
		return false
	}
	for _, e := range c.Entries(".") {
		if e.Name() == name && e.Type()&fs.ModeSymlink != 0 {
			return c.present(name)
		}
	}
	return true
}

// present tells whether a file is there; a link that leads nowhere is not.
func (c *checker) present(name string) bool {
	_, ok := c.Text(name)
	return ok
}
