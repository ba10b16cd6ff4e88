// Package examples holds the small company that `paasta-render init` starts people with and that the README renders.
package examples

import "embed"

// Company is a soa-configs repository with its system config in _system, below "company".
//
//go:embed all:company
var Company embed.FS
