package report

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// maxWrong is how many errors the markdown form lists.
const maxWrong = 10

// errors are the findings that stop a render.
func (r *Report) errors() []finding.Finding {
	var all []finding.Finding
	for _, f := range r.Findings {
		if f.Severity == finding.Error {
			all = append(all, f)
		}
	}
	return all
}

// Caveat says what the report does not know because the configuration is wrong; empty when all is well. A report is
// read by people who do not see standard error: "nothing changes" must not be all that it says of a broken file.
func (r *Report) Caveat() string {
	n := len(r.errors())
	switch {
	case r.Unread && n > 0:
		return "nothing was compared: " + plural(n, "error") + " in the configuration"
	case r.Unread:
		return "nothing was compared"
	case n == 0:
		return ""
	}
	return plural(n, "error") + " in the configuration: nothing is rendered before that is mended, and what it breaks counts as gone here"
}

// wrongLines are the errors as people read them: file:line:column: CODE message.
func (r *Report) wrongLines() []string {
	lines := []string{}
	for _, f := range r.errors() {
		lines = append(lines, fmt.Sprintf("%s: %s %s", f.At, f.Code, f.Sentence()))
	}
	return lines
}

// gateLines are what the company's gates say, as people read it; those that stop the change first.
func (r *Report) gateLines() []string {
	stop, rest := []string{}, []string{}
	for _, f := range r.Gates {
		line := fmt.Sprintf("%s: %s", f.At, f.Sentence())
		if f.Severity == finding.Error {
			stop = append(stop, "stopped by a gate: "+line)
			continue
		}
		rest = append(rest, "a gate warns: "+line)
	}
	return append(stop, rest...)
}

// findingsJSON are the findings as every command prints them with --format json.
func findingsJSON(findings []finding.Finding) ([]json.RawMessage, error) {
	var b bytes.Buffer
	if err := finding.JSON(&b, findings); err != nil {
		return nil, err
	}
	records := []json.RawMessage{}
	for line := range bytes.Lines(b.Bytes()) {
		records = append(records, json.RawMessage(bytes.TrimSpace(line)))
	}
	return records, nil
}
