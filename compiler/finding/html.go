package finding

import (
	"fmt"
	"io"
)

const htmlHead = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>paasta-render findings</title>
<style>
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em }
table { border-collapse: collapse }
th, td { padding: .3em .8em; text-align: left; vertical-align: top; border-bottom: 1px solid #ccc }
.error { color: #b00020 } .warning { color: #8a5a00 } .info { color: #0b5394 }
code { white-space: nowrap }
</style>
<table>
<tr><th>severity<th>code<th>place<th>service<th>finding
`

// HTML prints one page with a table, complete in itself.
func HTML(w io.Writer, findings []Finding) error {
	if _, err := io.WriteString(w, htmlHead); err != nil {
		return err
	}
	for i := range findings {
		f := &findings[i]
		_, err := fmt.Fprintf(w, "<tr><td class=%q>%s<td>%s<td><code>%s</code><td>%s<td>%s\n", f.Severity, f.Severity,
			HTMLText(string(f.Code)), HTMLText(f.At.String()), HTMLText(f.Subject()), HTMLText(f.Sentence()))
		if err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "</table>\n</html>\n")
	return err
}
