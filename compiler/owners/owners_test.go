package owners_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/owners"
)

func TestOf(t *testing.T) {
	const github = `# who is asked
*            @org/everyone
*.json       @data   # all of them
/web/        @org/web lea@example.com
/web/*.yaml  @org/web-yaml
docs/*       @writers
a/**/z       @deep
/my\ files/  @blank
/web/free/
`
	const gitlab = `[Teams] @default
/web/
/api/ @api
^[Security][2] @security
/web/security.yaml
`
	for _, test := range []struct {
		rule, text, path string
		want             []string
	}{
		{"the last line that fits counts", github, "web/service.yaml", []string{"@org/web-yaml"}},
		{"a folder is all that is below it", github, "web/secrets/a.txt", []string{"@org/web", "lea@example.com"}},
		{"a pattern without a slash fits at any depth", github, "api/secrets/token.json", []string{"@data"}},
		{"a pattern with a slash begins at the root", github, "x/docs/a.md", []string{"@org/everyone"}},
		{"one star does not pass a slash", github, "docs/deep/a.md", []string{"@org/everyone"}},
		{"two stars pass any number of folders", github, "a/b/c/z", []string{"@deep"}},
		{"two stars pass no folder, too", github, "a/z", []string{"@deep"}},
		{"a blank in a name", github, "my files/a", []string{"@blank"}},
		{"a line without owners takes them away", github, "web/free/a", nil},
		{"no file, no owner", "", "web/service.yaml", nil},
		{"each section of GitLab counts, with its own owners", gitlab, "web/security.yaml", []string{"@default", "@security"}},
		{"an owner of the line wins over the section's", gitlab, "api/service.yaml", []string{"@api"}},
	} {
		if got := owners.Parse(test.text).Of(test.path); !slices.Equal(got, test.want) {
			t.Errorf("%s: Of(%q) = %q, want %q", test.rule, test.path, got, test.want)
		}
	}
}

// A stranger writes the file: nothing in it takes long or panics.
func FuzzParse(f *testing.F) {
	f.Add("* @a\n[Section] @b\n/x/**/[z] @c", "x/y/z")
	f.Add("\\ @a\n\xff @b", "\xff")
	f.Fuzz(func(t *testing.T, text, path string) {
		for _, name := range owners.Parse(text).Of(path) {
			if strings.TrimSpace(name) == "" {
				t.Errorf("an owner without a name in %q", text)
			}
		}
	})
}

func TestContacts(t *testing.T) {
	contact := owners.Contacts([]byte(`{"team_data": {"a": {"slack_channels": ["#a", "#b"], "notification_email": "a@example.com"},
		"b": {"notification_email": "b@example.com"}, "c": {"notification_email": 1}}}`))
	for team, want := range map[string]string{"a": "#a #b", "b": "b@example.com", "c": "", "d": ""} {
		if got := contact(team); got != want {
			t.Errorf("the contact of %s is %q, want %q", team, got, want)
		}
	}
	if got := owners.Contacts(nil)("a"); got != "" {
		t.Errorf("a file that is none knows %q", got)
	}
}
