//go:build !unix

package output

import (
	"errors"
	"os"
)

// lock is not to be had: two runs at once are the user's business, and what a killed run left stays.
func lock(string, bool) (*os.File, error) { return nil, errors.ErrUnsupported }
