//go:build e2e

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// releaseBuild builds the program as .goreleaser.yaml says, from the module in a folder.
func releaseBuild(t *testing.T, module, out string) {
	t.Helper()
	c := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.released=1.2.3", "-o", out, "./cmd/paasta-render")
	c.Dir, c.Env = module, append(os.Environ(), "CGO_ENABLED=0")
	if text, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}

// The same sources give the same bytes, whichever folder they are in.
func TestReleaseBuildIsReproducible(t *testing.T) {
	var builds [][]byte
	for _, name := range []string{"one", "another"} {
		module := filepath.Join(t.TempDir(), name)
		copied := exec.Command("sh", "-c", `mkdir -p "$1" && cp -r ../../go.mod ../../go.sum ../../cmd ../../compiler ../../schema ../../targets ../../examples "$1"`, "sh", module)
		if text, err := copied.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		out := filepath.Join(t.TempDir(), "paasta-render")
		releaseBuild(t, module, out)
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		builds = append(builds, data)
	}
	if !bytes.Equal(builds[0], builds[1]) {
		t.Error("two builds of the same sources differ")
	}
	t.Logf("%d MiB", len(builds[0])>>20)
}

// The container image, which is made without Docker, runs: it says its version and renders a company.
func TestImageRuns(t *testing.T) {
	engine, err := exec.LookPath("podman")
	if err != nil {
		t.Skip("podman is not installed: the image was NOT run")
	}
	dir := t.TempDir()
	binary, image := filepath.Join(dir, "paasta-render"), filepath.Join(dir, "image.tar")
	releaseBuild(t, "../..", binary)
	c := exec.Command("go", "run", "./.ci/image", "-o", image, "-tag", "localhost/paasta-render:test", "linux/"+arch(t)+"="+binary)
	c.Dir = "../.."
	if text, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	podman := func(args ...string) string {
		t.Helper()
		store := []string{"--root", filepath.Join(dir, "store"), "--runroot", filepath.Join(dir, "run"), "--storage-driver", "vfs"}
		text, err := exec.Command(engine, append(store, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("podman %v: %v\n%s", args, err, text)
		}
		return string(text)
	}
	t.Cleanup(func() { _ = exec.Command(engine, "unshare", "rm", "-rf", filepath.Join(dir, "store")).Run() })
	podman("load", "-i", image)
	run := []string{"run", "--rm", "--network=none", "--cgroups=disabled", "--user=0:0"}
	if got := podman(append(run, "localhost/paasta-render:test", "--version")...); !bytes.Contains([]byte(got), []byte("1.2.3")) {
		t.Errorf("--version printed %q", got)
	}
	soa := filepath.Join(dir, "soa")
	if err := os.Mkdir(soa, 0o777); err != nil {
		t.Fatal(err)
	}
	run = append(run, "-v", soa+":/work", "localhost/paasta-render:test")
	podman(append(run, "init", "--minimal", "company")...)
	podman(append(run, "render", "-d", "company", "-o", "out")...)
	if _, err := os.Stat(filepath.Join(soa, "out/kind/kubernetes/hello/main.yaml")); err != nil {
		t.Error(err)
	}
}

func arch(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOARCH").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(out))
}
