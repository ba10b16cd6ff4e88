package sensu_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func sorted(names []string) string {
	slices.Sort(names)
	return strings.Join(names, " ")
}

// TestCommandAsksPrometheus runs a check's command in a shell whose curl answers as Prometheus does.
func TestCommandAsksPrometheus(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("SKIPPED: there is no sh here")
	}
	checks, _ := render(t, "team: shop", "{instances: 4}")
	command := checks["check_paasta_services_replication.web.main"].Spec.Command
	for _, c := range []struct {
		name, curl string
		status     int
		says       string
	}{
		{"nothing is wrong", `echo '{"status":"success","data":{"resultType":"vector","result":[]}}'`, 0, "OK"},
		{"something is", `echo '{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"25"]}]}}'`, 2, "CRITICAL: web.main"},
		{"no answer", `exit 22`, 3, "UNKNOWN"},
		{"the query arrives whole", `for a; do case "$a" in query=*'deployment="web-main"'*'< 50'*) echo '"result":[]';; esac; done`, 0, "OK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "curl"), []byte("#!/bin/sh\n"+c.curl+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(sh, "-c", command)
			cmd.Env = []string{"PATH=" + dir + ":/usr/bin:/bin"}
			out, err := cmd.CombinedOutput()
			status := 0
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				status = exit.ExitCode()
			}
			if status != c.status || !strings.HasPrefix(string(out), c.says) {
				t.Errorf("exit status %d, %q; want %d, %q", status, out, c.status, c.says)
			}
		})
	}
}
