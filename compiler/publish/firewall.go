package publish

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/forecast"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
)

// DefaultShare is the part of a cluster's workloads that one commit may delete.
const DefaultShare = 0.10

// Firewall stops deletions that are more than a slip would make: a workload with volumes, a whole service or cluster,
// more than a share of a cluster's workloads, and anything that is only gone because its configuration is wrong.
type Firewall struct {
	Layout *layout.Layout // what the targets say of their files
	Share  float64        // of a cluster's workloads; see DefaultShare
	Allow  Permissions    // what the source commit asks for does not stop it
	// Wrong tells whether an error was found in an instance's configuration; nil when there was none at all.
	Wrong func(cluster, service, instance string) bool
}

// allow is what a stopped publisher may do when the deletion is meant. What the message allows is told, too, for it may
// be misspelt.
func (f Firewall) allow(what string) string { return suggest("Allow-Delete", what, f.Allow.Delete) }

// suggest names the trailer that lets something pass.
func suggest(trailer, what string, allowed Allowance) string {
	suggestion := trailer + ": " + what + " in the soa-configs commit's message, if it is meant"
	if len(allowed.names)+len(allowed.patterns) > 0 {
		suggestion += "; it allows only " + strings.Join(allowed.shown(), ", ")
	}
	return suggestion
}

// Check returns what stops the change, an error finding each, in order of place. Before and after are the paths of all
// files of the clusters.
func (f Firewall) Check(r *report.Report, before, after []string) []finding.Finding {
	had, has := inventory(f.Layout, before), inventory(f.Layout, after)
	var stops []finding.Finding
	stops = append(stops, f.folders(had, has)...)
	gone := map[string]map[string]bool{} // cluster → files of deleted workloads
	for i := range r.Changes {
		c := &r.Changes[i]
		if stop := f.pods(c); stop != nil {
			stops = append(stops, *stop)
		}
		if gone := whatGoes(c); f.Allow.Delete.permits(c.Cluster, gone.Service, gone.Instance) {
			continue
		}
		if stop := f.change(c); stop != nil {
			stops = append(stops, *stop)
		}
		if c.Effect == diff.Delete && (c.Old != nil || f.custom(c)) {
			if gone[c.Cluster] == nil {
				gone[c.Cluster] = map[string]bool{}
			}
			gone[c.Cluster][whatGoes(c).File] = true
		}
	}
	for _, cluster := range slices.Sorted(maps.Keys(gone)) {
		deleted, total := len(gone[cluster]), had.workloads[cluster]
		if has.clusters[cluster] && float64(deleted) > f.Share*float64(total) {
			stops = append(stops, finding.Finding{
				Code: finding.DeletesMany, At: finding.Position{File: cluster}, Cluster: cluster,
				Message: fmt.Sprintf("%d of %d workloads of %s would be deleted, more than %g %%: %s",
					deleted, total, cluster, 100*f.Share, some(gone[cluster])),
				Suggestion: f.allow(cluster),
			})
		}
	}
	finding.Sort(stops)
	return stops
}

// whatGoes is the object that is deleted by a change: of a renamed one, what it was.
func whatGoes(c *diff.Change) *diff.Object {
	if c.From != nil {
		return c.From
	}
	return &c.Object
}

// pods judges what a change does to pods beside deleting them: whether the API server takes it, and whether pods end
// that are needed.
func (f Firewall) pods(c *diff.Change) *finding.Finding {
	stop := finding.Finding{At: finding.Position{File: c.File}, Service: c.Service, Instance: c.Instance, Cluster: c.Cluster}
	var allowed Allowance
	var name, do string
	switch c.Effect {
	case diff.Refuse:
		stop.Code, allowed, name = finding.RefusedChange, f.Allow.Refused, "Allow-Refused"
		stop.Message = fmt.Sprintf("the API server would refuse %s %s", c.Kind, c.Name)
		do = strings.Join(forecast.Steps(c), "; then ")
	case diff.Drop:
		stop.Code, allowed, name = finding.DropsPods, f.Allow.Drop, "Allow-Drop"
		stop.Message = fmt.Sprintf("%s %s would drop to 1 pod", c.Kind, c.Name)
		do = "run first: " + forecast.HandOver(c)
	default:
		return nil
	}
	if allowed.permits(c.Cluster, c.Service, c.Instance) {
		return nil
	}
	if e := c.Gravest(); e != nil {
		stop.Message += ": " + e.Why
	}
	stop.Suggestion = do + "; and " + suggest(name, c.Subject(), allowed)
	return &stop
}

