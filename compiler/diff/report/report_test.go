package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// sample is a report with every kind of effect, and with values that try to break out of a format.
func sample() *Report {
	hostile := "</script><script>document.title='broken'</script>|`@all` \x1b[31m\x07"
	quoted, _ := json.Marshal(hostile)
	before := files(webFile, deployment+autoscaler, "prod/kubernetes/db/main.yaml", statefulSet,
		"prod/tron/web.yaml", "jobs:\n  a:\n    schedule: daily\n", "prod/prometheus/rules/web.yaml", "groups:\n- name: x\n  rules:\n  - alert: A\n    expr: a\n",
		"prod/smartstack/services.yaml", "web.main:\n  port: 1\n")
	after := files(webFile, strings.NewReplacer("web:1", "web:2", "maxReplicas: 10", "maxReplicas: 20", "value: info", "value: "+string(quoted), "hunter2", "hunter3").Replace(deployment+autoscaler),
		"prod/tron/web.yaml", "jobs:\n  a:\n    schedule: hourly\n", "prod/prometheus/rules/web.yaml", "groups:\n- name: x\n  rules:\n  - alert: A\n    expr: b\n",
		"prod/smartstack/services.yaml", "web.main:\n  port: 2\n", "stage/kubernetes/web/main.yaml", deployment)
	r := trees(before, after)
	r.Base, r.Head = "HEAD", "work tree"
	r.Explain(func(c *diff.Change) []diff.Cause {
		return []diff.Cause{{Key: "k", Layer: "instance", File: c.Service + "/kubernetes-prod.yaml", Line: 2, Column: 3, Op: diff.Changed}}
	})
	return r
}

// many is a report with n rows.
func many(n int) *Report {
	var before, after []tree.File
	for i := range n {
		path := fmt.Sprintf("prod/kubernetes/svc%d/main.yaml", i)
		source := strings.ReplaceAll(deployment, "web", fmt.Sprintf("svc%d", i))
		before = append(before, tree.File{Path: path, Data: []byte(source)})
		source = strings.Replace(source, "        name: main\n", fmt.Sprintf("        name: main\n        field%d: %s\n", i, strings.Repeat("é|", 500)), 1)
		after = append(after, tree.File{Path: path, Data: []byte(source)})
	}
	return trees(before, after)
}

func TestSecretsAreInNoFormat(t *testing.T) {
	r := sample()
	for name, write := range map[string]func(*bytes.Buffer) error{
		"text":     func(b *bytes.Buffer) error { return r.Text(b, TextOptions{Full: true}) },
		"json":     func(b *bytes.Buffer) error { return r.JSON(b, true) },
		"markdown": func(b *bytes.Buffer) error { return r.Markdown(b) },
		"html":     func(b *bytes.Buffer) error { return r.HTML(b) },
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(b.String(), "hunter") {
				t.Error("a password is shown")
			}
			if !strings.Contains(b.String(), "web-main") {
				t.Error("the changed workload is not named")
			}
		})
	}
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := sample().Text(&b, TextOptions{Width: 100}); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if n := utf8.RuneCountInString(line); n > 100 {
			t.Errorf("a line has %d columns, want at most 100: %s", n, line)
		}
		if strings.ContainsAny(line, "\x1b\x07") {
			t.Errorf("control characters in %q", line)
		}
	}
	for _, want := range []string{
		"7 objects in 2 clusters: 1 added, 5 changed, 1 removed",
		"restart     1 workload, 2–10 pods in prod",
		"delete      1 object, 2 pods in prod",
		"its claims stay",
		"from web/kubernetes-prod.yaml:2: k",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, b.String())
		}
	}
	var coloured bytes.Buffer
	if err := sample().Text(&coloured, TextOptions{Colour: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(coloured.String(), red) {
		t.Error("nothing is coloured")
	}
}

func TestMarkdownFitsAComment(t *testing.T) {
	for _, n := range []int{0, 1, 500} {
		var b bytes.Buffer
		r := many(n)
		if err := r.Markdown(&b); err != nil {
			t.Fatal(err)
		}
		if b.Len() > MaxMarkdown {
			t.Errorf("%d rows take %d bytes, want at most %d", n, b.Len(), MaxMarkdown)
		}
		if n == 500 && !strings.Contains(b.String(), "did not fit here") {
			t.Error("nothing says what was left out")
		}
	}
	var b bytes.Buffer
	if err := sample().Markdown(&b); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); strings.Contains(s, "<script>") || strings.Contains(s, "@all") || strings.Contains(s, "`@") {
		t.Errorf("a value is taken for markup:\n%s", s)
	}
}

