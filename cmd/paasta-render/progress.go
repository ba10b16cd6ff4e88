package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// progressDelay is how long a run may take before it shows how far it is; progressStep how often it says so.
const (
	progressDelay = time.Second
	progressStep  = 100 * time.Millisecond
)

// progress draws "123/2000 services" on a terminal. The zero value draws nothing.
type progress struct {
	w       io.Writer
	mu      sync.Mutex
	started time.Time
	last    time.Time
	drawn   bool
}

// newProgress returns a progress line on w, silent unless w is a terminal.
func newProgress(w io.Writer, quiet bool) *progress {
	if quiet || !isTerminal(w) {
		return &progress{}
	}
	return &progress{w: w, started: time.Now()}
}

// show is called for every service that is done.
func (p *progress) show(done, total int) {
	if p.w == nil {
		return
	}
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Sub(p.started) < progressDelay || now.Sub(p.last) < progressStep {
		return
	}
	p.last, p.drawn = now, true
	fmt.Fprintf(p.w, "\r%d/%d services", done, total)
}

// clear removes the line.
func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
