package envoy

import (
	"fmt"
	"slices"
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	rbacconfig "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	jwt "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/jwt_authn/v3"
	httprbac "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	manager "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// identity is how Envoy knows who calls: by the projected token of the caller's service account, which PaaSTA mounts
// into pods of authenticating services (service_auth_token_settings). The token names the pod's Kubernetes namespace,
// and PaaSTA gives each service one. The key envoy_authorization of the system config; nil without it.
type identity struct {
	issuer   string // issuer: of the cluster's service account tokens
	audience string // audience; default that of service_auth_token_settings
	jwks     string // jwks_file: where Envoy's host has the issuer's public keys
	header   string // header with the token, after "Bearer "; default authorization
}

// newIdentity reads envoy_authorization; nil when it is absent or incomplete.
func newIdentity(c *config.Cluster) *identity {
	key := c.System.Get("envoy_authorization")
	text := func(n *yaml11.Node, byDefault string) string {
		if value, ok := n.Str(); ok && value != "" {
			return value
		}
		return byDefault
	}
	audience, _ := c.System.Get("service_auth_token_settings").Get("audience").Str()
	id := &identity{issuer: text(key.Get("issuer"), ""), audience: text(key.Get("audience"), audience),
		jwks: text(key.Get("jwks_file"), ""), header: text(key.Get("header"), "authorization")}
	if id.issuer == "" || id.jwks == "" || id.audience == "" {
		return nil
	}
	return id
}

// access is who may call a namespace: authorization.yaml of its service. Empty for everybody.
type access struct {
	enabled bool
	rules   []accessRule
}

// accessRule lets services call some methods on some paths; empty lists are all.
type accessRule struct {
	services, methods, paths []string
}

// readAccess reads authorization.yaml: authorization.enabled (default true) and its rules. It tells what Envoy does
// not enforce.
func (sp *reader) readAccess(report finding.Report) {
	root := sp.folder.YAML("authorization.yaml").Get("authorization")
	rules := root.Get("rules")
	if enabled := root.Get("enabled"); enabled != nil && !enabled.Truthy() || !rules.IsList() || sp.port == 0 {
		return
	}
	say := func(severity finding.Severity, n *yaml11.Node, message string) {
		report(finding.Finding{Code: finding.NotInEnvoy, Severity: severity, At: n.Position(), Service: sp.Service,
			Message: sp.name + ": " + message})
	}
	var named bool
	a := access{enabled: true}
	for _, r := range rules.Items {
		one := accessRule{texts(r.Path("identity_groups", "services")), texts(r.Get("methods")), texts(r.Get("paths"))}
		if people := r.Path("identity_groups", "ssos"); !people.IsNull() {
			say(finding.Info, people, "Envoy knows services and no people: ssos let nobody in")
		}
		if len(one.services) > 0 {
			named = true
			a.rules = append(a.rules, one)
		}
	}
	switch {
	case !named:
	case sp.identity == nil:
		say(finding.Info, rules, "authorization.yaml names the callers, and everybody may call: the system config has no "+
			"envoy_authorization with issuer, jwks_file and audience")
	case sp.tcp():
		say(finding.Warning, rules, "authorization.yaml names the callers, and everybody may call: connections of mode "+
			"tcp show no token")
	default:
		sp.access = a
	}
}

// texts lists the texts of a list.
func texts(n *yaml11.Node) (all []string) {
	if !n.IsList() {
		return nil
	}
	for _, item := range n.Items {
		if text, ok := item.Str(); ok && text != "" {
			all = append(all, strings.Clone(text))
		}
	}
	return all
}

const (
	jwtFilter = "envoy.filters.http.jwt_authn"
	tokenName = "pod" // under which the token's content is kept for the second filter
)

// authorization are the filters that let callers in: the first reads the token and answers 401 without a valid one,
// the second answers 403 to those that no rule names.
func (sp *space) authorization() []*manager.HttpFilter {
	if !sp.access.enabled {
		return nil
	}
	token := &jwt.JwtProvider{
		Issuer: sp.identity.issuer, Audiences: []string{sp.identity.audience}, PayloadInMetadata: tokenName, Forward: true,
		FromHeaders: []*jwt.JwtHeader{{Name: sp.identity.header, ValuePrefix: "Bearer "}},
		JwksSourceSpecifier: &jwt.JwtProvider_LocalJwks{LocalJwks: &core.DataSource{
			Specifier: &core.DataSource_Filename{Filename: sp.identity.jwks}}},
	}
	needed := &jwt.RequirementRule{
		Match: &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_Prefix{Prefix: "/"}},
		RequirementType: &jwt.RequirementRule_Requires{Requires: &jwt.JwtRequirement{
			RequiresType: &jwt.JwtRequirement_ProviderName{ProviderName: tokenName}}},
	}
	policies := map[string]*rbacconfig.Policy{}
	for n, r := range sp.access.rules {
		policies[ruleName(n)] = &rbacconfig.Policy{Permissions: r.permissions(), Principals: r.principals()}
	}
	return []*manager.HttpFilter{
		httpFilter(jwtFilter, &jwt.JwtAuthentication{
			Providers: map[string]*jwt.JwtProvider{tokenName: token}, Rules: []*jwt.RequirementRule{needed}}),
		httpFilter("envoy.filters.http.rbac", &httprbac.RBAC{
			Rules: &rbacconfig.RBAC{Action: rbacconfig.RBAC_ALLOW, Policies: policies}}),
	}
}

