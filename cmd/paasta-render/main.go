// paasta-render compiles soa-configs into one manifest tree for each cluster.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// A session that closes hangs up; what is staged goes then, too. nohup asks for the signal to be passed over.
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	go func() { // a second signal ends the process at once; the next run removes what it leaves
		<-ctx.Done()
		stop()
	}()
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr, os.Getenv, newHeap()})
	stop()
	os.Exit(code)
}
