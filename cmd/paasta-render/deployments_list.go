package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/deployments"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/source/remote"
)

// listingsAtOnce bounds the git remotes that are asked at the same time; they cost waiting, not processor time.
const listingsAtOnce = 16

// list asks every remote once and makes the documents of its services.
func (d *deploymentsCommand) list(ctx context.Context, jobs []*deploymentsJob, limits config.Limits,
	report finding.Report) {
	byURL := map[string][]*deploymentsJob{}
	var urls []string
	for _, j := range jobs {
		if !j.ok || len(j.instances) == 0 || j.url == "" {
			continue
		}
		if byURL[j.url] == nil {
			urls = append(urls, j.url)
		}
		byURL[j.url] = append(byURL[j.url], j)
	}
	options := remote.Options{Timeout: d.timeout, Retries: d.retries, Wait: backOff, Dir: d.soaDir,
		MaxRefBytes: int64(limits.ReferenceBytes)}
	options.Rewrites = remote.ReadRewrites(ctx, options)
	bar := newProgress(d.err, d.quiet)
	defer bar.clear()
	var group sync.WaitGroup
	var mu sync.Mutex
	done := 0
	slots := make(chan struct{}, d.jobs)
	for _, url := range urls {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			d.fill(ctx, url, byURL[url], options, report)
			mu.Lock()
			done += len(byURL[url])
			bar.show(done, len(jobs))
			mu.Unlock()
		})
	}
	group.Wait()
}

// fill lists one remote and makes the documents of the services that share it.
func (d *deploymentsCommand) fill(ctx context.Context, url string, jobs []*deploymentsJob, o remote.Options,
	report finding.Report) {
	found, err := remote.List(ctx, url, o)
	refs := make([]deployments.Ref, len(found))
	for i, r := range found {
		refs[i] = deployments.Ref(r)
	}
	for _, j := range jobs {
		f := finding.Finding{Code: finding.RemoteUnreachable, At: j.at, Service: j.service}
		if err != nil {
			j.ok, f.Message = false, err.Error()
			report(f)
			continue
		}
		document, err := deployments.Make(j.service, j.instances, refs)
		if err != nil {
			j.ok, f.Code, f.Message = false, finding.DeployGroupPattern, err.Error()
			report(f)
			continue
		}
		j.document = document
		for _, group := range document.Undeployed(j.instances) {
			report(finding.Finding{Code: finding.NeverDeployed, Severity: finding.Info, At: j.at, Service: j.service,
				Message: fmt.Sprintf("no deploy tag for the deploy group %q", group)})
		}
	}
}

// backOff waits 0.2 s, 0.4 s, … before another attempt, 3 s at most.
func backOff(ctx context.Context, attempt int) {
	select {
	case <-ctx.Done():
	case <-time.After(min(100*time.Millisecond<<min(attempt, 6), 3*time.Second)):
	}
}
