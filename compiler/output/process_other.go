//go:build !unix

package output

import "os/exec"

// detach has nothing to do where there are no process groups.
func detach(*exec.Cmd) {}
