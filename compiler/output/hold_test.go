package output_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/output"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// render puts a cluster's tree of two files and commits it.
func render(out, cluster, text string) error {
	d, err := output.NewDir(out, cluster)
	if err != nil {
		return err
	}
	defer d.Discard()
	for _, name := range []string{"kustomization.yaml", "kubernetes/web/" + text + ".yaml"} {
		if err := d.Put(tree.File{Path: cluster + "/" + name, Data: []byte(text)}); err != nil {
			return err
		}
	}
	return d.Commit([]string{cluster})
}

func TestRunsForDifferentClustersWriteAtTheSameTime(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	var wait sync.WaitGroup
	failed := make([]error, 4)
	for n := range failed {
		wait.Go(func() {
			for round := range 25 {
				err := render(out, fmt.Sprintf("c%d", n), fmt.Sprint(round))
				failed[n] = errors.Join(failed[n], err)
			}
		})
	}
	wait.Wait()
	if err := errors.Join(failed...); err != nil {
		t.Error(err)
	}
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			t.Errorf("%s is left", e.Name())
		}
		files, _ := filepath.Glob(filepath.Join(out, e.Name(), "kubernetes", "web", "*"))
		if len(files) != 1 || filepath.Base(files[0]) != "24.yaml" {
			t.Errorf("%s holds %v", e.Name(), files)
		}
	}
}

func TestASecondRunForTheSameClusterIsRefused(t *testing.T) {
	for _, test := range []struct {
		rule          string
		first, second []string
		refused       bool
	}{
		{"the same cluster", []string{"a"}, []string{"a"}, true},
		{"one of several", []string{"a", "b"}, []string{"b", "c"}, true},
		{"all clusters after one", []string{"a"}, nil, true},
		{"one cluster after all", nil, []string{"a"}, true},
		{"all twice", nil, nil, true},
		{"another cluster", []string{"a"}, []string{"b"}, false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			out := t.TempDir()
			first, err := output.NewDir(out, test.first...)
			if err != nil {
				t.Fatal(err)
			}
			defer first.Discard()
			second, err := output.NewDir(out, test.second...)
			if err == nil {
				second.Discard()
			}
			if (err != nil) != test.refused || err != nil && !strings.Contains(err.Error(), "another run is writing to") {
				t.Errorf("the second run: %v", err)
			}
		})
	}
}

func TestARunLeavesTheClustersOfOthersThatWereKilled(t *testing.T) {
	out := t.TempDir()
	mine, theirs := filepath.Join(out, ".paasta-render-1"), filepath.Join(out, ".paasta-render-2")
	writeFile(t, filepath.Join(mine, "old-east", "kustomization.yaml"), "east")
	writeFile(t, filepath.Join(theirs, "old-west", "kustomization.yaml"), "west")
	writeFile(t, filepath.Join(out, ".paasta-render-lock-west"), "")
	d, err := output.NewDir(out, "east")
	if err != nil {
		t.Fatal(err)
	}
	d.Discard()
	var left []string
	entries, _ := os.ReadDir(out)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if want := []string{".paasta-render-2", "east"}; !slices.Equal(left, want) {
		t.Errorf("OUT holds %v, want %v", left, want)
	}
}
