package output

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/plumbing/transport"

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
		c, err := remote.Connect(e, remote.DefaultRefBytes)
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
