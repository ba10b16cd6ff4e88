//go:build unix

package output

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock takes a directory or a file for this process until it is closed or the process ends, however it ends: alone, or
// shared with others who share it. It returns errBusy when another process has it, and another error where the file
// system knows no locks.
func lock(name string, shared bool) (*os.File, error) {
	dir, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	how := unix.LOCK_EX
	if shared {
		how = unix.LOCK_SH
	}
	err = unix.Flock(int(dir.Fd()), how|unix.LOCK_NB)
	if err == nil {
		return dir, nil
	}
	_ = dir.Close()
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, errBusy
	}
	return nil, err
}
