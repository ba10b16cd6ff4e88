package finding

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestEscapes(t *testing.T) {
	for _, test := range []struct {
		rule      string
		escape    func(string) string
		in, shown string
	}{
		{"a log keeps plain text", LogLine, "naïve 日本 – ok", "naïve 日本 – ok"},
		{"a line break is no new line", LogLine, "a\n::error::x\r", `a\n::error::x\r`},
		{"a command of GitHub is none", LogLine, "::stop-commands::x", `\x3a:stop-commands::x`},
		{"a command behind blanks is none", LogLine, "  ::set-output name=x::y", `  \x3a:set-output name=x::y`},
		{"a command of Azure is none, wherever it is", LogLine, "a ##vso[task.x] ##[error]", `a #\x23vso[task.x] #\x23[error]`},
		{"an escape sequence is text", LogLine, "\x1b[31mred\u009b0m", `\x1b[31mred\u009b0m`},
		{"nothing turns the direction", LogLine, "a\u202eb\u2066", `a\u202eb\u2066`},
		{"bytes that are no text", LogLine, "a\xffb", `a\xffb`},
		{"a log of several lines keeps them", Log, "a\n::error::x", "a\n" + `\x3a:error::x`},
		{"HTML", HTMLText, `<a href="x">&` + "\x00", `&lt;a href=&#34;x&#34;&gt;&amp;\x00`},
		{"markdown closes no issue", MarkdownText, "closes #2", "closes &#35;&#8203;2"},
		{"markdown mentions nobody", MarkdownText, "hi @team", "hi &#64;&#8203;team"},
		{"markdown refers to no merge request", MarkdownText, "fixes !2, GH-3", "fixes !&#8203;2, GH-&#8203;3"},
		{"markdown links nowhere", MarkdownText, "https://x ![a](b)", `https:&#8203;//x !&#91;a&#93;(b)`},
		{"a commit closes no issue", CommitText, "closes #2 and GH-3, fixes a/b#4", "closes # 2 and GH- 3, fixes a/b# 4"},
		{"a commit closes none by its URL", CommitText, "fixes https://x/y/issues/4", "fixes https: //x/y/issues/4"},
		{"a commit skips no pipeline", CommitText, "a [skip ci] [CI SKIP] [no ci]", "a (skip ci) (CI SKIP) (no ci)"},
		{"a trailer is one line", TrailerValue, "a\nSigned-off-by: b\x1b", `a Signed-off-by: b\x1b`},
	} {
		if got := test.escape(test.in); got != test.shown {
			t.Errorf("%s: %q becomes %q, want %q", test.rule, test.in, got, test.shown)
		}
	}
}

// FuzzEscapes holds every medium against what it acts on.
func FuzzEscapes(f *testing.F) {
	for _, seed := range []string{"a\n::error::x", "##[error]", "\x1b[2J", "closes #2", "@team", "<b>", "a\xff", "\u202e", "x|y", "[skip ci]",
		"###[x", "#:##vso[", "::", "\u2028", "http://x", "+++ x", "[ [skip ci] ci]"} {
		f.Add(seed)
	}
	acts := regexp.MustCompile(`(?m)^\s*(::|--- |\+\+\+ |~~~ |\^\^\^ )|##([a-z]*\[)`)
	f.Fuzz(func(t *testing.T, text string) {
		for name, escape := range map[string]func(string) string{"LogLine": LogLine, "Log": Log, "HTMLText": HTMLText,
			"MarkdownText": MarkdownText, "MarkdownCode": MarkdownCode, "CommitText": CommitText, "TrailerValue": TrailerValue} {
			got := escape(text)
			for _, r := range got {
				if name == "Log" && (r == '\n' || r == '\t') {
					continue
				}
				if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
					t.Fatalf("%s(%q) = %q holds %U", name, text, got, r)
				}
			}
			if !utf8.ValidString(got) {
				t.Fatalf("%s(%q) = %q is no UTF-8", name, text, got)
			}
			if strings.HasPrefix(name, "Log") && acts.MatchString(got) {
				t.Fatalf("%s(%q) = %q is a command", name, text, got)
			}
		}
		if got := CommitText(text); regexp.MustCompile(`[#@!][\pL\pN]|(?i)\[skip ci\]`).MatchString(got) {
			t.Fatalf("CommitText(%q) = %q", text, got)
		}
		if got := MarkdownText(text); strings.ContainsAny(got, "<>|*`[]") {
			t.Fatalf("MarkdownText(%q) = %q", text, got)
		}
		encoded, _ := json.Marshal(text)
		var back, want string
		if err := json.Unmarshal(EscapeJSON(encoded), &back); err != nil {
			t.Fatal(err)
		}
		if _ = json.Unmarshal(encoded, &want); back != want {
			t.Fatalf("EscapeJSON(%q) says %q", encoded, back)
		}
	})
}
