package deployments

import (
	"io/fs"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
)

// TestEqualsPaaSTA makes every service's file and compares it with PaaSTA's own, byte for byte.
func TestEqualsPaaSTA(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/paasta.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, f := range archive.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	soa, _ := fs.Sub(files, "soa")
	system, _ := fs.Sub(files, "system")
	company := config.Open(config.Input{SOA: soa, System: system}, func(f finding.Finding) { t.Fatal(f.Message) })
	for _, service := range company.Services {
		t.Run(service, func(t *testing.T) {
			want, wrong := files["want/"+service+".json"], files["want/"+service+".error"]
			got, complaints := generate(service, company, files)
			switch {
			case wrong != nil && len(complaints) == 0:
				t.Errorf("got %s, want it refused as PaaSTA does: %s", got, wrong.Data)
			case want != nil && len(complaints) > 0:
				t.Errorf("refused: %s", complaints)
			case want != nil && got != strings.TrimSpace(string(want.Data)):
				t.Errorf("got  %s\nwant %s", got, want.Data)
			}
		})
	}
}

// PaaSTA asks tron_k8s_cluster_overrides for each action's cluster and stops when it is no mapping.
func TestClusterOverridesMustBeMapping(t *testing.T) {
	files := fstest.MapFS{
		"system/paasta.json":     {Data: []byte(`{"clusters": ["a"], "tron_k8s_cluster_overrides": ["b"]}`)},
		"soa/svc/service.yaml":   {Data: []byte("git_url: git@host:svc\n")},
		"soa/svc/tron-a.yaml":    {Data: []byte("job: {schedule: daily, actions: {act: {command: x}}}\n")},
		"soa/quiet/service.yaml": {Data: []byte("git_url: git@host:quiet\n")},
		"soa/quiet/eks-a.yaml":   {Data: []byte("main: {}\n")},
		"refs/svc":               {},
		"refs/quiet":             {},
	}
	soa, _ := fs.Sub(files, "soa")
	system, _ := fs.Sub(files, "system")
	company := config.Open(config.Input{SOA: soa, System: system}, func(f finding.Finding) { t.Fatal(f.Message) })
	want := "tron_k8s_cluster_overrides of the system config is a list, not keys and values"
	if _, got := generate("svc", company, files); len(got) != 1 || got[0] != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, got := generate("quiet", company, files); len(got) > 0 {
		t.Errorf("got %q for a service without Tron jobs, want no complaint", got)
	}
}

func generate(service string, company *config.Company, files fstest.MapFS) (got string, complaints []string) {
	report := func(f finding.Finding) {
		if f.Severity == finding.Error {
			complaints = append(complaints, f.Message)
		}
	}
	url, _, ok := GitURL(service, company, report)
	if !ok {
		return string(Document{}.JSON()), complaints
	}
	instances, _ := Instances(service, company, report)
	d, err := Make(service, instances, readRefs(files["refs/"+path.Base(url)]))
	if err != nil {
		complaints = append(complaints, err.Error())
	}
	return string(d.JSON()), complaints
}

// readRefs reads "<hash> <name>" lines.
func readRefs(f *fstest.MapFile) []Ref {
	var refs []Ref
	if f == nil {
		return nil
	}
	for line := range strings.Lines(string(f.Data)) {
		hash, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		refs = append(refs, Ref{name, hash})
	}
	return refs
}

func TestPattern(t *testing.T) {
	for _, test := range []struct{ rule, group, refs, want string }{
		{"the greatest time wins", "prod", "refs/tags/paasta-prod-20240201T000000-deploy=a refs/tags/paasta-prod-20240101T000000-deploy=b", "a"},
		{"the first of equals wins", "prod", "refs/tags/paasta-prod+v-20240101T000000-deploy=a refs/tags/paasta-prod-20240101T000000-deploy=b", "a v"},
		{"a dot finds any character", "prod.main", "refs/tags/paasta-prod-main-20240101T000000-deploy=a", "a"},
		{"a longer group is another", "prod", "refs/tags/paasta-prod-x-20240101T000000-deploy=a", "none"},
		{"an image version may hold dashes", "prod", "refs/tags/paasta-prod+1-2+3-20240101T000000-deploy=a", "a 1-2+3"},
		{"an empty image version counts", "prod", "refs/tags/paasta-prod+-20240101T000000-deploy=a", "a "},
		{"rollback is no deploy", "prod", "refs/tags/paasta-prod-20240101T000000-rollback=a", "none"},
		{"branches are no tags", "prod", "refs/heads/paasta-prod-20240101T000000-deploy=a", "none"},
		{"peeled tags are not seen", "prod", "refs/tags/paasta-prod-20240101T000000-deploy^{}=a", "none"},
		{"no valid expression", "prod[", "", "error"},
		{"an alternative without a time after one with", "z|refs/tags/paasta-x", "refs/tags/paasta-x-20240101T000000-deploy=a refs/tags/paasta-z=b", "error"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			var refs []Ref
			for _, r := range strings.Fields(test.refs) {
				name, hash, _ := strings.Cut(r, "=")
				refs = append(refs, Ref{name, hash})
			}
			got := "none"
			switch found, err := latestDeployTag(refs, Group{Text: test.group}); {
			case err != nil:
				got = "error"
			case found != nil && found.imageVersion != nil:
				got = found.sha + " " + *found.imageVersion
			case found != nil:
				got = found.sha
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestSame(t *testing.T) {
	d, err := Make("web", []Instance{{"c.main", Group{Text: "prod"}}}, []Ref{{"refs/tags/paasta-prod-20240101T000000-deploy", "abc"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		rule, file string
		want       bool
	}{
		{"its own bytes", string(d.JSON()), true},
		{"other spacing and order", `{"v2":{"controls":{"web:c.main":{"force_bounce":null,"desired_state":"start"}},
			"deployments":{"prod":{"docker_image":"services-web:paasta-abc","git_sha":"abc","image_version":null}}},
			"v1":{"web:paasta-c.main":{"docker_image":"services-web:paasta-abc","desired_state":"start","force_bounce":null}}}`, true},
		{"another state", strings.Replace(string(d.JSON()), "start", "stop", 1), false},
		{"no file", "", false},
		{"no JSON", "{", false},
	} {
		if got := d.Same([]byte(test.file)); got != test.want {
			t.Errorf("%s: Same = %v, want %v", test.rule, got, test.want)
		}
	}
}
