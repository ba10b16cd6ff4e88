package output

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"github.com/paasta-render/paasta-render/compiler/source/remote"
	"github.com/paasta-render/paasta-render/compiler/tree"
)

// Change is what a commit would do to a branch: the clusters' files before and after.
type Change struct {
	Clusters []string
	Tip      string // the commit before, empty for the first one
	// Old and New are the files that differ, in order of path; one that is in both has changed. Read reads them.
	Old, New []File
	// Had and Has are the clusters that have files before and after.
	Had, Has []string
	// Metadata is hydrator.metadata at the root of the branch's tip; nil when there is none.
	Metadata []byte
	// Trees are the git trees of what was rendered, by cluster: without other writers' files and hydrator.metadata.
	Trees map[string]string

	objects       *objects
	before, after []listing
}

// File is a file of a change, whose bytes have not been read.
type File struct {
	Path string
	blob plumbing.Hash
}

// Read reads files of the change. It may be called as long as the change is described.
func (c *Change) Read(files []File) ([]tree.File, error) {
	read := make([]tree.File, len(files))
	for i, f := range files {
		data, err := c.objects.blob(f.blob)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Path, err)
		}
		read[i] = tree.File{Path: f.Path, Data: data}
	}
	return read, nil
}

// Description is what the publisher says of a change.
type Description struct {
	Message string
	// Metadata is hydrator.metadata at the root of the branch; with GitOptions.ClusterMetadata also in the folder of each
	// cluster that changed.
	Metadata []byte
}

// GitOptions say how Git commits.
type GitOptions struct {
	// Branch is committed to. "{cluster}" in it stands for the cluster: then each cluster has its own branch and commit.
	Branch string
	// Push names the remote to push to, "origin" for one; empty commits to the local branch only.
	Push string
	// DryRun describes the changes and makes no commit.
	DryRun            bool
	Author, Committer object.Signature
	// Vanished returns clusters whose folders go, given the tip's hydrator.metadata and the clusters that are there: those
	// that a former run of the same publisher wrote. Nil when none ever do.
	Vanished func(metadata []byte, clusters []string) []string
	// Outdated tells, by the tip's hydrator.metadata, that the branch holds a later render than this one: then it is left
	// as it is. Nil when it never does.
	Outdated func(metadata []byte) bool
	// Describe decides about a change: an error stops the run before anything is committed.
	Describe func(Change) (Description, error)
	// Owned are the names in a cluster's folder that are the publisher's. Whatever else is there is another writer's and
	// stays. Nil when all is the publisher's.
	Owned []string
	// ClusterMetadata puts hydrator.metadata into the clusters' folders, too: the GitOps Promoter's activePath.
	ClusterMetadata bool
	// Note is git's note on the branch's tip in refs/notes/hydrator.metadata, also when nothing changed; nil for none.
	Note []byte
	// NoteUnchanged is the note where nothing changed; nil leaves it at Note.
	NoteUnchanged func(Change) []byte
	// Attempts bounds how often a commit is made anew after another publisher was faster; Remote is for the network.
	Attempts int
	Remote   remote.Options
}

// Result is what became of one branch.
type Result struct {
	Branch  string
	Commit  string // the new commit; the tip when nothing changed
	Changed bool
	// Outdated means that the branch was left alone, since it holds a later render.
	Outdated bool
	Pushed   bool
	Change   Change
	// Attempts is how many commits were made before one was accepted.
	Attempts int
	// Warning says what is left to do by hand.
	Warning string
}

// Git is a tree.Sink that commits the clusters' trees to a branch of a git repository: one commit a run and branch, on
// top of whatever the branch holds, none when nothing changed. Whatever is not in the clusters' folders stays as it is.
type Git struct {
	GitOptions
	// Results tell, after Commit, what became of each branch.
	Results []Result
	path    string
	dir     gitDir
	ctx     context.Context
	fetched []plumbing.Hash // tips that were fetched in this run

	mu    sync.Mutex
	known *filesystem.Storage // the objects that were there when the run began
	roots map[string]*folder  // by cluster
	// takenOver reads the trees that roots are taken over from; nil when the run puts all files.
	takenOver *objects
	spool     *spool // the files whose bytes the repository lacks
}

// NewGit prepares a sink for a repository: a work tree or a bare repository.
func NewGit(ctx context.Context, path string, o GitOptions) (*Git, error) {
	dir, err := openGitDir(path)
	if err != nil {
		return nil, err
	}
	if o.Branch == "" {
		if o.Branch, err = dir.headBranch(); err != nil {
			return nil, err
		}
	}
	if !validBranch(strings.ReplaceAll(o.Branch, "{cluster}", "c")) {
		return nil, fmt.Errorf("%q is no name for a branch", o.Branch)
	}
	o.Remote.GitDir = dir.common
	o.Remote.Rewrites = remote.ReadRewrites(ctx, o.Remote)
	g := &Git{GitOptions: o, path: path, dir: dir, ctx: ctx,
		roots: map[string]*folder{}}
	packs := ""
	if !o.DryRun {
		packs = filepath.Join(dir.common, "objects", "pack")
	}
	g.spool = newSpool(packs)
	g.known = g.storage()
	return g, nil
}

