package main

import (
	"fmt"
	"io"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// say prints a text for people. Strings among the values may be a stranger's: each becomes one line that neither a
// terminal nor a continuous integration system acts on. Errors may have several lines.
func say(w io.Writer, format string, values ...any) error {
	safe := make([]any, len(values))
	for i, value := range values {
		switch v := value.(type) {
		case string:
			safe[i] = finding.LogLine(v)
		case error:
			safe[i] = finding.Log(v.Error())
		case fmt.Stringer:
			safe[i] = finding.LogLine(v.String())
		default:
			safe[i] = value
		}
	}
	_, err := io.WriteString(w, finding.Log(fmt.Sprintf(format, safe...)))
	return err
}
