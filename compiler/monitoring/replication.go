package monitoring

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Replication is how many replicas an instance should have, and how few are too few.
type Replication struct {
	// Expected is the number of replicas; for an autoscaled instance the most there can be. It is a number.
	Expected *yaml11.Node
	// Minimum is the fewest that an autoscaled instance can have; nil when it is not autoscaled.
	Minimum *yaml11.Node
	// Threshold is what the configuration says, in percent; Percent its integer part, with which PaaSTA compares.
	Threshold *yaml11.Node
	Percent   int64
}

// ReplicationOf reads instances, min_instances, max_instances (replicas for Cassandra, taskmanager.instances for Flink)
// and replication_threshold, percent, default 50, for Flink 100. PaaSTA: get_instances,
// get_replication_crit_percentage.
func ReplicationOf(i *config.Instance) (Replication, *Problem) {
	r := Replication{Threshold: Or(i.Get("replication_threshold"), yaml11.NewInt(50))}
	one := yaml11.NewInt(1)
	switch {
	case i.IsFlink():
		r.Threshold = Or(i.Get("replication_threshold"), yaml11.NewInt(100))
		manager := i.Get("taskmanager")
		if manager != nil && !manager.IsMap() {
			return r, mismatch(manager, "taskmanager", "keys and values")
		}
		r.Expected = Or(manager.Get("instances"), yaml11.NewInt(10))
		if text, ok := r.Expected.Str(); ok {
			if f, err := python.ParseFloat(text); err == nil {
				r.Expected = yaml11.NewFloat(f) // PaaSTA calls float() on it
			}
		}
	case i.IsCassandra():
		r.Expected = Or(i.Get("replicas"), one)
	case i.IsAutoscaled():
		r.Expected, r.Minimum = i.Get("max_instances"), Or(i.Get("min_instances"), one)
	default:
		r.Expected = Or(i.Get("instances"), one)
	}
	if !r.Expected.IsNumber() {
		return r, mismatch(r.Expected, "the number of replicas", "a number")
	}
	if !r.Minimum.IsNumber() {
		r.Minimum = nil // PaaSTA looks at it only next to a live autoscaler
	}
	percent, ok := Integer(r.Threshold)
	if !ok {
		return r, problem(r.Threshold, "replication_threshold is no number of percent")
	}
	r.Percent = percent
	return r, nil
}

// Under tells whether available replicas out of expected are too few: in percent, and none of none is 100.
// PaaSTA: utils.is_under_replicated.
func (r Replication) Under(available float64, expected *yaml11.Node) bool {
	ratio := 100.0
	if e, _ := expected.Number(); e != 0 {
		ratio = available / e * 100
	}
	return ratio < float64(r.Percent)
}

// CanFire tells whether there is any state in which the alert fires. Never says why not, always why it cannot stop.
func (r Replication) CanFire() (never, always string) {
	expected, _ := r.Expected.Number()
	switch {
	case r.Percent > 100:
		return "", "no ratio of replicas reaches it"
	case expected == 0:
		return "no replicas are expected", ""
	case r.Percent <= 0:
		return "no ratio of replicas is below it", ""
	}
	return "", ""
}
