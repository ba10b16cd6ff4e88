//go:build e2e

// The programs: a Collector that its builder makes of examples/logs/builder.yaml, the jars of Kafka 4.1, kcat, and a
// Python with PaaSTA. What is missing is said.
package logs_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets/logs"
)

const kafka = "127.0.0.1:20810"

// program returns what an environment variable names; the test is skipped without it.
func program(t *testing.T, variable, what string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Skipf("NOT RUN: %s names no %s", variable, what)
	}
	return path
}

func collectorBinary(t *testing.T) string {
	return program(t, "PAASTA_RENDER_E2E_OTELCOL", "OpenTelemetry Collector 0.158 with the components of examples/logs/builder.yaml")
}

// company is a small one whose services make every choice.
var company = fstest.MapFS{
	"web/service.yaml":         {Data: []byte("description: x\n")},
	"web/kubernetes-test.yaml": {Data: []byte("main: {}\na_b: {}\nUpper: {}\n")},
	"odd/service.yaml":         {Data: []byte("logs: {level: warning, topic: odd_lines, first_line: '^\\d+ '}\n")},
	"odd/kubernetes-test.yaml": {Data: []byte("main: {}\n")},
	"off/service.yaml":         {Data: []byte("logs: {enabled: false}\n")},
	"off/kubernetes-test.yaml": {Data: []byte("main: {}\n")},
	"few/service.yaml":         {Data: []byte("logs: {sample: 0}\n")},
	"few/kubernetes-test.yaml": {Data: []byte("main: {}\n")},
}

// render returns the Collector's configuration of a company, in one cluster called test.
func render(t *testing.T, soa fstest.MapFS) []byte {
	t.Helper()
	in := config.Input{SOA: soa, System: fstest.MapFS{"paasta.json": {Data: []byte(`{"clusters": ["test"], "targets": ["logs"],
		"logs": {"brokers": {"default": {"addresses": ["` + kafka + `"]}}}}`)}}}
	var memory tree.Memory
	o := compiler.Options{Targets: []target.Target{logs.Target}, Jobs: 1}
	if _, err := compiler.Compile(in, o, &memory, func(finding.Finding) {}); err != nil {
		t.Fatal(err)
	}
	for _, f := range memory.Files() {
		if f.Path == "test/logs/collector.yaml" {
			return f.Data
		}
	}
	t.Fatal("no collector.yaml")
	return nil
}

// node is a folder that takes the place of a node's, and the Collector on it.
type node struct {
	t       *testing.T
	dir     string
	config  string
	running *exec.Cmd
}

// newNode writes the configuration, with the node's folders in the place of the real ones.
func newNode(t *testing.T, config []byte) *node {
	t.Helper()
	n := &node{t: t, dir: t.TempDir()}
	n.config = filepath.Join(n.dir, "collector.yaml")
	text := strings.NewReplacer("/var/log/pods/", n.dir+"/pods/", "/var/lib/paasta-logs", n.dir+"/state", "0.0.0.0:13133",
		"127.0.0.1:20813").Replace(string(config))
	text += "  telemetry: {metrics: {level: none}}\n"
	if err := os.WriteFile(n.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return n
}

func (n *node) start() {
	n.t.Helper()
	n.running = exec.Command(collectorBinary(n.t), "--config", n.config)
	log, err := os.OpenFile(filepath.Join(n.dir, "collector.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		n.t.Fatal(err)
	}
	n.running.Stdout, n.running.Stderr = log, log
	if err := n.running.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { n.stop(syscall.SIGKILL) })
}

// stop sends a signal and waits for the end.
func (n *node) stop(signal syscall.Signal) {
	if n.running == nil {
		return
	}
	_ = n.running.Process.Signal(signal)
	_ = n.running.Wait()
	n.running = nil
}

// log returns the file of a container; its folder is made.
func (n *node) log(pod, container string) string {
	n.t.Helper()
	dir := filepath.Join(n.dir, "pods", pod+"_0b5e2f1c-0000-4000-8000-000000000000", container)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		n.t.Fatal(err)
	}
	return filepath.Join(dir, "0.log")
}

// print appends lines in the format of CRI: "stdout F text".
func (n *node) print(pod, container string, lines ...string) {
	n.t.Helper()
	f, err := os.OpenFile(n.log(pod, container), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		n.t.Fatal(err)
	}
	defer f.Close()
	for i, line := range lines {
		fmt.Fprintf(f, "2026-01-02T03:04:05.%09dZ %s\n", i+1, line)
	}
}

