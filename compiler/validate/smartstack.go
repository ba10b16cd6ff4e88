package validate

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

const (
	// longestListener is what Envoy's 128 characters leave for service and namespace. PaaSTA: MAX_ENVOY_NAME_LEN.
	longestListener = 118
	// longestSocket is what HAProxy's socket path leaves for them. PaaSTA: MAX_SMARTSTACK_NAME_LEN.
	longestSocket = 55
)

// smartstack checks every namespace. PaaSTA: validate_smartstack.
func (c *checker) smartstack() {
	const name = "smartstack.yaml"
	if !c.Exists(name) || c.Broken(name) {
		return
	}
	root := c.YAML(name)
	if root == nil {
		return // the schema wants a namespace at least
	}
	for _, p := range root.Pairs {
		if !p.Key.IsString() || !p.Value.IsMap() {
			c.mesh(p, finding.Unreadable, p.Key.Position(), "a namespace is a name with keys and values", "")
			continue
		}
		c.meshName(p)
		c.advertised(p)
		c.proxy(p, "proxied_through")
		c.proxy(p, "clb_proxy")
	}
}

// mesh reports a finding of a namespace.
func (c *checker) mesh(p yaml11.Pair, code finding.Code, at finding.Position, message, suggestion string) {
	c.report(finding.Finding{Code: code, At: orElse(at, p.Key.Position()), Service: c.Name, Message: message,
		Suggestion: suggestion})
}

// meshName wants short names. PaaSTA: _check_smartstack_name_length_envoy, _check_smartstack_name_length.
func (c *checker) meshName(p yaml11.Pair) {
	n := utf8.RuneCountInString(c.Name) + utf8.RuneCountInString(p.Key.Text)
	port := p.Value.Get("proxy_port")
	switch {
	case n > longestListener:
		c.mesh(p, finding.MeshNameLength, p.Key.Position(),
			fmt.Sprintf("service and namespace have %d characters together, %d is the most", n, longestListener), "")
	case port == nil:
		c.mesh(p, finding.SchemaMissing, p.Key.Position(), p.Key.Text+` lacks the key "proxy_port"`, "")
	case port.Truthy() && n > longestSocket:
		c.mesh(p, finding.MeshNameLength, p.Key.Position(),
			fmt.Sprintf("service and namespace have %d characters together, %d is the most with a proxy_port", n,
				longestSocket), "")
	}
}

// advertised checks where the namespace is advertised and discovered. PaaSTA: _check_advertise_discover.
func (c *checker) advertised(p yaml11.Pair) {
	locations := c.Company.Clusters[0].System.Locations()
	if !locations.Known() {
		c.mesh(p, finding.UnknownLocation, p.Key.Position(),
			"the system config has no nail/etc/location_types.json to look locations up in", "")
		return
	}
	advertise, discover := p.Value.Get("advertise"), p.Value.Get("discover")
	kinds := []*yaml11.Node{yaml11.NewString("region")}
	if advertise != nil {
		if !advertise.IsList() {
			c.mesh(p, finding.Unreadable, advertise.Position(), "advertise is "+advertise.KindWithArticle()+", not a list", "")
			return
		}
		kinds = advertise.Items
	}
	if discover == nil {
		discover = yaml11.NewString("region")
	}
	if c.knownKinds(p, locations, append(slices.Clip(kinds), discover)) &&
		!slices.ContainsFunc(kinds, func(k *yaml11.Node) bool { return python.Equal(k, discover) }) {
		c.notAdvertised(p, discover, kinds)
	}
	c.extraAdvertised(p, locations, discover.Text)
}

// knownKinds wants types of location that exist.
func (c *checker) knownKinds(p yaml11.Pair, locations *config.Locations, kinds []*yaml11.Node) bool {
	known, seen := true, map[string]bool{}
	for _, kind := range kinds {
		if kind.IsString() && locations.Depth(kind.Text) >= 0 {
			continue
		}
		known = false
		if !seen[kind.Text] {
			c.mesh(p, finding.UnknownLocation, kind.Position(), "unknown location type "+python.Repr(kind),
				spelling.Nearest(kind.Text, locations.Types))
		}
		seen[kind.Text] = true
	}
	return known
}

