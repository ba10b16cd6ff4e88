package source

import (
	"io/fs"
	"syscall"
	"time"
)

// changedAt is when a file's content or name was last changed, which nobody can set back.
func changedAt(stat fs.FileInfo) (t time.Time, ok bool) {
	sys, ok := stat.Sys().(*syscall.Stat_t)
	if !ok {
		return time.Time{}, false
	}
	return time.Unix(sys.Ctim.Unix()), true
}
