package finding

import (
	"bytes"
	"encoding/json"
	"io"
)

// record is a finding as --format json prints it. Scripts rely on the keys and on absent meaning "does not apply".
type record struct {
	Code       Code   `json:"code"`
	Severity   string `json:"severity"`
	Message    string `json:"message"`
	File       string `json:"file,omitempty"`
	Line       int    `json:"line,omitempty"`
	Column     int    `json:"column,omitempty"`
	Service    string `json:"service,omitempty"`
	Instance   string `json:"instance,omitempty"`
	Cluster    string `json:"cluster,omitempty"`
	Suggestion string `json:"suggestion,omitempty"`
	// Fix says how the suggestion is taken when it is not written in the place of what is there.
	Fix string `json:"fix,omitempty"`
}

// JSON prints one JSON object a line.
func JSON(w io.Writer, findings []Finding) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	for i := range findings {
		f := &findings[i]
		how := f.How()
		if how == Replace {
			how = ByForm
		}
		err := encoder.Encode(record{f.Code, f.Severity.String(), f.Message, f.At.File, f.At.Line, f.At.Column,
			f.Service, f.Instance, f.Cluster, f.Suggestion,
			how.String()})
		if err != nil {
			return err
		}
	}
	_, err := w.Write(EscapeJSON(b.Bytes()))
	return err
}