// startKafka runs a broker in one JVM, for the whole test.
func startKafka(t *testing.T) {
	t.Helper()
	lib := program(t, "PAASTA_RENDER_E2E_KAFKA", "folder with the jars of Kafka 4.1")
	if c, err := net.Dial("tcp", kafka); err == nil {
		c.Close()
		t.Fatal("something answers on Kafka's port already: " + kafka)
	}
	dir := t.TempDir()
	properties := filepath.Join(dir, "server.properties")
	settings := "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@127.0.0.1:20811\n" +
		"listeners=PLAINTEXT://" + kafka + ",CONTROLLER://127.0.0.1:20811\nadvertised.listeners=PLAINTEXT://" + kafka + "\n" +
		"controller.listener.names=CONTROLLER\nlog.dirs=" + dir + "/data\noffsets.topic.replication.factor=1\nnum.partitions=3\n"
	if err := os.WriteFile(properties, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	format := exec.Command("java", "-cp", lib+"/*", "kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c", properties)
	if out, err := format.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	broker := exec.Command("java", "-Xmx512m", "-cp", lib+"/*", "kafka.Kafka", properties)
	if err := broker.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = broker.Process.Kill(); _ = broker.Wait() })
	for range 60 {
		time.Sleep(time.Second)
		if exec.Command("kcat", "-b", kafka, "-L", "-m", "2").Run() == nil {
			return
		}
	}
	t.Fatal("Kafka does not answer")
}

// line is what a reader of `paasta logs` gets.
type line struct {
	Cluster   string `json:"cluster"`
	Service   string `json:"service"`
	Instance  string `json:"instance"`
	Component string `json:"component"`
	Pod       string `json:"pod_name"`
	Timestamp string `json:"timestamp"`
	Message   string `json:"message"`
}

// consume returns what a topic holds.
func consume(t *testing.T, topic string, each func([]byte)) {
	t.Helper()
	if known, _ := exec.Command("kcat", "-b", kafka, "-L").Output(); !bytes.Contains(known, []byte(`topic "`+topic+`"`)) {
		return
	}
	cmd := exec.Command("kcat", "-b", kafka, "-t", topic, "-C", "-e", "-q", "-o", "beginning", "-X", "allow.auto.create.topics=false")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skip("NOT RUN: there is no kcat")
	}
	r := bufio.NewReader(out)
	for {
		text, err := r.ReadBytes('\n')
		if len(text) > 1 {
			each(bytes.TrimSuffix(text, []byte("\n")))
		}
		if err == io.EOF {
			break
		}
	}
	_ = cmd.Wait()
}

func lines(t *testing.T, topic string) (all []line) {
	t.Helper()
	consume(t, topic, func(text []byte) {
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			t.Errorf("%s: %q is no JSON: %v", topic, text, err)
		}
		all = append(all, l)
	})
	return all
}

// eventually waits for a topic to have so many lines.
func eventually(t *testing.T, topic string, want int) []line {
	t.Helper()
	var all []line
	for range 60 {
		if all = lines(t, topic); len(all) >= want {
			time.Sleep(2 * time.Second) // for what comes twice
			return lines(t, topic)
		}
		time.Sleep(500 * time.Millisecond)
	}
	return all
}

