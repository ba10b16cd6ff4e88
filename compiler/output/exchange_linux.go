package output

import "golang.org/x/sys/unix"

// exchange swaps two folders in one step; aside is used only on file systems that cannot.
func exchange(staged, live, aside string) error {
	if unix.Renameat2(unix.AT_FDCWD, staged, unix.AT_FDCWD, live, unix.RENAME_EXCHANGE) == nil {
		return nil
	}
	return exchangeInSteps(staged, live, aside)
}
