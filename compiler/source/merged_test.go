package source

import (
	"slices"
	"testing"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

func TestMerged(t *testing.T) {
	dir := hermetic(t)
	base := commit(t, dir, map[string]string{"web/service.yaml": ""}, "base")
	repository, err := git.PlainOpen(dir)
	if err != nil {
		t.Fatal(err)
	}
	worktree, err := repository.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1700000000, 0) // all in one second, as a script makes them
	on := func(message string, parents ...plumbing.Hash) plumbing.Hash {
		author := &object.Signature{Name: "Ada", Email: "ada@example.org", When: at}
		h, err := worktree.Commit(message, &git.CommitOptions{Author: author, Parents: parents, AllowEmptyCommits: true})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	m1 := on("main 1", base)
	m2 := on("main 2", m1)
	f1 := on("feature 1", base)
	f2 := on("merge main into feature", f1, m1)
	f3 := on("feature 2", f2)
	merge := on("merge feature", m2, f3)
	at = at.Add(time.Hour)
	later := on("later", merge)
	octopus := on("octopus", later, on("left", f3), on("right", base))
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, test := range []struct {
		rule string
		of   plumbing.Hash
		want []string
	}{
		{"all of a branch, and nothing of what it merged itself", merge, []string{"feature 1", "feature 2", "merge main into feature"}},
		{"a commit that merges nothing", later, nil},
		{"several branches, without what was merged before", octopus, []string{"left", "right"}},
	} {
		got, err := r.Merged(test.of.String())
		slices.Sort(got)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, %v, want %q", test.rule, got, err, test.want)
		}
	}
}
