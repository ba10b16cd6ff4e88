package source

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// Worktree returns the work tree's folder as a Tree that knows git's hash of every file and folder, so that what a
// revision has in common with it need not be read. Files that git's index has seen unchanged are not read for it.
func (r *Repository) Worktree() (*Tree, error) {
	worktree, err := r.git.Worktree()
	if err != nil {
		return nil, fmt.Errorf("open the work tree: %w", err)
	}
	name := filepath.Join(worktree.Filesystem.Root(), filepath.FromSlash(r.prefix))
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, unwrap(err))
	}
	w := &workTree{directory: *newDirectory(root), name: name, known: map[string]*index.Entry{}, folders: map[string]folderHash{}}
	if err := w.readIndex(r); err != nil {
		return nil, err
	}
	return newTree(w), nil
}

// workTree is a directory with git's hashes.
type workTree struct {
	directory
	name    string
	known   map[string]*index.Entry // by path below the folder
	seen    int64                   // when the index was written, in nanoseconds
	mu      sync.Mutex
	folders map[string]folderHash
}

// folderHash is a folder's hash and whether it holds links, at any depth.
type folderHash struct {
	hash  plumbing.Hash
	empty bool // git knows no empty folders
	links bool
}

func (w *workTree) readIndex(r *Repository) error {
	idx, err := r.git.Storer.Index()
	if err != nil {
		return fmt.Errorf("read git's index: %w", err)
	}
	if storage, ok := r.git.Storer.(*filesystem.Storage); ok {
		if stat, err := storage.Filesystem().Stat("index"); err == nil {
			w.seen = stat.ModTime().UnixNano()
		}
	}
	prefix := ""
	if r.prefix != "." {
		prefix = r.prefix + "/"
	}
	for _, e := range idx.Entries {
		if name, below := strings.CutPrefix(e.Name, prefix); below {
			w.known[name] = e
		}
	}
	return nil
}

// hash returns git's hash of a file or folder; ok is false when there is none to tell by, for it cannot be read or
// holds links.
func (w *workTree) hash(name string, e entry) (plumbing.Hash, bool) {
	if e.mode.IsDir() {
		f, err := w.folder(name)
		return f.hash, err == nil && !f.links
	}
	h, _, err := w.file(name)
	return h, err == nil
}

// file returns a regular file's hash and mode.
func (w *workTree) file(name string) (plumbing.Hash, filemode.FileMode, error) {
	stat, err := os.Lstat(filepath.Join(w.name, filepath.FromSlash(name)))
	if err != nil {
		return plumbing.ZeroHash, 0, err
	}
	if known := w.known[name]; known != nil && w.untouched(known, stat) {
		return known.Hash, known.Mode, nil
	}
	mode := filemode.Regular
	if stat.Mode()&0o100 != 0 {
		mode = filemode.Executable
	}
	data, err := w.read(name, entry{})
	if err != nil {
		return plumbing.ZeroHash, 0, err
	}
	return plumbing.ComputeHash(plumbing.BlobObject, data), mode, nil
}

// untouched tells whether a file is as it was when git put it in the index, by all that git itself compares: size,
// inode, and the times of modification and of change. A file written in the same instant as the index may have been
// changed since (git's "racy" entries), so it is not.
func (w *workTree) untouched(known *index.Entry, stat fs.FileInfo) bool {
	modified := stat.ModTime().UnixNano()
	if int64(known.Size) != stat.Size()&0xffffffff || known.ModifiedAt.UnixNano() != modified || modified >= w.seen {
		return false
	}
	changed, ok := changedAt(stat) // the time of modification can be set back
	if !ok || !changed.Equal(known.CreatedAt) || changed.UnixNano() >= w.seen {
		return false
	}
	if sys, ok := stat.Sys().(*syscall.Stat_t); ok && known.Inode != 0 && known.Inode != uint32(sys.Ino) {
		return false
	}
	executable := stat.Mode()&0o100 != 0
	return known.Mode == filemode.Regular && !executable || known.Mode == filemode.Executable && executable
}

// folder returns a folder's hash, as git would compute it of what is there now: new files too, empty folders not.
func (w *workTree) folder(name string) (folderHash, error) {
	w.mu.Lock()
	f, ok := w.folders[name]
	w.mu.Unlock()
	if ok {
		return f, nil
	}
	entries, err := w.list(name, DefaultLimits.FolderEntries)
	if err != nil {
		return folderHash{}, err
	}
	if name == "." {
		w.prepare(entries)
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(gitName(a), gitName(b)) })
	var data []byte
	for _, e := range entries {
		full := path.Join(name, e.name)
		var h plumbing.Hash
		var mode filemode.FileMode
		switch {
		case e.mode.IsDir():
			below, err := w.folder(full)
			if err != nil {
				return folderHash{}, err
			}
			f.links = f.links || below.links
			if below.empty {
				continue
			}
			h, mode = below.hash, filemode.Dir
		case e.mode.IsRegular():
			if h, mode, err = w.file(full); err != nil {
				return folderHash{}, err
			}
		default:
			f.links = true
			continue
		}
		data = append(data, strings.TrimLeft(mode.String(), "0")+" "+e.name+"\x00"...)
		data = append(data, h[:]...)
	}
	f.empty = len(data) == 0
	f.hash = plumbing.ComputeHash(plumbing.TreeObject, data)
	w.mu.Lock()
	w.folders[name] = f
	w.mu.Unlock()
	return f, nil
}

// prepare hashes the top folders several at a time: most of it is waiting for the kernel. What goes wrong goes wrong
// again when it is asked for.
func (w *workTree) prepare(entries []entry) {
	const workers = 4
	var wait sync.WaitGroup
	for first := range workers {
		wait.Go(func() {
			for i := first; i < len(entries); i += workers {
				if entries[i].mode.IsDir() {
					_, _ = w.folder(entries[i].name)
				}
			}
		})
	}
	wait.Wait()
}

// gitName is what git sorts a name by.
func gitName(e entry) string {
	if e.mode.IsDir() {
		return e.name + "/"
	}
	return e.name
}

// Root is the top folder of the work tree, without links; empty for a bare repository.
func (r *Repository) Root() string {
	worktree, err := r.git.Worktree()
	if err != nil {
		return ""
	}
	return worktree.Filesystem.Root()
}
