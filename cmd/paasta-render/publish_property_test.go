package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sequences is how many random sequences of edits are tried: $PUBLISH_SEQUENCES, or a few.
func sequences() int {
	if n, err := strconv.Atoi(os.Getenv("PUBLISH_SEQUENCES")); err == nil {
		return n
	}
	return 2
}

// Whatever is edited, and whatever happens to the output in between: the tree of an incremental publish is that of a
// full one.
func TestIncrementalPublishEqualsAFullOne(t *testing.T) {
	withoutRace(t)
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	first, err := strconv.ParseInt(os.Getenv("PUBLISH_SEED"), 10, 64)
	if err != nil {
		first = 1
	}
	short := 0
	for n := range sequences() {
		seed := first + int64(n)
		ok := t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			e := newEdits(t, seed)
			for range 4 {
				short += e.step()
			}
		})
		if !ok {
			return
		}
	}
	if short == 0 {
		t.Error("no run took anything over")
	}
}

// edits is one sequence: a company in a git repository, and the repository that it is published to.
type edits struct {
	*testing.T
	*rand.Rand
	soa, out, hand string
	services       []string
	clusters       []string
	done           []string // what was done, for the message
}

func newEdits(t *testing.T, seed int64) *edits {
	dir := t.TempDir()
	e := &edits{T: t, Rand: rand.New(rand.NewSource(seed)), soa: filepath.Join(dir, "soa"), out: filepath.Join(dir, "out.git"),
		hand: filepath.Join(dir, "hand"), clusters: []string{"c1", "c2"}}
	e.git(dir, "init", "-q", "-b", "main", e.soa)
	e.git(dir, "init", "-q", "--bare", "-b", "main", e.out)
	e.git(dir, "clone", "-q", e.out, e.hand)
	e.system("r.example")
	for range 5 {
		e.addService()
	}
	e.commit()
	e.publish()
	return e
}

func (e *edits) git(dir string, args ...string) {
	e.Helper()
	c := exec.Command("git", append([]string{"-C", dir, "-c", "gc.auto=0", "-c", "user.name=Ada",
		"-c", "user.email=ada@example.org", "-c", "protocol.file.allow=always"}, args...)...)
	c.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null")
	if out, err := c.CombinedOutput(); err != nil {
		e.Fatalf("after %s: git %v: %v\n%s", strings.Join(e.done, ", "), args, err, out)
	}
}

func (e *edits) write(name, text string) {
	e.Helper()
	name = filepath.Join(e.soa, name)
	err := os.MkdirAll(filepath.Dir(name), 0o755)
	if err == nil {
		err = os.WriteFile(name, []byte(text), 0o644)
	}
	if err != nil {
		e.Fatal(err)
	}
}

func (e *edits) commit() {
	e.git(e.soa, "add", "-A")
	e.git(e.soa, "commit", "-q", "--allow-empty", "-m", "Edit", "-m", "Allow-Delete: all", "-m", "Allow-Drop: all",
		"-m", "Allow-Refused: all")
}

func (e *edits) system(registry string) {
	e.write("_system/config.json", fmt.Sprintf(`{"clusters": ["%s"], "docker_registry": %q, "volumes": [], `+
		`"hacheck_sidecar_volumes": [], "hacheck_sidecar_image_url": "hacheck:1"}`, strings.Join(e.clusters, `", "`), registry))
}

func (e *edits) service() string { return e.services[e.Intn(len(e.services))] }

func (e *edits) addService() {
	name := fmt.Sprintf("s%d", e.Intn(1000))
	if !slices.Contains(e.services, name) {
		e.services = append(e.services, name)
	}
	for _, cluster := range e.clusters {
		e.instances(name, cluster)
	}
	e.deploy(name)
	e.mesh(name)
}

// instances writes a service's instances of one cluster.
func (e *edits) instances(service, cluster string) {
	var b strings.Builder
	for n := range 1 + e.Intn(3) {
		fmt.Fprintf(&b, "i%d: {deploy_group: prod, mem: %d, instances: %d, env: {A: \"%d\"}", n, 64+e.Intn(4), 1+e.Intn(3), e.Intn(3))
		if e.Intn(3) == 0 && len(e.services) > 0 {
			fmt.Fprintf(&b, ", registrations: [%s.main]", e.service())
		}
		b.WriteString("}\n")
	}
	e.write(service+"/kubernetes-"+cluster+".yaml", b.String())
}

