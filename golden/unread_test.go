package golden

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/examples"
	"github.com/paasta-render/paasta-render/targets"
)

// TestUnreadableFileChangesNothing breaks each file of the example company in turn. What PaaSTA cannot read it makes
// nothing of: a file of the output is as before or is left out, and is never made without what the broken file says.
// Where something stood before, it stays.
func TestUnreadableFileChangesNothing(t *testing.T) {
	withoutRace(t)
	company := fstest.MapFS{}
	root := sub(t, examples.Company, "company")
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		company[name] = &fstest.MapFile{Data: data, Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	before, _ := compiled(t, company, nil)
	for name := range company {
		service, _, _ := strings.Cut(name, "/")
		ext := path.Ext(name)
		if strings.HasPrefix(service, "_") && service != "_shared" || !strings.Contains(name, "/") || service == "tron" ||
			ext != ".yaml" && ext != ".json" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			broken := fstest.MapFS{}
			for other, file := range company {
				broken[other] = file
			}
			broken[name] = &fstest.MapFile{Data: []byte("{a: ["), Mode: 0o644}
			without, findings := compiled(t, broken, nil)
			if !findings.HasErrors() {
				t.Error("nothing says that the file cannot be read")
			}
			for file, data := range without {
				if !bytes.Equal(data, before[file]) && !apart(file) {
					t.Errorf("%s is made without what the broken file says", file)
				}
			}
			kept, _ := compiled(t, broken, stood(before))
			for file, data := range before {
				if !bytes.Equal(kept[file], data) && !apart(file) {
					t.Errorf("%s stood before and did not stay", file)
				}
			}
		})
	}
}

// apart tells whether a file lists others, or stands for all services of a namespace, each by itself.
func apart(file string) bool {
	return path.Base(file) == "kustomization.yaml" || strings.Contains(file, "/kubernetes/_cluster/namespace-")
}

func stood(files map[string][]byte) compiler.Stood {
	return func(cluster string, wanted func(string) bool) (found []tree.File, err error) {
		for file, data := range files {
			if below, ok := strings.CutPrefix(file, cluster+"/"); ok && wanted(below) {
				found = append(found, tree.File{Path: file, Data: data})
			}
		}
		return found, nil
	}
}

func compiled(t *testing.T, soa fs.FS, stood compiler.Stood) (map[string][]byte, *finding.List) {
	t.Helper()
	in := config.Input{SOA: soa, System: sub(t, soa, "_system")}
	var memory tree.Memory
	var list finding.List
	o := compiler.Options{Targets: targets.All(), Jobs: 2, Stood: stood}
	if _, err := compiler.Compile(in, o, &memory, list.Add); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range memory.Files() {
		files[f.Path] = f.Data
	}
	return files, &list
}
