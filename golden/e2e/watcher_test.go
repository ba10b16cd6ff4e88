//go:build e2e

package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// watcher does what Flux's source-watcher does: it serves an archive of each artifact that an ArtifactGenerator in the cluster
// describes, and tells Flux of those that have changed.
type watcher struct {
	dir, url  string
	revisions map[string]string // of each artifact
}

func newWatcher(t *testing.T) *watcher {
	t.Helper()
	dir := t.TempDir()
	web := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(web.Close)
	return &watcher{dir, web.URL, map[string]string{}}
}

const sources = "/apis/source.toolkit.fluxcd.io/v1/namespaces/flux-system/"

// tell puts an archive where Flux finds it, and says so in the status of a source.
func (w *watcher) tell(t *testing.T, s *server, source, revision string, data []byte) {
	t.Helper()
	name := path.Base(source) + "-" + fmt.Sprintf("%x", sha256.Sum256(data)) + ".tar.gz"
	if err := os.WriteFile(filepath.Join(w.dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC().Format(time.RFC3339)
	status := map[string]any{"status": map[string]any{
		"artifact": map[string]any{"path": name, "url": w.url + "/" + name, "revision": revision, "size": len(data),
			"digest": fmt.Sprintf("sha256:%x", sha256.Sum256(data)), "lastUpdateTime": now},
		"conditions": []any{map[string]any{"type": "Ready", "status": "True", "reason": "Succeeded", "message": "", "lastTransitionTime": now}},
	}}
	body, _ := json.Marshal(status)
	s.rest(t, "PATCH", sources+source+"/status", "application/merge-patch+json", body)
}

// generate makes the artifacts of all ArtifactGenerators, or of the one that is named, from a tree. It returns the names of
// those that have changed. The globs are read as source-watcher 2.1 reads them: a folder with /** gives what is below it, any other path is one file, and
// a path that matches nothing is an error.
func (w *watcher) generate(t *testing.T, s *server, tree, only string) (changed []string) {
	t.Helper()
	var list struct {
		Items []struct {
			Metadata struct{ Name string }
			Spec     struct {
				Artifacts []struct {
					Name string
					Copy []struct{ From, To string }
				}
			}
		}
	}
	answer := s.rest(t, "GET", "/apis/source.extensions.fluxcd.io/v1beta1/namespaces/flux-system/artifactgenerators", "", nil)
	if err := json.Unmarshal(answer, &list); err != nil {
		t.Fatal(err)
	}
	for _, generator := range list.Items {
		if only != "" && generator.Metadata.Name != only {
			continue
		}
		for _, a := range generator.Spec.Artifacts {
			files := map[string]string{}
			for _, c := range a.Copy {
				from, to := strings.TrimPrefix(c.From, "@tree/"), strings.TrimPrefix(c.To, "@artifact/")
				if folder, all := strings.CutSuffix(from, "/**"); all {
					copyInto(t, files, filepath.Join(tree, folder), to)
				} else {
					copyInto(t, files, filepath.Join(tree, from), to+path.Base(from))
				}
			}
			data := archive(t, files)
			revision := fmt.Sprintf("latest@sha256:%x", sha256.Sum256(data))
			if w.revisions[a.Name] == revision {
				continue
			}
			if w.revisions[a.Name] == "" {
				object := "apiVersion: source.toolkit.fluxcd.io/v1\nkind: ExternalArtifact\nmetadata: {name: " + a.Name + "}\nspec: {}\n"
				s.rest(t, "PATCH", sources+"externalartifacts/"+a.Name+"?fieldManager=source-watcher", "application/apply-patch+yaml", []byte(object))
			}
			w.tell(t, s, "externalartifacts/"+a.Name, revision, data)
			w.revisions[a.Name], changed = revision, append(changed, a.Name)
		}
	}
	return changed
}

// copyInto reads a file, or what is below a folder, into a map by path below the archive's root.
func copyInto(t *testing.T, files map[string]string, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		below, _ := filepath.Rel(from, name)
		files[path.Join(to, filepath.ToSlash(below))] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// archive makes a tarball that is the same for the same files.
func archive(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	w := tar.NewWriter(zip)
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
