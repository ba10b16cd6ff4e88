package source

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"github.com/paasta-render/paasta-render/compiler/source/remote"
)

// Repository is a git repository that revisions are read from, straight from its objects: nothing is checked out.
// Its revisions share what has been read. Safe for concurrent use, except for Close.
type Repository struct {
	git     *git.Repository
	objects *objects
	prefix  string // the folder of the repository that is read, "." for all
}

// Open opens the repository that holds a folder: its work tree, a folder in it, or a bare repository that is the folder
// itself and lies in no work tree. Revisions show that folder only.
func Open(name string) (*Repository, error) {
	absolute, err := filepath.Abs(name)
	if err == nil {
		absolute, err = filepath.EvalSymlinks(absolute)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, unwrap(err))
	}
	repository, err := git.PlainOpenWithOptions(gitRoot(absolute), &git.PlainOpenOptions{EnableDotGitCommonDir: true})
	if errors.Is(err, git.ErrRepositoryNotExists) {
		return nil, fmt.Errorf("%s is not in a git repository", name)
	}
	if err != nil && strings.Contains(err.Error(), "objectformat") {
		return nil, fmt.Errorf("%s is in a git repository with SHA-256 hashes, which are not supported yet", name)
	}
	if err != nil {
		return nil, fmt.Errorf("open the git repository of %s: %w", name, err)
	}
	if repository, err = withAlternates(repository); err != nil {
		return nil, fmt.Errorf("open the git repository of %s: %w", name, err)
	}
	r := &Repository{git: repository, objects: newObjects(repository), prefix: "."}
	if worktree, err := repository.Worktree(); err == nil {
		relative, err := filepath.Rel(worktree.Filesystem.Root(), absolute)
		if err != nil || relative == ".." || strings.HasPrefix(relative, "../") {
			return nil, fmt.Errorf("%s is not in the work tree of its git repository", name)
		}
		r.prefix = filepath.ToSlash(relative)
	}
	return r, nil
}

// withAlternates opens the repository once more, so that alternates with absolute paths, as git writes them, are found.
func withAlternates(repository *git.Repository) (*git.Repository, error) {
	opened, ok := repository.Storer.(*filesystem.Storage)
	if !ok {
		return repository, nil
	}
	options := filesystem.Options{AlternatesFS: osfs.New("/")}
	storage := filesystem.NewStorageWithOptions(opened.Filesystem(), cache.NewObjectLRUDefault(), options)
	worktree, err := repository.Worktree()
	if errors.Is(err, git.ErrIsBareRepository) {
		return git.Open(storage, nil)
	}
	if err != nil {
		return nil, err
	}
	return git.Open(storage, worktree.Filesystem)
}

// gitRoot returns the work tree that holds a folder. Without one, the folder itself may be a bare repository, since the
// user has named it; a bare repository above it, or in a work tree, is somebody's files.
func gitRoot(name string) string {
	if top, ok := remote.Enclosing(name); ok {
		return top
	}
	return name
}

// Close closes the packs that are held open.
func (r *Repository) Close() { r.objects.close() }

// Prefix is the folder that revisions show, relative to the repository: "." for all of it.
func (r *Repository) Prefix() string { return r.prefix }

// RemoteURL returns the URL of a remote without credentials; empty when there is no such remote.
func (r *Repository) RemoteURL(name string) string {
	found, err := r.git.Remote(name)
	if err != nil || len(found.Config().URLs) == 0 {
		return ""
	}
	return remote.Redact(found.Config().URLs[0])
}

// Commit is what a commit says of itself.
type Commit struct {
	Hash        string
	AuthorName  string
	AuthorEmail string
	AuthoredAt  time.Time
	Message     string
	Parents     []string
}

// Subject is the first line of the message.
func (c Commit) Subject() string {
	subject, _, _ := strings.Cut(strings.TrimSpace(c.Message), "\n")
	return strings.TrimSpace(subject)
}

// Commit resolves a revision: a branch, a tag, a (short) hash, HEAD~1, main^2.
func (r *Repository) Commit(revision string) (Commit, error) {
	c, err := r.commit(revision)
	if err != nil {
		return Commit{}, err
	}
	return plain(c), nil
}

func plain(c *object.Commit) Commit {
	parents := make([]string, len(c.ParentHashes))
	for i, h := range c.ParentHashes {
		parents[i] = h.String()
	}
	return Commit{c.Hash.String(), c.Author.Name, c.Author.Email, c.Author.When, c.Message, parents}
}

