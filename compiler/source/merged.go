package source

import (
	"container/heap"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// maxMerged is how many commits are looked at for what a merge brings.
const maxMerged = 10_000

// Merged returns the messages of the commits that a merge brings: those that its first parent does not lead to, the merge
// itself left out. Another commit brings none. What a shallow clone lacks is passed over.
func (r *Repository) Merged(revision string) ([]string, error) {
	merge, err := r.commit(revision)
	if err != nil || len(merge.ParentHashes) < 2 {
		return nil, err
	}
	w := walk{repository: r, old: map[plumbing.Hash]bool{}}
	for n, parent := range merge.ParentHashes {
		w.add(parent, n == 0)
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
	var messages []string
	for _, c := range brought {
		if !w.old[c.Hash] { // found out too late, where clocks differ
			messages = append(messages, c.Message)
		}
	}
	return messages, nil
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
