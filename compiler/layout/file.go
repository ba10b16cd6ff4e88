package layout

import "iter"

// File is one output file below OUT/<cluster>/, before it is bytes.
type File struct {
	Path string // slash-separated
	// Docs are the YAML documents (or the single JSON document when Path ends in .json), in apply order.
	// A []byte is written as it is.
	Docs []any
	// Text yields the bytes of a file that is written as it is, some at a time, and may use them again afterwards. Then
	// there are no Docs.
	Text iter.Seq[[]byte]
	// Each yields further documents one at a time, where all of them at once would be many megabytes. Nil when there
	// are none.
	Each iter.Seq[any]
}
