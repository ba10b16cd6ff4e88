package source

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// cacheBytes bounds the objects that are kept, which are mostly the bases that packed objects are deltas of.
const cacheBytes = 256 * cache.MiByte

// objects reads git objects. go-git's storage belongs to one goroutine, and looks an alternate's index up anew for
// every object; hence the lock, and one storage for the repository and each of its alternates.
type objects struct {
	mu     sync.Mutex
	stores []*filesystem.Storage
	trees  map[plumbing.Hash][]entry
	linked map[plumbing.Hash]bool // whether a tree has a symbolic link or a submodule at any depth
}

func newObjects(repository *git.Repository) *objects {
	o := &objects{trees: map[plumbing.Hash][]entry{}, linked: map[plumbing.Hash]bool{}}
	kept := cache.NewObjectLRU(cacheBytes)
	if opened, ok := repository.Storer.(*filesystem.Storage); ok {
		options := filesystem.Options{KeepDescriptors: true, LargeObjectThreshold: maxFileBytes}
		o.stores = append(o.stores, filesystem.NewStorageWithOptions(opened.Filesystem(), kept, options))
		for _, dir := range alternates(opened) {
			o.stores = append(o.stores, filesystem.NewStorageWithOptions(osfs.New(dir), kept, options))
		}
	}
	return o
}

// alternates returns the git directories whose objects the repository borrows, and theirs. See gitrepository-layout(5).
func alternates(s *filesystem.Storage) []string {
	var dirs []string
	f, err := s.Filesystem().Open("objects/info/alternates")
	if err != nil {
		return nil
	}
	defer f.Close()
	todo := alternateLines(f, filepath.Join(s.Filesystem().Root(), "objects"))
	for len(todo) > 0 && len(dirs) < 16 {
		objectsDir := todo[0]
		todo = todo[1:]
		dirs = append(dirs, filepath.Dir(objectsDir))
		if next, err := os.Open(filepath.Join(objectsDir, "info", "alternates")); err == nil {
			todo = append(todo, alternateLines(next, objectsDir)...)
			next.Close()
		}
	}
	return dirs
}

func alternateLines(r io.Reader, objectsDir string) []string {
	var dirs []string
	for lines := bufio.NewScanner(r); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || line[0] == '#':
		case filepath.IsAbs(line):
			dirs = append(dirs, line)
		default:
			dirs = append(dirs, filepath.Join(objectsDir, line))
		}
	}
	return dirs
}

func (o *objects) close() {
	for _, s := range o.stores {
		s.Close()
	}
}

// object returns a tree or a blob.
func (o *objects) object(kind plumbing.ObjectType, h plumbing.Hash) ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.stores {
		found, err := s.EncodedObject(kind, h)
		if errors.Is(err, plumbing.ErrObjectNotFound) || errors.Is(err, dotgit.ErrPackfileNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("git object %s: %w", h, err)
		}
		if found.Size() > maxFileBytes {
			return nil, errTooLarge
		}
		return contents(found)
	}
	return nil, fmt.Errorf("git object %s is not in the repository (a partial clone?)", h)
}

func contents(o plumbing.EncodedObject) ([]byte, error) {
	r, err := o.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data := make([]byte, o.Size())
	if _, err = io.ReadFull(r, data); err != nil {
		return nil, fmt.Errorf("git object %s: %w", o.Hash(), err)
	}
	return data, nil
}

func (o *objects) size(h plumbing.Hash) int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.stores {
		if size, err := s.EncodedObjectSize(h); err == nil {
			return size
		}
	}
	return 0
}
