package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// errBusy says that another process holds the lock.
var errBusy = errors.New("busy")

// asidePrefix begins the name, in the staging folder, of a live tree that is on its way from one place to the other.
const asidePrefix = "old-"

// clean removes the staging folders of runs that were killed. The lock on root is ours, so nobody works in them.
func clean(root string) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), stagingPrefix) {
			continue
		}
		staging := filepath.Join(root, e.Name())
		if err := recoverTrees(root, staging); err != nil {
			return err
		}
		if err := os.RemoveAll(staging); err != nil {
			return err
		}
	}
	return nil
}

// recoverTrees puts back live trees that a killed run had set aside and not replaced yet, which happens on file systems
// that cannot exchange two folders in one step.
func recoverTrees(root, staging string) error {
	entries, err := os.ReadDir(staging)
	if err != nil {
		return err
	}
	for _, e := range entries {
		cluster, aside := strings.CutPrefix(e.Name(), asidePrefix)
		if !aside {
			continue
		}
		live := filepath.Join(root, cluster)
		if _, err := os.Lstat(live); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.Rename(filepath.Join(staging, e.Name()), live); err != nil {
			return err
		}
	}
	return nil
}

// foreign tells whether what is in a cluster's place was not rendered: a file, or a folder that holds something and no
// kustomization.yaml.
func foreign(name string) bool {
	entries, err := os.ReadDir(name)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist)
	}
	_, err = os.Lstat(filepath.Join(name, "kustomization.yaml"))
	return len(entries) > 0 && err != nil
}
