package output

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"github.com/paasta-render/paasta-render/compiler/source/remote"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// hermetic gives the test a home and a git configuration of its own.
func hermetic(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	home := t.TempDir()
	for key, value := range map[string]string{"HOME": home, "XDG_CONFIG_HOME": home, "GIT_CONFIG_NOSYSTEM": "1",
		"GIT_CONFIG_GLOBAL": filepath.Join(home, "none"), "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org",
		"GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org"} {
		t.Setenv(key, value)
	}
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	c := exec.Command("git", append([]string{"-C", dir}, args...)...)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func newBare(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out.git")
	git(t, t.TempDir(), "init", "-q", "--bare", "-b", "main", dir)
	return dir
}

func clone(t *testing.T, from string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "clone")
	git(t, t.TempDir(), "clone", "-q", from, dir)
	return dir
}

var signature = object.Signature{Name: "Robot", Email: "robot@example.org", When: time.Unix(1700000000, 0).UTC()}

// options are what the tests publish with; message is the commit's.
func options(message string) GitOptions {
	return GitOptions{Branch: "main", Author: signature, Committer: signature, Attempts: 200,
		Remote:   remote.Options{Timeout: time.Minute, Wait: func(_ context.Context, n int) { time.Sleep(time.Duration(min(n, 10)) * time.Millisecond) }},
		Describe: func(Change) (Description, error) { return Description{Message: message}, nil }}
}

// publish puts files and commits their clusters.
func publish(t *testing.T, repository string, o GitOptions, files map[string]string, clusters ...string) ([]Result, error) {
	t.Helper()
	g, err := NewGit(context.Background(), repository, o)
	if err != nil {
		return nil, err
	}
	for path, text := range files {
		if err := g.Put(tree.File{Path: path, Data: []byte(text)}); err != nil {
			return nil, err
		}
	}
	err = g.Commit(clusters)
	return g.Results, err
}

func must(t *testing.T, results []Result, err error) Result {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

var web = map[string]string{"c1/kubernetes/web/main.yaml": "a: 1\n", "c1/kustomization.yaml": "x: 1\n", "c1/a.b/x": "1", "c1/a/x": "2"}

func TestCommit(t *testing.T) {
	hermetic(t)
	dir := newBare(t)
	results, err := publish(t, dir, options("one"), web, "c1")
	first := must(t, results, err)
	git(t, dir, "fsck", "--strict")
	if got := git(t, dir, "show", "main:c1/kubernetes/web/main.yaml"); got != "a: 1" {
		t.Errorf("main.yaml = %q", got)
	}
	results, err = publish(t, dir, options("two"), web, "c1")
	if again := must(t, results, err); again.Changed || again.Commit != first.Commit {
		t.Errorf("nothing changed, and %+v", again)
	}
	changed := map[string]string{"c1/kubernetes/web/main.yaml": "a: 2\n", "c1/kustomization.yaml": "x: 1\n", "c1/new": "n"}
	results, err = publish(t, dir, options("three"), changed, "c1")
	third := must(t, results, err).Change
	if paths(third.Old) != "c1/a.b/x c1/a/x c1/kubernetes/web/main.yaml" || paths(third.New) != "c1/kubernetes/web/main.yaml c1/new" {
		t.Errorf("changed %s to %s", paths(third.Old), paths(third.New))
	}
	if strings.Join(third.Had, " ") != "c1" || strings.Join(third.Has, " ") != "c1" || third.Tip != first.Commit {
		t.Errorf("had %v has %v tip %s", third.Had, third.Has, third.Tip)
	}
	if got := git(t, dir, "log", "--format=%s %an", "main"); got != "three Robot\none Robot" {
		t.Errorf("log %q", got)
	}
	git(t, dir, "fsck", "--strict")
}

func TestOthersFilesInAClustersFolderStay(t *testing.T) {
	hermetic(t)
	dir := newBare(t)
	o := options("both")
	results, err := publish(t, dir, o, map[string]string{"c1/flux/x": "theirs", "c1/tron/a": "1", "c1/tron/b": "1"}, "c1")
	must(t, results, err)
	o.Owned = []string{"tron", "kubernetes"}
	for _, test := range []struct {
		rule, want string
		files      map[string]string
	}{
		{"what is ours changes", "c1/flux/x c1/tron/a", map[string]string{"c1/tron/a": "2"}},
		{"all of ours goes", "c1/flux/x", nil},
		{"what we write is ours", "c1/flux/y c1/tron/a", map[string]string{"c1/flux/y": "2", "c1/tron/a": "2"}},
	} {
		results, err = publish(t, dir, o, test.files, "c1")
		r := must(t, results, err)
		if slices.ContainsFunc(r.Change.Old, func(f File) bool { return f.Path == "c1/flux/x" }) && test.files["c1/flux/y"] == "" {
			t.Errorf("%s: another's file is old: %s", test.rule, paths(r.Change.Old))
		}
		got := strings.ReplaceAll(git(t, dir, "ls-tree", "-r", "--name-only", "main"), "\n", " ")
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.rule, got, test.want)
		}
	}
}

