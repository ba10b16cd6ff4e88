package output

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/client"

	"github.com/paasta-render/paasta-render/compiler/source/remote"
)

// maxHaves is how many commits of the local branches are offered to a remote as known.
const maxHaves = 64

// remoteURL returns the URL of the remote that is pushed to.
func (g *Git) remoteURL() (string, error) {
	config, err := g.known.Config()
	if err != nil {
		return "", fmt.Errorf("read the git configuration of %s: %w", g.path, err)
	}
	r := config.Remotes[g.Push]
	if r == nil || len(r.URLs) == 0 {
		return "", fmt.Errorf("%s has no remote %q to push to", g.path, g.Push)
	}
	return r.URLs[len(r.URLs)-1], nil
}

// fetch returns what references of the remote point at, having fetched what the repository lacks of them; one that does
// not exist is missing. Local references are left alone.
func (g *Git) fetch(names ...string) (map[string]plumbing.Hash, error) {
	url, err := g.remoteURL()
	if err != nil {
		return nil, err
	}
	type tipsByName = map[string]plumbing.Hash
	ask := func(ctx context.Context, e *transport.Endpoint, auth remote.Auth) (tipsByName, error) {
		tips := tipsByName{}
		c, err := client.NewClient(e)
		if err != nil {
			return nil, err
		}
		session, err := c.NewUploadPackSession(e, auth)
		if err != nil {
			return nil, err
		}
		defer session.Close()
		refs, err := session.AdvertisedReferencesContext(ctx)
		if errors.Is(err, transport.ErrEmptyRemoteRepository) {
			return tips, nil
		}
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if tip := refs.References[name]; !tip.IsZero() {
				tips[name] = tip
			}
		}
		return tips, g.fetchObjects(ctx, session, refs, slices.Collect(maps.Values(tips)))
	}
	tips, err := remote.Do(g.ctx, url, g.Remote, ask)
	for _, tip := range tips {
		g.fetched = append(g.fetched, tip)
	}
	return tips, err
}

// read returns what references point at, the remote's when pushing.
func (g *Git) read(names ...string) (map[string]plumbing.Hash, error) {
	if g.Push != "" {
		return g.fetch(names...)
	}
	tips := map[string]plumbing.Hash{}
	for _, name := range names {
		h, err := g.dir.ref(name)
		if err != nil {
			return nil, err
		}
		tips[name] = h
	}
	return tips, nil
}

// fetchObjects fetches what the repository lacks of some commits.
func (g *Git) fetchObjects(ctx context.Context, session transport.UploadPackSession, refs *packp.AdvRefs,
	tips []plumbing.Hash) error {
	storage := g.storage()
	defer storage.Close()
	tips = slices.DeleteFunc(tips, func(tip plumbing.Hash) bool { return storage.HasEncodedObject(tip) == nil })
	if len(tips) == 0 {
		return nil
	}
	request := packp.NewUploadPackRequestFromCapabilities(refs.Capabilities)
	request.Wants = tips
	request.Haves = g.haves(storage)
	// A repository that has nothing needs the tips only, not their history.
	shallow := len(request.Haves) == 0 && refs.Capabilities.Supports(capability.Shallow)
	if shallow {
		request.Depth = packp.DepthCommits(1)
		_ = request.Capabilities.Set(capability.Shallow)
	}
	answer, err := session.UploadPack(ctx, request)
	if err != nil {
		return err
	}
	defer answer.Close()
	if shallow && len(answer.Shallows) > 0 {
		if err := storage.SetShallow(answer.Shallows); err != nil {
			return err
		}
	}
	return packfile.UpdateObjectStorage(storage, demultiplex(request.Capabilities, answer))
}

// demultiplex takes the pack out of the bands that the two sides have agreed upon.
func demultiplex(agreed *capability.List, r io.Reader) io.Reader {
	switch {
	case agreed.Supports(capability.Sideband64k):
		return sideband.NewDemuxer(sideband.Sideband64k, r)
	case agreed.Supports(capability.Sideband):
		return sideband.NewDemuxer(sideband.Sideband, r)
	}
	return r
}

// haves returns the latest commits that are here, which a remote need not send again: those that the branch's local and
// tracking references and the notes lead to, and those that were fetched before.
func (g *Git) haves(s storer.EncodedObjectStorer) []plumbing.Hash {
	tips := slices.Clone(g.fetched)
	active, _ := activeBranch(g.Branch)
	for _, branch := range []string{g.Branch, active} {
		for _, ref := range []string{"refs/heads/" + branch, "refs/remotes/" + g.Push + "/" + branch} {
			if h, err := g.dir.ref(ref); err == nil && !h.IsZero() {
				tips = append(tips, h)
			}
		}
	}
	if h, err := g.dir.ref(notesRef); err == nil && !h.IsZero() {
		tips = append(tips, h)
	}
	seen := map[plumbing.Hash]bool{}
	for _, tip := range tips {
		for n := 0; n < maxHaves && !tip.IsZero() && !seen[tip]; n++ {
			c, err := object.GetCommit(s, tip)
			if err != nil {
				break
			}
			seen[tip] = true
			if tip = plumbing.ZeroHash; len(c.ParentHashes) > 0 {
				tip = c.ParentHashes[0]
			}
		}
	}
	return slices.Collect(maps.Keys(seen))
}

