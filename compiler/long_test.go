package compiler_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets"
)

// TestLongerThanLinuxTakes has what no case can show without 128 KiB of text: a variable and an argument with which
// Linux starts no process.
func TestLongerThanLinuxTakes(t *testing.T) {
	long := strings.Repeat("x", 140000)
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	in := config.Input{
		SOA: fstest.MapFS{
			"web/monitoring.yaml": file("team: shop\n"),
			"web/kubernetes-test.yaml": file("main: {deploy_group: d, env: {BIG: " + long + "}}\n" +
				"other: {deploy_group: d, cmd: " + long + "}\n"),
			"web/deployments.json": file(`{"v2": {"deployments": {"d": {"docker_image": "web:1", "git_sha": "1"}},
				"controls": {"web:test.main": {}, "web:test.other": {}}}}`),
		},
		System: fstest.MapFS{"a.json": file(`{"clusters": ["test"], "docker_registry": "r", "volumes": [],
			"hacheck_sidecar_volumes": [], "hacheck_sidecar_image_url": "h", "vault_cluster_map": {"test": "prod"}}`)},
	}
	var memory tree.Memory
	var list finding.List
	if _, err := compiler.Compile(in, compiler.Options{Targets: targets.All(), Jobs: 1}, &memory, list.Add); err != nil {
		t.Fatal(err)
	}
	var lines []int
	for _, f := range list.All() {
		if f.Code == "K016" {
			lines = append(lines, f.At.Line)
		}
	}
	if len(lines) != 2 || lines[0] != 1 || lines[1] != 2 {
		t.Errorf("K016 is said in the lines %v, not of the variable in line 1 and the argument in line 2", lines)
	}
}
