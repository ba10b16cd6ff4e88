//go:build e2e

package e2e

import (
	"archive/tar"
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A real container that local-run starts has the memory, the CPU quota, the volumes, the environment and the secret
// that soa-configs ask for. It needs podman, runc and a static busybox.
func TestLocalRunStartsARealContainer(t *testing.T) {
	podman, runc, busybox := onPath(t, "podman"), onPath(t, "runc"), onPath(t, "busybox")
	_ = runc
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "run") // podman refuses a long path
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	engine := []string{podman, "--runtime", "runc", "--cgroup-manager=cgroupfs", "--storage-driver=vfs",
		"--root", filepath.Join(dir, "storage"), "--runroot", filepath.Join(dir, "run")}
	image := filepath.Join(dir, "image.tar")
	writeImage(t, image, busybox)
	if out, err := exec.CommandContext(ctx, engine[0], append(engine[1:], "import", image, "localhost/busybox:1")...).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: podman cannot import an image here: %v\n%s", err, out)
	}
	binary := filepath.Join(dir, "paasta-render")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "../../cmd/paasta-render").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	soa := talkativeCompany(t, dir)
	cmd := exec.CommandContext(ctx, binary, "local-run", "web.main", "-d", soa, "-q", "--no-healthcheck", "--run", "--image", "localhost/busybox:1",
		"--engine", strings.Join(engine, " "), "--engine-flag=--ulimit=nofile=1024:1024", "--engine-flag=--ulimit=nproc=1000:1000",
		"--engine-flag=--rm", "--secrets", filepath.Join(dir, "secrets"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"service web", "token hunter2", "memory 536870912", "quota 150000", "volume here"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the container does not say %q:\n%s", want, out)
		}
	}
}

// onPath finds a program, or skips the test and says so.
func onPath(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("SKIPPED: %s is not on the PATH", name)
	}
	return path
}

// writeImage makes a file system with a shell.
func writeImage(t *testing.T, name, busybox string) {
	t.Helper()
	data, err := os.ReadFile(busybox)
	if err != nil {
		t.Fatal(err)
	}
	var buffer bytes.Buffer
	w := tar.NewWriter(&buffer)
	add := func(h *tar.Header, content []byte) {
		h.Size = int64(len(content))
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	add(&tar.Header{Name: "bin/busybox", Mode: 0o755, Typeflag: tar.TypeReg}, data)
	for _, applet := range []string{"sh", "cat", "echo", "ls"} {
		add(&tar.Header{Name: "bin/" + applet, Linkname: "busybox", Typeflag: tar.TypeSymlink}, nil)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, buffer.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// talkativeCompany writes soa-configs with one instance that prints what it is given.
func talkativeCompany(t *testing.T, dir string) (soa string) {
	t.Helper()
	soa = filepath.Join(dir, "soa")
	shared := filepath.Join(dir, "shared")
	for name, text := range map[string]string{
		filepath.Join(shared, "here"):                 "",
		filepath.Join(dir, "secrets"):                 "TOKEN=hunter2\n",
		filepath.Join(soa, "_system", "config.json"):  `{"clusters": ["c1"], "docker_registry": "r", "volumes": [], "hacheck_sidecar_volumes": []}`,
		filepath.Join(soa, "web", "smartstack.yaml"):  "main: {proxy_port: 20001}\n",
		filepath.Join(soa, "web", "deployments.json"): `{"v2": {"deployments": {"g": {"docker_image": "web:paasta-0123456789abcdef", "git_sha": "0123456789abcdef"}}, "controls": {"web:c1.main": {"desired_state": "start", "force_bounce": null}}}}`,
		filepath.Join(soa, "web", "kubernetes-c1.yaml"): `main:
  cpus: 0.5
  mem: 512
  deploy_group: g
  env: {TOKEN: SECRET(token)}
  extra_volumes: [{hostPath: ` + shared + `, containerPath: /given, mode: RO}]
  cmd: |
    echo "service $PAASTA_SERVICE token $TOKEN"
    for f in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do [ -f $f ] && echo "memory $(cat $f)"; done
    for f in /sys/fs/cgroup/cpu.max /sys/fs/cgroup/cpu/cpu.cfs_quota_us; do [ -f $f ] && echo "quota $(cat $f)"; done
    echo "volume $(ls /given)"
`,
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return soa
}
