package compiler_test

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/explain"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/publish"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets"
)

// pager is a target that nobody has heard of: all that others know of it is in this value.
var pager = target.Target{
	Name:       "pager",
	Optional:   true,
	SystemKeys: []string{"pager_url"},
	Files: []layout.Files{{
		Prefix: "pager/", Suffix: ".yaml", Owner: layout.OwnedByFile, Delivery: layout.InConfigMap, Guards: "every pager",
		Entries: &layout.Entries{At: []string{"lines"}, Kind: "PagerLine", Rest: "PagerFile", Itself: true},
	}},
	Effects: effect.Table{"PagerLine": effect.Uniform(effect.Alert, "who is called")},
	Compile: func(s *config.Service, _ finding.Report) target.Output {
		url, _ := s.Cluster.System.Get("pager_url").Str()
		if s.Cluster.System.Get("docker_registry") != nil {
			url = "the target sees a key that it does not declare"
		}
		lines := map[string]any{"main": map[string]any{"url": url}}
		return target.Output{Files: []target.File{{Path: "pager/" + s.Name + ".yaml", Docs: []any{map[string]any{"lines": lines}}}}}
	},
	Company: func(services []*config.Service, _ finding.Report) []target.File {
		return []target.File{{Path: "pager/" + services[0].Name + ".txt", Docs: []any{[]byte("call\n")}}}
	},
}

func pagerCompany(asked, url string) config.Input {
	return config.Input{
		SOA: fstest.MapFS{"web/service.yaml": {Data: []byte("description: x\n")}},
		System: fstest.MapFS{"paasta.json": {Data: []byte(`{"clusters": ["c1", "c2"], "docker_registry": "r",
			"targets": [` + asked + `], "pager_url": "` + url + `"}`)}},
	}
}

func renderPager(t *testing.T, in config.Input) (files []tree.File, undeclared []string) {
	t.Helper()
	var memory tree.Memory
	o := compiler.Options{Targets: []target.Target{pager}, Jobs: 1,
		Undeclared: func(target, key string) { undeclared = append(undeclared, target+"."+key) }}
	if _, err := compiler.Compile(in, o, &memory, func(f finding.Finding) { t.Log(f.Message) }); err != nil {
		t.Fatal(err)
	}
	return memory.Files(), undeclared
}

func paths(files []tree.File) []string {
	var all []string
	for _, f := range files {
		all = append(all, f.Path)
	}
	return all
}

func TestANewTargetIsKnownEverywhere(t *testing.T) {
	if files, _ := renderPager(t, pagerCompany("", "a")); len(files) > 0 {
		t.Errorf("nobody asks for the target, and it renders %v", paths(files))
	}
	before, undeclared := renderPager(t, pagerCompany(`"pager"`, "a"))
	after, _ := renderPager(t, pagerCompany(`"pager"`, "b"))
	if !slices.Contains(paths(before), "_company/pager/web.txt") || !slices.Contains(paths(before), "c2/pager/web.yaml") {
		t.Errorf("rendered %v", paths(before))
	}
	if !slices.Contains(undeclared, "pager.docker_registry") {
		t.Errorf("a key that is not declared is asked for, and nobody is told: %v", undeclared)
	}
	for _, f := range before {
		if f.Path == "c1/pager/kustomization.yaml" && !strings.Contains(string(f.Data), "paasta-pager") {
			t.Errorf("kustomization.yaml does not ship the target's files:\n%s", f.Data)
		}
	}
	known := target.NewLayout([]target.Target{pager})
	changed := report.New(compare.Files(known, before, after))
	if len(changed.Changes) != 2 || changed.Changes[0].Kind != "PagerLine" || changed.Changes[0].Service != "web" ||
		changed.Changes[0].Effect != effect.Alert {
		t.Errorf("diff says %+v", changed.Changes)
	}
	gone := slices.DeleteFunc(slices.Clone(paths(before)), func(p string) bool { return p == "c1/pager/web.yaml" })
	wall := publish.Firewall{Layout: known, Share: publish.DefaultShare}
	if stops := wall.Check(report.New(nil), paths(before), gone); len(stops) != 1 ||
		!strings.HasPrefix(stops[0].Message, "every pager of web") {
		t.Errorf("publish says %v", stops)
	}
	company := config.Open(pagerCompany(`"pager"`, "a"), func(finding.Finding) {})
	service := company.Folder("web", func(finding.Finding) {}).Load(company.Clusters[:1])[0]
	_, origins, err := explain.Origins(service, explain.Compiler{Targets: []target.Target{pager}, Recompile: compiler.Recompile, RecompileLinked: compiler.RecompileLinked}, "c1/pager/web.yaml", 3)
	if err != nil || !slices.ContainsFunc(origins, func(o explain.Origin) bool { return o.Key == "pager_url" }) {
		t.Errorf("explain says %v, %v", origins, err)
	}
}

// The compiler knows what a target makes from the target alone.
func TestNothingBelowCompilerNamesATarget(t *testing.T) {
	inputs := []string{"compiler/config", "compiler/finding"} // they name folders of soa-configs and of the system config
	var folders []string
	for _, one := range targets.All() {
		for _, f := range one.Files {
			if name, _, found := strings.Cut(f.Prefix, "/"); found {
				folders = append(folders, name+"/")
			}
		}
	}
	for _, f := range sources(t) {
		if !within(f.pkg, []string{"compiler"}) || within(f.pkg, inputs) {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok {
				return true
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil || text == layout.ClusterFolder && f.pkg == "compiler/layout" {
				return true
			}
			for _, folder := range folders {
				if strings.HasPrefix(text, folder) || strings.Contains(text, "/"+folder) && !strings.HasPrefix(text, "github.com/") {
					t.Errorf("%s names the folder of a target: %q", f.name, text)
				}
			}
			return true
		})
	}
}