func paths(files []File) string {
	var all []string
	for _, f := range files {
		all = append(all, f.Path)
	}
	return strings.Join(all, " ")
}

func TestOthersTreesAreLeftAlone(t *testing.T) {
	hermetic(t)
	dir := newBare(t)
	work := clone(t, dir)
	for name, text := range map[string]string{"README": "hello", "charts/a.yaml": "a", "c2/kustomization.yaml": "c2", "run.sh": "#!/bin/sh"} {
		full := filepath.Join(work, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("README", filepath.Join(work, "link")); err != nil {
		t.Fatal(err)
	}
	git(t, work, "add", ".")
	git(t, work, "commit", "-q", "-m", "theirs")
	git(t, work, "push", "-q", "origin", "HEAD:main")
	results, err := publish(t, dir, options("ours"), web, "c1")
	must(t, results, err)
	if got := git(t, dir, "diff", "--stat", "main~1", "main", "--", ".", ":!c1"); got != "" {
		t.Errorf("others' files changed: %s", got)
	}
	// A cluster that is complete without a file goes; Vanished ones, too.
	o := options("gone")
	o.Vanished = func([]byte, []string) []string { return []string{"c2"} }
	results, err = publish(t, dir, o, nil, "c1")
	if r := must(t, results, err); len(r.Change.New) != 0 || len(r.Change.Old) != 5 {
		t.Errorf("change %+v", r.Change)
	}
	if got := git(t, dir, "ls-tree", "--name-only", "main"); got != "README\ncharts\nlink\nrun.sh" {
		t.Errorf("left %q", got)
	}
	if _, err := publish(t, dir, options("x"), map[string]string{"run.sh/x": "1"}, "run.sh"); err == nil ||
		!strings.Contains(err.Error(), "run.sh is no folder, so another writer made it") {
		t.Errorf("a file in a cluster's place: %v", err)
	}
	git(t, dir, "fsck", "--strict")
}

func TestDescribeStopsTheRun(t *testing.T) {
	hermetic(t)
	dir := newBare(t)
	o := options("")
	o.Describe = func(Change) (Description, error) { return Description{}, fmt.Errorf("no") }
	if _, err := publish(t, dir, o, web, "c1"); err == nil || err.Error() != "no" {
		t.Errorf("Commit: %v", err)
	}

	// One branch that is refused stops the others.
	o.Branch = "{cluster}"
	asked := 0
	o.Describe = func(c Change) (d Description, err error) {
		if asked++; c.Clusters[0] != "c3" {
			err = fmt.Errorf("not %s", c.Clusters[0])
		}
		return d, err
	}
	_, err := publish(t, dir, o, map[string]string{"c1/x": "1", "c2/x": "1", "c3/x": "1"}, "c1", "c2", "c3")
	if err == nil || err.Error() != "not c1\nnot c2" || asked != 3 {
		t.Errorf("Commit: %v, %d asked", err, asked)
	}
	o = options("dry")
	o.DryRun = true
	results, err := publish(t, dir, o, web, "c1")
	if r := must(t, results, err); !r.Changed {
		t.Errorf("a dry run finds no change")
	}
	if got := git(t, dir, "for-each-ref"); got != "" {
		t.Errorf("references %q", got)
	}
}

func TestMetadataAndNotes(t *testing.T) {
	hermetic(t)
	dir := newBare(t)
	for n, test := range []struct {
		files   map[string]string
		sha     string
		changed bool
	}{{web, "aaa", true}, {web, "bbb", false}, {map[string]string{"c1/x": "1"}, "ccc", true}} {
		o := options("m")
		o.Note = []byte(test.sha + "\n")
		o.Describe = func(Change) (Description, error) {
			return Description{Message: "m", Metadata: []byte(test.sha)}, nil
		}
		results, err := publish(t, dir, o, test.files, "c1")
		r := must(t, results, err)
		if r.Changed != test.changed {
			t.Errorf("%d: changed %v", n, r.Changed)
		}
		if got := git(t, dir, "notes", "--ref", "refs/notes/hydrator.metadata", "show", "main"); got != test.sha {
			t.Errorf("%d: note %q, want %q", n, got, test.sha)
		}
		if got := git(t, dir, "show", "main:hydrator.metadata"); test.changed && got != test.sha {
			t.Errorf("%d: metadata %q, want %q", n, got, test.sha)
		}
	}
	if got := git(t, dir, "rev-list", "--count", "main"); got != "2" {
		t.Errorf("%s commits, want 2", got)
	}
}

// TestManyNotes has a notes' tree that is full: new notes go into folders, and git finds old and new ones.
func TestClusterMetadata(t *testing.T) {
	hermetic(t)
	dir := newBare(t)
	o := options("base")
	o.ClusterMetadata = true
	for n, files := range []map[string]string{{"c1/x": "1", "c2/x": "1"}, {"c1/x": "2", "c2/x": "1"}, {"c1/x": "2", "c2/x": "1"}} {
		o.Describe = func(Change) (Description, error) {
			return Description{Message: "m", Metadata: []byte("sha" + strconv.Itoa(n))}, nil
		}
		results, err := publish(t, dir, o, files, "c1", "c2")
		must(t, results, err)
	}
	for file, want := range map[string]string{"hydrator.metadata": "sha1", "c1/hydrator.metadata": "sha1", "c2/hydrator.metadata": "sha0"} {
		if got := git(t, dir, "show", "main:"+file); got != want {
			t.Errorf("%s = %q, want %q", file, got, want)
		}
	}
	git(t, dir, "fsck", "--strict")
	o.Branch = "main-next/{cluster}"
	results, err := publish(t, dir, o, map[string]string{"c1/x": "3"}, "c1")
	must(t, results, err)
	if git(t, dir, "rev-parse", "main-next/c1~1") != git(t, dir, "rev-parse", "main") {
		t.Error("a proposed branch does not begin at the active one")
	}
}

func TestManyNotes(t *testing.T) {
	hermetic(t)
	dir := newBare(t)
	o := options("c")
	o.Note = []byte("first")
	results, err := publish(t, dir, o, web, "c1")
	first := must(t, results, err).Commit
	var stream strings.Builder
	fmt.Fprintf(&stream, "commit %s\ncommitter A <a> 1 +0000\ndata 0\nfrom %s^0\n", notesRef, notesRef)
	for n := range flatNotes {
		fmt.Fprintf(&stream, "M 100644 inline %040x\ndata 1\nx\n", n)
	}
	c := exec.Command("git", "-C", dir, "fast-import", "--quiet")
	c.Stdin = strings.NewReader(stream.String())
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for n, text := range []string{"second", "third"} {
		o.Note = []byte(text)
		results, err = publish(t, dir, o, map[string]string{"c1/x": strconv.Itoa(n)}, "c1")
		must(t, results, err)
	}
	o.Note = []byte("third again")
	results, err = publish(t, dir, o, map[string]string{"c1/x": "1"}, "c1")
	must(t, results, err)
	for commit, want := range map[string]string{first: "first", "main~1": "second", "main": "third again"} {
		if got := git(t, dir, "notes", "--ref", notesRef, "show", commit); got != want {
			t.Errorf("note of %s %q, want %q", commit, got, want)
		}
	}
}

func TestBranches(t *testing.T) {
	hermetic(t)
	dir := newBare(t)
	files := map[string]string{"c1/x": "1", "c2/x": "2"}
	results, err := publish(t, dir, options("base"), files, "c1", "c2")
	must(t, results, err)
	git(t, dir, "branch", "environment/c1", "main")
	o := options("per cluster")
	o.Branch = "environment/{cluster}-next"
	results, err = publish(t, dir, o, map[string]string{"c1/x": "new", "c2/x": "2"}, "c1", "c2")
	must(t, results, err)
	if len(results) != 2 || git(t, dir, "rev-parse", "environment/c1-next~1") != git(t, dir, "rev-parse", "environment/c1") {
		t.Errorf("results %+v", results)
	}
	if got := git(t, dir, "ls-tree", "--name-only", "environment/c2-next"); got != "c2" {
		t.Errorf("a branch without an active one holds %q", got)
	}
	for _, bad := range []string{"a..b", "-x", "a b", "a.lock", "/a", "HEAD", "a\x01"} {
		o.Branch = bad
		if _, err := publish(t, dir, o, nil); err == nil {
			t.Errorf("the branch %q is accepted", bad)
		}
	}
}

func TestBigCommitBecomesAPack(t *testing.T) {
	hermetic(t)
	dir, files := newBare(t), map[string]string{}
	for n := range 3 * looseObjects {
		files[fmt.Sprintf("c1/kubernetes/s%d/main.yaml", n)] = strconv.Itoa(n)
	}
	results, err := publish(t, dir, options("big"), files, "c1")
	must(t, results, err)
	git(t, dir, "fsck", "--strict")
	if got := git(t, dir, "count-objects"); !strings.HasPrefix(got, "0 objects") {
		t.Errorf("loose: %s", got)
	}
	files["c1/kubernetes/s7/main.yaml"] = "new"
	results, err = publish(t, dir, options("small"), files, "c1")
	must(t, results, err)
	if got := git(t, dir, "count-objects"); !strings.HasPrefix(got, "6 objects") {
		t.Errorf("one changed file is five trees and blobs and a commit, not %s", got)
	}
}

func TestPush(t *testing.T) {
	hermetic(t)
	bare := newBare(t)
	first, second := clone(t, bare), clone(t, bare)
	o := options("first")
	o.Push, o.Note = "origin", []byte("n1")
	results, err := publish(t, first, o, web, "c1")
	must(t, results, err)
	o = options("second")
	o.Push, o.Note = "origin", []byte("n2")
	results, err = publish(t, second, o, map[string]string{"c2/x": "1"}, "c2")
	if r := must(t, results, err); !r.Pushed || r.Attempts != 1 {
		t.Errorf("%+v", r)
	}
	if got := git(t, bare, "log", "--format=%s", "main"); got != "second\nfirst" {
		t.Errorf("log %q", got)
	}
	if got := git(t, second, "status", "--porcelain", "-b"); got != "## main...origin/main" {
		t.Errorf("status %q", got)
	}
	if got := git(t, bare, "notes", "--ref", notesRef, "show", "main"); got != "n2" {
		t.Errorf("note %q", got)
	}
	git(t, bare, "fsck", "--strict")
	// A shallow clone, as continuous integration has it.
	shallow := filepath.Join(t.TempDir(), "shallow")
	git(t, t.TempDir(), "clone", "-q", "--depth", "1", "file://"+bare, shallow)
	o = options("third")
	o.Push = "origin"
	results, err = publish(t, first, o, map[string]string{"c1/y": "1"}, "c1")
	must(t, results, err)
	o = options("fourth")
	o.Push = "origin"
	results, err = publish(t, shallow, o, map[string]string{"c2/y": "1"}, "c2")
	must(t, results, err)
	if got := git(t, bare, "log", "--format=%s", "main"); got != "fourth\nthird\nsecond\nfirst" {
		t.Errorf("log %q", got)
	}
	o.Push = "nowhere"
	if _, err := publish(t, first, o, web, "c1"); err == nil || !strings.Contains(err.Error(), `no remote "nowhere"`) {
		t.Errorf("push to no remote: %v", err)
	}
}

// TestConcurrentPublishers has four publishers commit to one branch at once, each a cluster of its own and a shared
// one.
func TestConcurrentPublishers(t *testing.T) {
	hermetic(t)
	const publishers = 4
	for _, pushing := range []bool{false, true} {
		name := "into one repository"
		if pushing {
			name = "pushing from clones"
		}
		t.Run(name, func(t *testing.T) {
			bare := newBare(t)
			repositories := slices.Repeat([]string{bare}, publishers)
			for p := range repositories {
				if pushing {
					repositories[p] = clone(t, bare) // before anybody pushes: git copies what is in flight, too
				}
			}
			var wait sync.WaitGroup
			for p, repository := range repositories {
				wait.Go(func() { publishRounds(t, repository, p, pushing) })
			}
			wait.Wait()
			checkRounds(t, bare, publishers*rounds)
		})
	}
}

func publishRounds(t *testing.T, repository string, p int, pushing bool) {
	for round := range rounds {
		id := fmt.Sprintf("publisher %d round %d", p, round)
		o := options(id)
		o.Note = []byte(id)
		if pushing {
			o.Push = "origin"
		}
		mine, files := "own"+strconv.Itoa(p), map[string]string{}
		for n := range 5 {
			files[fmt.Sprintf("%s/f%d", mine, n)] = id
			files[fmt.Sprintf("shared/f%d", n)] = id
		}
		if _, err := publish(t, repository, o, files, mine, "shared"); err != nil {
			t.Error(id, err)
		}
	}
}

// checkRounds holds that every round's commit is in the history, with its whole tree and its note.
func checkRounds(t *testing.T, bare string, want int) {
	git(t, bare, "fsck", "--strict")
	commits := strings.Split(git(t, bare, "log", "--format=%H %s", "main"), "\n")
	storage := filesystem.NewStorage(osfs.New(bare), cache.NewObjectLRUDefault())
	var subjects []string
	for _, line := range commits {
		hash, subject, _ := strings.Cut(line, " ")
		subjects = append(subjects, subject)
		c, err := object.GetCommit(storage, plumbing.NewHash(hash))
		if err != nil {
			t.Fatal(err)
		}
		for _, folder := range []string{"own" + strings.Fields(subject)[1], "shared"} {
			for n := range 5 {
				f, err := c.File(fmt.Sprintf("%s/f%d", folder, n))
				if err != nil {
					t.Fatal(err)
				}
				if got, _ := f.Contents(); got != subject {
					t.Fatalf("%s holds %q in %s/f%d: half a tree", subject, got, folder, n)
				}
			}
		}
	}
	if got := strings.Count(git(t, bare, "notes", "--ref", notesRef, "list"), "\n") + 1; got != want {
		t.Errorf("%d notes, want %d", got, want)
	}
	slices.Sort(subjects)
	if subjects = slices.Compact(subjects); len(subjects) != want || len(commits) != want {
		t.Errorf("%d commits of %d rounds, want %d", len(commits), len(subjects), want)
	}
}
