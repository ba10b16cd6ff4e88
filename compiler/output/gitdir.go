package output

import (
	"bytes"
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
	"github.com/go-git/go-git/v5/plumbing/cache"
	formatconfig "github.com/go-git/go-git/v5/plumbing/format/config"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// gitDir is where a repository keeps what git itself would look for. See gitrepository-layout(5).
type gitDir struct {
	own    string // HEAD and the index
	common string // references and objects; differs from own in a linked work tree
	bare   bool
}

// openGitDir finds the git directory of a work tree or a bare repository, if it is one that can be written here.
func openGitDir(path string) (gitDir, error) {
	dir, err := findGitDir(path)
	if err != nil {
		return dir, err
	}
	return dir, dir.checkFormat(path)
}

// checkFormat refuses repositories whose objects or references are stored in a way that is not written here: SHA-1
// objects in a repository of SHA-256 ones would spoil it. See git's Documentation/technical/repository-version.
func (g gitDir) checkFormat(path string) error {
	data, err := os.ReadFile(filepath.Join(g.common, "config"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var c formatconfig.Config
	if err := formatconfig.NewDecoder(bytes.NewReader(data)).Decode(&c); err != nil {
		return fmt.Errorf("read the git configuration of %s: %w", path, err)
	}
	extensions := c.Section("extensions")
	if format := extensions.Option("objectFormat"); format != "" && !strings.EqualFold(format, "sha1") {
		return fmt.Errorf("%s is a git repository with %s hashes, which are not supported yet: make it with "+
			"git init --object-format=sha1", path, strings.ToUpper(format))
	}
	if storage := extensions.Option("refStorage"); storage != "" && !strings.EqualFold(storage, "files") {
		return fmt.Errorf("%s is a git repository that stores references as %q, which is not supported yet: change it with "+
			"git refs migrate --ref-format=files", path, storage)
	}
	return nil
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
