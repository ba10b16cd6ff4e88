package remote

import (
	"os"
	"path/filepath"
)

// Enclosing returns the work tree that holds a folder: the nearest folder, dir or above, with a ".git". No commit can
// make one, while it can make a folder that looks like a bare repository; hence those are never looked for.
func Enclosing(dir string) (top string, ok bool) {
	if dir == "" {
		return "", false
	}
	name := absolute(dir)
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	for {
		if _, err := os.Lstat(filepath.Join(name, ".git")); err == nil {
			return name, true
		}
		if name == filepath.Dir(name) {
			return "", false
		}
		name = filepath.Dir(name)
	}
}

func absolute(name string) string {
	if full, err := filepath.Abs(name); err == nil {
		return full
	}
	return name
}
