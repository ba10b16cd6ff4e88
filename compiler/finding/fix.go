package finding

import (
	"regexp"
	"strings"
)

// Fix says what is done with a suggestion. Package fix does it.
type Fix uint8

// The ways of taking a suggestion.
const (
	// ByForm leaves it to the form of the suggestion: what begins with "# " is AddComment, what has the form "key:
	// value" is AddBeside, what has an ellipsis or names several values is Advice, and all else is Replace.
	ByForm Fix = iota
	// Replace means that the suggestion is written in the place of the key or the value at the finding's place.
	Replace
	// AddBeside means that the suggestion, a key with its value, is added to the mapping in which the place is.
	AddBeside
	// AddBelow means that the suggestion, a key with its value, is added to the mapping that the key at the place
	// holds.
	AddBelow
	// AddComment means that the suggestion is a comment for the end of the line.
	AddComment
	// Rename means that the suggestion is the right name of the file, without its folder.
	Rename
	// Advice means that the suggestion tells people what to do: there is nothing to write as it is printed.
	Advice
)

// String returns the word that --format json prints.
func (f Fix) String() string {
	return [...]string{"", "replace", "add-beside", "add-below", "add-comment", "rename", "advice"}[f]
}

// entry is the form of a key with its value, in YAML and in JSON.
var entry = regexp.MustCompile(`^"?[A-Za-z_][A-Za-z0-9_.-]*"?: \S`)

// How returns the way in which the suggestion is taken; ByForm when there is none.
func (f *Finding) How() Fix {
	switch {
	case f.Suggestion == "" || f.Fix != ByForm:
		return f.Fix
	case strings.HasPrefix(f.Suggestion, "# "):
		return AddComment
	case strings.Contains(f.Suggestion, "…") || strings.Contains(f.Suggestion, " or "):
		return Advice
	case entry.MatchString(f.Suggestion):
		return AddBeside
	}
	return Replace
}
