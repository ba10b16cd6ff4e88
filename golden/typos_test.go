package golden

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/targets"
)

// The figures to reach, of a hundred seeded typing errors.
const (
	typos         = 200
	placedAtLeast = 95 // with file, line and column
	curedAtLeast  = 90 // by a suggestion
)

// typo is one error in one file.
type typo struct {
	kind, file string
	line       int
	data       []byte
}

// TestTyposAreFoundAndCured makes typing errors in every file of the example company, one at a time: nearly all of them
// are said with their place, and what is suggested cures them.
func TestTyposAreFoundAndCured(t *testing.T) {
	files := exampleCompany(t)
	clean := map[string][]finding.Finding{}
	random := rand.New(rand.NewPCG(13, 200))
	all := everyTypo(files)
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	all = evenly(all, typos)
	placed, cured := 0, 0
	for _, x := range all {
		wrong, service := with(files, x.file, x.data), serviceOf(x.file)
		if clean[service] == nil {
			clean[service] = validated(t, files, service)
		}
		fresh := newOnes(clean[service], validated(t, wrong, service))
		if !slices.ContainsFunc(fresh, func(f finding.Finding) bool { return hits(f, x) }) {
			t.Logf("no place: %s", x)
			for _, f := range fresh {
				t.Logf("    %s[%s]: %s", f.At, f.Code, f.Sentence())
			}
			continue
		}
		placed++
		if why := cures(t, wrong, fresh, clean[service], service); why != "" {
			t.Logf("not cured: %s: %s", x, why)
			continue
		}
		cured++
	}
	t.Logf("%d typing errors: %d placed, %d cured", len(all), placed, cured)
	if placed*100 < placedAtLeast*len(all) || cured*100 < curedAtLeast*len(all) || len(all) < typos {
		t.Errorf("of %d typing errors %d have a place and %d are cured; want %d and %d of a hundred", len(all),
			placed, cured,
			placedAtLeast, curedAtLeast)
	}
}

// TestAllTyposAreSaidInOneRun makes a typing error in each file at once, and finds all of them.
func TestAllTyposAreSaidInOneRun(t *testing.T) {
	files := exampleCompany(t)
	all := everyTypo(files)
	random := rand.New(rand.NewPCG(13, 1))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	chosen := map[string]typo{}
	for _, x := range all {
		if _, taken := chosen[x.file]; !taken && x.kind == "key" && !strings.HasPrefix(x.file, "system/") {
			chosen[x.file] = x
			files = with(files, x.file, x.data)
		}
	}
	found := judge(t, files, "validate")
	missed := 0
	for _, x := range chosen {
		if !slices.ContainsFunc(found, func(f finding.Finding) bool { return hits(f, x) }) {
			missed++
			t.Logf("not said: %s", x)
		}
	}
	if missed*100 > (100-placedAtLeast)*len(chosen) {
		t.Errorf("%d of %d typing errors are not said", missed, len(chosen))
	}
}

func (x typo) String() string {
	return fmt.Sprintf("%s of %s:%d: %s", x.kind, x.file, x.line, bytes.Split(x.data, []byte{'\n'})[x.line-1])
}

// hits tells whether a finding is where the error is: on its line or, for YAML that ends too late, behind it.
func hits(f finding.Finding, x typo) bool {
	return strings.HasSuffix(x.file, "/"+f.At.File) && f.At.Column > 0 && (f.At.Line == x.line || x.kind == "syntax")
}

// cures takes the suggestions of the new findings: one of them leaves none. It returns why not, else "".
func cures(t *testing.T, files fstest.MapFS, fresh, clean []finding.Finding, service string) string {
	t.Helper()
	why := "nothing is suggested by " + fresh[0].At.String() + ": " + fresh[0].Message
	for _, f := range fresh {
		if f.Suggestion == "" || f.How() == finding.Advice {
			continue
		}
		after, ok := taken(files, f)
		if !ok {
			why = "cannot be taken: " + f.Sentence()
			continue
		}
		left := newOnes(clean, validated(t, after, service))
		if len(left) == 0 {
			return ""
		}
		why = f.Sentence() + ": then " + left[0].At.String() + " " + left[0].Sentence()
	}
	return why
}

// serviceOf returns the service that a file is of, "" when it is of all.
func serviceOf(file string) string {
	parts := strings.Split(file, "/")
	if parts[0] != "soa" || parts[1] == "tron" {
		return ""
	}
	return parts[1]
}

// validated returns what validate says, of one service when it is not "".
func validated(t *testing.T, files fstest.MapFS, service string) []finding.Finding {
	t.Helper()
	o := compiler.Options{Targets: targets.All(), Jobs: 1}
	if service != "" {
		o.Selection.Services = []string{service}
	}
	var list finding.List
	in := config.Input{SOA: sub(t, files, "soa"), System: sub(t, files, "system")}
	if _, err := compiler.Validate(in, o, list.Add); err != nil {
		t.Fatal(err)
	}
	return list.All()
}

