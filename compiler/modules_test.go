package compiler_test

import (
	"os"
	"strings"
	"testing"
)

// Every direct dependency says in go.mod what it is for; who cannot say it does not need it.
func TestDependenciesHaveReasons(t *testing.T) {
	data, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	direct := 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		requirement, reason, _ := strings.Cut(line, " // ")
		fields := strings.Fields(requirement)
		if len(fields) != 2 || !strings.HasPrefix(fields[1], "v") || reason == "indirect" {
			continue
		}
		direct++
		if len(strings.Fields(reason)) < 3 {
			t.Errorf("go.mod: say behind %s what the module is for", fields[0])
		}
	}
	if direct < 10 {
		t.Errorf("go.mod has %d direct dependencies: is its form another one?", direct)
	}
}