func TestJSONMatchesItsSchema(t *testing.T) {
	schema, err := os.ReadFile("../../../schema/diff.json")
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := jsonschema.CompileString("diff.json", string(schema))
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]*Report{"everything": sample(), "nothing": trees(nil, nil), "rename": renameSample()} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := r.JSON(&b, true); err != nil {
				t.Fatal(err)
			}
			var value any
			if err := json.Unmarshal(b.Bytes(), &value); err != nil {
				t.Fatal(err)
			}
			if err := compiled.Validate(value); err != nil {
				t.Errorf("%#v", err)
			}
		})
	}
}

func renameSample() *Report {
	renamed := strings.NewReplacer("web-main", "web-other", "instance: main", "instance: other", "name: main", "name: other").Replace(deployment)
	return trees(files(webFile, deployment), files("prod/kubernetes/web/other.yaml", renamed))
}

// The page is opened from disk in a real browser: it must fill itself in, filter, and take no value for markup.
func TestHTMLInABrowser(t *testing.T) {
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			browser = found
			break
		}
	}
	if browser == "" {
		t.Skip("NO BROWSER: the HTML report was not looked at; install chromium to run this test")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "diff.html")
	var b bytes.Buffer
	if err := sample().HTML(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "://") {
		t.Error("the page names an address; it must load nothing")
	}
	tests := []struct {
		rule, fragment string
		want           []string
	}{
		{"all objects", "", []string{"found 7", "7 of 7 objects", "7 objects in 2 clusters", "title Danger: ", "2–10 pods"}},
		{"one service", "service=db", []string{"found 1", "db-main"}},
		{"one cluster", "cluster=stage", []string{"found 1"}},
		{"one effect", "effect=schedule", []string{"found 1", "web.a"}},
		{"one team", "team=core", []string{"found 3"}},
		{"a class", "class=0", []string{"found 1"}},
		{"one object", "object=prod%2FStatefulSet%2Fpaastasvc-db%2Fdb-main", []string{"found 1", "db-main"}},
		{"a search for a source line", "search=db%2Fkubernetes-prod.yaml", []string{"found 1"}},
		{"a search for a value", "search=hourly", []string{"found 1"}},
	}
	// One browser shows all views, one after another.
	script := "<script>const views = [], next = i => { location.hash = fragments[i]; setTimeout(() => { " +
		"views.push('found ' + document.body.dataset.found + ' title ' + document.title + ' ' + document.body.innerText); " +
		"i + 1 < fragments.length ? next(i + 1) : document.body.append(...views.map(v => { const e = document.createElement('pre'); " +
		"e.className = 'view'; e.textContent = v; return e; })); }, 50); }; const fragments = ["
	for _, test := range tests {
		script += strconv.Quote(test.fragment) + ","
	}
	page := strings.Replace(b.String(), "</body>", script+"]; next(0);</script></body>", 1)
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	views := strings.Split(dump(t, browser, dir, "file://"+file), `<pre class="view">`)[1:]
	if len(views) != len(tests) {
		t.Fatalf("%d views, want %d", len(views), len(tests))
	}
	for i, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			for _, want := range test.want {
				if !strings.Contains(views[i], want) {
					t.Errorf("the page lacks %q: %s", want, views[i])
				}
			}
		})
	}
}

// dump returns the page as the browser has it once its script has run.
func dump(t *testing.T, browser, home, address string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--user-data-dir="+filepath.Join(home, "profile"), "--virtual-time-budget=5000", "--dump-dom", address)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", browser, err)
	}
	return string(out)
}

func TestErrorsAreInEveryFormat(t *testing.T) {
	r := trees(nil, nil)
	r.Findings = []finding.Finding{{Code: finding.YAMLSyntax, At: finding.Position{File: "web/<a>.yaml", Line: 2, Column: 3}, Message: "not valid YAML"}}
	for _, unread := range []bool{false, true} {
		r.Unread = unread
		for name, write := range map[string]func(*bytes.Buffer) error{
			"text":     func(b *bytes.Buffer) error { return r.Text(b, TextOptions{}) },
			"json":     func(b *bytes.Buffer) error { return r.JSON(b, false) },
			"markdown": func(b *bytes.Buffer) error { return r.Markdown(b) },
			"html":     func(b *bytes.Buffer) error { return r.HTML(b) },
		} {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(b.String(), "1 error in the configuration") && !strings.Contains(b.String(), `"not valid YAML"`) {
				t.Errorf("%s, unread %t: the error is not said", name, unread)
			}
			if unread && strings.Contains(b.String(), "nothing changes") {
				t.Errorf("%s says that nothing changes though nothing was compared", name)
			}
		}
	}
}