// ruleName names the rule in Envoy's logs by its place in the file.
func ruleName(n int) string { return fmt.Sprintf("rule-%03d", n+1) }

// principals are the namespaces of the rule's services.
func (r accessRule) principals() (all []*rbacconfig.Principal) {
	segment := func(key string) *matcher.MetadataMatcher_PathSegment {
		return &matcher.MetadataMatcher_PathSegment{Segment: &matcher.MetadataMatcher_PathSegment_Key{Key: key}}
	}
	for _, service := range slices.Compact(slices.Sorted(slices.Values(r.services))) {
		all = append(all, &rbacconfig.Principal{Identifier: &rbacconfig.Principal_SourcedMetadata{
			SourcedMetadata: &rbacconfig.SourcedMetadata{MetadataMatcher: &matcher.MetadataMatcher{
				Filter: jwtFilter,
				Path:   []*matcher.MetadataMatcher_PathSegment{segment(tokenName), segment("kubernetes.io"), segment("namespace")},
				Value: &matcher.ValueMatcher{MatchPattern: &matcher.ValueMatcher_StringMatch{
					StringMatch: exactly(paasta.Namespace(service))}},
			}}}})
	}
	return all
}

// permissions are the methods and paths of the rule. A path that ends in * is what a path begins with.
func (r accessRule) permissions() []*rbacconfig.Permission {
	var both []*rbacconfig.Permission
	var methods, paths []*rbacconfig.Permission
	for _, method := range r.methods {
		methods = append(methods, &rbacconfig.Permission{Rule: &rbacconfig.Permission_Header{Header: &routev3.HeaderMatcher{
			Name: ":method", HeaderMatchSpecifier: &routev3.HeaderMatcher_StringMatch{
				StringMatch: exactly(strings.ToUpper(method))}}}})
	}
	for _, path := range r.paths {
		match := exactly(path)
		if prefix, found := strings.CutSuffix(path, "*"); found && prefix != "" {
			match = &matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_Prefix{Prefix: prefix}}
		}
		paths = append(paths, &rbacconfig.Permission{Rule: &rbacconfig.Permission_UrlPath{UrlPath: &matcher.PathMatcher{
			Rule: &matcher.PathMatcher_Path{Path: match}}}})
	}
	for _, some := range [][]*rbacconfig.Permission{methods, paths} {
		if len(some) > 0 {
			both = append(both, &rbacconfig.Permission{Rule: &rbacconfig.Permission_OrRules{
				OrRules: &rbacconfig.Permission_Set{Rules: some}}})
		}
	}
	switch len(both) {
	case 0:
		return []*rbacconfig.Permission{{Rule: &rbacconfig.Permission_Any{Any: true}}}
	case 1:
		return both
	}
	return []*rbacconfig.Permission{{Rule: &rbacconfig.Permission_AndRules{
		AndRules: &rbacconfig.Permission_Set{Rules: both}}}}
}

func exactly(text string) *matcher.StringMatcher {
	return &matcher.StringMatcher{MatchPattern: &matcher.StringMatcher_Exact{Exact: text}}
}