// TestLines follows lines from a container's file to Kafka and to PaaSTA's own readers.
func TestLines(t *testing.T) {
	collectorBinary(t)
	startKafka(t)
	n := newNode(t, render(t, company))
	long := strings.Repeat("0123456789", 3000)
	n.print("paastasvc-web_web-main-7c9f8d-x2x4z", "main",
		`stdout F {"event": "start", "n": 1}`,
		"stdout P "+long[:16000], "stderr P half of ", "stdout F "+long[16000:], "stderr F another line",
		"stderr F Traceback (most recent call last):", `stderr F   File "a.py", line 1, in <module>`, "stderr F ValueError: no",
		"stdout F ERROR it went wrong", "stdout F java.lang.IllegalStateException: no", "stdout F \tat a.B.c(B.java:1)",
		"stdout F Caused by: java.io.IOException: disk", "stdout F \t... 3 more", "stdout F done \"quoted\" \\ $HOME ${env:PATH}")
	n.print("paastasvc-web_web-main-7c9f8d-x2x4z", "hacheck", "stdout F a sidecar's line")
	n.print("paastasvc-web_web-a--b-0", "a--b", "stdout F of a set")
	n.print("paastasvc-web_web-upper-5d-abcde", "upper", "stdout F capitals")
	n.print("paastasvc-web_debug-main-1", "main", "stdout F of somebody's own pod")
	n.print("paastasvc-odd_odd-main-1-abcde", "main", "stdout F 1 INFO no", "stdout F more of it", "stdout F 2 ERROR yes",
		"stdout F goes on", `stdout F 3 of unknown level`)
	n.print("paastasvc-off_off-main-1-abcde", "main", "stdout F off")
	n.print("paastasvc-few_few-main-1-abcde", "main", "stdout F never")
	n.start()
	const pod, at = "web-main-7c9f8d-x2x4z", "2026-01-02T03:04:05.%09dZ"
	of := func(component, message string, second int) line {
		return line{"test", "web", "main", component, pod, fmt.Sprintf(at, second), message}
	}
	want := []line{
		of("stderr", "half of another line\nTraceback (most recent call last):\n  File \"a.py\", line 1, in <module>\nValueError: no", 3),
		of("stdout", `{"event": "start", "n": 1}`, 1),
		of("stdout", long, 2),
		of("stdout", "ERROR it went wrong\njava.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\n"+
			"Caused by: java.io.IOException: disk\n\t... 3 more", 9),
		of("stdout", `done "quoted" \ $HOME ${env:PATH}`, 14),
		{"test", "web", "Upper", "stdout", "web-upper-5d-abcde", fmt.Sprintf(at, 1), "capitals"},
		{"test", "web", "a_b", "stdout", "web-a--b-0", fmt.Sprintf(at, 1), "of a set"},
	}
	got := eventually(t, "stream_paasta_app_output_web", len(want))
	order := func(a, b line) int {
		return strings.Compare(a.Instance+a.Component+a.Timestamp, b.Instance+b.Component+b.Timestamp)
	}
	slices.SortFunc(got, order)
	slices.SortFunc(want, order)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the topic of web (-want +got):\n%s", d)
	}
	odd := eventually(t, "odd_lines", 2)
	if len(odd) != 2 || odd[0].Message != "2 ERROR yes\ngoes on" || odd[1].Message != "3 of unknown level" {
		t.Errorf("the topic of odd has %+v", odd)
	}
	for _, topic := range []string{"stream_paasta_app_output_off", "stream_paasta_app_output_few"} {
		if some := lines(t, topic); len(some) > 0 {
			t.Errorf("%s has %+v", topic, some)
		}
	}
	paastaReads(t, got)
	n.stop(syscall.SIGTERM)
	if log, _ := os.ReadFile(filepath.Join(n.dir, "collector.log")); bytes.Contains(log, []byte("\terror\t")) {
		t.Errorf("the Collector complains:\n%s", log)
	}
}

// TestCorpora has the Collector itself judge what real companies give.
func TestCorpora(t *testing.T) {
	binary := collectorBinary(t)
	for _, name := range []string{"golden/parity/harbor", "golden/parity/pnw", "examples/company"} {
		dir := filepath.Join("..", "..", filepath.FromSlash(name))
		soa, system := filepath.Join(dir, "soa"), filepath.Join(dir, "system")
		if _, err := os.Stat(soa); err != nil {
			soa, system = dir, filepath.Join(dir, "_system")
		}
		if _, err := os.Stat(filepath.Join(system, "paasta")); err == nil {
			system = filepath.Join(system, "paasta")
		}
		asked := overlay{os.DirFS(system), fstest.MapFS{"zz-logs.json": {Data: []byte(`{"targets": ["logs"],
			"logs": {"brokers": {"default": {"addresses": ["k:1"], "tls": true, "sasl": {"mechanism": "PLAIN", "secret": "s"}}}}}`)}}}
		var memory tree.Memory
		o := compiler.Options{Targets: []target.Target{logs.Target}, Jobs: 1}
		if _, err := compiler.Compile(config.Input{SOA: os.DirFS(soa), System: asked}, o, &memory, func(finding.Finding) {}); err != nil {
			t.Fatal(err)
		}
		judged := 0
		for _, f := range memory.Files() {
			if !strings.HasSuffix(f.Path, "/logs/collector.yaml") {
				continue
			}
			judged++
			file := filepath.Join(t.TempDir(), "collector.yaml")
			if err := os.WriteFile(file, f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(binary, "validate", "--config", file)
			cmd.Env = append(os.Environ(), "KAFKA_DEFAULT_USERNAME=u", "KAFKA_DEFAULT_PASSWORD=p")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s %s: %v\n%s", name, f.Path, err, out)
			}
		}
		if judged == 0 {
			t.Errorf("%s gives no configuration", name)
		}
	}
}

// overlay is a folder with one more file.
type overlay struct {
	fs.FS
	more fstest.MapFS
}

func (o overlay) Open(name string) (fs.File, error) {
	if _, ok := o.more[name]; ok {
		return o.more.Open(name)
	}
	return o.FS.Open(name)
}

func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(o.FS, name)
	if more, _ := o.more.ReadDir(name); err == nil && name == "." {
		all = append(all, more...)
	}
	return all, err
}

