package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"paasta-render": main,
	})
}

// withoutRace skips a long test where -short asks for the short ones, as `make test` does under the race detector: the
// scripts run the same commands. The second command of `make test` runs it.
func withoutRace(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("long, and nothing more is seen of it under the race detector")
	}
}

// Each script in testdata keeps one promise of the command line.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Cmds:                scriptCommands,
		Condition:           condition,
		Setup: func(e *testscript.Env) error {
			company, err := filepath.Abs("../../examples/company")
			e.Setenv("COMPANY", company)
			e.Setenv("GORACE", "atexit_sleep_ms=0") // A program under -race otherwise sleeps for a second before it ends.
			return err
		},
	})
}
