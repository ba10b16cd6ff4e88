package karpenter

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

var families = []string{"AL2", "AL2023", "Bottlerocket", "Custom", "Windows2019", "Windows2022", "Windows2025"}

// The forms of AWS' identifiers. The definitions of Karpenter take an AMI of any form, and AWS then finds none.
var (
	amiID    = regexp.MustCompile(`^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$`)
	amiAlias = regexp.MustCompile(`^(?:al2|al2023|bottlerocket|windows2019|windows2022|windows2025)@.+$`)
	subnetID = regexp.MustCompile(`^subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})$`)
	groupID  = regexp.MustCompile(`^sg-(?:[0-9a-f]{8}|[0-9a-f]{17})$`)
)

// nodeClass reads what AWS needs to start a machine of the pool.
func (r *reader) nodeClass(n *yaml11.Node) ec2NodeClassSpec {
	c := ec2NodeClassSpec{
		AMIFamily:       r.text(n.Get("ami_family")),
		Role:            r.text(n.Get("role")),
		InstanceProfile: r.text(n.Get("instance_profile")),
		Tags:            r.textMap(n.Get("tags")),
		UserData:        r.text(n.Get("user_data")),
	}
	if c.AMIFamily != "" {
		r.oneOf(n.Get("ami_family"), c.AMIFamily, families)
	}
	if (c.Role == "") == (c.InstanceProfile == "") {
		r.wrong(orElse(n.Get("instance_profile"), n), "the pool needs a role or an instance_profile, and not both", "")
	}
	c.AMISelectorTerms = r.amis(n)
	if len(c.AMISelectorTerms) > 0 && c.AMISelectorTerms[0].Alias == "" && c.AMIFamily == "" {
		r.wrong(n, "the pool names its machine image by id, so it needs an ami_family, which says how a machine of it starts", "ami_family: AL2023")
	}
	c.SubnetSelectorTerms = r.selectors(n, "subnets", subnetID)
	c.SecurityGroupSelectorTerms = r.selectors(n, "security_groups", groupID)
	return c
}

// selectors reads where the machines are: a list of ids, or a mapping of tags.
func (r *reader) selectors(pool *yaml11.Node, key string, id *regexp.Regexp) []selector {
	n := pool.Get(key)
	if n.IsNull() {
		r.wrong(pool, fmt.Sprintf("the pool has no %s: a list of ids, or a mapping of tags that find them", key), "")
		return nil
	}
	if n.IsMap() {
		return []selector{{Tags: r.textMap(n)}}
	}
	var all []selector
	for _, text := range r.texts(n) {
		if !id.MatchString(text) {
			r.wrong(n, fmt.Sprintf("%q is no id of %s", text, strings.ReplaceAll(key, "_", " ")), "")
		}
		all = append(all, selector{ID: text})
	}
	return all
}

// amis reads the pool's machine image: a pinned id or a list of ids, an alias with a version, or {packer: FILE}, the
// manifest.json of Packer beside the system config.
func (r *reader) amis(pool *yaml11.Node) []selector {
	n := pool.Get("ami")
	switch {
	case n.IsNull():
		r.wrong(pool, "the pool has no ami: an id, an alias such as al2023@v20260915, or {packer: FILE}", "")
		return nil
	case n.IsMap():
		r.known(n, []string{"packer", "region"})
		return r.packer(n)
	}
	var all []selector
	for _, text := range r.texts(n) {
		switch {
		case amiAlias.MatchString(text):
			if strings.HasSuffix(text, "@latest") {
				r.report(finding.Finding{Code: finding.PoolImage, Severity: finding.Warning, At: n.Position(), Suggestion: "al2023@v20260915",
					Message: fmt.Sprintf("%q changes by itself: a new image replaces every node without a reviewed change", text)})
			}
			all = append(all, selector{Alias: text})
		case amiID.MatchString(text):
			all = append(all, selector{ID: text})
		default:
			r.wrong(n, fmt.Sprintf("%q is no machine image: an id is ami- and 17 hexadecimal digits, an alias FAMILY@VERSION", text), "")
		}
	}
	if len(all) > 1 {
		for _, s := range all {
			if s.Alias != "" {
				r.wrong(n, "an alias of a machine image must be alone", "")
				break
			}
		}
	}
	return all
}

// packer takes the images of the last run from Packer's manifest.json: those whose packer_run_uuid is last_run_uuid, of
// the cluster's region where one is named.
func (r *reader) packer(n *yaml11.Node) []selector {
	name := r.text(n.Get("packer"))
	if name == "" {
		r.wrong(n, "ami needs the path of Packer's manifest: {packer: images/manifest.json}", "")
		return nil
	}
	manifest := r.cluster.System.YAML(name)
	if manifest == nil {
		r.wrong(n.Get("packer"), fmt.Sprintf("there is no readable file %q beside the system config", name), "")
		return nil
	}
	region := r.text(n.Get("region"))
	if region == "" {
		region = clusterRegion(r.cluster)
	}
	last, _ := manifest.Get("last_run_uuid").Str()
	var all []selector
	var found []string
	for _, build := range items(manifest.Get("builds")) {
		if run, _ := build.Get("packer_run_uuid").Str(); run != last || last == "" {
			continue
		}
		artifact, _ := build.Get("artifact_id").Str()
		for _, one := range strings.Split(artifact, ",") {
			at, id, isImage := strings.Cut(one, ":")
			if !isImage || !amiID.MatchString(id) {
				r.wrong(build, fmt.Sprintf("the artifact_id %q is not REGION:ami-…", one), "")
				continue
			}
			found = append(found, at)
			if region == "" || at == region {
				all = append(all, selector{ID: id})
			}
		}
	}
	if len(all) == 0 && !r.failed {
		r.wrong(n.Get("packer"), fmt.Sprintf("the last run in %s made no image for the region %q; it made images for: %s", name, region, strings.Join(found, ", ")), "")
	}
	return all
}

// clusterRegion is the AWS region of a cluster, from kube_clusters; empty when it is not known.
func clusterRegion(c *config.Cluster) string {
	region, _ := c.System.Get("kube_clusters").Get(c.Name).Get("aws_region").Str()
	return region
}
