//go:build unix

package output

import (
	"os/exec"
	"syscall"
)

// detach keeps what a terminal sends at Ctrl-C from a program that is to end in its own time.
func detach(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
