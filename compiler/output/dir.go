// Package output puts a rendered tree where it belongs: a directory or a git repository. It is one of the two edges of
// the compiler that touch the world.
package output

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/paasta-render/paasta-render/compiler/tree"
)

// stagingPrefix begins the name of the folder in which a run prepares its files, beside the clusters' folders.
const stagingPrefix = ".paasta-render-"

// Dir is a tree.Sink that replaces the clusters' trees below a directory. Until Commit it writes to a staging folder
// only, and only what differs; Commit swaps whole cluster folders. Unchanged files keep their inode and mtime.
type Dir struct {
	// Partial means that only a part of each cluster is put: nothing may be taken for stale.
	Partial bool
	root    string
	created []string   // root and those above it that this run made, the innermost first
	held    []*os.File // the locks; none where there are none to be had
	mu      sync.Mutex
	staging string
	made    map[string]bool            // staging folders that exist
	same    map[string]map[string]bool // cluster → paths whose bytes are already there
	changed map[string]map[string]bool // cluster → paths that are staged
	// Changed, Removed count files after Commit; Unchanged those that were already right.
	Changed, Removed, Unchanged int
}

// NewDir prepares a sink for OUT and takes it for this process, or only the folders of the named clusters in it: a
// second run for the same cluster at the same time is refused. The directory is made, with those above it, when it
// does not exist. What a killed run left behind goes.
func NewDir(root string, clusters ...string) (*Dir, error) {
	created, err := makeAll(root)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(root)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is not a directory", root)
	}
	if slices.ContainsFunc(clusters, func(c string) bool { return !fs.ValidPath(c) || strings.Contains(c, "/") }) {
		clusters = nil // no names of clusters, which is said later
	}
	held, err := hold(root, slices.Compact(slices.Sorted(slices.Values(clusters))))
	if err != nil {
		return nil, err
	}
	d := &Dir{root: root, created: created, held: held, made: map[string]bool{},
		same: map[string]map[string]bool{}, changed: map[string]map[string]bool{}}
	if len(held) > 0 {
		err = clean(root, clusters)
	}
	if err == nil {
		var mine *os.File
		if d.staging, mine, err = newStaging(root); mine != nil {
			d.held = append(d.held, mine)
		}
	}
	if err != nil {
		d.Discard()
		return nil, err
	}
	return d, nil
}

// makeAll makes a directory with those above it and returns what it made, the innermost first.
func makeAll(dir string) (made []string, err error) {
	if _, err := os.Stat(dir); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if parent := filepath.Dir(dir); parent != dir {
		if made, err = makeAll(parent); err != nil {
			return nil, err
		}
	}
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return append([]string{dir}, made...), nil
}

// Put stages a file unless the tree already holds the same bytes.
func (d *Dir) Put(f tree.File) error {
	cluster, rest, ok := strings.Cut(f.Path, "/")
	if !ok || !fs.ValidPath(f.Path) {
		return fmt.Errorf("%q is no path below a cluster", f.Path)
	}
	same := sameContent(filepath.Join(d.root, filepath.FromSlash(f.Path)), f.Data)
	if !d.note(cluster, rest, same) {
		return fmt.Errorf("two files are called %s", f.Path)
	}
	if same {
		return nil
	}
	name := filepath.Join(d.staging, "new", filepath.FromSlash(f.Path))
	if err := d.mkdir(filepath.Dir(name)); err != nil {
		return err
	}
	return os.WriteFile(name, f.Data, 0o644)
}

// note records the file; it reports false when the path was put before.
func (d *Dir) note(cluster, rest string, same bool) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.same[cluster] == nil {
		d.same[cluster], d.changed[cluster] = map[string]bool{}, map[string]bool{}
	}
	if d.same[cluster][rest] || d.changed[cluster][rest] {
		return false
	}
	if same {
		d.same[cluster][rest] = true
	} else {
		d.changed[cluster][rest] = true
	}
	return true
}

func (d *Dir) mkdir(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.made[dir] {
		return nil
	}
	d.made[dir] = true
	return os.MkdirAll(dir, 0o755)
}

// sameContent compares without reading files of another size. A link is never the same: it is replaced by a file.
func sameContent(name string, data []byte) bool {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(data)) {
		return false
	}
	old, err := os.ReadFile(name)
	return err == nil && bytes.Equal(old, data)
}

