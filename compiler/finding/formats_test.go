package finding

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

var unknownKey = Finding{
	Code: "V001", Severity: Error, At: Position{"web/kubernetes-test.yaml", 2, 3, 12},
	Message: `unknown key "max_instance"`, Suggestion: "max_instances",
	Service: "web", Instance: "main", Cluster: "test",
	Notes: []Note{{Position{"web/service.yaml", 1, 1, 0}, "inherited from here"}},
}

var fileOnly = Finding{Code: "C007", Severity: Warning, At: Position{File: "web/a|b,c.yaml"}, Message: "nothing <reads> 100% of this\nfile", Suggestion: "removing it"}

func TestFormats(t *testing.T) {
	for _, test := range []struct {
		rule, format string
		finding      Finding
		want         string
	}{
		{"text has place, code and suggestion", "text", unknownKey, "web/kubernetes-test.yaml:2:3: error[V001]: unknown key \"max_instance\"; did you mean \"max_instances\"?\n" +
			"  web/service.yaml:1:1: note: inherited from here\n"},
		{"text without a line has the file", "text", fileOnly, "web/a|b,c.yaml: warning[C007]: nothing <reads> 100% of this\\nfile; try removing it\n"},
		{"json has exactly the contract's keys", "json", unknownKey, `{"code":"V001","severity":"error","message":"unknown key \"max_instance\"","file":"web/kubernetes-test.yaml","line":2,"column":3,` +
			`"service":"web","instance":"main","cluster":"test","suggestion":"max_instances"}` + "\n"},
		{"json leaves out what does not apply", "json", fileOnly, `{"code":"C007","severity":"warning","message":"nothing <reads> 100% of this\nfile","file":"web/a|b,c.yaml","suggestion":"removing it"}` + "\n"},
		{"github annotates the span", "github", unknownKey, "::error file=web/kubernetes-test.yaml,line=2,col=3,endColumn=15,title=V001::unknown key \"max_instance\"; did you mean \"max_instances\"?\n"},
		{"github escapes what it splits at", "github", fileOnly, "::warning file=web/a|b%2Cc.yaml,title=C007::nothing <reads> 100%25 of this\\nfile; try removing it\n"},
		{"markdown escapes table and markup", "markdown", fileOnly, "| severity | code | place | service | finding |\n|---|---|---|---|---|\n" +
			"| warning | C007 | <code>web/a&#124;b,c.yaml</code> |  | nothing &lt;reads&gt; 100% of this&#92;nfile; try removing it |\n"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := written(t, test.format, test.finding); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func written(t *testing.T, format string, findings ...Finding) string {
	t.Helper()
	var b bytes.Buffer
	for _, f := range Formats(Docs()) {
		if f.Name == format {
			if err := f.Write(&b, findings); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.String()
}

func TestSARIFNamesRuleAndPlace(t *testing.T) {
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID, Level string
				RuleIndex     int
				Locations     []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           *struct{ StartLine, StartColumn, EndColumn int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(written(t, "sarif", fileOnly, unknownKey)), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if len(run.Results) != 2 || run.Tool.Driver.Rules[run.Results[1].RuleIndex].ID != "V001" {
		t.Fatalf("results do not point at their rules: %+v", run)
	}
	place := run.Results[1].Locations[0].PhysicalLocation
	if place.ArtifactLocation.URI != "web/kubernetes-test.yaml" || place.Region.StartLine != 2 || place.Region.EndColumn != 15 {
		t.Errorf("place is %+v", place)
	}
	if run.Results[0].Locations[0].PhysicalLocation.Region != nil {
		t.Error("a finding without a line has a region")
	}
}

func TestHTMLEscapes(t *testing.T) {
	if got := written(t, "html", fileOnly); !strings.Contains(got, "nothing &lt;reads&gt;") {
		t.Errorf("not escaped: %s", got)
	}
}

func TestTerminalShowsSourceWithCaret(t *testing.T) {
	source := func(string) []byte { return []byte("main:\n  max_instance: 4 # \x1b[2J\n") }
	var b bytes.Buffer
	f := unknownKey
	f.Notes = nil
	if err := Terminal(source, false).Write(&b, []Finding{f}); err != nil {
		t.Fatal(err)
	}
	want := "web/kubernetes-test.yaml:2:3: error[V001]: unknown key \"max_instance\"; did you mean \"max_instances\"?\n" +
		"  2 |   max_instance: 4 # \ufffd[2J\n    |   ^~~~~~~~~~~~\n"
	if b.String() != want {
		t.Errorf("got  %s\nwant %s", b.String(), want)
	}
}

func TestEveryDocIsComplete(t *testing.T) {
	seen := map[Code]bool{}
	for _, d := range Docs() {
		if seen[d.Code] {
			t.Errorf("%s is documented twice", d.Code)
		}
		seen[d.Code] = true
		if d.Title == "" || d.Meaning == "" || d.Fix == "" {
			t.Errorf("%s lacks a title, a meaning or a fix", d.Code)
		}
	}
}
