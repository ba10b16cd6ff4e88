package output

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

var (
	// errMoved means that somebody else has changed the branch since its tip was read.
	errMoved = errors.New("the branch has moved")
	// errLocked means that somebody else is changing the reference right now.
	errLocked = errors.New("the reference is locked")
)

// gitDir is where a repository keeps what git itself would look for. See gitrepository-layout(5).
type gitDir struct {
	own    string // HEAD and the index
	common string // references and objects; differs from own in a linked work tree
	bare   bool
}

// findGitDir finds the git directory of a work tree or a bare repository.
func findGitDir(path string) (gitDir, error) {
	dot := filepath.Join(path, ".git")
	info, err := os.Stat(dot)
	switch {
	case err == nil && info.IsDir():
		return gitDir{own: dot, common: dot}, nil
	case err == nil:
		return linkedGitDir(path, dot)
	}
	for _, name := range []string{path, path + ".git"} {
		if isFile(filepath.Join(name, "HEAD")) && isDir(filepath.Join(name, "objects")) {
			return gitDir{own: name, common: name, bare: true}, nil
		}
	}
	if !isDir(path) {
		return gitDir{}, fmt.Errorf("%s does not exist", path)
	}
	return gitDir{}, fmt.Errorf("%s is not a git repository", path)
}

// NewScratch makes an empty bare repository whose remote "origin" is url, for publishing without a clone.
func NewScratch(path, url string) error {
	repository, err := gogit.PlainInit(path, true)
	if err != nil {
		return err
	}
	_, err = repository.CreateRemote(&config.RemoteConfig{Name: "origin", URLs: []string{url}})
	return err
}

// linkedGitDir follows a .git file, as submodules and linked work trees have it.
func linkedGitDir(path, dot string) (gitDir, error) {
	data, err := os.ReadFile(dot)
	if err != nil {
		return gitDir{}, err
	}
	own, ok := strings.CutPrefix(strings.TrimSpace(string(data)), "gitdir: ")
	if !ok {
		return gitDir{}, fmt.Errorf("%s names no git directory", dot)
	}
	if !filepath.IsAbs(own) {
		own = filepath.Join(path, own)
	}
	common := own
	if data, err := os.ReadFile(filepath.Join(own, "commondir")); err == nil {
		if common = strings.TrimSpace(string(data)); !filepath.IsAbs(common) {
			common = filepath.Join(own, common)
		}
	}
	return gitDir{own: own, common: common}, nil
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// headBranch returns the branch that HEAD names, be it born or not.
func (g gitDir) headBranch() (string, error) {
	data, err := os.ReadFile(filepath.Join(g.own, "HEAD"))
	if err != nil {
		return "", err
	}
	branch, ok := strings.CutPrefix(strings.TrimSpace(string(data)), "ref: refs/heads/")
	if !ok {
		return "", errors.New("HEAD is detached: name the branch with --branch")
	}
	return branch, nil
}

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

// setRef moves a reference from old to new, or fails with errMoved or errLocked. The lock file is git's own: git and
// other publishers keep to it, and the new value appears at once.
func (g gitDir) setRef(name string, old, to plumbing.Hash) error {
	file := filepath.Join(g.common, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("the reference %s cannot be made, since a part of its name is a reference: %w", name, err)
	}
	lock, err := os.OpenFile(file+".lock", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return errLocked
	}
	if err != nil {
		return err
	}
	err = g.fillLock(lock, name, old, to)
	if closed := lock.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(lock.Name(), file)
	}
	if err != nil {
		os.Remove(lock.Name())
	}
	return err
}

func (g gitDir) fillLock(lock *os.File, name string, old, to plumbing.Hash) error {
	now, err := g.ref(name)
	if err != nil {
		return err
	}
	if now != old {
		return errMoved
	}
	if _, err := lock.WriteString(to.String() + "\n"); err != nil {
		return err
	}
	return lock.Sync()
}

// validBranch tells whether git takes the name for a branch. See git-check-ref-format(1).
func validBranch(name string) bool {
	if name == "" || name == "@" || name == "HEAD" || strings.HasPrefix(name, "-") || strings.HasSuffix(name, ".") {
		return false
	}
	if strings.ContainsAny(name, " ~^:?*[\\\x7f") || strings.Contains(name, "..") || strings.Contains(name, "@{") {
		return false
	}
	for _, r := range name {
		if r < ' ' {
			return false
		}
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return true
}

// Identity returns who commits: the environment's GIT_COMMITTER_NAME and _EMAIL, else user.name and user.email of git's
// configuration, else paasta-render itself.
func Identity(path string, getenv func(string) string) (name, email string) {
	name, email = getenv("GIT_COMMITTER_NAME"), getenv("GIT_COMMITTER_EMAIL")
	for _, read := range []func() (*config.Config, error){
		func() (*config.Config, error) {
			dir, err := findGitDir(path)
			if err != nil {
				return nil, err
			}
			return filesystem.NewStorage(osfs.New(dir.common), cache.NewObjectLRUDefault()).Config()
		},
		func() (*config.Config, error) { return config.LoadConfig(config.GlobalScope) },
		func() (*config.Config, error) { return config.LoadConfig(config.SystemScope) },
	} {
		if c, err := read(); err == nil {
			name, email = cmp.Or(name, c.User.Name), cmp.Or(email, c.User.Email)
		}
	}
	return cmp.Or(name, "paasta-render"), cmp.Or(email, "paasta-render@localhost")
}