// Commit makes the clusters' trees what was put. A cluster in which nothing changed is not touched. When a swap fails,
// those before it are swapped back. With Partial it refuses to remove files.
func (d *Dir) Commit(clusters []string) error {
	var swapped []string
	defer d.Discard()
	sort.Strings(clusters)
	for _, cluster := range clusters {
		d.Unchanged += len(d.same[cluster])
		stale, err := d.stale(cluster)
		if err == nil && d.Partial && len(stale) > 0 {
			err = fmt.Errorf("%s holds %d files that a partial render would remove (%s, …): choose an empty output directory",
				filepath.Join(d.root, cluster), len(stale), stale[0])
		}
		if err != nil {
			return errors.Join(err, d.swapBack(swapped))
		}
		if len(d.changed[cluster]) == 0 && len(stale) == 0 {
			continue
		}
		if live := filepath.Join(d.root, cluster); cluster != tree.CompanyFolder && foreign(live) {
			err := fmt.Errorf("%s was not rendered (it has no kustomization.yaml): move it away, or choose another output "+
				"directory", live)
			return errors.Join(err, d.swapBack(swapped))
		}
		d.Changed += len(d.changed[cluster])
		d.Removed += len(stale)
		if err := d.prepare(cluster); err != nil {
			return errors.Join(err, d.swapBack(swapped))
		}
		if err := d.swap(cluster); err != nil {
			return errors.Join(err, d.swapBack(swapped))
		}
		swapped = append(swapped, cluster)
	}
	return nil
}

// stale lists files of the cluster's present tree that were not put.
func (d *Dir) stale(cluster string) ([]string, error) {
	var stale []string
	root := filepath.Join(d.root, cluster)
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		rest, err := filepath.Rel(root, name)
		rest = filepath.ToSlash(rest)
		if err == nil && !d.same[cluster][rest] && !d.changed[cluster][rest] {
			stale = append(stale, rest)
		}
		return err
	})
	return stale, err
}

// prepare completes the staged tree with links to the files that stay.
func (d *Dir) prepare(cluster string) error {
	if err := d.mkdir(filepath.Join(d.staging, "new", cluster)); err != nil {
		return err
	}
	for rest := range d.same[cluster] {
		from := filepath.Join(d.root, cluster, filepath.FromSlash(rest))
		to := filepath.Join(d.staging, "new", cluster, filepath.FromSlash(rest))
		if err := d.mkdir(filepath.Dir(to)); err != nil {
			return err
		}
		if err := keep(from, to); err != nil {
			return err
		}
	}
	return nil
}

// keep links a file to its new place, or copies it with its mtime where links are not to be had.
func keep(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.WriteFile(to, data, info.Mode().Perm()); err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}

// swap puts the staged tree in the old one's place; the old one goes to staging.
func (d *Dir) swap(cluster string) error {
	staged, live := filepath.Join(d.staging, "new", cluster), filepath.Join(d.root, cluster)
	if _, err := os.Lstat(live); errors.Is(err, fs.ErrNotExist) {
		return os.Rename(staged, live)
	}
	return exchange(staged, live, filepath.Join(d.staging, asidePrefix+cluster))
}

// exchangeInSteps swaps two folders by way of a third name.
func exchangeInSteps(staged, live, aside string) error {
	if err := os.Rename(live, aside); err != nil {
		return err
	}
	if err := os.Rename(staged, live); err != nil {
		_ = os.Rename(aside, live)
		return err
	}
	return os.Rename(aside, staged)
}

// swapBack undoes swaps after a failure.
func (d *Dir) swapBack(clusters []string) error {
	var errs []error
	for _, cluster := range clusters {
		staged, live := filepath.Join(d.staging, "new", cluster), filepath.Join(d.root, cluster)
		if _, err := os.Lstat(staged); err == nil {
			errs = append(errs, exchange(staged, live, filepath.Join(d.staging, "undo-"+cluster)))
			continue
		}
		errs = append(errs, os.RemoveAll(live)) // it did not exist before
	}
	return errors.Join(errs...)
}

// Discard removes the staging folder, and OUT when this run made it and it stayed empty. After it d is of no use.
func (d *Dir) Discard() {
	if d.staging != "" {
		_ = os.RemoveAll(d.staging)
	}
	release(d.held)
	d.held = nil
	for _, dir := range d.created {
		_ = os.Remove(dir)
	}
}
