package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const harbor = "../../golden/parity/harbor"

// unpack puts the corpus' bare git remotes into a directory.
func unpack(t *testing.T, name, dir string) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	zipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for archive := tar.NewReader(zipped); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeDir {
			err = root.MkdirAll(filepath.Clean(h.Name), 0o755)
		} else {
			var data []byte
			if data, err = io.ReadAll(archive); err == nil {
				err = root.WriteFile(h.Name, data, 0o644)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestDeploymentsOfACompany makes deployments.json from the corpus' git remotes and holds it against PaaSTA's.
func TestDeploymentsOfACompany(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	remotes := t.TempDir()
	unpack(t, filepath.Join(harbor, "system", "git.tar.gz"), remotes)
	soa := t.TempDir()
	if err := os.CopyFS(soa, os.DirFS(filepath.Join(harbor, "soa"))); err != nil {
		t.Fatal(err)
	}
	expected, err := filepath.Glob(filepath.Join(harbor, "expected", "harbor-prod", "deployments", "*.json"))
	if err != nil || len(expected) == 0 {
		t.Fatal("no expected files", err)
	}
	args := []string{"deployments", "-d", soa, "--system-dir", filepath.Join(harbor, "system"), "--remote", remotes + "/git/{repo}.git"}
	for _, name := range expected {
		service := strings.TrimSuffix(filepath.Base(name), ".json")
		os.Remove(filepath.Join(soa, service, "deployments.json"))
		args = append(args, service)
	}
	var stderr bytes.Buffer
	if status := run(context.Background(), args, streams{err: &stderr, out: io.Discard, getenv: func(string) string { return "" }}); status != exitOK {
		t.Fatalf("exit status %d: %s", status, &stderr)
	}
	for _, name := range expected {
		var want struct{ Deployments struct{ OK any } }
		var got any
		readJSON(t, name, &want)
		readJSON(t, filepath.Join(soa, strings.TrimSuffix(filepath.Base(name), ".json"), "deployments.json"), &got)
		if !reflect.DeepEqual(got, want.Deployments.OK) {
			t.Errorf("%s: got %v\nwant %v", name, got, want.Deployments.OK)
		}
	}
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}
