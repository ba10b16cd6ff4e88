package output

import (
	"fmt"
	"io"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// metadataFile is what the GitOps Promoter reads at the root of a branch.
const metadataFile = "hydrator.metadata"

// looseObjects is how many new objects are written one by one; more become a pack.
const looseObjects = 200

// attempt is one try to commit on top of a tip.
type attempt struct {
	branch  string
	ref     string
	old     plumbing.Hash // what the reference must hold, zero when it must not exist
	parent  plumbing.Hash // what the commit is made on; differs from old for a new branch
	root    plumbing.Hash // the parent's tree
	notes   plumbing.Hash // what the notes' reference must hold
	note    []byte        // git's note on the commit; nil for none
	storage *filesystem.Storage
	objects *objects
}

// once makes one commit and moves the branch, or finds that nothing changed. A dry one only finds out.
func (g *Git) once(branch string, clusters []string, dry bool) (Result, error) {
	a, err := g.begin(branch)
	if err != nil {
		return Result{}, err
	}
	defer a.storage.Close()
	change, err := g.change(a, clusters)
	if err != nil {
		return Result{}, err
	}
	result := Result{Commit: hashText(a.parent), Change: change}
	if g.Outdated != nil && g.Outdated(change.Metadata) {
		result.Outdated = true
		return result, nil
	}
	to := a.parent
	if len(change.Old)+len(change.New) > 0 {
		description, err := g.Describe(change)
		if err != nil {
			return result, refusal{err}
		}
		result.Changed = true
		if dry {
			return result, nil
		}
		if to, err = g.commit(a, change, description); err != nil {
			return result, err
		}
		result.Commit = to.String()
	} else if g.NoteUnchanged != nil {
		a.note = g.NoteUnchanged(change)
	}
	if dry || to.IsZero() {
		return result, nil
	}
	return result, g.publish(a, to, &result)
}

func hashText(h plumbing.Hash) string {
	if h.IsZero() {
		return ""
	}
	return h.String()
}

// begin reads the branch's tip, from the remote when pushing. A branch that does not exist begins as a commit without a
// parent; "<branch>-next", as the GitOps Promoter has it, begins where <branch> is.
func (g *Git) begin(branch string) (*attempt, error) {
	a := &attempt{branch: branch, ref: "refs/heads/" + branch, note: g.Note}
	active, staged := activeBranch(a.ref)
	tips, err := g.read(a.ref, active, notesRef)
	if err != nil {
		return nil, err
	}
	a.old, a.parent, a.notes = tips[a.ref], tips[a.ref], tips[notesRef]
	if staged && a.old.IsZero() {
		a.parent = tips[active]
	}
	if err := g.openTip(a); err != nil {
		return nil, err
	}
	return a, nil
}

// openTip opens the repository for an attempt and reads the parent's tree.
func (g *Git) openTip(a *attempt) error {
	a.storage = g.storage()
	a.objects = newObjects(a.storage, g.spool)
	if a.parent.IsZero() {
		return nil
	}
	c, err := object.GetCommit(a.storage, a.parent)
	if err != nil {
		a.storage.Close()
		return fmt.Errorf("%s: commit %s: %w", a.ref, a.parent, err)
	}
	a.root = c.TreeHash
	return nil
}

// activeBranch returns the branch that a proposed one is promoted to: "<active>-next", or "<active>-next/<activePath>".
func activeBranch(proposed string) (active string, ok bool) {
	if before, _, found := strings.Cut(proposed, "-next/"); found {
		return before, true
	}
	return strings.CutSuffix(proposed, "-next")
}

// commit writes the objects of a commit.
func (g *Git) commit(a *attempt, change Change, d Description) (plumbing.Hash, error) {
	base, err := a.objects.tree(a.root)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	blob := plumbing.ComputeHash(plumbing.BlobObject, d.Metadata)
	if err := g.spool.add(blob, plumbing.BlobObject, d.Metadata); err != nil {
		return plumbing.ZeroHash, err
	}
	with := map[string]object.TreeEntry{}
	var metadata plumbing.Hash // in the clusters' folders
	if d.Metadata != nil {
		if g.ClusterMetadata {
			metadata = blob
		}
		a.objects.note(blob)
		with[metadataFile] = object.TreeEntry{Name: metadataFile, Mode: filemode.Regular, Hash: blob}
	}
	for _, cluster := range change.Clusters {
		if !change.touches(cluster) {
			continue
		}
		h, err := g.folder(a, cluster, subtree(base, cluster), metadata)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		with[cluster] = object.TreeEntry{Name: cluster, Mode: filemode.Dir, Hash: h}
	}
	root, err := a.objects.encode(replace(base, with), a.root)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	c := &object.Commit{Author: g.Author, Committer: g.Committer, Message: d.Message, TreeHash: root}
	return a.addCommit(c, a.parent)
}

// folder makes the tree of a cluster's folder; the zero hash when nothing is left in it.
func (g *Git) folder(a *attempt, cluster string, before, metadata plumbing.Hash) (plumbing.Hash, error) {
	f := g.roots[cluster]
	_, others, err := g.share(a, before, f)
	if err != nil || f == nil && others == nil {
		return plumbing.ZeroHash, err
	}
	if f == nil {
		return a.objects.write(newFolder(), before, others...)
	}
	if !metadata.IsZero() {
		f.files[metadataFile] = metadata
	}
	return a.objects.write(f, before, others...)
}

func (a *attempt) addCommit(c *object.Commit, parent plumbing.Hash) (plumbing.Hash, error) {
	if !parent.IsZero() {
		c.ParentHashes = []plumbing.Hash{parent}
	}
	m := &plumbing.MemoryObject{}
	if err := c.Encode(m); err != nil {
		return plumbing.ZeroHash, err
	}
	a.objects.made[m.Hash()] = m
	a.objects.note(m.Hash())
	return m.Hash(), nil
}

// publish writes the objects and the note, and moves the references: the remote's, or the local ones.
func (g *Git) publish(a *attempt, to plumbing.Hash, result *Result) error {
	notes, err := g.annotate(a, to)
	if err != nil {
		return err
	}
	if to == a.old && notes.old == notes.new {
		result.Warning = g.catchUp(a, to)
		return nil
	}
	if err := a.store(); err != nil {
		return fmt.Errorf("write git objects: %w", err)
	}
	if g.Push != "" {
		result.Pushed = true
		if err := g.push(a, to, notes); err != nil {
			return err
		}
		g.follow(a, to, notes, result)
		return nil
	}
	if to == a.old {
		result.Warning = g.catchUp(a, to)
		return g.setNotes(a, to, notes)
	}
	if result.Warning, err = g.move(a, a.old, to); err != nil {
		return err
	}
	return g.setNotes(a, to, notes)
}

// store writes the new objects that the repository lacks.
func (a *attempt) store() error {
	var missing []plumbing.Hash
	for _, h := range a.objects.fresh {
		if a.storage.HasEncodedObject(h) != nil {
			missing = append(missing, h)
		}
	}
	if len(missing) > looseObjects {
		return a.storePack(missing)
	}
	for _, h := range missing {
		o := a.objects.made[h]
		if o == nil {
			data, err := a.objects.blob(h)
			if err != nil {
				return err
			}
			o = &plumbing.MemoryObject{}
			o.SetType(plumbing.BlobObject)
			_, _ = o.Write(data)
		}
		if _, err := a.storage.SetEncodedObject(o); err != nil {
			return err
		}
	}
	return nil
}

// storePack makes a pack of the rendered files, to which it adds the commit and its trees.
func (a *attempt) storePack(missing []plumbing.Hash) error {
	for _, h := range missing {
		o := a.objects.made[h]
		if o == nil {
			continue // a rendered file, which the spool holds
		}
		r, _ := o.Reader() // from memory
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if err := a.objects.spool.add(h, o.Type(), data); err != nil {
			return err
		}
	}
	if err := a.objects.spool.seal(); err != nil {
		return err
	}
	a.storage.Reindex()
	return nil
}
