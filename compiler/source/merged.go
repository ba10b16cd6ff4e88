package source

import (
	"container/heap"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// maxMerged is how many commits are looked at for what a merge, or a span, brings.
const maxMerged = 10_000

// Merged returns the messages of the commits that a merge brings: those that its first parent does not lead to, the
// merge itself left out. Another commit brings none. What a shallow clone lacks is passed over.
func (r *Repository) Merged(revision string) ([]string, error) {
	merge, err := r.commit(revision)
	if err != nil || len(merge.ParentHashes) < 2 {
		return nil, err
	}
	var messages []string
	for _, c := range r.brought(merge.ParentHashes[1:], merge.ParentHashes[0]) {
		messages = append(messages, c.Message)
	}
	return messages, nil
}

// Between returns the commits that head leads to and base does not, the latest first, head itself among them. What a
// shallow clone lacks is passed over, and no more than 10,000 commits are looked at.
func (r *Repository) Between(base, head string) ([]Commit, error) {
	old, err := r.commit(base)
	if err != nil {
		return nil, err
	}
	now, err := r.commit(head)
	if err != nil {
		return nil, err
	}
	var commits []Commit
	for _, c := range r.brought([]plumbing.Hash{now.Hash}, old.Hash) {
		commits = append(commits, plain(c))
	}
	return commits, nil
}

// brought returns the commits that tips lead to and old does not, the latest first.
func (r *Repository) brought(tips []plumbing.Hash, old plumbing.Hash) []*object.Commit {
	w := walk{repository: r, old: map[plumbing.Hash]bool{}}
	w.add(old, true)
	for _, tip := range tips {
		w.add(tip, false)
	}
	var brought []*object.Commit
	for n := 0; n < maxMerged && w.fresh > 0; n++ {
		c := heap.Pop(&w).(*object.Commit)
		old := w.old[c.Hash]
		if !old {
			w.fresh--
			brought = append(brought, c)
		}
		for _, parent := range c.ParentHashes {
			w.add(parent, old)
		}
	}
	// Where clocks differ, that a commit is old may be found out after it.
	return slices.DeleteFunc(brought, func(c *object.Commit) bool { return w.old[c.Hash] })
}

// walk is a heap of commits, the latest on top, that knows which ones are old: those that the first parent leads to. Of
// two commits of one second the old one comes first, so that what it leads to is known to be old.
type walk struct {
	repository *Repository
	queue      []*object.Commit
	old        map[plumbing.Hash]bool // of every commit that was seen
	fresh      int                    // commits in the queue that are not old
}

func (w *walk) add(hash plumbing.Hash, old bool) {
	was, seen := w.old[hash]
	if seen && (was || !old) {
		return
	}
	w.old[hash] = old
	if seen {
		if at := slices.IndexFunc(w.queue, func(c *object.Commit) bool { return c.Hash == hash }); at >= 0 {
			w.fresh--
			heap.Fix(w, at)
		}
		return
	}
	c, err := w.repository.git.CommitObject(hash)
	if err != nil {
		return
	}
	heap.Push(w, c)
	if !old {
		w.fresh++
	}
}

func (w *walk) Len() int      { return len(w.queue) }
func (w *walk) Swap(i, j int) { w.queue[i], w.queue[j] = w.queue[j], w.queue[i] }
func (w *walk) Push(c any)    { w.queue = append(w.queue, c.(*object.Commit)) }

func (w *walk) Less(i, j int) bool {
	a, b := w.queue[i], w.queue[j]
	if a.Committer.When.Equal(b.Committer.When) {
		return w.old[a.Hash] && !w.old[b.Hash]
	}
	return a.Committer.When.After(b.Committer.When)
}

func (w *walk) Pop() any {
	last := w.queue[len(w.queue)-1]
	w.queue = w.queue[:len(w.queue)-1]
	return last
}
