package finding

import "io"

// Format is a way to print findings: a name for --format and a function. Formats never reorder; callers sort.
type Format struct {
	Name  string
	Write func(w io.Writer, findings []Finding) error
}

// Formats lists every format, the default first; docs describe the codes that may occur. To add one: a file beside this
// one, and a line below.
func Formats(docs []Doc) []Format {
	return []Format{
		{"text", Text},
		{"json", JSON},
		{"github", GitHub},
		{"sarif", SARIF(docs)},
		{"markdown", Markdown},
		{"html", HTML},
	}
}
