package review

import (
	"bytes"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"sigs.k8s.io/yaml"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/emit"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// TestRestartsAreThoseWhosePodTemplateDiffers makes random edits and holds the forecast against Kubernetes' own types:
// a Deployment or StatefulSet on both sides is rolled out if and only if its pod template is not semantically equal,
// which is what their controllers ask.
func TestRestartsAreThoseWhosePodTemplateDiffers(t *testing.T) {
	edits := 1000
	if testing.Short() {
		edits = 60
	}
	companies := []company{load(t, "pnw"), load(t, "harbor")}
	restarts, without := 0, 0
	for seed := range edits {
		random := rand.New(rand.NewSource(int64(seed)))
		base := companies[seed%2]
		head, file, what := randomEdit(random, base)
		r, before, after := compareCompanies(t, base, head, file)
		if seed%5 < 2 {
			sameWithoutBytes(t, before, after)
		}
		want := templateChanges(t, before, after)
		got := predicted(r)
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d, %s: %s\npredicted restarts %q\nchanged templates  %q", seed, file, what, got, want)
		}
		restarts += len(want)
		if len(want) == 0 {
			without++
		}
	}
	t.Logf("%d edits: %d restarts, %d edits without any", edits, restarts, without)
	if !testing.Short() && (restarts < edits/4 || without < edits/20) {
		t.Errorf("the edits are too one-sided to prove anything: %d restarts, %d edits without any", restarts, without)
	}
}

