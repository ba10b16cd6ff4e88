//go:build !e2e

package output

// rounds is how often each concurrent publisher publishes.
const rounds = 2
