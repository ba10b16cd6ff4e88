package compiler

import (
	"errors"
	"sync"
	"sync/atomic"
)

// ErrStopped is returned when Options.Stop ended the run.
var ErrStopped = errors.New("stopped")

// parallel calls work for 0 … n-1 on at most jobs goroutines and returns the error of the lowest number. After an error
// no new work begins.
func parallel(jobs, n int, work func(int) error) error {
	var (
		next   atomic.Int64
		failed atomic.Bool
		wait   sync.WaitGroup
		mu     sync.Mutex
		first  error
		at     = n
	)
	for range max(1, min(jobs, n)) {
		wait.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n || failed.Load() {
					return
				}
				err := work(i)
				if err == nil {
					continue
				}
				failed.Store(true)
				mu.Lock()
				if i < at {
					first, at = err, i
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return first
}
