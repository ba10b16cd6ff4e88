package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// errBusy says that another process holds the lock.
var errBusy = errors.New("busy")

// asidePrefix begins the name, in the staging folder, of a live tree that is on its way from one place to the other.
const asidePrefix = "old-"

// clean removes what runs that were killed have left: their staging folders, and the files by which they held
// clusters. Of a tree that such a run had set aside, only who holds the cluster disposes; no clusters means all of
// them.
func clean(root string, clusters []string) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), stagingPrefix) {
			continue
		}
		name := filepath.Join(root, e.Name())
		switch {
		case e.IsDir():
			err = cleanStaging(root, name, clusters)
		case strings.HasPrefix(e.Name(), lockPrefix):
			err = cleanLock(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// cleanStaging removes a staging folder in which nobody works. One that goes meanwhile was another run's, which is done
// with it.
func cleanStaging(root, staging string, clusters []string) error {
	held, err := lock(staging, false)
	if err != nil {
		return nil
	}
	defer held.Close()
	if !isNamed(held, staging) {
		return nil
	}
	if len(clusters) > 0 {
		entries, err := os.ReadDir(staging)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, e := range entries {
			if cluster, aside := strings.CutPrefix(e.Name(), asidePrefix); aside && !slices.Contains(clusters, cluster) {
				return nil
			}
		}
	}
	if err := recoverTrees(root, staging); err != nil {
		return err
	}
	return os.RemoveAll(staging)
}

// cleanLock removes the file of a cluster that nobody holds.
func cleanLock(name string) error {
	held, err := lock(name, false)
	if err != nil {
		return nil
	}
	defer held.Close()
	if !isNamed(held, name) {
		return nil
	}
	return os.Remove(name)
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
