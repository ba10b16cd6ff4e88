package tron

import (
	"time"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/targets/tron/rules"
	"github.com/paasta-render/paasta-render/targets/tron/schedule"
)

// Runs are the next runs of one job.
type Runs struct {
	Job string
	// Zone is where the schedule's clock is: the job's time_zone, else that of MASTER.yaml. Empty when neither says: then
	// the clock of Tron's host counts, and the times are UTC.
	Zone string
	// Jitter is how far Tron may move each run, either way.
	Jitter time.Duration
	Times  []time.Time
	Err    error // why there are none
}

// NextRuns returns the next n runs after start of each job of the service in its cluster, in the file's order. Jobs
// without a schedule that Tron understands have an error instead.
func NextRuns(s *config.Service, start time.Time, n int) []Runs {
	ns := newNamespace(s, func(finding.Finding) {})
	root := ns.file()
	if root == nil {
		return nil
	}
	master, _ := readMaster(s.Cluster)
	var all []Runs
	for _, j := range ns.jobs(root) {
		all = append(all, j.runs(master, start, n))
	}
	return all
}

func (j *job) runs(master *rules.Master, start time.Time, n int) Runs {
	r := Runs{Job: j.name}
	if master != nil {
		r.Zone = master.TimeZone
	}
	if zone, ok := j.config.Get("time_zone").Str(); ok {
		r.Zone = zone
	}
	s, err := schedule.Parse(j.config.Get("schedule"))
	if err != nil {
		r.Err = err
		return r
	}
	r.Jitter = time.Duration(s.Jitter) * time.Second
	var zone *schedule.Zone
	if r.Zone != "" {
		if zone, r.Err = schedule.LoadZone(r.Zone); r.Err != nil {
			return r
		}
	}
	r.Times, r.Err = s.Runs(start, zone, n)
	return r
}
