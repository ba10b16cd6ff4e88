package envoy

import (
	"bytes"
	"testing"
)

// Namespaces that are configured alike share what is printed of them, and each has its own name and port in it; one
// whose configuration holds the stand-in is printed by itself.
func TestResourcesAlike(t *testing.T) {
	set := &settings{listenAddress: "127.0.0.1", adminPort: 1}
	e := &encoder{settings: set, made: map[string][]byte{}}
	like := func(name string, port int64, value string) *space {
		sp := &space{name: name, port: port}
		sp.mode, sp.headers = "http", []header{{"X-A", value}}
		return sp
	}
	spaces := []*space{like("web.a", 20001, "1"), like("web.b", 20002, "1"), like("web.c", 65535, nameStandIn), like("web.d", 20004, "2")}
	n := 0
	for got := range e.listeners(spaces) {
		own := *spaces[n]
		own.settings = set
		want, err := encodeResource(own.listener())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", own.name, got, want)
		}
		n++
	}
	if n != len(spaces) || len(e.made) != 2 {
		t.Errorf("%d listeners of %d shapes", n, len(e.made))
	}
}