func (e *edits) mesh(service string) {
	e.write(service+"/smartstack.yaml", fmt.Sprintf("main: {proxy_port: %d, timeout_server_ms: %d}\n", 20000+e.Intn(900), 1000+e.Intn(3)))
}

func (e *edits) deploy(service string) {
	var controls []string
	for _, cluster := range []string{"c1", "c2"} {
		for n := range 3 {
			controls = append(controls, fmt.Sprintf(`"%s:%s.i%d": {"desired_state": "start", "force_bounce": null}`, service, cluster, n))
		}
	}
	e.write(service+"/deployments.json", fmt.Sprintf(`{"v1": {}, "v2": {"deployments": {"prod": {"docker_image": "services-%s:paasta-%d", `+
		`"git_sha": "%d", "image_version": null}}, "controls": {%s}}}`, service, e.Intn(9), e.Intn(9), strings.Join(controls, ", ")))
}

// step makes an edit or harms the output, publishes, and holds the result against a full render. It returns 1 when
// trees were taken over.
func (e *edits) step() int {
	kinds := []struct {
		name string
		do   func()
	}{
		{"instances", func() { e.instances(e.service(), "c1") }},
		{"memory", e.memory}, {"memory", e.memory}, {"memory", e.memory},
		{"deploy", func() { e.deploy(e.service()) }},
		{"deploy", func() { e.deploy(e.service()) }},
		{"mesh", func() { e.mesh(e.service()) }},
		{"add", e.addService},
		{"remove", e.remove},
		{"rename", e.rename},
		{"system", func() { e.system(fmt.Sprintf("r%d.example", e.Intn(3))) }},
		{"cluster", e.cluster},
		{"job", func() {
			e.write(e.service()+"/tron-c1.yaml", fmt.Sprintf("job: {node: paasta, schedule: 'daily 0%d:00:00', "+
				"actions: {one: {command: date, deploy_group: prod}}}\n", e.Intn(9)))
		}},
		{"monitoring", func() { e.write(e.service()+"/monitoring.yaml", fmt.Sprintf("team: t%d\n", e.Intn(3))) }},
		{"shared", func() { e.write("_shared/secrets/.keep", strconv.Itoa(e.Intn(9))) }},
		{"merge", e.merge},
		{"revert", func() { e.git(e.soa, "read-tree", "-u", "--reset", "HEAD~1") }},
		{"hand edit", func() { e.harm("c1/kubernetes/hand.yaml", "x: 1\n") }},
		{"hand loss", e.handLoss},
		{"lost record", func() { e.harm("hydrator.metadata", "{}\n") }},
		{"other compiler", e.otherCompiler},
		{"lost notes", func() { e.git(e.out, "update-ref", "-d", "refs/notes/hydrator.metadata") }},
	}
	for range 1 + e.Intn(2) {
		kind := kinds[e.Intn(len(kinds))]
		e.done = append(e.done, kind.name)
		kind.do()
		e.commit()
		e.reread()
	}
	said := e.publish()
	full := e.run("publish", "-d", e.soa, "--rev", "HEAD", "--repo", e.out, "--full", "--dry-run")
	if !strings.Contains(full, "nothing changed") {
		e.Fatalf("after %s: the tree is not what a full render gives: %s\nit was made by: %s", strings.Join(e.done, ", "), full, said)
	}
	if strings.Contains(said, "taken over") {
		return 1
	}
	return 0
}

func (e *edits) publish() string {
	return e.run("publish", "-d", e.soa, "--rev", "HEAD", "--repo", e.out)
}

