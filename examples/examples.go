// Package examples holds the companies that `paasta-render init` starts people with and that the README renders.
package examples

import "embed"

// Company is a soa-configs repository with its system config in _system, below "company".
//
//go:embed all:company
var Company embed.FS

// Minimal is the smallest soa-configs repository, below "minimal": one cluster, one service, every line explained.
//
//go:embed all:minimal
var Minimal embed.FS

// Stock is a file of the system config for clusters that have none of Yelp's own parts.
//
//go:embed stock.yaml
var Stock []byte
