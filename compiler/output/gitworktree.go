package output

import (
	"bytes"
	"cmp"
	"fmt"
	"os/exec"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// updateWorkTree moves a work tree that has the branch checked out, as a fast-forward merge does. When that is not
// possible the commit stands all the same; the warning says what is left to do.
func (g *Git) updateWorkTree(a *attempt, old, to plumbing.Hash) (warning string) {
	if branch, err := g.dir.headBranch(); g.dir.bare || err != nil || branch != a.branch {
		return ""
	}
	args := []string{"-C", g.path, "read-tree", "-m", "-u"}
	if !old.IsZero() {
		args = append(args, old.String())
	}
	c := exec.CommandContext(g.ctx, "git", append(args, to.String())...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if err := c.Run(); err != nil {
		reason := cmp.Or(strings.TrimSpace(stderr.String()), err.Error())
		return fmt.Sprintf("%s is committed, but the work tree of %s still shows the commit before: %s", to, g.path, reason)
	}
	return ""
}
