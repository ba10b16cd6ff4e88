package golden

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"gopkg.in/yaml.v3"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// TestMutantsAreJudgedAlike changes the structure of the cases' files at random. Whatever comes out, nothing panics, every
// error has a place, and where validate is silent a render has no error. MUTANTS says how many are made; 300 otherwise.
func TestMutantsAreJudgedAlike(t *testing.T) {
	total := 300
	if text := os.Getenv("MUTANTS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		total = n
	}
	base := parse(t, "base.txtar")
	names := caseFiles(t)
	for n := range total {
		random := rand.New(rand.NewPCG(12, uint64(n)))
		name := names[random.IntN(len(names))]
		files := filesOf(besides(t, base, name), parse(t, name))
		changed := mutate(random, files)
		if changed == "" {
			continue
		}
		t.Run(fmt.Sprintf("%d of %s", n, name), func(t *testing.T) {
			defer func() {
				if t.Failed() {
					t.Logf("%s:\n%s", changed, files[changed].Data)
				}
			}()
			judgeAlike(t, files)
		})
	}
}

func judgeAlike(t *testing.T, files fstest.MapFS) {
	t.Helper()
	validated, rendered := judge(t, files, "validate"), judge(t, files, "render")
	said := slices.ContainsFunc(validated, func(f finding.Finding) bool { return f.Severity != finding.Info })
	for _, f := range rendered {
		if f.Severity != finding.Error {
			continue
		}
		if !said {
			t.Errorf("render says %s[%s]: %s, and validate says nothing", f.At, f.Code, f.Message)
		}
		if f.At.File == "" {
			t.Errorf("%s: %s has no place", f.Code, f.Message)
		}
	}
}

// oddScalars are what stands in for a value.
var oddScalars = []string{"null", "''", "0", "-1", "1e400", ".nan", "yes", "2026-11-28", "[]", "{}", "[[]]", "{a: b}",
	"!!binary aGk=", "99999999999999999999", "SECRET(", "$(X)", "\"\\0\"", "~", "0o17", "1:30:00", "a.b.c", "./..", "{x}"}

// mutate changes one file and returns its name; "" where the file that was chosen is no YAML that can be changed.
func mutate(random *rand.Rand, files fstest.MapFS) string {
	names := slices.Sorted(maps.Keys(files))
	name := names[random.IntN(len(names))]
	if strings.Contains(name, "nail/") {
		return ""
	}
	var document yaml.Node
	if yaml.Unmarshal(files[name].Data, &document) != nil || len(document.Content) == 0 {
		return ""
	}
	var nodes []*yaml.Node
	collect(&document, &nodes)
	for range 1 + random.IntN(2) {
		change(random, nodes[random.IntN(len(nodes))], nodes)
	}
	data, err := yaml.Marshal(&document)
	if err != nil {
		return ""
	}
	if strings.HasSuffix(name, ".json") {
		var value any
		if yaml.Unmarshal(data, &value) != nil {
			return ""
		}
	}
	files[name] = &fstest.MapFile{Data: data, Mode: 0o644}
	return name
}

func collect(n *yaml.Node, all *[]*yaml.Node) {
	*all = append(*all, n)
	for _, child := range n.Content {
		collect(child, all)
	}
}

// change makes one node something else: an odd value, a copy of another node, a list of itself, or less than it was.
func change(random *rand.Rand, n *yaml.Node, nodes []*yaml.Node) {
	if n.Kind == yaml.DocumentNode || n.Kind == yaml.AliasNode {
		return
	}
	switch random.IntN(4) {
	case 0:
		var odd yaml.Node
		if yaml.Unmarshal([]byte(oddScalars[random.IntN(len(oddScalars))]), &odd) == nil && len(odd.Content) > 0 {
			*n = *odd.Content[0]
		}
	case 1:
		if other := nodes[random.IntN(len(nodes))]; other.Kind == yaml.ScalarNode {
			*n = yaml.Node{Kind: yaml.ScalarNode, Value: other.Value, Tag: other.Tag}
		}
	case 2:
		own := *n
		*n = yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{&own}}
	case 3:
		if n.Kind == yaml.MappingNode && len(n.Content) >= 2 {
			at := 2 * random.IntN(len(n.Content)/2)
			n.Content = slices.Delete(n.Content, at, at+2)
		}
	}
}
