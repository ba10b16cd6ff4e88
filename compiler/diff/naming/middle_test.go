package naming

import (
	"testing"

	"github.com/paasta-render/paasta-render/compiler/diff"
)

func TestMiddle(t *testing.T) {
	for _, test := range []struct{ before, after, wantBefore, wantAfter string }{
		{`"old.example:443/web:1"`, `"new.example:443/web:1"`, `"old…"`, `"new…"`},
		{`"registry/web:1"`, `"registry/web:2"`, `"…1"`, `"…2"`},
		{`"a/web:12"`, `"a/web:13"`, `"…12"`, `"…13"`},
		{`"one"`, `"two"`, `"one"`, `"two"`},
		{`1`, `2`, `1`, `2`},
		{`"a b c"`, `"a x c"`, `"…b…"`, `"…x…"`},
	} {
		if got := Middle(diff.Value(test.before), diff.Value(test.after)); string(got[0]) != test.wantBefore || string(got[1]) != test.wantAfter {
			t.Errorf("Middle(%s, %s) = %q", test.before, test.after, got)
		}
	}
}

func TestAround(t *testing.T) {
	before := `"a long way to the place where it differs: 1 and then a long way from there"`
	after := `"a long way to the place where it differs: 2 and then a long way from there"`
	got := Around(diff.Value(before), diff.Value(after))
	want := [2]diff.Value{`"…place where it differs: 1 and then a long way fro…"`, `"…place where it differs: 2 and then a long way fro…"`}
	if got != want {
		t.Errorf("around = %q, want %q", got, want)
	}
	if got := Around(`"é ééééééééééé éé éé 1"`, `"é ééééééééééé éé éé 2"`); got[0] != `"…ééééééé éé éé 1"` {
		t.Errorf("around cuts inside a character: %q", got)
	}
}
