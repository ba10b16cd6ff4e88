package deployments

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Make picks each instance's image. Refs come in the order in which the remote lists them, which decides ties. The
// error names a deploy group that cannot be looked for. PaaSTA: get_deploy_group_mappings.
func Make(service string, instances []Instance, refs []Ref) (Document, error) {
	var d Document
	if len(instances) == 0 {
		return d, nil
	}
	latest := map[Group]*tag{}
	states := states(refs)
	placed := map[Group]int{}
	for _, i := range instances {
		t, ok := latest[i.Group]
		if !ok {
			var err error
			if t, err = latestDeployTag(refs, i.Group); err != nil {
				return Document{}, err
			}
			latest[i.Group] = t
		}
		if t == nil {
			continue
		}
		image := "services-" + service + ":paasta-" + t.sha
		if t.imageVersion != nil {
			image += "-" + *t.imageVersion
		}
		if _, ok := placed[i.Group]; !ok {
			placed[i.Group] = len(d.deployments)
			d.deployments = append(d.deployments, deployment{i.Group, image, t.sha, t.imageVersion})
		}
		c, ok := states[stateKey{i.Branch, t.sha}]
		if !ok {
			c = control{state: "start"}
		}
		d.instances = append(d.instances, entry{service + ":paasta-" + i.Branch, service + ":" + i.Branch, image, c})
	}
	return d, nil
}

// tag is the deploy tag that was pushed last.
type tag struct {
	time, imageVersion *string
	sha                string
}

// latestDeployTag returns the group's deploy tag with the greatest time, the first of equals; nil when there is none.
// PaaSTA puts the group into the expression as it is, so "prod.main" also finds "prod-main". With an alternative in the
// group the time may be missing: then a later tag replaces the one found, and Python stops when it compares the two.
// PaaSTA: utils.get_latest_deployment_tag.
func latestDeployTag(refs []Ref, group Group) (*tag, error) {
	pattern, err := regexp.Compile(`\A(?:^refs/tags/paasta-` + group.Text +
		`(?:\+(?P<image_version>.*)){0,1}-(?P<dtime>\p{Nd}{8}T\p{Nd}{6})-deploy$)`)
	if err != nil {
		return nil, fmt.Errorf("deploy group %q is read as a regular expression, and is none: %w", group.Text, err)
	}
	version, dtime := pattern.SubexpIndex("image_version"), pattern.SubexpIndex("dtime")
	plain := plainPrefix(group.Text)
	var best *tag
	for _, ref := range refs {
		if !mayMatch(ref.Name, plain) {
			continue
		}
		m := pattern.FindStringSubmatchIndex(ref.Name)
		if m == nil {
			continue
		}
		found := &tag{time: group1(ref.Name, m, dtime), imageVersion: group1(ref.Name, m, version), sha: ref.Hash}
		switch {
		case best == nil || best.time == nil:
			best = found
		case found.time == nil:
			return nil, fmt.Errorf("deploy group %q finds %s, which has no time", group.Text, ref.Name)
		case *found.time > *best.time:
			best = found
		}
	}
	return best, nil
}

// plainPrefix is what of a group every tag must begin with, dots standing for any character; empty when the group is
// more of an expression than that.
func plainPrefix(group string) string {
	if strings.ContainsAny(group, `|?*+{(\`) {
		return ""
	}
	end := func(r rune) bool { return strings.ContainsRune("[])^}$", r) || r > unicode.MaxASCII }
	return group[:strings.IndexFunc(group+"$", end)]
}

// mayMatch is a quick look before the expression, which ten thousand tags times fifty groups would feel.
func mayMatch(ref, plain string) bool {
	name, ok := strings.CutPrefix(ref, "refs/tags/paasta-")
	if !ok {
		return plain == ""
	}
	for _, c := range []byte(plain) {
		if name == "" || c != '.' && name[0] != c {
			return false
		}
		_, width := utf8.DecodeRuneInString(name)
		name = name[width:]
	}
	return true
}

// group1 returns what a group of the expression matched; nil when it took no part.
func group1(s string, match []int, group int) *string {
	if match[2*group] < 0 {
		return nil
	}
	text := s[match[2*group]:match[2*group+1]]
	return &text
}

var statePattern = regexp.MustCompile(
	`^refs/tags/(?:paasta-){0,2}(?P<branch>[a-zA-Z0-9_.-]+)-(?P<force_bounce>[^-]+)-(?P<state>(?:start|stop))$`)

// stateKey: a control tag holds for an instance as long as the commit that it points at is the deployed one.
type stateKey struct{ branch, sha string }

// states reads the control tags. Of several on one commit the greatest bounce wins, the last of equals.
// PaaSTA: get_desired_state_by_branch_and_sha.
func states(refs []Ref) map[stateKey]control {
	all := map[stateKey]control{}
	for _, ref := range refs {
		m := statePattern.FindStringSubmatch(ref.Name)
		if m == nil {
			continue
		}
		key := stateKey{m[1], ref.Hash}
		if before, ok := all[key]; ok && *before.bounce > m[2] {
			continue
		}
		all[key] = control{state: m[3], bounce: &m[2]}
	}
	return all
}

// Undeployed returns the deploy groups that no tag was found for, sorted.
func (d Document) Undeployed(instances []Instance) []string {
	deployed := d.Groups()
	var groups []string
	for _, i := range instances {
		if name := i.Group.key(); !slices.Contains(deployed, name) {
			groups = append(groups, name)
		}
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}
