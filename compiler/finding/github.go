package finding

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// GitHub prints workflow commands, which GitHub Actions shows as annotations beside the changed lines.
func GitHub(w io.Writer, findings []Finding) error {
	for i := range findings {
		f := &findings[i]
		if _, err := fmt.Fprintf(w, "::%s %s::%s\n", githubLevel(f.Severity), githubProperties(f),
			githubData.Replace(LogLine(f.Sentence()))); err != nil {
			return err
		}
	}
	return nil
}

func githubLevel(s Severity) string {
	if s == Info {
		return "notice"
	}
	return s.String()
}

func githubProperties(f *Finding) string {
	var properties []string
	add := func(name, value string) {
		properties = append(properties, name+"="+githubProperty.Replace(LogLine(value)))
	}
	if f.At.File != "" {
		add("file", f.At.File)
	}
	if f.At.Line > 0 {
		add("line", strconv.Itoa(f.At.Line))
	}
	if f.At.Column > 0 {
		add("col", strconv.Itoa(f.At.Column))
		if f.At.Length > 0 {
			add("endColumn", strconv.Itoa(f.At.Column+f.At.Length))
		}
	}
	add("title", string(f.Code))
	return strings.Join(properties, ",")
}

// The runner splits commands at these characters and decodes them afterwards.
var (
	githubData     = strings.NewReplacer("%", "%25")
	githubProperty = strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C")
)