// newOnes are the warnings and errors that were not said before.
func newOnes(before, after []finding.Finding) []finding.Finding {
	count := map[string]int{}
	for _, f := range before {
		count[keyOf(f)]++
	}
	var fresh []finding.Finding
	for _, f := range after {
		if count[keyOf(f)]--; count[keyOf(f)] < 0 && f.Severity != finding.Info && !slices.Contains(uncovered, f.Code) {
			fresh = append(fresh, f)
		}
	}
	return fresh
}

func with(files fstest.MapFS, name string, data []byte) fstest.MapFS {
	after := fstest.MapFS{}
	for other, file := range files {
		after[other] = file
	}
	after[name] = &fstest.MapFile{Data: data, Mode: 0o644}
	return after
}

// exampleCompany is examples/company as cases have their files.
func exampleCompany(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	root := os.DirFS("../examples/company")
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		under := path.Join("soa", name)
		if system, ok := strings.CutPrefix(name, "_system/"); ok {
			under = path.Join("system", system)
		}
		files[under] = &fstest.MapFile{Data: data, Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// evenly takes errors of each kind in turn, and half as many that are no YAML: those have a place, and nobody can
// tell what was meant.
func evenly(all []typo, most int) []typo {
	byKind := map[string][]typo{}
	var kinds []string
	for _, x := range all {
		if byKind[x.kind] == nil {
			kinds = append(kinds, x.kind)
		}
		byKind[x.kind] = append(byKind[x.kind], x)
	}
	slices.Sort(kinds)
	var taken []typo
	for round := 0; len(taken) < most && round < len(all); round++ {
		for _, kind := range kinds {
			if kind == "syntax" && round%2 == 1 {
				continue
			}
			if round < len(byKind[kind]) && len(taken) < most {
				taken = append(taken, byKind[kind][round])
			}
		}
	}
	return taken
}

var (
	keyInLine   = regexp.MustCompile(`(?:^|[\s{,])"?([a-z][a-z_]{2,})"?: `)
	numberValue = regexp.MustCompile(`\b(cpus|mem|disk|[a-z_]*instances|proxy_port|[a-z_]+_ms|[a-z_]+_seconds): ([0-9.]+)`)
	truth       = regexp.MustCompile(`: (true|false)\b`)
	word        = regexp.MustCompile(`\b(deploy_group|step|team|mode|discover|[a-z]+_m(?:ethod|ode)|type|node|executor|pool): ` +
		`([a-z][a-z._-]{3,})`)
	reference = regexp.MustCompile(`SECRET\(([a-z_]{4,})\)`)
)

// everyTypo makes, line by line, what people mistype.
func everyTypo(files fstest.MapFS) []typo {
	var all []typo
	for name, file := range files {
		if !strings.HasSuffix(name, ".yaml") || strings.Contains(name, "autotuned") {
			continue
		}
		lines := strings.Split(string(file.Data), "\n")
		for i, line := range lines {
			if strings.HasPrefix(strings.TrimSpace(line), "#") {
				continue
			}
			for kind, changed := range mistyped(line) {
				other := slices.Clone(lines)
				other[i] = changed
				all = append(all, typo{kind, name, i + 1, []byte(strings.Join(other, "\n"))})
			}
		}
	}
	slices.SortFunc(all, func(a, b typo) int {
		return strings.Compare(a.file+a.kind+fmt.Sprintf("%06d", a.line), b.file+b.kind+fmt.Sprintf("%06d", b.line))
	})
	return all
}

// mistyped returns the line with one error of each kind that it can have.
func mistyped(line string) map[string]string {
	made := map[string]string{}
	if m := keyInLine.FindStringSubmatchIndex(line); m != nil {
		key := line[m[2]:m[3]]
		middle := len(key) / 2
		made["key"] = line[:m[2]] + key[:middle] + key[middle+1:] + line[m[3]:]
		made["swapped"] = line[:m[2]] + key[:1] + key[2:3] + key[1:2] + key[3:] + line[m[3]:]
		if strings.Contains(key, "_") {
			made["hyphen"] = line[:m[2]] + strings.ReplaceAll(key, "_", "-") + line[m[3]:]
		}
	}
	if m := numberValue.FindStringSubmatchIndex(line); m != nil {
		made["quoted"] = line[:m[4]] + `"` + line[m[4]:m[5]] + `"` + line[m[5]:]
		unit := "s"
		switch key := line[m[2]:m[3]]; {
		case key == "mem" || key == "disk":
			unit = "Mi"
		case strings.HasSuffix(key, "_ms"):
			unit = "ms"
		}
		if key := line[m[2]:m[3]]; unit != "s" || strings.HasSuffix(key, "seconds") {
			made["unit"] = line[:m[5]] + unit + line[m[5]:]
		}
	}
	if m := truth.FindStringSubmatchIndex(line); m != nil {
		made["truth"] = line[:m[2]] + `"` + line[m[2]:m[3]] + `"` + line[m[3]:]
	}
	for kind, form := range map[string]*regexp.Regexp{"word": word, "secret": reference} {
		if m := form.FindStringSubmatchIndex(line); m != nil {
			from, to := m[len(m)-2], m[len(m)-1]
			made[kind] = line[:from+1] + line[from+2:to] + line[to:]
		}
	}
	if strings.Contains(line, ": ") {
		made["syntax"] = strings.Replace(line, ": ", ": [", 1)
	}
	return made
}
