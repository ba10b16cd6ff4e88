package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/client"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
)

var errTooManyRefs = errors.New("the list of references is too long")

func tooManyRefs(limit int64) error {
	return fmt.Errorf("%w: it has more than %d MiB", errTooManyRefs, limit>>20)
}

// list asks a remote for its references.
func list(ctx context.Context, e *transport.Endpoint, auth transport.AuthMethod, limit int64) ([]Ref, error) {
	var advertised *packp.AdvRefs
	var err error
	if e.Protocol == "git" {
		advertised, err = advertisedByGit(ctx, e, limit)
	} else {
		advertised, err = advertisedBySession(ctx, e, auth, limit)
	}
	if errors.Is(err, transport.ErrEmptyRemoteRepository) || errors.Is(err, packp.ErrEmptyAdvRefs) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all, err := advertised.AllReferences()
	if err != nil {
		return nil, err
	}
	var found []*plumbing.Reference
	for _, r := range all {
		found = append(found, r)
	}
	return resolve(found, func(name plumbing.ReferenceName) *plumbing.Reference { return all[name] }), nil
}

// Connect returns what talks to an endpoint. A list of references that is longer than limit bytes is an error, so that
// no remote fills the memory.
func Connect(e *transport.Endpoint, limit int64) (transport.Transport, error) {
	if e.Protocol == "http" || e.Protocol == "https" {
		return githttp.NewClient(&http.Client{Transport: bounded{http.DefaultTransport, limit}}), nil
	}
	return client.NewClient(e)
}

func advertisedBySession(ctx context.Context, e *transport.Endpoint, auth transport.AuthMethod, limit int64) (*packp.AdvRefs,
	error) {
	c, err := Connect(e, limit)
	if err != nil {
		return nil, err
	}
	session, err := c.NewUploadPackSession(e, auth)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	return session.AdvertisedReferencesContext(ctx)
}

// advertisedByGit speaks git's own protocol, which anybody may offer. See gitprotocol-pack(5).
func advertisedByGit(ctx context.Context, e *transport.Endpoint, limit int64) (*packp.AdvRefs, error) {
	const usual = 9418
	port := e.Port
	if port == 0 {
		port = usual
	}
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(strings.Trim(e.Host, "[]"), strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	host := e.Host
	if port != usual {
		host += ":" + strconv.Itoa(port)
	}
	request := packp.GitProtoRequest{RequestCommand: transport.UploadPackServiceName, Pathname: e.Path, Host: host}
	if err := request.Encode(c); err != nil {
		return nil, err
	}
	advertised := packp.NewAdvRefs()
	return advertised, advertised.Decode(&limitedReader{c, limit, limit})
}

// bounded bounds what an HTTP remote answers to the first question, the one for its references.
type bounded struct {
	http.RoundTripper
	limit int64
}

// RoundTrip asks and bounds the answer.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(r)
	if err == nil && r.Method == http.MethodGet {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{&limitedReader{answer.Body, b.limit, b.limit}, answer.Body}
	}
	return answer, err
}

// limitedReader fails where more follows than it may read.
type limitedReader struct {
	from        io.Reader
	left, limit int64
}

// Read reads on.
func (l *limitedReader) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, tooManyRefs(l.limit)
	}
	n, err := l.from.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// listLocal reads a repository on disk: its folder, a bare one, or as git does the name without ".git".
func listLocal(path string, limit int64) ([]Ref, error) {
	var repository *git.Repository
	err := git.ErrRepositoryNotExists
	for _, name := range []string{path, path + ".git"} {
		if err = readableRepository(name, limit); err != nil {
			break
		}
		repository, err = git.PlainOpenWithOptions(name, &git.PlainOpenOptions{EnableDotGitCommonDir: true})
		if err == nil {
			break
		}
	}
	if errors.Is(err, git.ErrRepositoryNotExists) {
		return nil, transport.ErrRepositoryNotFound
	}
	if err != nil {
		return nil, err
	}
	iterator, err := repository.Storer.IterReferences()
	if err != nil {
		return nil, err
	}
	var found []*plumbing.Reference
	_ = iterator.ForEach(func(r *plumbing.Reference) error {
		found = append(found, r)
		return nil
	})
	return resolve(found, func(name plumbing.ReferenceName) *plumbing.Reference {
		r, _ := repository.Reference(name, true)
		return r
	}), nil
}

// readableRepository looks at the files of a repository before they are read: whoever wrote the git_url may have made
// them. Links, pipes and devices are refused, and so is more than limit bytes of references.
func readableRepository(path string, limit int64) error {
	total := int64(0)
	look := func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil || e.IsDir():
			return nil
		case !e.Type().IsRegular():
			return fmt.Errorf("the repository's file %s is a link, a pipe or a device", filepath.Base(name))
		}
		stat, err := e.Info()
		if err != nil {
			return nil
		}
		const each = 128 // bytes in memory, whatever the file holds
		if total += stat.Size() + each; total > limit {
			return tooManyRefs(limit)
		}
		return nil
	}
	for _, dir := range []string{path, filepath.Join(path, ".git")} {
		for _, name := range []string{"HEAD", "config", "packed-refs", "commondir", "refs"} {
			full := filepath.Join(dir, name)
			if _, err := os.Lstat(full); err != nil {
				continue
			}
			if err := filepath.WalkDir(full, look); err != nil {
				return err
			}
		}
	}
	return nil
}
