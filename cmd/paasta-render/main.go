// paasta-render compiles soa-configs into one manifest tree a cluster.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() { // a second signal ends the process at once; the next run removes what it leaves
		<-ctx.Done()
		stop()
	}()
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr, os.Getenv, newHeap()})
	stop()
	os.Exit(code)
}
