package deployments

import (
	"fmt"
	"testing"
)

// BenchmarkTenThousandTags makes the file of a service with fifty deploy groups in a repository with ten thousand tags.
func BenchmarkTenThousandTags(b *testing.B) {
	var refs []Ref
	var instances []Instance
	for n := range 10000 {
		refs = append(refs, Ref{fmt.Sprintf("refs/tags/paasta-prod.group%d-20%06dT000000-deploy", n%50, n), "abc"})
	}
	for n := range 50 {
		instances = append(instances, Instance{fmt.Sprintf("c.i%d", n), Group{Text: fmt.Sprintf("prod.group%d", n)}})
	}
	for b.Loop() {
		if _, err := Make("web", instances, refs); err != nil {
			b.Fatal(err)
		}
	}
}
