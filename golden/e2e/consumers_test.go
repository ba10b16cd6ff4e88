//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestMonitoringConsumersTakeEveryCompany has Sensu's and prometheus-adapter's own types read what each company's tree
// says to them. They are a module of their own, ../consumers.
func TestMonitoringConsumersTakeEveryCompany(t *testing.T) {
	for _, c := range companies() {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			c.render(t, dir)
			cmd := exec.Command("go", "test", "-v", "./...")
			cmd.Dir = filepath.Join("..", "consumers")
			cmd.Env = append(os.Environ(), "RENDERED="+dir)
			out, err := cmd.CombinedOutput()
			t.Logf("%s", out)
			if err != nil {
				t.Error(err)
			}
		})
	}
}
