//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	ossignal "os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/paasta-render/paasta-render/examples"
)

// manyServices are so many that a run can be met in the middle.
const manyServices = 400

// killed is a run that is met while it writes, over a tree that an earlier run made.
type killed struct {
	binary, soa, out string
	before           []byte
}

const witness = "west-prod/kubernetes/search/data.yaml"

func newKilled(t *testing.T) *killed {
	t.Helper()
	dir := t.TempDir()
	k := &killed{binary: filepath.Join(dir, "paasta-render"), soa: filepath.Join(dir, "soa"), out: filepath.Join(dir, "out")}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, k.binary); err != nil { // TestMain is the program when it has the program's name
		t.Fatal(err)
	}
	company, err := fs.Sub(examples.Company, "company")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(k.soa, company); err != nil {
		t.Fatal(err)
	}
	if text, err := k.run().CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	k.before = k.read(t)
	search, err := fs.Sub(company, "search")
	if err != nil {
		t.Fatal(err)
	}
	for n := range manyServices {
		if err := os.CopyFS(filepath.Join(k.soa, fmt.Sprintf("search%d", n)), search); err != nil {
			t.Fatal(err)
		}
	}
	k.replace(t, "search/kubernetes-west-prod.yaml", "mem: 8192", "mem: 8193")
	return k
}

func (k *killed) run() *exec.Cmd {
	return exec.Command(k.binary, "render", "-d", k.soa, "-o", k.out, "-j", "1", "--keep-going")
}

func (k *killed) read(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(k.out, filepath.FromSlash(witness)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func (k *killed) replace(t *testing.T, file, old, new string) {
	t.Helper()
	name := filepath.Join(k.soa, filepath.FromSlash(file))
	data, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, bytes.Replace(data, []byte(old), []byte(new), 1), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// meet starts a run, waits until it has staged something, sends the signal, and returns how the run ended and what it
// said.
func (k *killed) meet(t *testing.T, signal syscall.Signal) (*os.ProcessState, string) {
	t.Helper()
	var stderr bytes.Buffer
	cmd := k.run()
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for len(k.staged(t, "new")) == 0 {
		time.Sleep(time.Millisecond)
	}
	_ = cmd.Process.Signal(signal)
	if err := cmd.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return cmd.ProcessState, stderr.String()
}

// staged lists what is in OUT's staging folders.
func (k *killed) staged(t *testing.T, parts ...string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(append([]string{k.out, ".paasta-render-*"}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAnInterruptLeavesTheOldTree(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) { interrupt(t, signal) })
	}
}

func interrupt(t *testing.T, signal syscall.Signal) {
	if ossignal.Ignored(signal) {
		t.Skipf("SKIPPED: this process ignores %v, as under nohup, and so do those that it starts", signal)
	}
	k := newKilled(t)
	state, said := k.meet(t, signal)
	if state.ExitCode() != exitUsage || said != "paasta-render: interrupted; nothing was written\n" {
		t.Errorf("the run ended with %v and said %q", state, said)
	}
	if !bytes.Equal(k.read(t), k.before) {
		t.Errorf("%s is not the old one", witness)
	}
	if left := k.staged(t); len(left) > 0 {
		t.Errorf("the run left %v", left)
	}
}

func TestTheNextRunRemovesWhatAKilledOneLeft(t *testing.T) {
	k := newKilled(t)
	k.meet(t, syscall.SIGKILL)
	if !bytes.Equal(k.read(t), k.before) {
		t.Errorf("%s is not the old one", witness)
	}
	if len(k.staged(t)) == 0 {
		t.Fatal("the run was not killed in the middle")
	}
	if text, err := k.run().CombinedOutput(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatalf("%v\n%s", err, text)
	}
	if left := k.staged(t); len(left) > 0 {
		t.Errorf("the next run left %v", left)
	}
	if bytes.Equal(k.read(t), k.before) {
		t.Errorf("%s is the old one after a whole run", witness)
	}
}

func TestASecondRunAtTheSameTimeIsRefused(t *testing.T) {
	k := newKilled(t)
	dir, err := os.Open(k.out)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	if err := unix.Flock(int(dir.Fd()), unix.LOCK_EX); err != nil {
		t.Skip("the file system knows no locks")
	}
	text, err := k.run().CombinedOutput()
	if err == nil || !bytes.Contains(text, []byte("another run is writing to")) {
		t.Errorf("the run ended with %v and said %q", err, text)
	}
	if !bytes.Equal(k.read(t), k.before) {
		t.Errorf("%s is not the old one", witness)
	}
}
