package golden

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// dumpKinds are the parts of a dump that hold objects, and their kind where the Python client leaves it out.
var dumpKinds = map[string]string{
	"app": "", "hpa": "HorizontalPodAutoscaler", "pdb": "PodDisruptionBudget", "service_account": "ServiceAccount",
	"role_bindings": "RoleBinding", "namespace": "Namespace", "limit_ranges": "LimitRange",
}

func TestKubernetesObjectsAreWhatPaaSTAApplies(t *testing.T) {
	forEachCluster(t, func(t *testing.T, c *corpus, cluster string) {
		got := c.objects(t, cluster+"/kubernetes")
		for _, unit := range c.units(cluster) {
			service, instance, _ := strings.Cut(unit, ".")
			dump := object(c.expected(t, cluster, "kubernetes", unit+".json"))
			if dump["error"] != nil {
				c.checkRefusal(t, got, service, instance, dump)
				continue
			}
			for _, part := range sortedKeys(dumpKinds) {
				for _, want := range dumped(dump[part]) {
					c.checkObject(t, got, unit, cluster, want, dumpKinds[part], dump["hpa"] != nil)
				}
			}
		}
	})
}

// units are the dumped instances, without those whose name stands in both kubernetes-* and eks-*.
func (c *corpus) units(cluster string) []string {
	names, _ := filepath.Glob(filepath.Join(c.dir, "expected", cluster, "kubernetes", "*.json"))
	var units []string
	for _, name := range names {
		unit := strings.TrimSuffix(filepath.Base(name), ".json")
		twice := filepath.Join(filepath.Dir(name), unit+"__eks.json")
		if _, err := os.Stat(twice); err == nil || strings.HasSuffix(unit, "__eks") || strings.Count(unit, ".") != 1 || unit[0] == '_' {
			continue
		}
		units = append(units, unit)
	}
	return units
}

// dumped returns the objects of one part of a dump: one, a list, or none.
func dumped(v any) []map[string]any {
	switch v := v.(type) {
	case map[string]any:
		if v["metadata"] != nil {
			return []map[string]any{v}
		}
	case []any:
		var all []map[string]any
		for _, x := range v {
			all = append(all, dumped(x)...)
		}
		return all
	}
	return nil
}

func (c *corpus) checkRefusal(t *testing.T, got map[string]map[string]any, service, instance string, dump map[string]any) {
	t.Helper()
	why, _ := json.Marshal(dump["error"])
	if strings.Contains(string(why), "V1WeightedPodAffinityTerm") {
		return // PaaSTA's own crash on preferred anti-affinity, which we render: see divergences.md
	}
	level := finding.Error
	if at(dump, "error", "type") == "NoDeploymentsAvailable" {
		level = finding.Info // PaaSTA passes over it in silence; we say so
	}
	if !c.refused(service, instance, level) {
		t.Errorf("%s.%s: PaaSTA refuses it (%s), no finding says so", service, instance, why)
	}
	for key, o := range got {
		labels := object(o, "metadata", "labels")
		if strings.HasPrefix(key, "Deployment/") && labels["paasta.yelp.com/service"] == service && labels["paasta.yelp.com/instance"] == instance {
			t.Errorf("%s.%s: PaaSTA refuses it, we made %s", service, instance, key)
		}
	}
}

func (c *corpus) checkObject(t *testing.T, got map[string]map[string]any, unit, cluster string, want map[string]any, kind string, scaled bool) {
	t.Helper()
	workload := kind == ""
	if workload {
		kind = text(want, "kind")
	}
	name := text(want, "metadata", "name")
	o := find(got, kind, text(want, "metadata", "namespace"), name)
	service, instance, _ := strings.Cut(unit, ".")
	if o == nil && c.foreseen(t, cluster, name) && c.refused(service, instance, finding.Error) {
		return // no API server would take it, and we said so
	}
	if o == nil {
		t.Errorf("%s: no %s %s", unit, kind, name)
		return
	}
	for _, key := range []string{"kind", "apiVersion"} {
		if want[key] == nil {
			delete(o, key)
		}
	}
	if text(want, "metadata", "namespace") == "" {
		delete(object(o, "metadata"), "namespace")
	}
	if workload {
		dropCommitSHA(want)
		if scaled && at(o, "spec", "replicas") == nil {
			delete(object(want, "spec"), "replicas") // the autoscaler owns it
		}
	}
	compare(t, unit+" "+kind, want, o)
}

func find(got map[string]map[string]any, kind, namespace, name string) map[string]any {
	if o := got[kind+"/"+namespace+"/"+name]; o != nil || namespace != "" {
		return o
	}
	for key, o := range got {
		if strings.HasPrefix(key, kind+"/") && strings.HasSuffix(key, "/"+name) {
			return o
		}
	}
	return nil
}

// foreseen tells whether a real API server refuses the workload of that name, or its namespace.
func (c *corpus) foreseen(t *testing.T, cluster, name string) bool {
	for refused := range object(c.expected(t, cluster, "refused.json")) {
		if strings.HasSuffix(refused, "/"+name) || strings.HasPrefix(refused, "Namespace/") {
			return true
		}
	}
	return false
}

// dropCommitSHA removes PAASTA_SOA_CONFIGS_SHA, which would restart every pod on every commit.
func dropCommitSHA(app map[string]any) {
	containers, _ := at(app, "spec", "template", "spec", "containers").([]any)
	for _, c := range containers {
		env, _ := at(c, "env").([]any)
		c.(map[string]any)["env"] = slices.DeleteFunc(env, func(e any) bool { return at(e, "name") == "PAASTA_SOA_CONFIGS_SHA" })
	}
}

func TestCustomResourcesAreWhatPaaSTAApplies(t *testing.T) {
	forEachCluster(t, func(t *testing.T, c *corpus, cluster string) {
		list, _ := at(c.expected(t, cluster, "cr", "resources.json"), "resources").([]any)
		got := c.objects(t, cluster+"/kubernetes")
		for _, r := range list {
			want, _ := r.(map[string]any)
			if want["metadata"] == nil {
				continue
			}
			kind, name := text(want, "kind"), text(want, "metadata", "name")
			compare(t, kind+"/"+name, want, anyOrNil(find(got, kind, text(want, "metadata", "namespace"), name)))
		}
	})
}

func anyOrNil(o map[string]any) any {
	if o == nil {
		return nil
	}
	return o
}
