package output

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/transport"

	"github.com/paasta-render/paasta-render/compiler/source/remote"
)

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
	// An interrupt counts until the pack is sent. Afterwards the answer is waited for, or nobody would know whether the
	// commit is there; and a git-receive-pack on this machine would be killed and leave its locks.
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(g.ctx))
	defer cancel(nil)
	wait := context.AfterFunc(g.ctx, func() { cancel(context.Cause(g.ctx)) })
	tell := func(ctx context.Context, e *transport.Endpoint, auth remote.Auth) (moved error, err error) {
		c, err := remote.Connect(e, remote.DefaultRefBytes)
		if err != nil {
			return nil, err
		}
		session, err := c.NewReceivePackSession(e, auth)
		if err != nil {
			return nil, err
		}
		defer session.Close()
		refs, err := session.AdvertisedReferencesContext(ctx)
		if err != nil {
			return nil, err
		}
		done, err := made(commands, refs)
		if done || err != nil {
			return err, nil
		}
		if wait(); g.ctx.Err() != nil {
			return nil, context.Cause(g.ctx)
		}
		return g.send(ctx, session, a, newRequest(commands, refs))
	}
	moved, err := remote.Do(ctx, url, g.Remote, tell)
	return cmp.Or(err, moved)
}

// made tells whether the references are already what they shall be: an earlier attempt went through, and its answer was
// lost. The error is errMoved when another writer has moved one.
func made(commands []*packp.Command, refs *packp.AdvRefs) (all bool, err error) {
	done := 0
	for _, c := range commands {
		switch refs.References[string(c.Name)] {
		case c.New:
			done++
		case c.Old:
		default:
			return false, errMoved
		}
	}
	return done == len(commands), nil
}

func newRequest(commands []*packp.Command, refs *packp.AdvRefs) *packp.ReferenceUpdateRequest {
	request := packp.NewReferenceUpdateRequestFromCapabilities(refs.Capabilities)
	request.Commands = commands
	for _, wanted := range []capability.Capability{capability.Atomic, capability.Sideband64k} {
		if refs.Capabilities.Supports(wanted) {
			_ = request.Capabilities.Set(wanted)
		}
	}
	return request
}

// send sends the request and its objects; moved is errMoved when another writer was faster. Other errors have what the
// remote's hooks say.
func (g *Git) send(ctx context.Context, session transport.ReceivePackSession, a *attempt,
	request *packp.ReferenceUpdateRequest) (moved, err error) {
	var said bytes.Buffer
	request.Progress = &said
	reader, writer := io.Pipe()
	request.Packfile = reader
	encoded := make(chan struct{})
	go func() {
		defer close(encoded)
		writer.CloseWithError(a.objects.sendPack(writer, a.objects.fresh))
	}()
	report, err := session.ReceivePack(ctx, request)
	reader.Close()
	<-encoded // it reads the storage
	if err != nil {
		err = withWords(err, said.String())
	}
	if report != nil && contested(report.CommandStatuses) {
		return fmt.Errorf("%w: %w", errMoved, err), nil
	}
	return nil, err
}

// withWords adds what a remote said, as git shows it: the last lines of it.
func withWords(err error, said string) error {
	lines := slices.DeleteFunc(strings.FieldsFunc(said, func(r rune) bool { return r == '\n' || r == '\r' }),
		func(line string) bool { return strings.TrimSpace(line) == "" })
	for _, line := range lines[max(0, len(lines)-maxWords):] {
		err = fmt.Errorf("%w\nremote: %s", err, strings.Map(printable, strings.TrimRight(line, " ")))
	}
	return err
}

// maxWords is how many lines of a remote's hooks are shown.
const maxWords = 20

// printable drops what would steer a terminal.
func printable(r rune) rune {
	if unicode.IsControl(r) && r != '\t' {
		return -1
	}
	return r
}

// contested tells whether a remote's refusal means that another writer was faster. Anything else, such as a hook or a
// protected branch, will refuse again. "atomic push failure" says of a reference that another one was refused.
func contested(statuses []*packp.CommandStatus) bool {
	refused := false
	for _, s := range statuses {
		status := strings.ToLower(s.Status)
		any := func(words ...string) bool {
			return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(status, word) })
		}
		switch {
		case status == "ok", any("atomic push fail", "transaction aborted"):
		case any("declined", "denied", "prohibited", "protected", "deny"):
			return false
		case any("lock", "fetch first", "non-fast-forward", "stale", "already exists", "failed to update ref", "is at",
			"reference changed", "incorrect old value", "remote ref", "atomic transaction failed"):
			refused = true
		default:
			return false
		}
	}
	return refused
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
