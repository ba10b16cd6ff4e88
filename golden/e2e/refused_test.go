//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/diff/forecast"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets"
)

// What the forecast calls refused is what the API server refuses, field by field.
func TestTheAPIServerRefusesWhatIsForeseen(t *testing.T) {
	s := startServer(t, false)
	for n, change := range changes() {
		t.Run(fmt.Sprintf("%s %s to %s", change.kind, change.old, change.now), func(t *testing.T) {
			name := fmt.Sprintf("x%d", n)
			before := strings.ReplaceAll(strings.TrimSpace(bases[change.kind])+"\n", "NAME", name)
			after := strings.Replace(before, change.old, change.now, 1)
			if after == before {
				t.Fatalf("the manifest does not hold %q", change.old)
			}
			s.run(t, before, "apply", "--server-side", "-f", "-")
			out, err := s.try(after, "apply", "--server-side", "--force-conflicts", "-f", "-")
			c := only(t, before, after)
			if foreseen := c.Effect == diff.Refuse; foreseen != (err != nil) {
				t.Errorf("foreseen is %s (%s), refused is %t: %s", c.Effect, c.Edits[0].Path, err != nil, out)
			}
		})
	}
}

// A manifest that loses its number of pods drops to one, unless the command of the forecast was run before.
func TestAManifestThatLosesItsNumberOfPods(t *testing.T) {
	s := startServer(t, false)
	for _, kind := range []string{"Deployment", "StatefulSet"} {
		for _, handedOver := range []bool{false, true} {
			name := strings.ToLower(kind) + fmt.Sprint(handedOver)
			before := strings.ReplaceAll(strings.Replace(strings.TrimSpace(bases[kind])+"\n", "replicas: 0", "replicas: 3", 1), "NAME", name)
			after := strings.Replace(before, "  replicas: 3\n", "", 1)
			c := only(t, before, after)
			if c.Effect != diff.Drop {
				t.Errorf("the forecast says %s, want drop", c.Effect)
			}
			s.run(t, before, "apply", "--server-side", "--field-manager=agent", "-f", "-")
			want := "1"
			if handedOver {
				want = "3"
				s.shell(t, forecast.HandOver(c))
			}
			s.run(t, after, "apply", "--server-side", "--field-manager=agent", "-f", "-")
			if got := s.run(t, "", "get", strings.ToLower(kind), name, "-o", "jsonpath={.spec.replicas}"); got != want {
				t.Errorf("%s handed over %t: %s pods, want %s", kind, handedOver, got, want)
			}
		}
	}
}

// shell runs a command as a person would.
func (s *server) shell(t *testing.T, command string) {
	t.Helper()
	cmd := exec.Command("bash", "-c", command)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "KUBECONFIG="+s.kubeconfig, "HOME="+s.dir, "PATH="+filepath.Dir(s.kubectl)+":"+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
}

// only is the change between two manifests of one object.
func only(t *testing.T, before, after string) *diff.Change {
	t.Helper()
	file := func(text string) []tree.File {
		return []tree.File{{Path: "c1/kubernetes/web/main.yaml", Data: []byte(text)}}
	}
	found := compare.Files(target.NewLayout(targets.All()), file(before), file(after))
	if len(found) != 1 {
		t.Fatalf("%d changes, want 1:\n%s", len(found), after)
	}
	return &found[0]
}

type change struct{ kind, old, now string }

// changes are the edits of each kind: a field that may be changed and one that may not, as far as the kind has both.
func changes() []change {
	var all []change
	for _, line := range strings.Split(strings.TrimSpace(edits), "\n") {
		f := strings.SplitN(line, " | ", 3)
		all = append(all, change{f[0], strings.ReplaceAll(f[1], `\n`, "\n"), strings.ReplaceAll(f[2], `\n`, "\n")})
	}
	return all
}