// predicted lists the workloads that exist on both sides and whose pods the report says are replaced by a rollout.
func predicted(r *report.Report) []string {
	rolled := map[string]bool{}
	for i := range r.Changes {
		c := &r.Changes[i]
		for _, e := range c.Edits {
			if c.Op == diff.Changed && e.Effect == diff.Restart {
				rolled[workloadName(c.Cluster, c.Kind, c.Namespace, c.Name)] = true
			}
		}
	}
	var names []string
	for name := range rolled {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, a := range slices.Concat(r.Forecast.Restarts, r.Forecast.Recreated, r.Forecast.Refused, r.Forecast.Dropped) {
		delete(rolled, workloadName(a.Cluster, a.Kind, a.Namespace, a.Name))
	}
	if len(rolled) > 0 {
		return append(names, fmt.Sprintf("missing in the forecast: %v", rolled))
	}
	return names
}

func workloadName(cluster, kind, namespace, name string) string {
	return strings.Join([]string{cluster, kind, namespace, name}, " ")
}

// templateChanges decodes both trees with Kubernetes' types and compares pod templates.
func templateChanges(t *testing.T, before, after []tree.File) []string {
	t.Helper()
	old, now := templates(t, before), templates(t, after)
	var changed []string
	for name, template := range now {
		if was, ok := old[name]; ok && !equality.Semantic.DeepEqual(was, template) {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	return changed
}

func templates(t *testing.T, files []tree.File) map[string]corev1.PodTemplateSpec {
	t.Helper()
	found := map[string]corev1.PodTemplateSpec{}
	for _, f := range files {
		cluster, below, _ := strings.Cut(f.Path, "/")
		if !strings.HasPrefix(below, "kubernetes/") {
			continue
		}
		for _, doc := range bytes.Split(encoded(t, f).Data, []byte("---\n")) {
			if !bytes.Contains(doc, []byte("\nkind: Deployment\n")) && !bytes.Contains(doc, []byte("\nkind: StatefulSet\n")) {
				continue
			}
			var d appsv1.Deployment // StatefulSet has the same template
			if err := yaml.Unmarshal(doc, &d); err != nil {
				t.Fatalf("%s: %v", f.Path, err)
			}
			found[workloadName(cluster, d.Kind, d.Namespace, d.Name)] = d.Spec.Template
		}
	}
	return found
}

// encoded is a file as render would write it.
func encoded(t *testing.T, f tree.File) tree.File {
	t.Helper()
	if f.Docs == nil {
		return f
	}
	data, err := emit.YAML(nil, f.Docs...)
	if err != nil {
		t.Fatalf("%s: %v", f.Path, err)
	}
	return tree.File{Path: f.Path, Data: data}
}

// sameWithoutBytes holds that objects compare as their YAML does, though no YAML was made, and that one side may be
// either.
func sameWithoutBytes(t *testing.T, before, after []tree.File) {
	t.Helper()
	bytesOf := func(files []tree.File) []tree.File {
		var out []tree.File
		for _, f := range files {
			out = append(out, encoded(t, f))
		}
		return out
	}
	written, read := bytesOf(before), bytesOf(after)
	want := compare.Files(layout, written, read)
	for _, sides := range [][2][]tree.File{{before, after}, {before, read}, {written, after}} {
		if d := cmp.Diff(want, compare.Files(layout, sides[0], sides[1])); d != "" {
			t.Fatalf("objects differ otherwise than their YAML (-YAML +objects):\n%s", d)
		}
	}
}

// randomEdit changes one value, takes a line away, or doubles one, in a random file.
func randomEdit(random *rand.Rand, base company) (head company, file, what string) {
	for {
		file = pick(random, candidates(base))
		lines := strings.SplitAfter(string(base.file(file)), "\n")
		at := random.Intn(len(lines))
		line := lines[at]
		switch random.Intn(8) {
		case 0:
			lines = slices.Delete(lines, at, at+1)
			what = "without line " + line
		case 1:
			lines = slices.Insert(lines, at, line)
			what = "twice the line " + line
		default:
			changed := changeValue(random, line)
			if changed == line {
				continue
			}
			lines[at], what = changed, line+" becomes "+changed
		}
		return base.with(file, []byte(strings.Join(lines, ""))), file, what
	}
}

// candidates lists the files that are edited, the instances' own more often.
func candidates(c company) []string {
	var names []string
	for name := range c.soa {
		switch {
		case strings.Contains(name, "kubernetes-") || strings.Contains(name, "eks-"):
			names = append(names, slices.Repeat([]string{name}, 6)...)
		case strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".json"):
			names = append(names, name)
		}
	}
	for name := range c.system {
		if strings.HasPrefix(name, "paasta/") {
			names = append(names, "system/"+name)
		}
	}
	slices.Sort(names)
	return names
}

func pick(random *rand.Rand, from []string) string { return from[random.Intn(len(from))] }

// changeValue changes one word of a line: a number, a switch, a quantity, or any other word.
func changeValue(random *rand.Rand, line string) string {
	words := wordsOf(line)
	if len(words) == 0 {
		return line
	}
	w := words[random.Intn(len(words))]
	word := line[w[0]:w[1]]
	var other string
	switch {
	case word == "true":
		other = "false"
	case word == "false":
		other = "true"
	case strings.Trim(word, "0123456789") == "":
		other = pick(random, []string{word + ".0", "1" + word, "0", "3", word + "0"})
	case strings.Trim(word, "0123456789.") == "":
		other = pick(random, []string{word + "0", "0.25", "2"})
	case strings.HasSuffix(word, "Mi"):
		other = pick(random, []string{"1024Ki", "512Mi", "1Gi"})
	default:
		other = pick(random, []string{word + "x", "null", "other", strings.ToUpper(word)})
	}
	return line[:w[0]] + other + line[w[1]:]
}

// wordsOf finds the words of a line after its first colon: values rather than keys.
func wordsOf(line string) [][2]int {
	var words [][2]int
	start := -1
	for i := 0; i <= len(line); i++ {
		inside := i < len(line) && i > strings.IndexByte(line, ':') && (line[i] == '.' || line[i] == '_' || line[i] >= '0' && line[i] <= '9' || line[i]|0x20 >= 'a' && line[i]|0x20 <= 'z')
		switch {
		case inside && start < 0:
			start = i
		case !inside && start >= 0:
			words = append(words, [2]int{start, i})
			start = -1
		}
	}
	return words
}