// push sends the new objects and moves the remote's references, the branch and the notes together, if they still are
// what they were. The error is errMoved when they are not.
func (g *Git) push(a *attempt, to plumbing.Hash, notes notesUpdate) error {
	var commands []*packp.Command
	if to != a.old {
		commands = append(commands, &packp.Command{Name: plumbing.ReferenceName(a.ref), Old: a.old, New: to})
	}
	if notes.old != notes.new {
		commands = append(commands, &packp.Command{Name: notesRef, Old: notes.old, New: notes.new})
	}
	url, err := g.remoteURL()
	if err != nil {
		return err
	}
	tell := func(ctx context.Context, e *transport.Endpoint, auth remote.Auth) (moved bool, err error) {
		c, err := client.NewClient(e)
		if err != nil {
			return false, err
		}
		session, err := c.NewReceivePackSession(e, auth)
		if err != nil {
			return false, err
		}
		defer session.Close()
		return g.send(ctx, session, a, commands)
	}
	moved, err := remote.Do(g.ctx, url, g.Remote, tell)
	if err == nil && moved {
		return errMoved
	}
	return err
}

// send talks to the remote's git-receive-pack; moved tells that another writer was faster.
func (g *Git) send(ctx context.Context, session transport.ReceivePackSession, a *attempt,
	commands []*packp.Command) (moved bool, err error) {
	refs, err := session.AdvertisedReferencesContext(ctx)
	if err != nil {
		return false, err
	}
	done := 0
	for _, c := range commands {
		switch refs.References[string(c.Name)] {
		case c.New: // an earlier attempt went through, and its answer was lost
			done++
		case c.Old:
		default:
			return true, nil
		}
	}
	if done == len(commands) {
		return false, nil
	}
	request := packp.NewReferenceUpdateRequestFromCapabilities(refs.Capabilities)
	request.Commands = commands
	if refs.Capabilities.Supports(capability.Atomic) {
		_ = request.Capabilities.Set(capability.Atomic)
	}
	reader, writer := io.Pipe()
	request.Packfile = reader
	encoded := make(chan struct{})
	go func() {
		defer close(encoded)
		_, err := packfile.NewEncoder(writer, a.storage, false).Encode(a.objects.fresh, 0)
		writer.CloseWithError(err)
	}()
	report, err := session.ReceivePack(ctx, request)
	reader.Close()
	<-encoded // it reads the storage
	if report != nil && contested(report.CommandStatuses) {
		return true, nil
	}
	return false, err
}

// contested tells whether a remote's refusal means that another writer was faster. Anything else, such as a hook or a
// protected branch, will refuse again.
func contested(statuses []*packp.CommandStatus) bool {
	any := func(words ...string) bool {
		return slices.ContainsFunc(statuses, func(s *packp.CommandStatus) bool {
			status := strings.ToLower(s.Status)
			return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(status, word) })
		})
	}
	return !any("declined", "denied", "prohibited", "protected", "deny") && any("lock", "fetch first", "non-fast-forward",
		"stale", "already exists", "failed to update ref", "reference changed", "incorrect old value", "remote ref", "atomic")
}

// follow moves the local references to what was pushed, as far as nobody else has moved them.
func (g *Git) follow(a *attempt, to plumbing.Hash, notes notesUpdate, result *Result) {
	tracking := "refs/remotes/" + g.Push + "/" + a.branch
	if now, err := g.dir.ref(tracking); err == nil && now != to {
		_ = g.dir.setRef(tracking, now, to)
	}
	if now, err := g.dir.ref(notesRef); err == nil && notes.old != notes.new && now != notes.new {
		_ = g.dir.setRef(notesRef, now, notes.new)
	}
	now, err := g.dir.ref(a.ref)
	switch {
	case err != nil:
	case now == to:
		result.Warning = g.catchUp(a, to)
	case g.behind(a, now):
		result.Warning, _ = g.move(a, now, to) // what was pushed stands
	}
}

// behind tells whether a local branch holds nothing that the pushed one lacks.
func (g *Git) behind(a *attempt, local plumbing.Hash) bool {
	if local.IsZero() || local == a.parent {
		return true
	}
	mine, err := object.GetCommit(a.storage, local)
	if err != nil {
		return false
	}
	theirs, err := object.GetCommit(a.storage, a.parent)
	if err != nil {
		return false
	}
	ancestor, err := mine.IsAncestor(theirs)
	return err == nil && ancestor
}
