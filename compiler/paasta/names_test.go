package paasta

import (
	"strings"
	"testing"
)

func TestLimitSize(t *testing.T) {
	for _, test := range []struct{ rule, name, want string }{
		{"a short name stays", "web-main", "web-main"},
		{"63 characters fit", strings.Repeat("a", 63), strings.Repeat("a", 63)},
		{"a long name ends in four characters of its hash", strings.Repeat("a", 70), strings.Repeat("a", 58) + "-b5og"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := LimitSize(test.name, LongestLabel); got != test.want {
				t.Errorf("LimitSize(%q) = %q, want %q", test.name, got, test.want)
			}
		})
	}
}

func TestVolumeName(t *testing.T) {
	for _, test := range []struct {
		rule, name string
		limit      int
		want       string
		ok         bool
	}{
		{"slashes and dots are spelled out, the last slash goes", "host--/a/b.c/", 63, "host--slash-aslash-bdot-c", true},
		{"underscores double as hyphens, capitals are lowered", "pv--/Var_x", 253, "pv--slash-var--x", true},
		{"a long name ends in four digits of its MD5", "host--" + strings.Repeat("/abc", 20), 63,
			"host--slash-abcslash-abcslash-abcslash-abcslash-abcslash---d9bf", true},
		{"without a limit it stays long", "aws-ebs--" + strings.Repeat("x", 100), 0, "aws-ebs--" + strings.Repeat("x",
			100), true},
		{"PaaSTA hashes ASCII alone", "host--" + strings.Repeat("é", 80), 63, "", false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			got, ok := VolumeName(test.name, test.limit)
			if got != test.want || ok != test.ok {
				t.Errorf("VolumeName(%q, %d) = %q, %v, want %q, %v", test.name, test.limit, got, ok, test.want, test.ok)
			}
		})
	}
}

func TestServiceAccountName(t *testing.T) {
	for role, want := range map[string]string{
		"arn:aws:iam::1:role/some_Role": "paasta--arn-aws-iam-1-role-some-role",
		"-x-":                           "paasta---x-",
	} {
		if got := ServiceAccountName(role); got != want {
			t.Errorf("ServiceAccountName(%q) = %q, want %q", role, got, want)
		}
	}
}

// The last name is what limit_size_with_hash made of it.
func TestMeshServiceName(t *testing.T) {
	for _, test := range []struct{ rule, name, want string }{
		{"a dot is three dashes", "web.main", "web---main"},
		{"an underscore is two", "booking.files_only", "booking---files--only"},
		{"capitals are small", "Web.Main", "web---main"},
		{"a long name ends in its hash", "an-extremely-long-service-name-chosen-by-a-committee.the_longest_of_all_instance_names_ever",
			"an-extremely-long-service-name-chosen-by-a-committee---the-tl5p"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := MeshServiceName(test.name); got != test.want {
				t.Errorf("MeshServiceName(%q) = %q, want %q", test.name, got, test.want)
			}
		})
	}
}

func TestKubernetesName(t *testing.T) {
	for _, test := range []struct{ rule, name, want string }{
		{"underscores are double dashes", "web_app", "web--app"},
		{"an underscore at the beginning is spelled out", "_shared", "underscore-shared"},
		{"letters become lower case", "Web", "web"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := KubernetesName(test.name); got != test.want {
				t.Errorf("KubernetesName(%q) = %q, want %q", test.name, got, test.want)
			}
		})
	}
}

func TestNodeLabel(t *testing.T) {
	for label, want := range map[string]string{
		"region": "yelp.com/region", "instance-type": "node.kubernetes.io/instance-type", "my/label": "my/label",
	} {
		if got := NodeLabel(label); got != want {
			t.Errorf("NodeLabel(%q) = %q, want %q", label, got, want)
		}
	}
}
