// Package remote talks to git remotes: it lists their references, and finds the credentials that git itself would use.
//
// Credentials come from the SSH agent, from SSH key files without a passphrase, from the URL, from git's
// http.extraHeader, from ~/.netrc and from git's credential helpers. They are held in memory only and never part of an
// error.
package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"golang.org/x/crypto/ssh/knownhosts"
)

// Ref is a reference of a remote; annotated tags are not peeled.
type Ref struct{ Name, Hash string }

// Auth is a credential of any kind; nil is none.
type Auth = transport.AuthMethod

// Options say how patient to be.
type Options struct {
	Timeout time.Duration // for one attempt; zero waits for ever
	Retries int           // further attempts after one that the network spoiled
	// Wait is called before attempt n+1; it returns early when the context ends. Nil does not wait.
	Wait func(ctx context.Context, attempt int)
	// Dir is a folder of the work tree whose git configuration counts beside the user's and the system's; empty for none.
	// GitDir names a git directory instead, which the user has chosen.
	Dir, GitDir string
	// MaxRefBytes bounds the list of references, in bytes as it is sent; zero means DefaultRefBytes.
	MaxRefBytes int64
	// Rewrites are git's url.<base>.insteadOf; see ReadRewrites.
	Rewrites Rewrites
}

// DefaultRefBytes is how long a list of references may be, in bytes: about 300,000 deploy tags.
const DefaultRefBytes = 32 << 20

// List returns the references of a remote as it lists them: HEAD first, then by name. An empty repository has none.
// The URL is anything that git takes: https, ssh, git, user@host:path, file, or a path.
func List(ctx context.Context, url string, o Options) ([]Ref, error) {
	if o.MaxRefBytes == 0 {
		o.MaxRefBytes = DefaultRefBytes
	}
	refs, err := Do(ctx, url, o, func(ctx context.Context, endpoint *transport.Endpoint, auth Auth) ([]Ref, error) {
		if endpoint.Protocol == "file" {
			return listLocal(endpoint.Path, o.MaxRefBytes)
		}
		return list(ctx, endpoint, auth, o.MaxRefBytes)
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(refs, func(a, b Ref) int {
		if a.Name == "HEAD" || b.Name == "HEAD" {
			return cmp.Compare(rank(a.Name), rank(b.Name))
		}
		return cmp.Compare(a.Name, b.Name)
	})
	return refs, nil
}

// Do calls f with what it takes to talk to a remote: where it is and the credentials that git would use. It is called
// again when the network fails or the remote wants other credentials; f hands over all that it finds by its result, for
// one whose time is over may still run. Errors name the remote that was really asked, and no credentials.
func Do[T any](ctx context.Context, url string, o Options,
	f func(context.Context, *transport.Endpoint, Auth) (T, error)) (T, error) {
	var none T
	a, err := parse(o.Rewrites.Apply(url))
	if err != nil {
		return none, err
	}
	found, err := try(ctx, o, func(ctx context.Context) (found T, err error) {
		err = authenticated(ctx, a, o, func(auth Auth) (err error) {
			own := *a.endpoint // go-git moves it to where a redirect leads, and the next credentials are not for that host
			found, err = f(ctx, &own, auth)
			return err
		})
		return found, err
	})
	if err != nil {
		return none, fmt.Errorf("%s: %w", a.shown(), clean(err, a))
	}
	return found, nil
}

func rank(name string) int {
	if name == "HEAD" {
		return 0
	}
	return 1
}

// resolve gives symbolic references the hash of what they point at; one that points at nothing is not listed.
func resolve(found []*plumbing.Reference, lookup func(plumbing.ReferenceName) *plumbing.Reference) []Ref {
	refs := make([]Ref, 0, len(found))
	for _, r := range found {
		name := r.Name().String()
		for depth := 0; r != nil && r.Type() == plumbing.SymbolicReference && depth < 5; depth++ {
			r = lookup(r.Target())
		}
		if r != nil && r.Type() == plumbing.HashReference {
			refs = append(refs, Ref{name, r.Hash().String()})
		}
	}
	return refs
}

// try runs f until it succeeds, fails for good, or has failed too often.
func try[T any](ctx context.Context, o Options, f func(context.Context) (T, error)) (T, error) {
	for n := 1; ; n++ {
		found, err := attempt(ctx, o.Timeout, f)
		if err == nil || ctx.Err() != nil || permanent(err) || n > o.Retries {
			return found, err
		}
		if o.Wait != nil {
			o.Wait(ctx, n)
		}
	}
}

// attempt returns when f does or its time is over. go-git cannot be stopped while it dials: then f is left behind.
func attempt[T any](ctx context.Context, timeout time.Duration, f func(context.Context) (T, error)) (T, error) {
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no answer within %v", timeout))
		defer cancel()
	}
	type result struct {
		found T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		found, err := f(ctx)
		done <- result{found, err}
	}()
	select {
	case r := <-done:
		if r.err != nil && ctx.Err() != nil {
			r.err = context.Cause(ctx)
		}
		return r.found, r.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// permanent tells whether trying again is of no use.
func permanent(err error) bool {
	var key *knownhosts.KeyError
	var notTemporary *plumbing.PermanentError
	var dns *net.DNSError
	for _, known := range []error{transport.ErrAuthenticationRequired, transport.ErrAuthorizationFailed,
		transport.ErrRepositoryNotFound, transport.ErrInvalidAuthMethod, git.ErrRepositoryNotExists} {
		if errors.Is(err, known) {
			return true
		}
	}
	return errors.Is(err, errTooManyRefs) || errors.As(err, &key) || errors.As(err, &notTemporary) || errors.As(err, &dns) && dns.IsNotFound ||
		strings.Contains(err.Error(), "ssh: unable to authenticate") || strings.Contains(err.Error(), sha256)
}

// sha256 is what a remote with SHA-256 hashes says of itself, in the line that go-git then fails to read.
const sha256 = "object-format=sha256"

// clean says an error in the user's terms and without credentials.
func clean(err error, a *address) error {
	var key *knownhosts.KeyError
	switch {
	case errors.Is(err, transport.ErrAuthenticationRequired):
		return errors.New("authentication required: nothing in git's credential helpers, ~/.netrc or http.extraHeader is accepted")
	case errors.Is(err, transport.ErrAuthorizationFailed):
		return errors.New("access denied")
	case errors.Is(err, transport.ErrRepositoryNotFound):
		return errors.New("there is no git repository")
	case errors.As(err, &key) && len(key.Want) == 0:
		return errors.New("the host's SSH key is not in ~/.ssh/known_hosts")
	case errors.As(err, &key):
		return errors.New("the host's SSH key differs from the one in ~/.ssh/known_hosts")
	case strings.Contains(err.Error(), "ssh: unable to authenticate"):
		return errors.New("authentication failed: no key in the SSH agent or in ~/.ssh is accepted")
	case strings.Contains(err.Error(), sha256):
		return errors.New("the repository has SHA-256 hashes, which are not supported yet")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the connection was closed without an answer")
	}
	return errors.New(a.withoutSecrets(err))
}
