//go:build e2e

package envoy_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets/envoy"
)

// hostRun runs what the example's DaemonSet runs on one host: the script that puts files together, Envoy, and its end.
type hostRun struct {
	*process
	pod          corev1.PodSpec
	config, path string // the folder of the ConfigMaps, and the one of Envoy's files
	version      int
	dns          *dnsServer
	log          *bytes.Buffer // of the script
}

func newHost(t *testing.T, dns *dnsServer) *hostRun {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "envoy", "daemonset.yaml"))
	must(t, err)
	var d appsv1.DaemonSet
	must(t, yaml.UnmarshalStrict(text, &d))
	return &hostRun{pod: d.Spec.Template.Spec, config: t.TempDir(), path: t.TempDir(), dns: dns, log: &bytes.Buffer{}}
}

// renderTree renders a company and returns the files of its one cluster, by path below the cluster's folder.
func renderTree(t *testing.T, in config.Input) map[string][]byte {
	t.Helper()
	var memory tree.Memory
	var list finding.List
	if _, err := compiler.Compile(in, compiler.Options{Targets: []target.Target{envoy.Target}, Jobs: 2}, &memory, list.Add); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range memory.Files() {
		_, rest, _ := strings.Cut(f.Path, "/")
		files[rest] = f.Data
	}
	return files
}

// mount shows the tree's ConfigMaps as the kubelet projects them: every key is a file, and one link is exchanged.
func (h *hostRun) mount(t *testing.T, files map[string][]byte) {
	t.Helper()
	var k types.Kustomization
	must(t, yaml.Unmarshal(files["kustomization.yaml"], &k))
	h.version++
	data := fmt.Sprintf("..v%d", h.version)
	must(t, os.Mkdir(filepath.Join(h.config, data), 0o755))
	for _, m := range k.ConfigMapGenerator {
		if !strings.HasPrefix(m.Name, "paasta-envoy") {
			continue
		}
		if !h.mounts(m.Name) {
			t.Errorf("the DaemonSet does not mount the ConfigMap %s", m.Name)
		}
		size := 0
		for _, source := range m.FileSources {
			content := files[source]
			size += len(content)
			if strings.HasSuffix(source, "bootstrap.json") {
				content = withResolver(t, content, h.dns.address())
			}
			must(t, os.WriteFile(filepath.Join(h.config, data, filepath.Base(source)), content, 0o644))
		}
		if size > 1<<20 {
			t.Errorf("the ConfigMap %s has %d bytes", m.Name, size)
		}
	}
	must(t, os.Symlink(data, filepath.Join(h.config, "..data_tmp")))
	must(t, os.Rename(filepath.Join(h.config, "..data_tmp"), filepath.Join(h.config, "..data")))
}

func (h *hostRun) mounts(configMap string) bool {
	return slices.ContainsFunc(h.pod.Volumes[0].Projected.Sources, func(s corev1.VolumeProjection) bool {
		return s.ConfigMap.Name == configMap
	})
}

// unpack runs the script until the test ends, under busybox's own shell and tools where busybox is installed.
func (h *hostRun) unpack(t *testing.T) {
	t.Helper()
	command := h.pod.InitContainers[1].Command
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "FROM="+h.config, "TO="+h.path)
	if busybox, err := exec.LookPath("busybox"); err == nil {
		tools := t.TempDir()
		must(t, exec.Command(busybox, "--install", "-s", tools).Run())
		cmd.Path, cmd.Env = filepath.Join(tools, "sh"), append(cmd.Env, "PATH="+tools)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stdout, cmd.Stderr = h.log, h.log
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the script said:\n%s", h.log)
		}
	})
	for range 200 {
		if _, err := os.Stat(filepath.Join(h.path, "bootstrap.json")); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the script made no files within 10 s")
}

// run starts Envoy with the DaemonSet's arguments and returns the time until it was ready.
func (h *hostRun) run(t *testing.T, adminPort int) time.Duration {
	t.Helper()
	begun := time.Now()
	h.process = launch(t, h.path, adminPort, h.pod.Containers[0].Args...)
	return time.Since(begun)
}

// end is what the kubelet does when the pod is deleted.
func (h *hostRun) end(t *testing.T, adminPort int) {
	t.Helper()
	command := h.pod.Containers[0].Lifecycle.PreStop.Exec.Command
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(os.Environ(), fmt.Sprintf("ADMIN_PORT=%d", adminPort))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("preStop: %v\n%s", err, out)
	}
	must(t, h.cmd.Process.Signal(syscall.SIGTERM))
	_ = h.cmd.Wait()
}
