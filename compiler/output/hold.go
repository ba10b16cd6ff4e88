package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// lockPrefix begins the name of the file by which a run holds one cluster, beside the clusters' folders.
const lockPrefix = stagingPrefix + "lock-"

// hold takes a directory for this run: with all that is in it, or the named clusters only, so that runs for other
// clusters may write at the same time. It is held until the files are closed or the process ends. Nothing is held
// where the file system knows no locks.
func hold(root string, clusters []string) (held []*os.File, err error) {
	defer func() {
		if err != nil {
			release(held)
			held = nil
		}
	}()
	of, err := lock(root, len(clusters) > 0)
	if errors.Is(err, errBusy) {
		return nil, fmt.Errorf("another run is writing to %s", root)
	}
	if err != nil {
		return nil, nil
	}
	held = append(held, of)
	for _, cluster := range clusters {
		f, err := lockFile(filepath.Join(root, lockPrefix+cluster))
		if errors.Is(err, errBusy) {
			return held, fmt.Errorf("another run is writing to %s", filepath.Join(root, cluster))
		}
		if err != nil {
			return held, err
		}
		held = append(held, f)
	}
	return held, nil
}

// lockFile makes a file, if it is not there, and locks it. Its owner removes it before it lets go, so a file that has
// gone by the time that it is locked was another's. A run that removes what killed runs have left holds it for a
// moment.
func lockFile(name string) (*os.File, error) {
	busy := 0
	for {
		f, err := os.OpenFile(name, os.O_RDONLY|os.O_CREATE, 0o644)
		if err != nil {
			return nil, err
		}
		f.Close()
		held, err := lock(name, false)
		switch {
		case err == nil && isNamed(held, name):
			return held, nil
		case err == nil:
			held.Close()
		case errors.Is(err, errBusy) && busy < 10:
			busy++
			time.Sleep(5 * time.Millisecond)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
}

// isNamed tells whether an open file is the one that has a name now.
func isNamed(f *os.File, name string) bool {
	mine, err1 := f.Stat()
	there, err2 := os.Lstat(name)
	return err1 == nil && err2 == nil && os.SameFile(mine, there)
}

// release lets go of what hold has taken.
func release(held []*os.File) {
	for _, f := range held {
		if strings.HasPrefix(filepath.Base(f.Name()), lockPrefix) {
			_ = os.Remove(f.Name())
		}
		_ = f.Close()
	}
}

// newStaging makes the staging folder of a run and locks it, so that other runs see that somebody works in it.
func newStaging(root string) (name string, held *os.File, err error) {
	for {
		if name, err = os.MkdirTemp(root, stagingPrefix); err != nil {
			return "", nil, err
		}
		held, err = lock(name, false)
		switch {
		case err == nil && isNamed(held, name):
			return name, held, nil
		case err == nil:
			held.Close()
		case !errors.Is(err, errBusy) && !errors.Is(err, fs.ErrNotExist):
			return name, nil, nil // a file system without locks
		} // else another run has taken it for a dead one's, and removes it
	}
}
