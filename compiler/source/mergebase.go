package source

import (
	"container/heap"
	"errors"
	"fmt"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// MergeBase returns the hash of the commit at which two revisions parted: what a branch is compared with. In a shallow
// clone the commits at its edge count as the first ones, as for git itself.
func (r *Repository) MergeBase(one, other string) (string, error) {
	a, err := r.commit(one)
	if err != nil {
		return "", err
	}
	b, err := r.commit(other)
	if err != nil {
		return "", err
	}
	edge, err := r.edge()
	if err != nil {
		return "", err
	}
	p := painting{repository: r, edge: edge, colours: map[plumbing.Hash]colour{}}
	bases, err := p.common(a, b)
	switch {
	case err != nil:
		return "", fmt.Errorf("merge base of %s and %s: %w", one, other, err)
	case len(bases) > 0:
		return bases[0].String(), nil
	case len(edge) > 0:
		return "", fmt.Errorf("%s and %s have no commit in common in this shallow clone: run `%s`", one, other, deepen)
	}
	return "", fmt.Errorf("%s and %s have no commit in common", one, other)
}

// deepen is the command that makes a shallow clone a whole one.
const deepen = "git fetch --unshallow"

// edge returns the commits of a shallow clone whose parents are left out; none when the clone is whole.
func (r *Repository) edge() (map[plumbing.Hash]bool, error) {
	shallow, err := r.git.Storer.Shallow()
	if err != nil {
		return nil, fmt.Errorf("reading the edge of the shallow clone: %w", err)
	}
	edge := make(map[plumbing.Hash]bool, len(shallow))
	for _, h := range shallow {
		edge[h] = true
	}
	return edge, nil
}

// colour says from which of two commits another one is reached.
type colour uint8

const (
	fromOne colour = 1 << iota
	fromOther
	behind // reached from a commit that both lead to: no longer of interest
)

// painting walks two histories at once, the latest commit first, until it only sees what lies behind common commits.
type painting struct {
	repository *Repository
	edge       map[plumbing.Hash]bool
	colours    map[plumbing.Hash]colour
	queue      []*object.Commit
}

// common returns the commits that both lead to and that no other such commit leads to.
func (p *painting) common(a, b *object.Commit) ([]plumbing.Hash, error) {
	if err := p.paint(a.Hash, fromOne); err != nil {
		return nil, err
	}
	if err := p.paint(b.Hash, fromOther); err != nil {
		return nil, err
	}
	var found []plumbing.Hash
	for slices.ContainsFunc(p.queue, func(c *object.Commit) bool { return p.colours[c.Hash]&behind == 0 }) {
		c := heap.Pop(p).(*object.Commit)
		of := p.colours[c.Hash]
		if of&(fromOne|fromOther) == fromOne|fromOther {
			if of&behind == 0 && !slices.Contains(found, c.Hash) {
				found = append(found, c.Hash)
			}
			of |= behind
		}
		if p.edge[c.Hash] {
			continue
		}
		for _, parent := range c.ParentHashes {
			if err := p.paint(parent, of); err != nil {
				return nil, err
			}
		}
	}
	return slices.DeleteFunc(found, func(h plumbing.Hash) bool { return p.colours[h]&behind != 0 }), nil
}

// paint adds a colour to a commit, and looks at it again when it did not have it.
func (p *painting) paint(hash plumbing.Hash, of colour) error {
	if p.colours[hash]&of == of {
		return nil
	}
	p.colours[hash] |= of
	c, err := p.repository.git.CommitObject(hash)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return fmt.Errorf("the commit %s is not here: run `%s`", hash, deepen)
	}
	if err != nil {
		return fmt.Errorf("reading the commit %s: %w", hash, err)
	}
	heap.Push(p, c)
	return nil
}

func (p *painting) Len() int      { return len(p.queue) }
func (p *painting) Swap(i, j int) { p.queue[i], p.queue[j] = p.queue[j], p.queue[i] }
func (p *painting) Push(c any)    { p.queue = append(p.queue, c.(*object.Commit)) }
func (p *painting) Less(i, j int) bool {
	return p.queue[i].Committer.When.After(p.queue[j].Committer.When)
}

func (p *painting) Pop() any {
	last := p.queue[len(p.queue)-1]
	p.queue = p.queue[:len(p.queue)-1]
	return last
}
