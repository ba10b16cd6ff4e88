package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

var (
	// errMoved means that somebody else has changed the branch since its tip was read.
	errMoved = errors.New("the branch has moved")
	// errLocked means that somebody else is changing the reference right now.
	errLocked = errors.New("the reference is locked")
)

// ref returns what a reference points at, the zero hash when it does not exist.
func (g gitDir) ref(name string) (plumbing.Hash, error) {
	data, err := os.ReadFile(filepath.Join(g.common, filepath.FromSlash(name)))
	if err == nil {
		text := strings.TrimSpace(string(data))
		if !plumbing.IsHash(text) {
			return plumbing.ZeroHash, fmt.Errorf("the reference %s holds %q, which is no hash", name, text)
		}
		return plumbing.NewHash(text), nil
	}
	packed, err := os.ReadFile(filepath.Join(g.common, "packed-refs"))
	if errors.Is(err, fs.ErrNotExist) {
		return plumbing.ZeroHash, nil
	}
	if err != nil {
		return plumbing.ZeroHash, err
	}
	for line := range strings.Lines(string(packed)) {
		hash, ref, _ := strings.Cut(strings.TrimSpace(line), " ")
		if ref == name && plumbing.IsHash(hash) {
			return plumbing.NewHash(hash), nil
		}
	}
	return plumbing.ZeroHash, nil
}

// setRef moves a reference from old to new, or fails with errMoved or errLocked. A new value of zero removes it. The
// lock file is git's own: git and other publishers keep to it, and the new value appears at once.
//
// A run that is killed between locking and moving would leave the lock for ever. So the lock is a second link to a file
// of ours: while the git directory itself is locked, which ends with the process, such a pair can only be a dead run's.
func (g gitDir) setRef(name string, old, to plumbing.Hash) error {
	file := filepath.Join(g.common, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("the reference %s cannot be made, since a part of its name is a reference: %w", name, err)
	}
	held, err := patiently(g.common)
	if errors.Is(err, errBusy) {
		return errLocked
	}
	own := ""
	if err == nil {
		defer held.Close()
		own = filepath.Join(g.common, "paasta-render-"+plumbing.ComputeHash(plumbing.BlobObject, []byte(name)).String())
	}
	locked, err := takeLock(file, own, to)
	if own != "" {
		defer os.Remove(own) // after the lock: the two tell a dead run's
	}
	if errors.Is(err, fs.ErrExist) {
		return &lockedError{file + lockSuffix}
	}
	if err != nil {
		return err
	}
	err = g.expect(name, old)
	if err == nil && to.IsZero() {
		return errors.Join(g.removeLoose(name, file), os.Remove(locked))
	}
	if err == nil {
		if isDir(file) {
			_ = os.Remove(file) // an empty folder: git leaves those of branches that were below
		}
		err = os.Rename(locked, file)
	}
	if err != nil {
		os.Remove(locked)
	}
	return err
}

// removeLoose removes the file of a reference. One that git has packed stays: to take it out of packed-refs is git's
// work, and what is removed here is only clutter.
func (g gitDir) removeLoose(name, file string) error {
	packed, err := os.ReadFile(filepath.Join(g.common, "packed-refs"))
	if err == nil && strings.Contains(string(packed), " "+name+"\n") {
		return nil
	}
	return os.Remove(file)
}

// patiently locks a directory, waiting a little for another publisher, who is there and will soon be done.
func patiently(name string) (held *os.File, err error) {
	for range 100 {
		if held, err = lock(name, false); !errors.Is(err, errBusy) {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	return held, err
}

// lockSuffix ends the name of the file by which git locks a reference.
const lockSuffix = ".lock"

// lockedError is errLocked by somebody who may have gone for good.
type lockedError struct{ file string }

func (e *lockedError) Error() string {
	return fmt.Sprintf("the reference is locked by %s: remove it if no git process is at work there", e.file)
}

func (e *lockedError) Is(target error) bool { return target == errLocked }

// takeLock makes the lock file of a reference, with the new value in it, by way of a file of our own; an empty name is
// for file systems where that is not possible. The error is fs.ErrExist when another process has the lock.
func takeLock(file, own string, to plumbing.Hash) (locked string, err error) {
	locked = file + lockSuffix
	if own == "" {
		return locked, writeSynced(locked, to)
	}
	left, err1 := os.Lstat(own)
	dead, err2 := os.Lstat(locked)
	if err1 == nil && err2 == nil && os.SameFile(left, dead) {
		if err := os.Remove(locked); err != nil {
			return "", err
		}
	}
	if err := os.Remove(own); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if err := writeSynced(own, to); err != nil {
		return "", err
	}
	err = os.Link(own, locked)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return locked, err
	}
	return locked, writeSynced(locked, to) // a file system without links
}

// writeSynced makes a file that holds a hash; there must be none of its name.
func writeSynced(name string, hash plumbing.Hash) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(hash.String() + "\n")
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err != nil {
		os.Remove(name)
	}
	return err
}

// expect fails with errMoved when a reference does not hold a value.
func (g gitDir) expect(name string, hash plumbing.Hash) error {
	now, err := g.ref(name)
	if err == nil && now != hash {
		return errMoved
	}
	return err
}
