package publish

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/diff/compare"
	"github.com/paasta-render/paasta-render/compiler/diff/report"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: %[1]s, namespace: paasta, labels: {paasta.yelp.com/service: %[2]s, paasta.yelp.com/instance: %[3]s}}
spec:
  replicas: 2
  template: {spec: {containers: [{name: main, image: a}]}}
`

const stateful = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: %[1]s, namespace: paasta, labels: {paasta.yelp.com/service: %[2]s, paasta.yelp.com/instance: %[3]s}}
spec:
  replicas: 2
  template: {spec: {containers: [{name: main, image: a}]}}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]
`

const cassandra = `apiVersion: cassandra.example/v1
kind: CassandraCluster
metadata: {name: %[1]s, namespace: paasta-cassandraclusters, labels: {paasta.yelp.com/service: %[2]s, paasta.yelp.com/instance: %[3]s}}
spec: {replicas: 3}
`

// company is twenty services with one instance each in c1, and what else the tests need.
func company() map[string]string {
	files := map[string]string{
		"c1/kubernetes/db/main.yaml":     fmt.Sprintf(stateful, "db-main", "db", "main"),
		"c1/kubernetes/db/proxy.yaml":    fmt.Sprintf(deployment, "db-proxy", "db", "proxy"),
		"c1/kubernetes/ring/main.yaml":   fmt.Sprintf(cassandra, "ring-main", "ring", "main"),
		"c1/kubernetes/ring/extra.yaml":  fmt.Sprintf(deployment, "ring-extra", "ring", "extra"),
		"c1/kubernetes/_cluster/ns.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: paasta}\n",
		"c1/tron/web.yaml":               "jobs: {a: {}}\n",
		"c1/tron/MASTER.yaml":            "a: 1\n",
		"c2/kubernetes/web/main.yaml":    fmt.Sprintf(deployment, "web-main", "web", "main"),
	}
	for n := range 20 {
		service := fmt.Sprintf("s%02d", n)
		for _, instance := range []string{"a", "b"} {
			files["c1/kubernetes/"+service+"/"+instance+".yaml"] = fmt.Sprintf(deployment, service+"-"+instance, service, instance)
		}
	}
	return files
}

func sorted(files map[string]string) (list []tree.File, paths []string) {
	for p, text := range files {
		list = append(list, tree.File{Path: p, Data: []byte(text)})
		paths = append(paths, p)
	}
	slices.SortFunc(list, func(a, b tree.File) int { return strings.Compare(a.Path, b.Path) })
	slices.Sort(paths)
	return list, paths
}