// storage opens the repository's objects as they are now: one that is open does not see packs that come later.
func (g *Git) storage() *filesystem.Storage {
	o := filesystem.Options{KeepDescriptors: true, AlternatesFS: osfs.New("/")}
	return filesystem.NewStorageWithOptions(settled{osfs.New(g.dir.common)}, cache.NewObjectLRU(96*cache.MiByte), o)
}

// Put takes a file. Its bytes go to an unfinished pack, unless the repository holds them already.
func (g *Git) Put(f tree.File) error {
	cluster, rest, ok := strings.Cut(f.Path, "/")
	if !ok || !fs.ValidPath(f.Path) || strings.Contains("/"+f.Path+"/", "/.git/") {
		return fmt.Errorf("%q is no path below a cluster", f.Path)
	}
	h := plumbing.ComputeHash(plumbing.BlobObject, f.Data)
	if isNew, err := g.note(cluster, rest, h); err != nil || !isNew {
		return err
	}
	if err := g.spool.add(h, plumbing.BlobObject, f.Data); err != nil {
		return fmt.Errorf("keep %s: %w", f.Path, err)
	}
	return nil
}

// note places the file in its cluster's folder, and tells whether its bytes are new to the repository.
func (g *Git) note(cluster, rest string, h plumbing.Hash) (isNew bool, _ error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.roots[cluster] == nil {
		g.roots[cluster] = newFolder()
		g.roots[cluster].made = true
	}
	var err error
	if g.takenOver != nil && !g.roots[cluster].made {
		err = g.roots[cluster].exchange(g.takenOver, rest, h)
	} else {
		err = g.roots[cluster].put(rest, h)
	}
	if err != nil {
		return false, err
	}
	return !g.spool.has(h) && g.known.HasEncodedObject(h) != nil, nil
}

// Discard drops what was put.
func (g *Git) Discard() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.roots = map[string]*folder{}
	g.spool.drop()
	if g.known != nil {
		g.known.Close()
	}
}

// refusal is an error of Describe.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

// Commit commits the clusters, each branch with one commit. Nothing is committed unless Describe is content with all of
// them. When a branch fails for another reason, those before it keep theirs.
func (g *Git) Commit(clusters []string) error {
	byBranch := map[string][]string{}
	for _, cluster := range clusters {
		branch := strings.ReplaceAll(g.Branch, "{cluster}", cluster)
		if !validBranch(branch) {
			return fmt.Errorf("%q is no name for a branch", branch)
		}
		byBranch[branch] = append(byBranch[branch], cluster)
	}
	defer g.Discard()
	if err := g.ask(byBranch); err != nil {
		return err
	}
	for _, branch := range slices.Sorted(maps.Keys(byBranch)) {
		if err := g.commitBranch(branch, byBranch[branch]); err != nil {
			return err
		}
	}
	return nil
}

// ask has the changes of several branches described, so that one that is refused stops all of them.
func (g *Git) ask(byBranch map[string][]string) error {
	var refused []error
	for _, branch := range slices.Sorted(maps.Keys(byBranch)) {
		slices.Sort(byBranch[branch])
		if len(byBranch) == 1 {
			return nil
		}
		_, err := g.once(branch, byBranch[branch], true)
		if is := (refusal{}); !errors.As(err, &is) && err != nil {
			return err
		}
		refused = append(refused, err)
	}
	return errors.Join(refused...)
}

// commitBranch tries until the commit is on top of the branch, or nothing changes.
func (g *Git) commitBranch(branch string, clusters []string) error {
	var last error
	for attempt := 1; attempt <= max(1, g.Attempts); attempt++ {
		if attempt > 1 && g.Remote.Wait != nil {
			g.Remote.Wait(g.ctx, attempt-1)
		}
		if err := g.ctx.Err(); err != nil {
			return err
		}
		result, err := g.once(branch, clusters, g.DryRun)
		if err == nil {
			result.Branch, result.Attempts = branch, attempt
			g.Results = append(g.Results, result)
			return nil
		}
		if !errors.Is(err, errMoved) && !errors.Is(err, errLocked) {
			return err
		}
		last = err
	}
	return fmt.Errorf("branch %s: no commit after %d attempts: %w", branch, max(1, g.Attempts), last)
}
