package deployments

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTagsAreReadBack(t *testing.T) {
	const one, two = "1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"
	refs := []Ref{
		{DeployTag("prod.main", "", "20260101T000000"), one},
		{DeployTag("prod.main", "v2", "20260102T000000"), two},
		{DeployTag("prod.main", "", "20260103T000000"), one},
		{DeployTag("prod-main", "", "20270101T000000"), two},
	}
	want := []Deployed{{Time: "20260103T000000", SHA: one}, {Time: "20260102T000000", SHA: two, ImageVersion: "v2"}}
	if d := cmp.Diff(want, History(refs, "prod.main")); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	// PaaSTA reads the group as an expression, in which a dot stands for any character.
	if latest, ok, err := Latest(refs, "prod.main"); !ok || err != nil || latest.SHA != two {
		t.Errorf("Latest = %v, %v, %v", latest, ok, err)
	}
	if got := StateTag("c1", "main", "20260101T000000", Stop); !statePattern.MatchString(got) {
		t.Errorf("%s is no tag of a state", got)
	}
}

func TestWhatCannotBeATagIsRefused(t *testing.T) {
	for _, sha := range []string{"", "abc", "ABCDEF1111111111111111111111111111111111", "main"} {
		if CheckSHA(sha) == nil {
			t.Errorf("CheckSHA(%q) takes it", sha)
		}
	}
	for _, version := range []string{"a b", "-x", "a/b", "a~b", "ü"} {
		if CheckImageVersion(version) == nil {
			t.Errorf("CheckImageVersion(%q) takes it", version)
		}
	}
}
