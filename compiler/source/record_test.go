package source

import (
	"io/fs"
	"slices"
	"testing"
	"testing/fstest"
)

func TestRecordAgrees(t *testing.T) {
	var recorded [][]Read
	for _, tree := range both(t, company) {
		r := Record(tree)
		_, _ = fs.ReadFile(r, "web/kubernetes-prod.yaml")
		_, _ = fs.ReadFile(r, "web/none.yaml")
		_, _ = fs.ReadFile(r, "api/up.yaml")
		_, _ = fs.ReadDir(r, "web")
		_, _ = fs.Stat(r, "linked")
		recorded = append(recorded, r.Reads())
	}
	if !slices.Equal(recorded[0], recorded[1]) {
		t.Errorf("a directory and a revision of it differ:\n%v\n%v", recorded[0], recorded[1])
	}
	if len(recorded[0]) != 5 || recorded[0][0].Path != "api/up.yaml" {
		t.Errorf("recorded %v", recorded[0])
	}
}

func TestUnchanged(t *testing.T) {
	base := func() fstest.MapFS {
		return fstest.MapFS{"web/a.yaml": {Data: []byte("a")}, "web/b.yaml": {Data: []byte("b")}}
	}
	r := Record(base())
	_, _ = fs.ReadFile(r, "web/a.yaml")
	_, _ = fs.ReadFile(r, "web/absent.yaml")
	_, _ = fs.ReadDir(r, "web")
	_, _ = fs.Stat(r, "web/b.yaml")
	for _, test := range []struct {
		rule   string
		change func(fstest.MapFS)
		want   string // the path that differs, empty when nothing does
	}{
		{"nothing changed", func(fstest.MapFS) {}, ""},
		{"a file that was only asked for may change", func(m fstest.MapFS) { m["web/b.yaml"].Data = []byte("c") }, ""},
		{"a file that was read changes", func(m fstest.MapFS) { m["web/a.yaml"].Data = []byte("c") }, "web/a.yaml"},
		{"a file that was absent appears", func(m fstest.MapFS) { m["web/absent.yaml"] = &fstest.MapFile{} }, "web"},
		{"a file that was there goes", func(m fstest.MapFS) { delete(m, "web/b.yaml") }, "web"},
		{"elsewhere counts not", func(m fstest.MapFS) { m["api/a.yaml"] = &fstest.MapFile{} }, ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			fsys := base()
			test.change(fsys)
			changed, same := Unchanged(fsys, r.Reads())
			if changed.Path != test.want || same != (test.want == "") {
				t.Errorf("Unchanged = %v, %v, want %q", changed, same, test.want)
			}
		})
	}
}

func TestTreeHash(t *testing.T) {
	dir := hermetic(t)
	commit(t, dir, company, "one")
	commit(t, dir, map[string]string{"_shared/x.yaml": "a: 2\n", "plain/a.yaml": "a\n"}, "two")
	commit(t, dir, map[string]string{"_shared/x.yaml": "a: 3\n"}, "three")
	repository, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	hash := func(revision, folder string) (string, bool) {
		tree, err := repository.Revision(revision)
		if err != nil {
			t.Fatal(err)
		}
		return TreeHash(Record(tree), folder)
	}
	before, ok := hash("HEAD~1", "plain")
	after, _ := hash("HEAD", "plain")
	if !ok || before != after {
		t.Errorf("an unchanged folder: %q %q %v", before, after, ok)
	}
	shared, _ := hash("HEAD", "_shared")
	if was, _ := hash("HEAD~1", "_shared"); was == shared {
		t.Error("a changed folder keeps its hash")
	}
	if _, ok := hash("HEAD", "api"); ok {
		t.Error("a folder with a link that leads out of it has a hash")
	}
	if _, ok := hash("HEAD", "none"); ok {
		t.Error("a folder that does not exist has a hash")
	}
	work, err := Dir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := TreeHash(work, "plain"); ok {
		t.Error("a directory has no tree hashes")
	}
}
