//go:build e2e

package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
)

// browser is a Chromium, which CHROMIUM names or the PATH holds.
func browser(t *testing.T) string {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); name != "" && err == nil {
			return found
		}
	}
	t.Skip("SKIPPED: there is no Chromium: install it, or name it in CHROMIUM")
	return ""
}

// axe is the text of axe-core's axe.min.js, which AXE names.
func axe(t *testing.T) string {
	data, err := os.ReadFile(os.Getenv("AXE"))
	if err != nil {
		t.Skip("SKIPPED: AXE names no axe.min.js: npm install axe-core@4.10.3, then AXE=node_modules/axe-core/axe.min.js")
	}
	return string(data)
}

// manyChanges are restarts of n workloads, and one of each danger.
func manyChanges(n int) []diff.Change {
	var all []diff.Change
	for i := range n {
		service, cluster := fmt.Sprintf("service-%04d", i%1000), fmt.Sprintf("cluster-%02d", i%20)
		w := diff.Workload{Kind: "Deployment", Namespace: "paastasvc-" + service, Name: fmt.Sprintf("%s-main-%d", service, i), Min: 2, Max: 4,
			Team: fmt.Sprintf("team-%02d", i%40), Pool: "default"}
		c := diff.Change{Object: diff.Object{Cluster: cluster, Kind: w.Kind, Group: "apps", Namespace: w.Namespace, Name: w.Name,
			Service: service, Instance: fmt.Sprintf("main-%d", i), Team: w.Team, Pool: w.Pool,
			File: cluster + "/kubernetes/" + service + "/main.yaml"},
			Op: diff.Changed, Effect: diff.Restart, Old: &w, New: &w, Edits: []diff.Edit{{Path: "spec.template.spec.containers[main].image",
				Op: diff.Changed, Effect: diff.Restart, Before: `"a:1"`, After: `"a:2"`}},
			Causes: []diff.Cause{{Key: "docker_image", File: service + "/deployments.json", Line: 1, Op: diff.Changed}}}
		switch i {
		case 0:
			c.Op, c.Effect, c.Fate, c.New = diff.Removed, diff.Delete, "pruned with its pods", nil
			c.Edits = []diff.Edit{{Op: diff.Removed, Effect: diff.Delete}}
		case 1:
			c.Effect = diff.Refuse
			c.Edits[0].Path, c.Edits[0].Effect = "spec.selector", diff.Refuse
		}
		all = append(all, c)
	}
	return all
}

func pageOf(t *testing.T, changes []diff.Change) string {
	r := report.New(changes)
	r.Base, r.Head, r.BaseCommit, r.Subject = "aaaaaaaaaa", "bbbbbbbbbb", strings.Repeat("a", 40), "new images (#12)"
	r.Links = report.NewLinks("https://github.com/org/soa.git", strings.Repeat("b", 40), ".")
	var page bytes.Buffer
	if err := r.HTML(&page); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// open shows a page, with a script at its end, and returns what the script leaves in the text of the element #result.
func open(t *testing.T, page, script string, flags ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "page.html")
	page = strings.Replace(page, "</body>", `<pre id="result" hidden></pre><script>`+script+`</script></body>`, 1)
	if err := os.WriteFile(name, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + t.TempDir(), "--virtual-time-budget=60000",
		"--dump-dom"}, flags...)
	out, err := exec.CommandContext(t.Context(), browser(t), append(args, "file://"+name)...).Output()
	if err != nil {
		t.Fatalf("chromium: %v", err)
	}
	m := regexp.MustCompile(`(?s)<pre id="result" hidden="">(.*?)</pre>`).FindSubmatch(out)
	if m == nil || len(m[1]) == 0 {
		t.Fatalf("the page's script left nothing; the page is %d bytes", len(out))
	}
	return string(m[1])
}

// 15,000 objects come in at most 1 MB over the wire, and a search of them finds what it should.
func TestPageOfManyObjects(t *testing.T) {
	page := pageOf(t, manyChanges(15_000))
	var wire bytes.Buffer
	z := gzip.NewWriter(&wire)
	_, _ = z.Write([]byte(page))
	_ = z.Close()
	if wire.Len() > 1_000_000 {
		t.Errorf("%d bytes over the wire, at most 1 MB", wire.Len())
	}
	got := open(t, page, `const s = document.getElementById("search"), times = [];
for (const word of ["service-0042", "docker_image team-02", "nothing-has-this"]) {
  const start = performance.now(); s.value = word; s.dispatchEvent(new Event("input")); document.body.getBoundingClientRect();
  times.push(word + ": " + document.body.dataset.found + " in " + Math.round(performance.now() - start) + " ms");
}
document.getElementById("result").textContent = times.join("; ");`)
	t.Logf("%d bytes, %d over the wire; searches: %s", len(page), wire.Len(), got)
	for _, want := range []string{"service-0042: 15 in", "docker_image team-02: 375 in", "nothing-has-this: 0 in"} {
		if !strings.Contains(got, want) {
			t.Errorf("said is %s, without %q", got, want)
		}
	}
}

// The page has no fault that axe knows, wide and on a phone, light and dark, and nothing reaches over a phone's edge.
func TestPageIsAccessible(t *testing.T) {
	page := pageOf(t, manyChanges(50))
	script := axe(t) + `
;axe.run(document, {resultTypes: ["violations"]}).then(r => {
  const wide = document.documentElement.scrollWidth > innerWidth ? ["wider than the window: " + document.documentElement.scrollWidth] : [];
  document.getElementById("result").textContent = JSON.stringify(wide.concat(r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html).join(" "))));
});`
	for _, window := range []string{"1400,1200", "500,1200"} { // a headless Chromium is at least 500 wide
		for _, scheme := range []string{"1", "0"} {
			got := open(t, page, script, "--window-size="+window, "--blink-settings=preferredColorScheme="+scheme)
			var faults []string
			if err := json.Unmarshal([]byte(strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(got)), &faults); err != nil || len(faults) > 0 {
				t.Errorf("window %s, scheme %s: %v %s", window, scheme, err, strings.Join(faults, "\n"))
			}
		}
	}
}

// Everything can be reached and used by the keyboard: rows have buttons, and an object has an address of its own.
func TestPageIsUsedByKeyboard(t *testing.T) {
	got := open(t, pageOf(t, manyChanges(50)), `
const button = document.querySelector("#classes button"); button.focus(); button.click();
const chosen = document.body.dataset.found + " of the class " + document.getElementById("class").value + ", pressed " + button.getAttribute("aria-pressed");
location.hash = document.querySelector("#objects a").getAttribute("href");
setTimeout(() => { document.getElementById("result").textContent = chosen + "; then " + document.body.dataset.found +
  "; " + [...document.querySelectorAll("[onclick]:not(button)")].length + "; " + document.querySelector("#classes a").href; }, 100);`)
	want := "1 of the class 0, pressed true; then 1; 0; https://github.com/org/soa/blob/" + strings.Repeat("b", 40) + "/service-0000/deployments.json#L1"
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
