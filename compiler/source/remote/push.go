package remote

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/transport"
)

// Create makes references on a remote that point at commits which it has already. Nothing is cloned and nothing is sent
// but the names. A reference that exists with the same commit is left as it is; one that exists with another is an
// error, and so is a commit that the remote does not have. PaaSTA: remote_git.create_remote_refs.
func Create(ctx context.Context, url string, refs []Ref, o Options) error {
	if o.MaxRefBytes == 0 {
		o.MaxRefBytes = DefaultRefBytes
	}
	_, err := Do(ctx, url, o, func(ctx context.Context, endpoint *transport.Endpoint, auth Auth) (struct{}, error) {
		if endpoint.Protocol == "file" {
			return struct{}{}, createLocal(endpoint.Path, refs)
		}
		return struct{}{}, createRemote(ctx, endpoint, auth, refs, o.MaxRefBytes)
	})
	return err
}

// createLocal writes the references of a repository on this machine.
func createLocal(path string, refs []Ref) error {
	repository, err := git.PlainOpen(path)
	if err != nil {
		return err
	}
	for _, r := range refs {
		name, hash := plumbing.ReferenceName(r.Name), plumbing.NewHash(r.Hash)
		if _, err := repository.CommitObject(hash); err != nil {
			return fmt.Errorf("the remote does not have the commit %s: %w", r.Hash, err)
		}
		if old, err := repository.Storer.Reference(name); err == nil && old.Hash() != hash {
			return fmt.Errorf("%s exists already and points at %s", r.Name, old.Hash())
		}
		if err := repository.Storer.SetReference(plumbing.NewHashReference(name, hash)); err != nil {
			return err
		}
	}
	return nil
}

func createRemote(ctx context.Context, e *transport.Endpoint, auth transport.AuthMethod, refs []Ref, limit int64) error {
	c, err := Connect(e, limit)
	if err != nil {
		return err
	}
	session, err := c.NewReceivePackSession(e, auth)
	if err != nil {
		return err
	}
	defer session.Close()
	advertised, err := session.AdvertisedReferencesContext(ctx)
	if err != nil && !errors.Is(err, transport.ErrEmptyRemoteRepository) {
		return err
	}
	request, err := updates(advertised, refs)
	if err != nil || len(request.Commands) == 0 {
		return err
	}
	report, err := session.ReceivePack(ctx, request)
	if err != nil {
		return err
	}
	if report != nil {
		return report.Error()
	}
	return nil
}

// updates asks for the references that the remote does not have.
func updates(advertised *packp.AdvRefs, refs []Ref) (*packp.ReferenceUpdateRequest, error) {
	request := packp.NewReferenceUpdateRequestFromCapabilities(advertised.Capabilities)
	if advertised.Capabilities.Supports(capability.Atomic) && len(refs) > 1 {
		if err := request.Capabilities.Set(capability.Atomic); err != nil {
			return nil, err
		}
	}
	for _, r := range refs {
		hash := plumbing.NewHash(r.Hash)
		old, exists := advertised.References[r.Name]
		if exists && old != hash {
			return nil, fmt.Errorf("%s exists already and points at %s", r.Name, old)
		}
		if !exists {
			request.Commands = append(request.Commands, &packp.Command{Name: plumbing.ReferenceName(r.Name), New: hash})
		}
	}
	request.Packfile = io.NopCloser(bytes.NewReader(emptyPack()))
	return request, nil
}

// emptyPack is a pack without objects: git's protocol wants one even when the remote has all. See gitformat-pack(5).
func emptyPack() []byte {
	b := binary.BigEndian.AppendUint32([]byte("PACK"), 2)
	b = binary.BigEndian.AppendUint32(b, 0)
	sum := sha1.Sum(b)
	return append(b, sum[:]...)
}
