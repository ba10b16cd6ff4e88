package output

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// shownFile, in the git directory, names the commit that the work tree shows while its branch moves on. A run that is
// killed in between leaves it, and the next one knows where the work tree is.
const shownFile = "paasta-render-shown"

// emptyTree is what an unborn branch shows; git knows it without having it.
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

// move moves a local branch, and the work tree that has it checked out.
func (g *Git) move(a *attempt, old, to plumbing.Hash) (warning string, err error) {
	if !g.checkedOut(a.branch) {
		return "", g.dir.setRef(a.ref, old, to)
	}
	name := filepath.Join(g.dir.own, shownFile)
	if !isFile(name) {
		if err := os.WriteFile(name, []byte(treeish(old)+"\n"), 0o644); err != nil {
			return "", err
		}
	}
	if err := g.dir.setRef(a.ref, old, to); err != nil {
		return "", err
	}
	return g.updateWorkTree(old, to), nil
}

// catchUp moves a work tree that a former run left behind.
func (g *Git) catchUp(a *attempt, tip plumbing.Hash) (warning string) {
	if !isFile(filepath.Join(g.dir.own, shownFile)) || !g.checkedOut(a.branch) {
		return ""
	}
	if now, err := g.dir.ref(a.ref); err != nil || now != tip {
		return ""
	}
	return g.updateWorkTree(tip, tip)
}

// checkedOut tells whether the repository has a work tree that shows a branch.
func (g *Git) checkedOut(branch string) bool {
	head, err := g.dir.headBranch()
	return err == nil && head == branch && !g.dir.bare
}

// updateWorkTree moves the work tree as a fast-forward merge does, from where a former run left it if that is where it
// is. When that is not possible the commit stands all the same; the warning says what is left to do.
func (g *Git) updateWorkTree(old, to plumbing.Hash) (warning string) {
	name := filepath.Join(g.dir.own, shownFile)
	from := treeish(old)
	if data, err := os.ReadFile(name); err == nil {
		shown := strings.TrimSpace(string(data))
		if plumbing.IsHash(shown) && g.git("diff-index", "--cached", "--quiet", shown) == nil {
			from = shown
		}
	}
	if err := g.git("read-tree", "-m", "-u", from, to.String()); err != nil {
		return fmt.Sprintf("%s is committed, but the work tree of %s still shows the commit before, for it was changed by "+
			"hand: %s; git reset --hard there drops those changes", to, g.path, err)
	}
	os.Remove(name)
	return ""
}

// git runs git in the work tree, without the hooks and the file system monitor that its configuration may name. It is
// not interrupted with us, for that would leave its index locked.
func (g *Git) git(args ...string) error {
	c := exec.Command("git", append([]string{"-C", g.path, "-c", "safe.bareRepository=explicit", "-c", "core.fsmonitor=false",
		"-c", "core.hooksPath=/dev/null"}, args...)...)
	detach(c)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s", cmp.Or(strings.TrimSpace(stderr.String()), err.Error()))
	}
	return nil
}

func treeish(h plumbing.Hash) string { return cmp.Or(hashText(h), emptyTree) }
