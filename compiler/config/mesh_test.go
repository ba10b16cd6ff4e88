package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func locations(t *testing.T) *Locations {
	t.Helper()
	read := func(text string) *yaml11.Node {
		n, ok := yaml11.Parse("test.yaml", []byte(text), nil)
		if !ok {
			t.Fatal(text)
		}
		return n
	}
	return (&System{Config: yaml11.NewMap(), files: map[string]*yaml11.Node{
		"nail/etc/location_types.json": read("[ecosystem, superregion, region, habitat]"),
		"nail/etc/location_mapping.json": read(`
prod_ecosystem:
  west_superregion: {west1_region: {west1a_habitat: {}, west1b_habitat: {}}, west2_region: {west2a_habitat: {}}}
  east_superregion: {east1_region: {east1a_habitat: {}}}
lonely_ecosystem: {}`),
	}}).Locations()
}

func TestConvertLocation(t *testing.T) {
	l := locations(t)
	for _, test := range []struct{ rule, location, from, to, want string }{
		{"down to all that lie inside", "west", "superregion", "habitat", "west1a west1b west2a"},
		{"up to the one that holds it", "west1a", "habitat", "ecosystem", "prod"},
		{"to its own type it is itself", "west1", "region", "region", "west1"},
		{"a location of another type is unknown", "west1", "habitat", "region", ""},
		{"an unknown type has nothing", "west1", "region", "planet", ""},
		{"what neither holds nor lies in anything does not count", "lonely", "ecosystem", "ecosystem", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got := strings.Join(l.Convert(test.location, test.from, test.to), " "); got != test.want {
				t.Errorf("Convert(%s, %s, %s) = %q, want %q", test.location, test.from, test.to, got, test.want)
			}
		})
	}
}

func TestAdvertisedPlaces(t *testing.T) {
	here := map[string]string{"ecosystem": "prod", "superregion": "west", "region": "west1", "habitat": "west1a"}
	for _, test := range []struct{ rule, config, want string }{
		{"the default is the region", "{}", "region:west1"},
		{"every type that is advertised", "{advertise: [habitat, superregion]}", "habitat:west1a superregion:west"},
		{"an extra place is turned into the advertised type", "{extra_advertise: {'region:west1': ['superregion:east']}}",
			"region:west1 region:east1"},
		{"an extra place concerns those in its source alone", "{extra_advertise: {'region:west2': ['superregion:east']}}", "region:west1"},
		{"an extra place never widens a type", "{extra_advertise: {'region:west1': ['habitat:east1a']}}", "region:west1"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			root, _ := yaml11.Parse("test.yaml", []byte(test.config), nil)
			n := Namespace{Service: "web", Name: "main", Config: root}
			var got []string
			for _, p := range n.AdvertisedPlaces(locations(t), func(kind string) string { return here[kind] }) {
				got = append(got, p.Kind+":"+p.Location)
			}
			if s := strings.Join(got, " "); s != test.want {
				t.Errorf("AdvertisedPlaces(%s) = %s, want %s", test.config, s, test.want)
			}
		})
	}
}

func TestGroupBackends(t *testing.T) {
	main := Backend{Registration: "web.main", Service: "web", Instance: "main", Namespace: "paastasvc-web", Port: 8888, Weight: 10}
	canary, heavy, moved, foreign := main, main, main, main
	canary.Instance = "canary"
	heavy.Instance, heavy.Weight = "heavy", 30
	moved.Instance, moved.Port = "moved", 9999
	foreign.Service, foreign.Namespace = "other", "paastasvc-other"
	for _, test := range []struct {
		rule     string
		backends []Backend
		labelled bool
		want     []string
	}{
		{"instances that are alike share a Service", []Backend{main, canary}, true, []string{"web---main---pods"}},
		{"a weight of its own takes a Service of its own", []Backend{main, heavy}, true,
			[]string{"web---main---web---heavy", "web---main---web---main"}},
		{"so does a port", []Backend{main, moved}, true, []string{"web---main---web---main", "web---main---web---moved"}},
		{"a Service stays in its Kubernetes namespace", []Backend{main, foreign}, true, []string{"web---main---pods", "web---main---pods"}},
		{"without registration labels each instance is selected by its own", []Backend{main, canary}, false,
			[]string{"web---main---web---canary", "web---main---web---main"}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			var got []string
			for _, e := range GroupBackends(test.backends, test.labelled) {
				got = append(got, e.Name)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("GroupBackends = %q, want %q", got, test.want)
			}
		})
	}
}
