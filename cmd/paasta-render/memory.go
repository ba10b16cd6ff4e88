package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// What the heap may grow to before garbage is collected, in bytes. A budget collects seldom on a small repository and
// hardly lets a large one grow, where Go's default, a percentage of live data, does the opposite. A diff holds what
// changes until the end, a render next to nothing.
const (
	renderBudget = 68 << 20
	diffBudget   = 256 << 20
)

// slack is what the process may hold above the budget, garbage and freed pages included, before the runtime gives pages
// back, in bytes; room is what it may hold above one and a half times the live data, once those outgrow the limit.
const (
	slack = 26 << 20
	room  = 12 << 20
)

// minGCPercent bounds the collector's work once live data comes near the budget.
const minGCPercent = 40

// heap keeps the process's heap within a budget. Nil leaves it to Go.
type heap struct{ budget atomic.Int64 }

// newHeap sets the collector's percentage anew after each collection, so that the next one begins at the budget, and a
// limit that is never so near the live data that the collector runs without end.
func newHeap() *heap {
	h := &heap{}
	debug.SetGCPercent(400)
	h.allow(renderBudget)
	afterEachCollection(func() {
		sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(sample)
		live := max(1, int64(sample[0].Value.Uint64()))
		budget := h.budget.Load()
		debug.SetGCPercent(max(minGCPercent, int((budget-live)*100/live)))
		debug.SetMemoryLimit(max(budget+slack, live*3/2+room))
	})
	return h
}

// allow sets the budget, in bytes.
func (h *heap) allow(budget int64) {
	if h != nil {
		h.budget.Store(budget)
		debug.SetMemoryLimit(budget + slack)
	}
}

// afterEachCollection calls f whenever the collector has run: a finalizer that sets itself again.
func afterEachCollection(f func()) {
	type sentinel struct{ _ [16]byte }
	var arm func()
	arm = func() {
		runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
			f()
			arm()
		})
	}
	arm()
}
