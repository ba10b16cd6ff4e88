package golden

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/fix"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets"
)

// TestSuggestionsCure takes every suggestion of every case: the finding goes, and no other comes. What is advice for
// people is left out.
func TestSuggestionsCure(t *testing.T) {
	withoutRace(t)
	base := parse(t, "base.txtar")
	for _, name := range caseFiles(t) {
		c := parse(t, name)
		files := filesOf(besides(t, base, name), c)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, command := range []string{"render", "validate"} {
				cure(t, files, command)
			}
		})
	}
}

// filesOf lays a case over the base.
func filesOf(base, c *txtar.Archive) fstest.MapFS {
	files := fstest.MapFS{}
	for _, a := range []*txtar.Archive{base, c} {
		for _, f := range a.Files {
			if isInput(f.Name) {
				files[f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
			}
		}
	}
	for _, name := range strings.Fields(directive(c, "Without")) {
		delete(files, name)
	}
	return files
}

// cure takes the suggestions of one command, each alone.
func cure(t *testing.T, files fstest.MapFS, command string) {
	t.Helper()
	before := judge(t, files, command)
	for _, f := range before {
		if f.Suggestion == "" || f.How() == finding.Advice {
			continue
		}
		after, ok := taken(files, f)
		if !ok {
			t.Errorf("%s: %s[%s]: %s: cannot be taken (%s)", command, f.At, f.Code, f.Sentence(), f.How())
			continue
		}
		if problem := notCured(f, before, judge(t, after, command)); problem != "" {
			t.Errorf("%s: %s[%s]: %s: %s", command, f.At, f.Code, f.Sentence(), problem)
		}
	}
}

// judge returns the findings of a command.
func judge(t *testing.T, files fstest.MapFS, command string) []finding.Finding {
	t.Helper()
	in := config.Input{SOA: sub(t, files, "soa"), System: sub(t, files, "system")}
	o := compiler.Options{Targets: targets.All(), Jobs: 1}
	var list finding.List
	var memory tree.Memory
	var err error
	if command == "validate" {
		_, err = compiler.Validate(in, o, list.Add)
	} else {
		_, err = compiler.Compile(in, o, &memory, list.Add)
	}
	if err != nil {
		t.Fatal(err)
	}
	return list.All()
}

// taken returns the files with a suggestion taken.
func taken(files fstest.MapFS, f finding.Finding) (fstest.MapFS, bool) {
	for _, dir := range []string{"soa", "system"} {
		name := path.Join(dir, f.At.File)
		file, exists := files[name]
		if !exists {
			continue
		}
		after := fstest.MapFS{}
		for other, content := range files {
			after[other] = content
		}
		if better, ok := fix.NewName(f); ok {
			delete(after, name)
			after[path.Join(path.Dir(name), better)] = file
			return after, true
		}
		data, ok := fix.Apply(file.Data, f)
		after[name] = &fstest.MapFile{Data: data, Mode: fs.FileMode(0o644)}
		return after, ok
	}
	return nil, false
}

// uncovered are findings that an error hides and whose cause was there before: what is generated from the configuration
// must be made again, what concerns a whole cluster is looked at where something is rendered for it, what a name refers
// to is looked up once it is a name, and what a policy lets through is judged once there is one.
var uncovered = []finding.Code{finding.NoDeployments, finding.NoEviction, "O005", "F007"}

// notCured says why the findings after a suggestion was taken are not better than those before, "" when they are.
func notCured(f finding.Finding, before, after []finding.Finding) string {
	count := map[string]int{}
	for _, b := range before {
		count[keyOf(b)]++
	}
	for _, a := range after {
		if count[keyOf(a)]--; count[keyOf(a)] < 0 && a.Severity != finding.Info && !slices.Contains(uncovered, a.Code) {
			return fmt.Sprintf("another comes: %s[%s]: %s", a.At, a.Code, a.Sentence())
		}
	}
	stays := slices.ContainsFunc(after, func(a finding.Finding) bool { return keyOf(a) == keyOf(f) })
	if stays && count[keyOf(f)] <= 0 {
		return "the finding stays"
	}
	return ""
}

// keyOf is what a finding is, wherever it has moved in its file.
func keyOf(f finding.Finding) string {
	return strings.Join([]string{f.At.File, string(f.Code), f.Service, f.Instance, f.Cluster, f.Message}, "\x00")
}
