package source

import (
	"cmp"
	"fmt"
	"path"
)

// Limits bound what a commit can make us do. Every one is far above what any company has, and can be raised.
type Limits struct {
	FolderEntries int // names in one folder
	Depth         int // folders in folders
	ChangedFiles  int // files that one comparison names
}

// DefaultLimits are those of who asks for no others.
var DefaultLimits = Limits{FolderEntries: 50_000, Depth: 64, ChangedFiles: 50_000}

// LimitError says which limit was met, and where.
type LimitError struct {
	Path  string // of the folder
	Limit int
	What  string // what there is too much of
	Key   string // of limits in the system config
}

// Error says which limit was passed, by what.
func (e *LimitError) Error() string {
	return fmt.Sprintf("there are more than %d %s; limits.%s in the system config allows more", e.Limit, e.What, e.Key)
}

// Bound sets the limits; those that are zero stay as they are. It is called before the tree is shared.
func (t *Tree) Bound(l Limits) {
	t.limits.FolderEntries = cmp.Or(l.FolderEntries, t.limits.FolderEntries)
	t.limits.Depth = cmp.Or(l.Depth, t.limits.Depth)
	t.limits.ChangedFiles = cmp.Or(l.ChangedFiles, t.limits.ChangedFiles)
}

// tooMany is the error of a folder that holds too many names.
func (t *Tree) tooMany(dir string) error {
	return &LimitError{dir, t.limits.FolderEntries, "names in this folder", "folder_entries"}
}

// ChangedFiles lists the files that differ at or below a name, sorted; the name itself when it is a file or one that
// cannot be compared. A dozen git objects can stand for any number of files; hence the limits.
func ChangedFiles(base, head *Tree, name string) ([]string, error) {
	c := changes{base: base, head: head}
	err := c.walk(name, 0)
	return c.files, err
}

type changes struct {
	base, head *Tree
	files      []string
	seen       int
}

func (c *changes) walk(name string, depth int) error {
	l := c.head.limits
	if depth > l.Depth {
		return &LimitError{name, l.Depth, "folders in one another", "depth"}
	}
	below := Changed(c.base, c.head, name)
	if len(below) == 0 && name != "." {
		c.files = append(c.files, name)
	}
	if c.seen += len(below); c.seen > l.ChangedFiles {
		return &LimitError{name, l.ChangedFiles, "changed files", "changed_files"}
	}
	for _, n := range below {
		if err := c.walk(path.Join(name, n), depth+1); err != nil {
			return err
		}
	}
	return nil
}
