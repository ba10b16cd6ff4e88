package paasta

import "testing"

func TestGitSHA(t *testing.T) {
	for _, test := range []struct{ rule, url, want string }{
		{"what follows the mark", "registry/services-web:paasta-0123abcd", "0123abcd"},
		{"up to the next dash", "registry/services-web:paasta-0123456789ab-20240101T000000", "0123456789ab"},
		{"the last mark counts", "registry/x:paasta-aaaa:paasta-bbbb", "bbbb"},
		{"a mark without a commit has none", "registry/x:paasta-", ""},
		{"only letters and digits are a commit", "registry/x:paasta-_", ""},
		{"without the mark, what follows the last colon", "registry/team-web:latest", "latest"},
		{"without the mark, what follows the last dash", "registry:5000/team-web-abc", "abc"},
		{"the last of several colons", "registry/a:b:c", "c"},
		{"no image has no commit", "", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := GitSHA(test.url); got != test.want {
				t.Errorf("GitSHA(%q) = %q, want %q", test.url, got, test.want)
			}
		})
	}
}

func TestShortSHACountsCharacters(t *testing.T) {
	for sha, want := range map[string]string{"0123456789": "01234567", "abc": "abc", "éééééééééé": "éééééééé"} {
		if got := ShortSHA(sha); got != want {
			t.Errorf("ShortSHA(%q) = %q, want %q", sha, got, want)
		}
	}
}
