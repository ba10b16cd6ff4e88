package golden

import (
	"fmt"
	"regexp"
	"testing"

	"k8s.io/apimachinery/pkg/api/resource"
)

// quantityPath are fields in which 500m and 0.5 are the same.
var quantityPath = regexp.MustCompile(`\.(requests|limits|default|defaultRequest|max|min)\.[^.]+$|sizeLimit$|divisor$|(averageValue|target\.value)$`)

// compare reports every field that differs. Null, [] and {} count as absent, as for the Kubernetes API; lists compare
// by position, for a reordered env list restarts pods.
func compare(t *testing.T, what string, want, got any) {
	t.Helper()
	if got == nil {
		t.Errorf("%s: missing", what)
		return
	}
	w, g := map[string]any{}, map[string]any{}
	leaves(w, "", prune(want))
	leaves(g, "", prune(got))
	shown := 0
	for _, path := range union(w, g) {
		if equalAt(path, w, g) {
			continue
		}
		if shown++; shown > 5 {
			t.Errorf("%s: more differences", what)
			return
		}
		t.Errorf("%s%s: want %v, got %v", what, path, show(w, path), show(g, path))
	}
}

func show(m map[string]any, path string) string {
	v, ok := m[path]
	if !ok {
		return "nothing"
	}
	return fmt.Sprintf("%#v", v)
}

func union(a, b map[string]any) []string {
	all := map[string]bool{}
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return sortedKeys(all)
}

func equalAt(path string, want, got map[string]any) bool {
	w, inWant := want[path]
	g, inGot := got[path]
	if inWant != inGot {
		return false
	}
	if w == g {
		return true
	}
	if !quantityPath.MatchString(path) {
		return false
	}
	x, errX := resource.ParseQuantity(fmt.Sprint(w))
	y, errY := resource.ParseQuantity(fmt.Sprint(g))
	return errX == nil && errY == nil && x.Cmp(y) == 0
}

func prune(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			if p := prune(x); k == "emptyDir" || !isAbsent(p) {
				out[k] = p
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = prune(x)
		}
		return out
	}
	return v
}

func isAbsent(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

func leaves(into map[string]any, path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			for k, x := range v {
				leaves(into, path+"."+k, x)
			}
			return
		}
		into[path] = "{}"
	case []any:
		if len(v) > 0 {
			for i, x := range v {
				leaves(into, fmt.Sprintf("%s[%d]", path, i), x)
			}
			return
		}
		into[path] = "[]"
	default:
		into[path] = v
	}
}
