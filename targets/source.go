package targets

import (
	"embed"
	"io/fs"
)

// source is the targets' own Go source. A target reads a key of the system config by its name, so a diff need not
// compile a target whose source does not spell a key that changed.
//
//go:embed */*.go */*/*.go
var source embed.FS

// Source returns the source of a target, nil when there is no folder of its name.
func Source(name string) fs.FS {
	if _, err := fs.Stat(source, name); err != nil {
		return nil
	}
	own, err := fs.Sub(source, name)
	if err != nil {
		return nil
	}
	return own
}