// change judges the deletion of one object.
func (f Firewall) change(c *diff.Change) *finding.Finding {
	gone := whatGoes(c)
	stop := finding.Finding{At: finding.Position{File: gone.File}, Service: gone.Service, Instance: gone.Instance, Cluster: c.Cluster}
	ends := c.Effect == diff.Delete || c.Effect == diff.Recreate && c.Op != diff.Changed
	switch {
	case !ends:
		return nil
	case c.Effect == diff.Delete && f.Wrong != nil && f.Wrong(c.Cluster, gone.Service, gone.Instance):
		stop.Code, stop.Suggestion = finding.DeletesWrong, "correct the configuration"
		stop.Message = fmt.Sprintf("%s %s would be deleted only because its configuration is wrong", gone.Kind, gone.Name)
	case gone.Kind == "Namespace" && gone.Group == "":
		if f.Allow.Delete.permits(c.Cluster, gone.Name, "") {
			return nil
		}
		stop.Code, stop.Suggestion = finding.DeletesNamespace, f.allow(gone.Name)
		stop.Message = fmt.Sprintf("the namespace %s would be deleted, and everything in it, whoever it belongs to", gone.Name)
	case c.Old != nil && len(c.Old.Volumes) > 0:
		stop.Code, stop.Suggestion = finding.DeletesVolumes, f.allow(gone.Subject())
		stop.Message = fmt.Sprintf("%s %s would be deleted, %s: %s", gone.Kind, gone.Name, claimsFate(c), strings.Join(c.Old.Volumes, ", "))
	case gone.Kind == "PersistentVolumeClaim", f.custom(c):
		stop.Code, stop.Suggestion = finding.DeletesVolumes, f.allow(gone.Subject())
		stop.Message = fmt.Sprintf("%s %s would be deleted, and the data that it keeps", gone.Kind, gone.Name)
	default:
		return nil
	}
	return &stop
}

// claimsFate says what becomes of the claims of a workload that goes.
func claimsFate(c *diff.Change) string {
	if c.Old.ClaimsGo {
		return "and its claims with their data"
	}
	return "and nothing would use its claims any more"
}

// custom tells whether an object is an instance's custom resource: its controller may keep data that goes with it.
func (f Firewall) custom(c *diff.Change) bool {
	if c.Service == "" || !strings.Contains(c.Group, ".") ||
		f.Layout.OfOutput(c.File).Delivery != layout.AsManifest {
		return false
	}
	return !slices.ContainsFunc([]string{".k8s.io", "istio.io", "coreos.com"}, func(suffix string) bool {
		return strings.HasSuffix(c.Group, suffix)
	})
}

// files are a tree's files by what they belong to.
type files struct {
	clusters  map[string]bool
	workloads map[string]int     // by cluster: files that are a workload each
	guarded   map[guarded]string // what its services have, one of the files
}

// guarded is what a service has in a cluster that may not go as a whole.
type guarded struct{ what, cluster, service string }

func inventory(known *layout.Layout, paths []string) files {
	all := files{map[string]bool{}, map[string]int{}, map[guarded]string{}}
	for _, p := range paths {
		cluster, file, _ := strings.Cut(p, "/")
		all.clusters[cluster] = true
		made := known.Of(file)
		service, instance := known.Owner(file)
		if service == "" {
			continue
		}
		if made.Workload && instance != "" {
			all.workloads[cluster]++
		}
		if made.Guards != "" {
			all.guarded[guarded{made.Guards, cluster, service}] = p
		}
	}
	return all
}

// folders finds whole clusters and services that go. A service of a cluster that goes is not named again.
func (f Firewall) folders(had, has files) []finding.Finding {
	var stops []finding.Finding
	for cluster := range had.clusters {
		if !has.clusters[cluster] && !f.Allow.Delete.permits(cluster, "", "") {
			stops = append(stops, finding.Finding{
				Code: finding.DeletesCluster, At: finding.Position{File: cluster}, Cluster: cluster,
				Message:    fmt.Sprintf("everything in the cluster %s would be deleted", cluster),
				Suggestion: f.allow(cluster)})
		}
	}
	for g, file := range had.guarded {
		if _, stays := has.guarded[g]; stays || !has.clusters[g.cluster] || f.Allow.Delete.permits(g.cluster, g.service, "") {
			continue
		}
		stops = append(stops, finding.Finding{
			Code: finding.DeletesService, At: finding.Position{File: file}, Service: g.service, Cluster: g.cluster,
			Message:    fmt.Sprintf("%s of %s in %s would be deleted", g.what, g.service, g.cluster),
			Suggestion: f.allow(g.service)})
	}
	return stops
}

// some names a few of a set.
func some(set map[string]bool) string {
	names := slices.Sorted(maps.Keys(set))
	if len(names) > 5 {
		return strings.Join(names[:5], ", ") + fmt.Sprintf(" and %d more", len(names)-5)
	}
	return strings.Join(names, ", ")
}

// IsWorkload tells whether a path of the output tree is what Firewall guards: a service's instances or its Tron jobs.
func IsWorkload(known *layout.Layout, path string) bool {
	return len(inventory(known, []string{path}).guarded) > 0
}
