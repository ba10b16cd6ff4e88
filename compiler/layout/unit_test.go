package layout_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/layout"
)

// What fits stays together; what does not is halved, part by part, and a newcomer moves nothing.
func TestParts(t *testing.T) {
	var names []string
	var weights []int
	for i := range 500 {
		names, weights = append(names, fmt.Sprintf("instance-%d", i)), append(weights, 3)
	}
	if parts := layout.Parts(names[:300], weights[:300], 1000); slices.ContainsFunc(parts, func(p string) bool { return p != "" }) {
		t.Errorf("900 objects were divided: %v", parts)
	}
	before := layout.Parts(names, weights, 1000)
	sizes := map[string]int{}
	for i, p := range before {
		sizes[p] += weights[i]
	}
	for p, size := range sizes {
		if size > 1000 || p == "" {
			t.Errorf("part %q has %d objects", p, size)
		}
	}
	after := layout.Parts(append(slices.Clone(names), "another"), append(slices.Clone(weights), 3), 1000)
	if !slices.Equal(before, after[:len(before)]) {
		t.Error("one more instance moved others")
	}
	if one := layout.Parts([]string{"large"}, []int{5000}, 1000); one[0] != "" {
		t.Errorf("a single file was divided: %q", one[0])
	}
}

func TestWithoutPart(t *testing.T) {
	for _, path := range []string{"kubernetes/web/main.yaml", "kubernetes/_cluster/namespace-paasta.yaml", "kubernetes/_definitions/crd-web.yaml"} {
		in := layout.InPart(path, "01")
		if in == path || layout.WithoutPart(in) != path || layout.WithoutPart(path) != path {
			t.Errorf("%s in a part is %s, and without it %s", path, in, layout.WithoutPart(in))
		}
	}
}