// run runs the program and returns what it says; the configuration may be wrong, for then nothing is published.
func (e *edits) run(args ...string) string {
	e.Helper()
	var out, said bytes.Buffer
	status := run(context.Background(), args, streams{os.Stdin, &out, &said, func(string) string { return "" }, newHeap()})
	if status != exitOK {
		e.Fatalf("after %s: %v: status %d\n%s", strings.Join(e.done, ", "), args, status, said.String())
	}
	return said.String()
}

// reread finds the services again, after a merge or a revert.
func (e *edits) reread() {
	entries, err := os.ReadDir(e.soa)
	if err != nil {
		e.Fatal(err)
	}
	e.services = nil
	for _, entry := range entries {
		if entry.IsDir() && strings.HasPrefix(entry.Name(), "s") {
			e.services = append(e.services, entry.Name())
		}
	}
	data, _ := os.ReadFile(filepath.Join(e.soa, "_system/config.json"))
	e.clusters = []string{"c1"}
	if bytes.Contains(data, []byte("c2")) {
		e.clusters = []string{"c1", "c2"}
	}
}

func (e *edits) memory() {
	name := filepath.Join(e.soa, e.service(), "kubernetes-c1.yaml")
	data, err := os.ReadFile(name)
	if err != nil {
		return
	}
	changed := bytes.Replace(data, []byte("mem: "), []byte("mem: 1"), 1+e.Intn(2))
	if err := os.WriteFile(name, changed, 0o644); err != nil {
		e.Fatal(err)
	}
}

func (e *edits) remove() {
	if len(e.services) > 2 {
		if err := os.RemoveAll(filepath.Join(e.soa, e.service())); err != nil {
			e.Fatal(err)
		}
	}
}

func (e *edits) rename() {
	to := fmt.Sprintf("s%d", 1000+e.Intn(1000))
	if os.Rename(filepath.Join(e.soa, e.service()), filepath.Join(e.soa, to)) == nil {
		e.deploy(to)
	}
}

// cluster adds the second cluster or takes it away, with all its files.
func (e *edits) cluster() {
	if len(e.clusters) == 1 {
		e.clusters = []string{"c1", "c2"}
	} else {
		e.clusters = []string{"c1"}
		files, _ := filepath.Glob(filepath.Join(e.soa, "*", "*-c2.yaml"))
		for _, file := range files {
			os.Remove(file)
		}
	}
	e.system("r.example")
}

// merge merges a branch that changed one service, made at the commit before.
func (e *edits) merge() {
	e.git(e.soa, "checkout", "-q", "-B", "side", "HEAD~0")
	e.deploy(e.service())
	e.commit()
	e.git(e.soa, "checkout", "-q", "main")
	e.git(e.soa, "merge", "-q", "--no-ff", "-m", "Merge", "-m", "Allow-Delete: all", "side")
}

// harm commits a file to the output by hand.
func (e *edits) harm(file, text string) {
	e.git(e.hand, "pull", "-q", "--ff-only", "origin", "main")
	name := filepath.Join(e.hand, file)
	err := os.MkdirAll(filepath.Dir(name), 0o755)
	if err == nil {
		err = os.WriteFile(name, []byte(text), 0o644)
	}
	if err != nil {
		e.Fatal(err)
	}
	e.pushHand()
}

func (e *edits) pushHand() {
	e.git(e.hand, "add", "-A")
	e.git(e.hand, "commit", "-q", "--allow-empty", "-m", "By hand")
	e.git(e.hand, "push", "-q", "origin", "HEAD:main")
}

func (e *edits) handLoss() {
	e.git(e.hand, "pull", "-q", "--ff-only", "origin", "main")
	files, _ := filepath.Glob(filepath.Join(e.hand, "c1", "kubernetes", "s*", "*.yaml"))
	if len(files) > 0 {
		os.Remove(files[e.Intn(len(files))])
	}
	e.pushHand()
}

func (e *edits) otherCompiler() {
	e.git(e.hand, "pull", "-q", "--ff-only", "origin", "main")
	data, err := os.ReadFile(filepath.Join(e.hand, "hydrator.metadata"))
	if err != nil {
		e.Fatal(err)
	}
	e.harm("hydrator.metadata", strings.Replace(string(data), `"compiler": "`, `"compiler": "other `, 1))
}