func (r *Repository) commit(revision string) (*object.Commit, error) {
	if revision == "" || strings.HasPrefix(revision, "-") {
		return nil, fmt.Errorf("%q is not a git revision", revision)
	}
	hash, err := r.resolve(revision)
	if err != nil {
		return nil, fmt.Errorf("git revision %q: %w", revision, err)
	}
	c, err := r.git.CommitObject(hash)
	if err != nil {
		return nil, fmt.Errorf("git revision %q: %w", revision, err)
	}
	return c, nil
}

func (r *Repository) resolve(revision string) (plumbing.Hash, error) {
	hash, err := r.git.ResolveRevision(plumbing.Revision(revision))
	switch {
	case err == nil:
		return *hash, nil
	case errors.Is(err, plumbing.ErrReferenceNotFound):
		return plumbing.ZeroHash, r.missing("no such branch, tag or commit")
	case errors.Is(err, plumbing.ErrObjectNotFound), errors.Is(err, object.ErrParentNotFound), err.Error() == "EOF":
		if name, _, _ := strings.Cut(strings.Replace(revision, "^", "~", 1), "~"); name != revision {
			if _, err := r.git.ResolveRevision(plumbing.Revision(name)); err == nil {
				return plumbing.ZeroHash, r.missing("fewer commits than that come before " + name)
			}
		}
		return plumbing.ZeroHash, r.missing("the commit is not in the repository")
	}
	return plumbing.ZeroHash, err
}

// missing says what is not there, and in a shallow clone how to get it.
func (r *Repository) missing(what string) error {
	if edge, err := r.edge(); err == nil && len(edge) > 0 {
		return fmt.Errorf("%s; this clone is shallow: run `%s`, or check out with fetch-depth 0 in continuous integration",
			what, deepen)
	}
	return errors.New(what)
}

// Revision returns the tree of a revision, below the repository's Prefix.
func (r *Repository) Revision(revision string) (*Tree, error) {
	c, err := r.commit(revision)
	if err != nil {
		return nil, err
	}
	t := r.tree(c.TreeHash)
	if r.prefix == "." {
		return t, nil
	}
	_, e, err := t.resolve(r.prefix, true)
	if err == nil && !e.mode.IsDir() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("the folder %s at git revision %q: %w", r.prefix, revision, err)
	}
	return r.tree(hashOf(e)), nil
}

func (r *Repository) tree(root plumbing.Hash) *Tree {
	b := &gitTree{objects: r.objects, root: root}
	b.tree = newTree(b)
	return b.tree
}

// Git opens one revision of the repository that holds a folder, and returns the commit's hash with it.
func Git(name, revision string) (*Tree, string, error) {
	r, err := Open(name)
	if err != nil {
		return nil, "", err
	}
	t, err := r.Revision(revision)
	if err != nil {
		r.Close()
		return nil, "", err
	}
	c, err := r.commit(revision)
	if err != nil {
		r.Close()
		return nil, "", err
	}
	return t, c.Hash.String(), nil
}

// gitTree is the backend of a revision.
type gitTree struct {
	objects *objects
	root    plumbing.Hash
	tree    *Tree
}

func (g *gitTree) list(dir string, most int) ([]entry, error) {
	tree := g.root
	if dir != "." {
		_, e, err := g.tree.resolve(dir, true)
		if err != nil {
			return nil, err
		}
		tree = hashOf(e)
	}
	entries, err := g.objects.tree(tree)
	if len(entries) > most {
		return nil, errTooMany
	}
	return entries, err
}

func (g *gitTree) read(_ string, e entry) ([]byte, error) {
	return g.objects.object(plumbing.BlobObject, hashOf(e))
}

func (g *gitTree) link(_ string, e entry) (string, error) {
	data, err := g.objects.object(plumbing.BlobObject, hashOf(e))
	return string(data), err
}

func (g *gitTree) size(_ string, e entry) int64 { return g.objects.size(hashOf(e)) }

// hash returns a file's or a folder's hash; ok is false for a folder whose hash does not tell all that is read through
// it, since it holds links.
func (g *gitTree) hash(name string, e entry) (h plumbing.Hash, ok bool) {
	switch {
	case name == ".":
		h = g.root
	case e.id == "":
		found, err := g.tree.lookup(path.Dir(name), path.Base(name))
		if err != nil {
			return h, false
		}
		h = hashOf(found)
	default:
		h = hashOf(e)
	}
	return h, !e.mode.IsDir() || !g.objects.hasLinks(h)
}
