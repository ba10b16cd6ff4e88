package python_test

import (
	"testing"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// want is what CPython 3.11 prints.
func TestValuesPrintAsPython(t *testing.T) {
	for _, test := range []struct{ in, str, repr, json string }{
		{"1", "1", "1", "1"},
		{"1.0", "1.0", "1.0", "1.0"},
		{"0.1", "0.1", "0.1", "0.1"},
		{"1.0e+16", "1e+16", "1e+16", "1e+16"},
		{"0.00001", "1e-05", "1e-05", "1e-05"},
		{"123456789012345678901234567890", "123456789012345678901234567890", "123456789012345678901234567890", "123456789012345678901234567890"},
		{"yes", "True", "True", "true"},
		{"null", "None", "None", "null"},
		{"it's", "it's", `"it's"`, `"it's"`},
		{`"it's \"x\""`, `it's "x"`, `'it\'s "x"'`, `"it's \"x\""`},
		{`"a\tb\u00e9\u0085\U0001F388\x7f"`, "a\tbé\u0085🎈\x7f", `'a\tbé\x85🎈\x7f'`, `"a\tb\u00e9\u0085\ud83c\udf88\u007f"`},
		{"[1, a, {b: null}]", "[1, 'a', {'b': None}]", "[1, 'a', {'b': None}]", `[1, "a", {"b": null}]`},
		{"{b: 1, a: 2}", "{'b': 1, 'a': 2}", "{'b': 1, 'a': 2}", `{"a": 2, "b": 1}`},
		{".inf", "inf", "inf", "Infinity"},
		{"2001-02-03", "2001-02-03", "datetime.date(2001, 2, 3)", `"2001-02-03"`},
	} {
		t.Run(test.in, func(t *testing.T) {
			root, ok := yaml11.Parse("f", []byte("k: "+test.in), func(f finding.Finding) { t.Error(f.Message) })
			if !ok {
				t.Fatal("not parsed")
			}
			n := root.Get("k")
			if got := python.Str(n); got != test.str {
				t.Errorf("str: got %s, want %s", got, test.str)
			}
			if got := python.Repr(n); got != test.repr {
				t.Errorf("repr: got %s, want %s", got, test.repr)
			}
			if got := python.JSON(n, true); got != test.json {
				t.Errorf("json.dumps: got %s, want %s", got, test.json)
			}
		})
	}
}

func TestArithmeticTruncatesAndRoundsAsPython(t *testing.T) {
	for _, test := range []struct {
		rule      string
		got, want float64
	}{
		{"int((1-0.9)*100) is 9", float64(python.Truncate((1 - floatOf(0.9)) * 100)), 9},
		{"int((1-0.8)*100) is 19", float64(python.Truncate((1 - floatOf(0.8)) * 100)), 19},
		{"int(0.29*100) is 28", float64(python.Truncate(floatOf(0.29) * 100)), 28},
		{"int(-1.5) is -1", float64(python.Truncate(-1.5)), -1},
		{"round(0.29*100, 2) is 29", python.Round(floatOf(0.29)*100, 2), 29},
		{"round(2.675, 2) is 2.67", python.Round(2.675, 2), 2.67},
		{"round(0.5) is 0", python.Round(0.5, 0), 0},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if test.got != test.want {
				t.Errorf("got %v", test.got)
			}
		})
	}
}

// floatOf keeps the compiler from folding the arithmetic exactly.
func floatOf(f float64) float64 { return f }

func TestFormat(t *testing.T) {
	values := map[string]string{"service": "web", "cluster": "prod"}
	for _, test := range []struct{ in, want, err string }{
		{"{service}.{cluster}", "web.prod", ""},
		{"{{service}}", "{service}", ""},
		{"{service!r}", "'web'", ""},
		{"{environment}", "", "unknown placeholder {environment}"},
		{"{}", "", "unknown placeholder {}"},
		{"a}", "", `single '}' encountered in "a}"`},
		{"a{", "", `'{' without its '}' in "a{"`},
	} {
		t.Run(test.in, func(t *testing.T) {
			got, err := python.Format(test.in, values)
			message := ""
			if err != nil {
				message = err.Error()
			}
			if got != test.want || message != test.err {
				t.Errorf("got %q, %q; want %q, %q", got, message, test.want, test.err)
			}
		})
	}
}
