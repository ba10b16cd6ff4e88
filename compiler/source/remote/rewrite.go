package remote

import (
	"context"
	"strings"
)

// Rewrites are git's url.<base>.insteadOf, prefix to base.
type Rewrites map[string]string

// ReadRewrites reads the rewrites of git's configuration, the folder's of the options too; none without git.
func ReadRewrites(ctx context.Context, o Options) Rewrites {
	out, err := runGit(ctx, o, "", "config", "--null", "--get-regexp", `^url\..*\.insteadof$`)
	if err != nil {
		return nil
	}
	rewrites := Rewrites{}
	for _, item := range strings.Split(out, "\x00") {
		key, prefix, ok := strings.Cut(item, "\n")
		base := strings.TrimSuffix(strings.TrimPrefix(key, "url."), ".insteadof")
		if ok && prefix != "" {
			rewrites[prefix] = base
		}
	}
	return rewrites
}

// Apply returns the URL that is really used: the longest prefix counts.
func (r Rewrites) Apply(url string) string {
	longest := ""
	for prefix := range r {
		if strings.HasPrefix(url, prefix) && len(prefix) > len(longest) {
			longest = prefix
		}
	}
	if longest == "" {
		return url
	}
	return r[longest] + url[len(longest):]
}
