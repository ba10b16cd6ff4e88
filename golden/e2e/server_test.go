//go:build e2e

package e2e

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long the machine may take for anything that a healthy one does in seconds.
const patience = 3 * time.Minute

// program returns the path of a consumer's binary, and skips the test without it.
func program(t *testing.T, name string) string {
	t.Helper()
	folder := os.Getenv("PAASTA_RENDER_E2E_BIN")
	if folder == "" {
		t.Skip("PAASTA_RENDER_E2E_BIN names no folder of binaries: the real consumers were NOT asked")
	}
	path := filepath.Join(folder, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is missing: it was NOT asked", path)
	}
	return path
}

// server is an API server of its own, with nothing in it.
type server struct {
	dir        string
	kubeconfig string
	kubectl    string
	url, token string
}

// startServer runs etcd and kube-apiserver on loopback until the test ends; with controllers, objects come to life,
// too: a Deployment gets its ReplicaSets and a deleted namespace goes.
func startServer(t *testing.T, controllers bool) *server {
	t.Helper()
	s := &server{dir: t.TempDir(), kubectl: program(t, "kubectl")}
	s.kubeconfig = filepath.Join(s.dir, "kubeconfig")
	key, token := filepath.Join(s.dir, "sa.key"), secret(t)
	s.token = token
	writeKey(t, key)
	write(t, filepath.Join(s.dir, "tokens.csv"), token+",admin,admin,system:masters\n")
	client, peer, port := freePort(t), freePort(t), freePort(t)
	start(t, s.dir, nil, program(t, "etcd"), "--name=e2e", "--data-dir="+filepath.Join(s.dir, "etcd"), "--unsafe-no-fsync", "--log-level=error",
		"--listen-client-urls="+client.url(), "--advertise-client-urls="+client.url(),
		"--listen-peer-urls="+peer.url(), "--initial-advertise-peer-urls="+peer.url(), "--initial-cluster=e2e="+peer.url())
	certs := filepath.Join(s.dir, "certs")
	s.url = fmt.Sprintf("https://127.0.0.1:%d", port)
	start(t, s.dir, nil, program(t, "kube-apiserver"), "--etcd-servers="+client.url(),
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", port), "--cert-dir="+certs,
		"--token-auth-file="+filepath.Join(s.dir, "tokens.csv"), "--authorization-mode=RBAC", "--anonymous-auth=false",
		"--service-account-issuer=https://kubernetes.default.svc", "--service-account-key-file="+key, "--service-account-signing-key-file="+key,
		"--service-cluster-ip-range=10.0.0.0/16", "--disable-admission-plugins=ServiceAccount", "--endpoint-reconciler-type=none",
		"--allow-privileged=true")
	write(t, s.kubeconfig, fmt.Sprintf(`apiVersion: v1
kind: Config
clusters: [{name: e2e, cluster: {server: "https://127.0.0.1:%d", certificate-authority: %s/apiserver.crt}}]
users: [{name: admin, user: {token: %s}}]
contexts: [{name: e2e, context: {cluster: e2e, user: admin}}]
current-context: e2e
`, port, certs, token))
	eventually(t, "the API server is ready", func() bool {
		out, err := s.try("", "get", "--raw", "/readyz")
		return err == nil && strings.TrimSpace(out) == "ok"
	})
	if controllers {
		start(t, s.dir, nil, program(t, "kube-controller-manager"), "--kubeconfig="+s.kubeconfig, "--bind-address=127.0.0.1",
			fmt.Sprintf("--secure-port=%d", freePort(t)), "--leader-elect=false", "--cert-dir="+filepath.Join(s.dir, "kcm"),
			"--service-account-private-key-file="+key, "--controllers=*,-node-lifecycle-controller,-serviceaccount-token-controller")
	}
	return s
}

// try runs kubectl with something on its standard input and returns what it printed, complaints included.
func (s *server) try(stdin string, args ...string) (string, error) {
	cmd := exec.Command(s.kubectl, args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "KUBECONFIG="+s.kubeconfig, "HOME="+s.dir)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// rest asks the API server itself, as PaaSTA's client does, and returns its answer. The user agent names the field manager.
func (s *server) rest(t *testing.T, method, path, contentType string, body []byte) []byte {
	t.Helper()
	request, err := http.NewRequest(method, s.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	request.Header.Set("User-Agent", "paasta/e2e/v1.64.0")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		t.Fatalf("%s %s: %s %v\n%.500s", method, path, response.Status, err, answer)
	}
	return answer
}

// run is try for what must not fail.
func (s *server) run(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	out, err := s.try(stdin, args...)
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// start runs a program until the test ends; its last words are shown when the test fails. It returns the process's id.
func start(t *testing.T, dir string, env []string, name string, args ...string) int {
	t.Helper()
	log, err := os.Create(filepath.Join(dir, filepath.Base(name)+".log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	t.Cleanup(func() {
		if text, _ := os.ReadFile(log.Name()); t.Failed() {
			t.Logf("%s said last:\n%s", filepath.Base(name), text[max(0, len(text)-800):])
		}
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-done:
		case <-time.After(5 * time.Second):
			_ = cmd.Process.Kill()
			<-done
		}
	})
	return cmd.Process.Pid
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	within(t, patience, what, holds)
}

func within(t *testing.T, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("not within %s: %s", limit, what)
}

type loopback int

func (p loopback) text() string { return fmt.Sprint(int(p)) }

func (p loopback) url() string { return fmt.Sprintf("http://127.0.0.1:%d", int(p)) }

func freePort(t *testing.T) loopback {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return loopback(l.Addr().(*net.TCPAddr).Port)
}

func secret(t *testing.T) string {
	t.Helper()
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(b)
}

func writeKey(t *testing.T, name string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	write(t, name, string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})))
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
