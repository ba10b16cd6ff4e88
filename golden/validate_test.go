package golden

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets"
)

// TestValidateKnowsWhatRenderRefuses compiles and validates every case and every corpus: each place at which a render
// has an error is one at which validate says something, too.
func TestValidateKnowsWhatRenderRefuses(t *testing.T) {
	withoutRace(t)
	for _, name := range caseFiles(t) {
		c := parse(t, name)
		base := besides(t, parse(t, "base.txtar"), name)
		t.Run(name, func(t *testing.T) { validateKnows(t, input(t, base, c)) })
	}
	for _, name := range []string{"pnw", "harbor"} {
		dir := filepath.Join("parity", name)
		in := config.Input{SOA: os.DirFS(filepath.Join(dir, "soa")), System: os.DirFS(filepath.Join(dir, "system"))}
		t.Run(name, func(t *testing.T) { validateKnows(t, in) })
	}
}

func validateKnows(t *testing.T, in config.Input) {
	t.Helper()
	o := compiler.Options{Targets: targets.All(), Jobs: 2}
	var rendered, validated finding.List
	var memory tree.Memory
	if _, err := compiler.Compile(in, o, &memory, rendered.Add); err != nil {
		t.Fatal(err)
	}
	if _, err := compiler.Validate(in, o, validated.Add); err != nil {
		t.Fatal(err)
	}
	known := map[finding.Position]bool{}
	for _, f := range validated.All() {
		if f.Severity != finding.Info {
			known[at0(f.At)] = true
		}
	}
	for _, f := range rendered.All() {
		if f.Severity == finding.Error && !known[at0(f.At)] {
			t.Errorf("render says %s: %s[%s]: %s, and validate says nothing there", f.At, f.Severity, f.Code, f.Message)
		}
	}
}

// at0 is a position without its length.
func at0(p finding.Position) finding.Position {
	p.Length = 0
	return p
}
