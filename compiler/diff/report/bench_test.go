package report

import (
	"testing"
)

func BenchmarkFleet(b *testing.B) {
	before, after := fleet(10000, nil), fleet(10000, replace("memory: 1024Mi", "memory: 2048Mi"))
	b.ResetTimer()
	for b.Loop() {
		if r := trees(before, after); r.Summary.Changed != 10000 {
			b.Fatal(r.Sentence())
		}
	}
}
