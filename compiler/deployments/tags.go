package deployments

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// TimeFormat is the time of a tag, in UTC, as package time writes it. PaaSTA: utils.format_timestamp.
const TimeFormat = "20060102T150405"

// States that a tag of an instance asks for.
const (
	Start = "start"
	Stop  = "stop"
)

// DeployTag returns the name of the tag that marks a commit for a deploy group; imageVersion may be empty. at has the
// form TimeFormat. PaaSTA: utils.get_paasta_tag_from_deploy_group.
func DeployTag(group, imageVersion, at string) string {
	if imageVersion != "" {
		group += "+" + imageVersion
	}
	return "refs/tags/paasta-" + group + "-" + at + "-deploy"
}

// StateTag returns the name of the tag that starts or stops an instance in a cluster. PaaSTA:
// cli.cmds.start_stop_restart.format_tag.
func StateTag(cluster, instance, at, state string) string {
	return "refs/tags/paasta-" + cluster + "." + instance + "-" + at + "-" + state
}

// Deployed is a commit that was marked for a deploy group.
type Deployed struct {
	Time         string // of the tag, in the form TimeFormat
	SHA          string
	ImageVersion string // empty when the tag has none
}

// Latest returns what was marked last for the group, as deployments.json has it; ok is false when nothing was.
func Latest(refs []Ref, group string) (latest Deployed, ok bool, err error) {
	t, err := latestDeployTag(refs, Group{Text: group})
	if err != nil || t == nil {
		return Deployed{}, false, err
	}
	return t.deployed(), true, nil
}

func (t *tag) deployed() Deployed {
	d := Deployed{SHA: t.sha}
	if t.time != nil {
		d.Time = *t.time
	}
	if t.imageVersion != nil {
		d.ImageVersion = *t.imageVersion
	}
	return d
}

// History lists what was marked for the group, the newest first. A commit with its image version is listed once, at the
// time when it was marked last. Unlike Latest it takes the group's name as it is, and not as a regular expression.
func History(refs []Ref, group string) []Deployed {
	pattern := regexp.MustCompile(`^refs/tags/paasta-` + regexp.QuoteMeta(group) + `(?:\+(.*))?-([0-9]{8}T[0-9]{6})-deploy$`)
	var all []Deployed
	for _, ref := range refs {
		if m := pattern.FindStringSubmatch(ref.Name); m != nil {
			all = append(all, Deployed{Time: m[2], SHA: ref.Hash, ImageVersion: m[1]})
		}
	}
	slices.SortStableFunc(all, func(a, b Deployed) int { return strings.Compare(b.Time, a.Time) })
	seen := map[[2]string]bool{}
	return slices.DeleteFunc(all, func(d Deployed) bool {
		id := [2]string{d.SHA, d.ImageVersion}
		again := seen[id]
		seen[id] = true
		return again
	})
}

var (
	fullSHA      = regexp.MustCompile(`^[0-9a-f]{40}$`)
	imageVersion = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`)
)

// CheckSHA refuses a commit that is not named by its full hash: a tag that PaaSTA pushes points at nothing else.
func CheckSHA(sha string) error {
	if !fullSHA.MatchString(sha) {
		return fmt.Errorf("%q is not the full hash of a commit, 40 hexadecimal digits in lower case", sha)
	}
	return nil
}

// CheckImageVersion refuses a version that cannot be part of an image's tag.
func CheckImageVersion(version string) error {
	if version != "" && !imageVersion.MatchString(version) {
		return fmt.Errorf("%q is no image version: letters, digits, dots, dashes and underscores", version)
	}
	return nil
}
