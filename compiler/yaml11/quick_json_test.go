package yaml11

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// jsonTwoWays reads JSON quickly and by encoding/json, and fails where they disagree.
func jsonTwoWays(t *testing.T, data []byte) (known bool) {
	t.Helper()
	quick, known := readJSONQuickly("f", data)
	if !known {
		return false
	}
	whole, ok := parseJSON("f", data, func(f finding.Finding) { t.Errorf("%q: read quickly, but wrong: %v", data, f) })
	if d := cmp.Diff(whole, quick, sameNodes); ok && d != "" {
		t.Errorf("%q: (-whole +quick):\n%s", data, d)
	}
	return true
}

func TestQuickJSONReadsAsEncodingJSON(t *testing.T) {
	for _, test := range []struct {
		in    string
		known bool
	}{
		{`{}`, true}, {` [ ] `, true}, {"{\"a\": 1,\n \"b\": [true, false, null, \"x\", -1.50, 0]}\n", true}, {`{"a": 1, "a": 2}`, true},
		{`"ü"`, true}, {`-0`, true}, {"[1,\r\n\t2]", true},
		{``, false}, {`{`, false}, {`{"a"}`, false}, {`{"a": 1,}`, false}, {`[1,]`, false}, {`[1 2]`, false}, {`01`, false}, {`1.`, false},
		{`tru`, false}, {`{"a": 1} x`, false}, {`"a\n"`, false}, {"\"a\nb\"", false}, {`1e3`, false}, {`12345678901234567890`, false},
		{`{1: 2}`, false}, {`NaN`, false}, {`"a`, false}, {`,`, false}, {`nul`, false},
	} {
		if known := jsonTwoWays(t, []byte(test.in)); known != test.known {
			t.Errorf("%q: known %v, want %v", test.in, known, test.known)
		}
	}
}

func FuzzQuickJSON(f *testing.F) {
	f.Add(`{"v2": {"deployments": {"prod": {"docker_image": "services-web:paasta-1", "image_version": null}}, "controls": {}}}`)
	f.Add("[1, -2.5, true,\n false, null, \"x\", {\"a\": []}]")
	f.Fuzz(func(t *testing.T, text string) {
		if readable("f", []byte(text), func(finding.Finding) {}) {
			jsonTwoWays(t, []byte(text))
		}
	})
}
