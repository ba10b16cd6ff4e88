package finding

import (
	"fmt"
	"io"
)

// Markdown prints a table, as a comment on a pull request or a job summary shows it.
func Markdown(w io.Writer, findings []Finding) error {
	if len(findings) == 0 {
		_, err := fmt.Fprintln(w, "No findings.")
		return err
	}
	if _, err := fmt.Fprint(w, "| severity | code | place | service | finding |\n|---|---|---|---|---|\n"); err != nil {
		return err
	}
	for i := range findings {
		f := &findings[i]
		_, err := fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", f.Severity, f.Code, MarkdownCode(f.At.String()),
			MarkdownText(f.Subject()), MarkdownText(f.Sentence()))
		if err != nil {
			return err
		}
	}
	return nil
}

// Subject names what the finding concerns, as PaaSTA writes it: service.instance (cluster).
func (f *Finding) Subject() string {
	subject := f.Service
	if f.Instance != "" {
		subject += "." + f.Instance
	}
	switch {
	case f.Cluster == "":
		return subject
	case subject == "":
		return f.Cluster
	}
	return subject + " (" + f.Cluster + ")"
}