// readers asks PaaSTA's own functions: each line passes for its cluster, instance and component, and for no others.
const readers = `
import json, sys
from paasta_tools.cli.cmds.logs import paasta_app_output_passes_filter as passes, prettify_log_line
for text in sys.stdin:
    line = json.loads(text)
    def ask(cluster=line["cluster"], instance=line["instance"], component=line["component"], pod=line["pod_name"]):
        return passes(text, ["event"], "web", [component], [cluster], [instance], pods=[pod])
    assert ask(), text
    assert not ask(cluster="other"), text
    assert not ask(instance="other"), text
    assert not ask(component="stdin"), text
    assert not ask(pod="other"), text
    pretty = prettify_log_line(text, ["event"], False)
    assert pretty.endswith(line["message"]) and "JSON" not in pretty.split(" - ")[0], pretty
print("ok")
`

func paastaReads(t *testing.T, all []line) {
	t.Helper()
	python := os.Getenv("PAASTA_RENDER_E2E_PAASTA_PYTHON")
	if python == "" {
		t.Log("NOT RUN: PAASTA_RENDER_E2E_PAASTA_PYTHON names no Python with paasta_tools")
		return
	}
	var in bytes.Buffer
	for _, l := range all {
		_ = json.NewEncoder(&in).Encode(l)
	}
	cmd := exec.Command(python, "-c", readers)
	cmd.Stdin = &in
	if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("ok")) {
		t.Errorf("PaaSTA's readers: %v\n%s", err, out)
	}
}

// TestLoad prints lines at a rate for a while, with a new configuration and two restarts in between: none is lost, and
// none comes twice. PAASTA_RENDER_E2E_LOG_RATE (lines a second, 2,000) and PAASTA_RENDER_E2E_LOG_SECONDS (15) make it
// the whole.
func TestLoad(t *testing.T) {
	collectorBinary(t)
	startKafka(t)
	rate, seconds := number("PAASTA_RENDER_E2E_LOG_RATE", 2000), number("PAASTA_RENDER_E2E_LOG_SECONDS", 15)
	n := newNode(t, render(t, company))
	n.start()
	const files = 20
	var logs [files]*os.File
	for i := range logs {
		f, err := os.Create(n.log(fmt.Sprintf("paastasvc-web_web-main-7c9f8d-%05d", i), "main"))
		if err != nil {
			t.Fatal(err)
		}
		logs[i] = f
	}
	began := time.Now()
	printed := 0
	for tick := range seconds * 10 {
		var b [files]bytes.Buffer
		for range rate / 10 {
			now := time.Now().UTC().Format("2006-01-02T15:04:05.000000000Z")
			fmt.Fprintf(&b[printed%files], "%s stdout F line %d %s\n", now, printed, strings.Repeat("x", 150))
			printed++
		}
		for i := range logs {
			_, _ = logs[i].Write(b[i].Bytes())
		}
		switch tick {
		case seconds * 10 / 4, seconds * 10 / 2:
			n.stop(syscall.SIGTERM)
			n.start()
		case seconds * 10 * 3 / 4:
			_ = n.running.Process.Signal(syscall.SIGHUP) // as for a new configuration
		}
		time.Sleep(time.Until(began.Add(time.Duration(tick+1) * 100 * time.Millisecond)))
	}
	wrote := time.Since(began)
	seen := map[string]int{}
	for range 120 {
		clear(seen)
		for _, l := range lines(t, "stream_paasta_app_output_web") {
			seen[strings.SplitN(l.Message, " ", 3)[1]]++
		}
		if len(seen) >= printed {
			break
		}
		time.Sleep(time.Second)
	}
	twice := 0
	for _, times := range seen {
		twice += times - 1
	}
	t.Logf("%d lines printed in %s (%.0f a second), all in Kafka %s later: %d lost, %d came twice; the Collector took %s of CPU since its last start",
		printed, wrote.Round(time.Second), float64(printed)/wrote.Seconds(), (time.Since(began) - wrote).Round(time.Second),
		printed-len(seen), twice, cpu(n))
	if len(seen) != printed || twice > 0 {
		log, _ := os.ReadFile(filepath.Join(n.dir, "collector.log"))
		t.Errorf("%d lost, %d twice\n%s", printed-len(seen), twice, log[max(0, len(log)-6000):])
	}
}

// cpu stops the Collector and returns the time that it has used.
func cpu(n *node) time.Duration {
	running := n.running
	n.stop(syscall.SIGTERM)
	return (running.ProcessState.UserTime() + running.ProcessState.SystemTime()).Round(100 * time.Millisecond)
}

func number(variable string, byDefault int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return byDefault
}
