package diff

import "sync"

const (
	workers = 8
	// few is how much work is not worth a goroutine: a service's files, of which several are compared at once.
	few = 100
)

// Each calls work for 0 … n-1, on several goroutines when there is much of it.
func Each(n int, work func(int)) {
	if n < few {
		for i := range n {
			work(i)
		}
		return
	}
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for i := w; i < n; i += workers {
				work(i)
			}
		})
	}
	wait.Wait()
}