func TestFirewall(t *testing.T) {
	remove := func(prefixes ...string) func(map[string]string) {
		return func(files map[string]string) {
			for p := range files {
				if slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(p, prefix) }) {
					delete(files, p)
				}
			}
		}
	}
	many := remove("c1/kubernetes/s00/a", "c1/kubernetes/s01/a", "c1/kubernetes/s02/a", "c1/kubernetes/s03/a", "c1/kubernetes/s04/a")
	for _, test := range []struct {
		rule    string
		edit    func(map[string]string)
		message string // of the source commit
		wrong   string // an instance with an error
		want    string // the codes, by place
	}{
		{"nothing goes", func(map[string]string) {}, "", "", ""},
		{"one instance may go", remove("c1/kubernetes/s00/a"), "", "", ""},
		{"a workload with volumes stops it", remove("c1/kubernetes/db/main"), "", "", "R101"},
		{"a custom resource stops it", remove("c1/kubernetes/ring/main"), "", "", "R101"},
		{"its instance may be named", remove("c1/kubernetes/db/main"), "x\n\nAllow-Delete: db.main", "", ""},
		{"its service may be named", remove("c1/kubernetes/db/main"), "x\n\nallow-delete: db", "", ""},
		{"another instance does not help", remove("c1/kubernetes/db/main"), "Allow-Delete: db.proxy", "", "R101"},
		{"an example in the text is none", remove("c1/kubernetes/db/main"), "say `Allow-Delete: db`", "", "R101"},
		{"several may be named, quoted", remove("c1/kubernetes/db/main", "c1/kubernetes/ring/main"), "Allow-Delete: \"db\", `ring`.", "", ""},
		{"in several lines", remove("c1/kubernetes/db/main", "c1/kubernetes/ring/main"), "x\n\nAllow-Delete: db\nAllow-Delete: ring\nSigned-off-by: a", "", ""},
		{"what is quoted from elsewhere does not count", remove("c1/kubernetes/db/main"), "x\n\n> Allow-Delete: db", "", "R101"},
		{"more than a tenth stops it", many, "", "", "R102"},
		{"a cluster may be named", many, "Allow-Delete: c1", "", ""},
		{"enough of them may be named", many, "Allow-Delete: s00.a, s01.*", "", ""},
		{"a whole service stops it", remove("c1/kubernetes/s07/"), "", "", "R103"},
		{"a service may be named", remove("c1/kubernetes/s07/"), "Allow-Delete: s07", "", ""},
		{"in another cluster it is not", remove("c1/kubernetes/s07/"), "Allow-Delete: c2/s07", "", "R103"},
		{"all of a service's Tron jobs stop it", remove("c1/tron/web"), "", "", "R103"},
		{"a whole cluster stops it", remove("c2/"), "", "", "R104"},
		{"and may be named", remove("c2/"), "Allow-Delete: c2", "", ""},
		{"all may be allowed", remove("c1/", "c2/"), "Allow-Delete: all", "", ""},
		{"what is only wrong stops it", remove("c1/kubernetes/s00/a"), "", "s00.a", "R105"},
		{"another wrong instance does not", remove("c1/kubernetes/s00/a"), "", "s00.b", ""},
		{"a workload that becomes stateful goes on", func(m map[string]string) {
			m["c1/kubernetes/s00/a.yaml"] = fmt.Sprintf(stateful, "s00-a", "s00", "a")
		}, "", "", ""},
		{"a stateful one that becomes another kind loses its volumes", func(m map[string]string) {
			m["c1/kubernetes/db/main.yaml"] = fmt.Sprintf(deployment, "db-main", "db", "main")
		}, "", "", "R101"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			after := company()
			test.edit(after)
			old, before := sorted(company())
			now, paths := sorted(after)
			f := Firewall{Layout: everyFile, Share: DefaultShare, Allow: Allowed(test.message)}
			if test.wrong != "" {
				f.Wrong = func(_, service, instance string) bool { return service+"."+instance == test.wrong }
			}
			var codes []string
			for _, stop := range f.Check(report.New(compare.Files(everyFile, old, now)), before, paths) {
				codes = append(codes, string(stop.Code))
				if stop.Severity != finding.Error || stop.Message == "" || stop.Suggestion == "" || stop.At.File == "" {
					t.Errorf("incomplete: %+v", stop)
				}
			}
			if got := strings.Join(codes, " "); got != test.want {
				t.Errorf("stopped by %q, want %q", got, test.want)
			}
		})
	}
}

func TestFirewallTellsWhatIsAllowed(t *testing.T) {
	after := company()
	delete(after, "c1/kubernetes/db/main.yaml")
	old, before := sorted(company())
	now, paths := sorted(after)
	f := Firewall{Layout: everyFile, Share: DefaultShare, Allow: Allowed("x\n\nAllow-Delete: bd.main")}
	stops := f.Check(report.New(compare.Files(everyFile, old, now)), before, paths)
	const want = "Allow-Delete: db.main in the soa-configs commit's message, if it is meant; it allows only bd.main"
	if len(stops) != 1 || stops[0].Suggestion != want {
		t.Errorf("%+v", stops)
	}
}

var ada = Source{Commit: "0123456789abcdef0123456789abcdef01234567", RepoURL: "https://git.example/soa", Author: "Ada <ada@example.org>",
	Date: "2024-01-15T10:30:00Z", Message: "web: <b>more</b> memory @ops\n\nBecause.\n"}

func TestMetadata(t *testing.T) {
	data := Metadata(ada, []string{"c2", "c1", "c2"}, nil)
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"drySha": ada.Commit, "repoURL": ada.RepoURL, "author": ada.Author, "date": ada.Date,
		"subject": "web: <b>more</b> memory @ops", "body": "Because."} {
		if got[key] != want {
			t.Errorf("%s = %q, want %q", key, got[key], want)
		}
	}
	no, yes := func(string) bool { return false }, func(commit string) bool { return commit == ada.Commit }
	if published := Published(data, ada, no); !slices.Equal(published, []string{"c1", "c2"}) {
		t.Errorf("Published = %v", published)
	}
	other := ada
	other.RepoURL = "https://git.example/other"
	if published := Published(data, other, yes); published != nil {
		t.Errorf("another source has published %v", published)
	}
	other.RepoURL = ""
	data = Metadata(other, []string{"c1"}, nil)
	if here, elsewhere := Published(data, other, yes), Published(data, other, no); len(here) != 1 || elsewhere != nil {
		t.Errorf("sources without a URL have published %v and %v", here, elsewhere)
	}
	if string(Note(ada)) != `{"drySha": "`+ada.Commit+"\"}\n" {
		t.Errorf("Note = %s", Note(ada))
	}
}

