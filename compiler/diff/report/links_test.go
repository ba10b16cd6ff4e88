package report

import "testing"

func TestLinks(t *testing.T) {
	for _, test := range []struct{ remote, line, pull string }{
		{"https://github.com/org/soa.git", "https://github.com/org/soa/blob/abc/web/service.yaml#L4", "https://github.com/org/soa/pull/12"},
		{"https://token@github.com/org/soa", "https://github.com/org/soa/blob/abc/web/service.yaml#L4", "https://github.com/org/soa/pull/12"},
		{"git@github.com:org/soa.git", "https://github.com/org/soa/blob/abc/web/service.yaml#L4", "https://github.com/org/soa/pull/12"},
		{"ssh://git@gitlab.example.com:2222/a/b/soa.git", "https://gitlab.example.com/a/b/soa/-/blob/abc/web/service.yaml#L4",
			"https://gitlab.example.com/a/b/soa/-/merge_requests/12"},
		{"http://git.example.com:3000/org/soa", "https://git.example.com:3000/org/soa/blob/abc/web/service.yaml#L4",
			"https://git.example.com:3000/org/soa/pull/12"},
		{"../soa", "", ""},
		{"/srv/git/soa.git", "", ""},
		{"file:///srv/git/soa.git", "", ""},
		{"javascript:alert(1)", "https://javascript/alert%281%29/blob/abc/web/service.yaml#L4", "https://javascript/alert%281%29/pull/12"},
		{"", "", ""},
	} {
		l := NewLinks(test.remote, "abc", ".")
		if got := l.Line("web/service.yaml", 4); got != test.line {
			t.Errorf("%s: the line is at %q, want %q", test.remote, got, test.line)
		}
		if got, _ := l.PullRequest("more memory (#12)"); got != test.pull {
			t.Errorf("%s: the request is at %q, want %q", test.remote, got, test.pull)
		}
	}
	l := NewLinks("https://github.com/org/mono", "abc", "soa")
	for file, want := range map[string]string{
		"web/a b#c.yaml":  "https://github.com/org/mono/blob/abc/soa/web/a%20b%23c.yaml#L1",
		"/etc/paasta/x":   "",
		"../../elsewhere": "",
	} {
		if got := l.Line(file, 1); got != want {
			t.Errorf("Line(%q) = %q, want %q", file, got, want)
		}
	}
	if got := NewLinks("https://github.com/org/soa", "", ".").Line("web/service.yaml", 4); got != "" {
		t.Errorf("a work tree has the address %q", got)
	}
}
