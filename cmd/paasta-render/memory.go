package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// heapBudget is what the heap may grow to before garbage is collected, in bytes. A budget collects seldom on a small
// repository and hardly lets a large one grow, where Go's default, a percentage of live data, does the opposite.
const heapBudget = 68 << 20

// memoryLimit is what the process may hold, garbage and freed pages included, before the runtime gives pages back, in
// bytes; room is what it may hold above one and a half times the live data, once those outgrow the limit.
const (
	memoryLimit = 94 << 20
	room        = 12 << 20
)

// minGCPercent bounds the collector's work once live data comes near the budget.
const minGCPercent = 40

// keepHeapBudget sets the collector's percentage anew after each collection, so that the next one begins at the budget,
// and a limit that is never so near the live data that the collector runs without end.
func keepHeapBudget() {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(memoryLimit)
	afterEachCollection(func() {
		sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(sample)
		live := max(1, int(sample[0].Value.Uint64()))
		debug.SetGCPercent(max(minGCPercent, (heapBudget-live)*100/live))
		debug.SetMemoryLimit(max(memoryLimit, int64(live*3/2+room)))
	})
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
