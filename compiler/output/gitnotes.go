package output

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// notesRef is where the GitOps Promoter looks for notes on hydrated commits.
const notesRef = "refs/notes/hydrator.metadata"

// flatNotes is how many notes stand directly in the notes' tree; later ones go into folders of two digits, which git
// reads just as well.
const flatNotes = 256

// notesUpdate moves the notes reference; old equals new when there is nothing to say.
type notesUpdate struct{ old, new plumbing.Hash }

// annotate makes the notes commit that puts Note on a commit. A note that is there with other words is replaced.
func (g *Git) annotate(a *attempt, commit plumbing.Hash) (notesUpdate, error) {
	if a.note == nil || commit.IsZero() {
		return notesUpdate{}, nil
	}
	tip := a.notes
	var base plumbing.Hash
	if !tip.IsZero() {
		c, err := object.GetCommit(a.storage, tip)
		if err != nil {
			return notesUpdate{}, fmt.Errorf("%s: %w", notesRef, err)
		}
		base = c.TreeHash
	}
	blob := plumbing.ComputeHash(plumbing.BlobObject, a.note)
	root, err := a.withNote(base, commit.String(), blob)
	if err != nil || root == base {
		return notesUpdate{tip, tip}, err
	}
	if err := g.spool.add(blob, plumbing.BlobObject, a.note); err != nil {
		return notesUpdate{}, err
	}
	a.objects.note(blob)
	const message = "Notes added by paasta-render\n"
	c := &object.Commit{Author: g.Committer, Committer: g.Committer, Message: message, TreeHash: root}
	to, err := a.addCommit(c, tip)
	return notesUpdate{tip, to}, err
}

// withNote returns the notes' tree with one note set, in the place where the note is or belongs.
func (a *attempt) withNote(base plumbing.Hash, commit string, blob plumbing.Hash) (plumbing.Hash, error) {
	entries, err := a.objects.tree(base)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	fan := commit[:2]
	below, err := a.objects.tree(subtree(entries, fan))
	if err != nil {
		return plumbing.ZeroHash, err
	}
	name, flat := commit, 0
	for _, e := range entries {
		if e.Mode != filemode.Dir {
			flat++
		}
	}
	with := map[string]object.TreeEntry{}
	switch {
	case has(entries, commit), flat < flatNotes && len(below) == 0:
		with[name] = object.TreeEntry{Name: name, Mode: filemode.Regular, Hash: blob}
	default:
		name = strings.TrimPrefix(commit, fan)
		inner := map[string]object.TreeEntry{name: {Name: name, Mode: filemode.Regular, Hash: blob}}
		h, err := a.objects.encode(replace(below, inner), subtree(entries, fan))
		if err != nil {
			return plumbing.ZeroHash, err
		}
		with[fan] = object.TreeEntry{Name: fan, Mode: filemode.Dir, Hash: h}
	}
	return a.objects.encode(replace(entries, with), base)
}

// readNote returns the note on a commit; nil when there is none.
func (a *attempt) readNote(commit plumbing.Hash) ([]byte, error) {
	if a.notes.IsZero() || commit.IsZero() {
		return nil, nil
	}
	c, err := object.GetCommit(a.storage, a.notes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", notesRef, err)
	}
	entries, err := a.objects.tree(c.TreeHash)
	if err != nil {
		return nil, err
	}
	name := commit.String()
	if !has(entries, name) {
		if entries, err = a.objects.tree(subtree(entries, name[:2])); err != nil {
			return nil, err
		}
		name = name[2:]
	}
	for _, e := range entries {
		if e.Name == name && e.Mode.IsRegular() {
			return a.objects.blob(e.Hash)
		}
	}
	return nil, nil
}

func has(entries []object.TreeEntry, name string) bool {
	for _, e := range entries {
		if e.Name == name {
			return true
		}
	}
	return false
}

// setNotes moves the local notes reference. The branch has moved already, so another writer of notes is waited for
// here.
func (g *Git) setNotes(a *attempt, commit plumbing.Hash, n notesUpdate) error {
	for attempt := 1; n.old != n.new; attempt++ {
		err := g.dir.setRef(notesRef, n.old, n.new)
		if err == nil || attempt >= max(1, g.Attempts) || !errors.Is(err, errMoved) && !errors.Is(err, errLocked) {
			return err
		}
		if g.Remote.Wait != nil {
			g.Remote.Wait(g.ctx, attempt)
		}
		if a.notes, err = g.dir.ref(notesRef); err != nil {
			return err
		}
		a.storage.Reindex() // the other writer's notes may be in a new pack
		if n, err = g.annotate(a, commit); err != nil {
			return err
		}
		if err := a.store(); err != nil {
			return err
		}
	}
	return nil
}
