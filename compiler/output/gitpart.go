package output

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/transport"

	"github.com/paasta-render/paasta-render/compiler/source/remote"
)

// Leave commits the clusters' trees as they were put to a reference of their own, from where another run joins them
// with others'. The commit has no parent and nothing of what other writers have. Describe is told the trees, by
// cluster. A reference that is there is replaced: a part that is rendered again counts.
func (g *Git) Leave(ref string, clusters []string, describe func(trees map[string]string) Description) (err error) {
	defer g.Discard()
	for attempt := 1; attempt <= max(1, g.Attempts); attempt++ {
		if attempt > 1 && g.Remote.Wait != nil {
			g.Remote.Wait(g.ctx, attempt-1)
		}
		if err = g.ctx.Err(); err != nil {
			return err
		}
		err = g.leaveOnce(ref, clusters, describe)
		if !errors.Is(err, errMoved) && !errors.Is(err, errLocked) {
			return err
		}
	}
	return fmt.Errorf("%s: no commit after %d attempts: %w", ref, max(1, g.Attempts), err)
}

func (g *Git) leaveOnce(ref string, clusters []string, describe func(map[string]string) Description) error {
	a, err := g.begin(g.Branch)
	if err != nil {
		return err
	}
	defer a.storage.Close()
	tips, err := g.read(ref)
	if err != nil {
		return err
	}
	a.ref, a.old = ref, tips[ref]
	base, err := a.objects.tree(a.root)
	if err != nil {
		return err
	}
	var entries []object.TreeEntry
	trees := map[string]string{}
	for _, cluster := range clusters {
		if g.roots[cluster] == nil {
			continue
		}
		h, err := a.objects.write(g.roots[cluster], subtree(base, cluster))
		if err != nil {
			return err
		}
		trees[cluster] = h.String()
		entries = append(entries, object.TreeEntry{Name: cluster, Mode: filemode.Dir, Hash: h})
	}
	d := describe(trees)
	blob := plumbing.ComputeHash(plumbing.BlobObject, d.Metadata)
	if err := g.spool.add(blob, plumbing.BlobObject, d.Metadata); err != nil {
		return err
	}
	a.objects.note(blob)
	entries = append(entries, object.TreeEntry{Name: metadataFile, Mode: filemode.Regular, Hash: blob})
	root, err := a.objects.encode(entries, plumbing.ZeroHash)
	if err != nil {
		return err
	}
	c := &object.Commit{Author: g.Author, Committer: g.Committer, Message: d.Message, TreeHash: root}
	to, err := a.addCommit(c, plumbing.ZeroHash)
	if err != nil || to == a.old {
		return err
	}
	if err := a.store(); err != nil {
		return fmt.Errorf("write git objects: %w", err)
	}
	if g.Push != "" {
		return g.push(a, to, notesUpdate{})
	}
	return g.dir.setRef(ref, a.old, to)
}

// Parts reads what was left at references, from the remote when the run pushes; nil where there is nothing. Close them.
func (g *Git) Parts(refs []string) (parts []*Held, err error) {
	tips, err := g.read(refs...)
	if err != nil {
		return nil, err
	}
	for _, ref := range refs {
		if tips[ref].IsZero() {
			parts = append(parts, nil)
			continue
		}
		a := &attempt{ref: ref, old: tips[ref], parent: tips[ref]}
		if err := g.openTip(a); err != nil {
			return parts, err
		}
		h, err := g.held(a)
		if err != nil {
			return parts, err
		}
		parts = append(parts, h)
	}
	return parts, nil
}

// Join takes over the trees of a part.
func (g *Git) Join(part *Held, clusters []string) error {
	if err := g.TakeOver(part, clusters); err != nil {
		return err
	}
	for _, cluster := range clusters {
		for _, f := range g.roots[cluster].folders {
			f.left = true
		}
	}
	return nil
}

// Drop deletes the references of parts that have been joined, as far as they are what was joined.
func (g *Git) Drop(parts []*Held) error {
	if g.Push == "" {
		var errs []error
		for _, p := range parts {
			errs = append(errs, g.dir.setRef(p.attempt.ref, p.attempt.old, plumbing.ZeroHash))
		}
		return errors.Join(errs...)
	}
	url, err := g.remoteURL()
	if err != nil {
		return err
	}
	drop := func(ctx context.Context, e *transport.Endpoint, auth remote.Auth) (struct{}, error) {
		return struct{}{}, dropRemote(ctx, e, auth, parts)
	}
	_, err = remote.Do(g.ctx, url, g.Remote, drop)
	return err
}

// dropRemote deletes the references of parts that a remote still has.
func dropRemote(ctx context.Context, e *transport.Endpoint, auth remote.Auth, parts []*Held) error {
	c, err := remote.Connect(e, remote.DefaultRefBytes)
	if err != nil {
		return err
	}
	session, err := c.NewReceivePackSession(e, auth)
	if err != nil {
		return err
	}
	defer session.Close()
	refs, err := session.AdvertisedReferencesContext(ctx)
	if err != nil {
		return err
	}
	request := packp.NewReferenceUpdateRequestFromCapabilities(refs.Capabilities)
	for _, p := range parts {
		if refs.References[p.attempt.ref] == p.attempt.old {
			request.Commands = append(request.Commands,
				&packp.Command{Name: plumbing.ReferenceName(p.attempt.ref), Old: p.attempt.old})
		}
	}
	if len(request.Commands) == 0 || !refs.Capabilities.Supports(capability.DeleteRefs) {
		return nil
	}
	_ = request.Capabilities.Set(capability.DeleteRefs) // the remote supports it
	_, err = session.ReceivePack(ctx, request)
	return err
}