// notAdvertised says that clients look where nothing is advertised, and where they may look.
func (c *checker) notAdvertised(p yaml11.Pair, discover *yaml11.Node, kinds []*yaml11.Node) {
	f := finding.Finding{Code: finding.DiscoverNotAdvertised, At: discover.Position(), Service: c.Name,
		Message: "discover is " + python.Repr(discover) + ", which is not advertised"}
	if len(kinds) > 0 {
		f.Suggestion = kinds[0].Text
	}
	if f.At.File == "" {
		f.At, f.Fix = p.Key.Position(), finding.AddBelow
		if len(kinds) > 0 {
			f.Suggestion = "discover: " + f.Suggestion
		}
	}
	c.report(f)
}

// extraAdvertised wants known locations, none more specific than where clients look.
func (c *checker) extraAdvertised(p yaml11.Pair, locations *config.Locations, discover string) {
	extra := p.Value.Get("extra_advertise")
	if extra == nil {
		return
	}
	if !extra.IsMap() {
		c.mesh(p, finding.Unreadable, extra.Position(), "extra_advertise is "+extra.KindWithArticle()+", not a mapping", "")
		return
	}
	for _, source := range extra.Pairs {
		if !locations.Exists(source.Key.Text) {
			c.mesh(p, finding.UnknownLocation, source.Key.Position(), fmt.Sprintf("unknown location %q",
				source.Key.Text),
				locations.Near(source.Key.Text, spelling.NearestBut(extra.Has)))
		}
		if !source.Value.IsList() {
			c.mesh(p, finding.Unreadable, source.Value.Position(),
				"the locations are "+source.Value.KindWithArticle()+", not a list", "")
			continue
		}
		for _, destination := range source.Value.Items {
			kind, _, _ := strings.Cut(destination.Text, ":")
			switch {
			case !destination.IsString() || !locations.Exists(destination.Text):
				c.mesh(p, finding.UnknownLocation, destination.Position(), fmt.Sprintf("unknown location %q",
					destination.Text),
					locations.Near(destination.Text, spelling.Nearest))
			case locations.Depth(kind) > locations.Depth(discover):
				c.mesh(p, finding.AdvertisedTooWide, destination.Position(),
					fmt.Sprintf("%s is more specific than discover, which is %s", destination.Text, discover), "")
			}
		}
	}
}

// proxy wants service.namespace of a namespace that exists. PaaSTA: _check_smartstack_valid_proxy.
func (c *checker) proxy(p yaml11.Pair, key string) {
	n := p.Value.Get(key)
	if n == nil {
		return
	}
	service, namespace, ok := strings.Cut(n.Text, ".")
	if !ok || !n.IsString() || strings.Contains(namespace, ".") {
		c.mesh(p, finding.UnknownProxy, n.Position(), key+" is "+python.Repr(n)+", not of the form service.namespace", "")
		return
	}
	other := c.Other(service)
	if root := other.YAML("smartstack.yaml"); root.Has(namespace) {
		return
	}
	message := fmt.Sprintf("unknown namespace %q: %s/smartstack.yaml does not have it", n.Text, service)
	if !other.Exists("smartstack.yaml") {
		message = fmt.Sprintf("unknown namespace %q: %s/smartstack.yaml does not exist", n.Text, service)
	}
	c.mesh(p, finding.UnknownProxy, n.Position(), message, likelyNamespace(other, namespace))
}

func likelyNamespace(f *config.Folder, namespace string) string {
	root := f.YAML("smartstack.yaml")
	if root == nil {
		return ""
	}
	var names []string
	for _, p := range root.Pairs {
		names = append(names, p.Key.Text)
	}
	if near := spelling.Nearest(namespace, names); near != "" {
		return f.Name + "." + near
	}
	return ""
}
