//go:build unix

package remote

import (
	"os"
	"strconv"
	"syscall"
)

// owned tells whether a file belongs to who runs us, sudo seen through as git does.
func owned(name string) bool {
	stat, err := os.Stat(name)
	if err != nil {
		return false
	}
	sys, ok := stat.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	if int(sys.Uid) == os.Geteuid() {
		return true
	}
	behind, err := strconv.Atoi(os.Getenv("SUDO_UID"))
	return err == nil && os.Geteuid() == 0 && int(sys.Uid) == behind
}
