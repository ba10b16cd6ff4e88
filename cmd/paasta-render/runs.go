package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/targets/tron"
)

// runsFlags ask for the next runs of Tron's jobs. The start is an argument: what is printed never depends on the clock.
type runsFlags struct {
	show int    // how many runs a job; 0 when nobody asks
	from string // RFC 3339, or a date, or a date and a time of the day in UTC
}

// startFormats are how --from may be written.
var startFormats = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateTime, "2006-01-02 15:04",
	time.DateOnly}

// start reads --from.
func (r runsFlags) start() (time.Time, error) {
	if r.from == "" {
		return time.Time{}, errors.New("--show-runs needs --from, the time after which runs count: --from 2026-03-08T00:00:00Z")
	}
	for _, format := range startFormats {
		if t, err := time.Parse(format, r.from); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("--from %q is no time: write it as 2026-03-08T00:00:00Z or 2026-03-08", r.from)
}

// showRuns prints the next runs of every job of the services and clusters that are asked for.
func (c *common) showRuns(w io.Writer, in config.Input, flags runsFlags) error {
	start, err := flags.start()
	if err != nil {
		return err
	}
	silent := func(finding.Finding) {}
	company := config.Open(in, silent)
	if company == nil {
		return nil // why has been said by validation
	}
	for _, name := range company.Services {
		if !asked(c.services, name) {
			continue
		}
		for _, s := range company.Folder(name, silent).Load(company.Clusters) {
			if !asked(c.clusters, s.Cluster.Name) {
				continue
			}
			for _, job := range tron.NextRuns(s, start, flags.show) {
				printRuns(w, s, job)
			}
		}
	}
	return nil
}

func printRuns(w io.Writer, s *config.Service, job tron.Runs) {
	say(w, "%s.%s in %s", s.Name, job.Job, s.Cluster.Name)
	switch {
	case job.Err != nil:
		say(w, ": no runs: %v\n", job.Err)
		return
	case job.Zone != "":
		say(w, " (%s)", job.Zone)
	}
	if job.Jitter > 0 {
		say(w, ", up to %s earlier or later", job.Jitter)
	}
	fmt.Fprintln(w)
	for _, t := range job.Times {
		say(w, "  %s\n", t.Format("Mon 2006-01-02 15:04:05 -07:00"))
	}
}

// asked tells whether a selection takes the name; an empty one takes all.
func asked(selection []string, name string) bool {
	for _, s := range selection {
		if s == name {
			return true
		}
	}
	return len(selection) == 0
}