func TestVanished(t *testing.T) {
	for _, test := range []struct{ rule, published, present, want string }{
		{"one of several is no more", "c1 c2 c3", "c1 c3", "c2"},
		{"nothing is gone", "c1", "c1", ""},
		{"a new cluster comes", "c1", "c1 c2", ""},
		{"one comes as another goes", "c1 c2", "c2 c3", "c1"},
		{"another publisher's clusters stay", "c1", "c2", ""},
		{"nothing is known", "", "c1", ""},
	} {
		got := strings.Join(Vanished(strings.Fields(test.published), strings.Fields(test.present)), " ")
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.rule, got, test.want)
		}
	}
}

func TestMessage(t *testing.T) {
	after := company()
	delete(after, "c1/kubernetes/s00/a.yaml")
	old, _ := sorted(company())
	now, _ := sorted(after)
	r := report.New(compare.Files(everyFile, old, now))
	long := ada
	long.Message = strings.Repeat("é", 200)
	for _, s := range []Source{ada, long, {Commit: ada.Commit}} {
		text := Message(s, r)
		first, _, _ := strings.Cut(text, "\n")
		if len(first) > subjectBytes || !strings.HasSuffix(first, "(0123456789)") || strings.ToValidUTF8(text, "") != text {
			t.Errorf("subject %q", first)
		}
		if !strings.Contains(text, "s00") || !strings.Contains(text, "\nSource-Commit: "+ada.Commit+"\n") {
			t.Errorf("message %s", text)
		}
	}
	for _, want := range []string{"\nRestarts: 0\n", "\nDrops: 0\n", "\nRefused: 0\n", "\nDeletes: 1\n", "\nRoutine: no\n"} {
		if text := Message(ada, r); !strings.Contains(text, want) {
			t.Errorf("the message lacks the trailer %q: %s", want, text)
		}
	}
	body := (&Review{Source: ada, Reports: []*report.Report{r}}).Body()
	if strings.Contains(body, "<b>") || strings.Contains(body, "@ops") || !strings.Contains(body, "> Because.") || !strings.Contains(body, "s00") {
		t.Errorf("body %s", body)
	}
	if got := (&Review{Source: ada}).Body(); !strings.Contains(got, "Nothing changes.") {
		t.Errorf("body %s", got)
	}
	if got := cutLines(strings.Repeat("line\n", 100), 100); len(got) > 100+len("…") || !strings.Contains(got, "and more") {
		t.Errorf("cutLines = %q", got)
	}
}

// TestMessagesWithManyNames allows a million names, of which each is held against each deletion.
func TestMessagesWithManyNames(t *testing.T) {
	var b strings.Builder
	b.WriteString("Allow-Delete: web.main")
	for n := range 1_000_000 {
		fmt.Fprintf(&b, ",svc%d", n)
	}
	allowed := Allowed(b.String()).Delete
	if shown := strings.Join(allowed.shown(), ", "); len(shown) > 200 {
		t.Errorf("%d bytes of names are shown", len(shown))
	}
	for range 100_000 { // a walk through all names each time would take hours
		if allowed.permits("prod", "api", "main") || !allowed.permits("prod", "web", "main") {
			t.Fatal("permits what is not named, or refuses what is")
		}
	}
}

// A large cluster that is new is said in a sentence, and not called a run in which nothing changes.
func TestAMessageHasItsNotes(t *testing.T) {
	message := Message(Source{Commit: strings.Repeat("1", 40)}, report.New(nil), "The cluster c1 is new here: 9000 files.")
	if !strings.Contains(message, "The cluster c1 is new here: 9000 files.\n\nRestarts: 0\n") || strings.Contains(message, "nothing changes") {
		t.Errorf("the message is\n%s", message)
	}
}
