package diff

import (
	"fmt"
	"strconv"
)

// Workload is what the forecast needs to know of something that runs pods.
type Workload struct {
	Pool      string      `json:"pool,omitempty"`
	Team      string      `json:"team,omitempty"`
	Kind      string      `json:"kind"`
	Namespace string      `json:"namespace,omitempty"`
	Name      string      `json:"name"`
	Min       int         `json:"min"` // pods: spec.replicas, or the autoscaler's bounds
	Max       int         `json:"max"`
	Pod       Resources   `json:"pod"`
	Volumes   []string    `json:"volumes,omitempty"` // names of the claims that each pod has of its own
	Rollout   Replacement `json:"rollout,omitzero"`  // how its pods are replaced
	// ClaimsGo is true when the claims are deleted with the workload. Otherwise they stay until their namespace goes.
	ClaimsGo bool `json:"claimsGo,omitempty"`
	// Unevictable is true when its disruption budget lets no pod be evicted: then no node that it runs on is drained.
	Unevictable bool `json:"unevictable,omitempty"`
}

// Replacement is how the pods of a workload are replaced when its pod template changes, at the least number of pods.
type Replacement struct {
	AllAtOnce bool `json:"allAtOnce,omitempty"` // every pod may end before the first new one is ready
	OnDelete  bool `json:"onDelete,omitempty"`  // nothing happens until somebody deletes the pods
	Surge     int  `json:"surge,omitempty"`     // pods that are there beyond their number meanwhile
	Away      int  `json:"away,omitempty"`      // pods that may be missing meanwhile
}

// Resources is what one pod asks for.
type Resources struct {
	CPU    float64 `json:"cpu"`    // cores
	Memory float64 `json:"memory"` // bytes
	GPU    float64 `json:"gpu"`    // devices
}

// Pods is the number of pods as people write it: 3, or 2–10 under an autoscaler.
func (w *Workload) Pods() string {
	if w.Min == w.Max {
		return strconv.Itoa(w.Min)
	}
	return fmt.Sprintf("%d–%d", w.Min, w.Max)
}

// Max is the greater of what two pods ask for, by resource.
func (r Resources) Max(o Resources) Resources {
	return Resources{max(r.CPU, o.CPU), max(r.Memory, o.Memory), max(r.GPU, o.GPU)}
}

// Plus adds what two containers or pods ask for.
func (r Resources) Plus(o Resources) Resources {
	return Resources{r.CPU + o.CPU, r.Memory + o.Memory, r.GPU + o.GPU}
}

// Times is what n pods ask for.
func (r Resources) Times(n int) Resources {
	f := float64(n)
	return Resources{r.CPU * f, r.Memory * f, r.GPU * f}
}

// Key identifies a workload in a cluster.
func (w *Workload) Key(cluster string) string {
	return cluster + "\x00" + w.Kind + "\x00" + w.Namespace + "\x00" + w.Name
}
