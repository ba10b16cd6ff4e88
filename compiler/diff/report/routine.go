package report

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/naming"
)

// Routine tells whether nothing but images and the versions that PaaSTA repeats beside them changes: what a deployment
// looks like. It says something of the shape of the change, not of its safety.
func (r *Report) Routine() bool {
	return len(r.Changes) > 0 && !slices.ContainsFunc(r.Changes, func(c diff.Change) bool {
		return c.Op != diff.Changed || slices.ContainsFunc(c.Edits, func(e diff.Edit) bool { return !isVersion(&e) })
	})
}

// versions are what PaaSTA says of a version beside the image. PaaSTA: InstanceConfig.get_env_dictionary and
// KubernetesDeploymentConfig.get_kubernetes_metadata.
var versions = []string{
	"env[PAASTA_DOCKER_IMAGE]", "env[PAASTA_GIT_SHA]", "env[PAASTA_IMAGE_VERSION]", "env.PAASTA_DOCKER_IMAGE",
	"env.PAASTA_GIT_SHA", "env.PAASTA_IMAGE_VERSION", "labels[paasta.yelp.com/git_sha]", "labels[yelp.com/paasta_git_sha]",
	"labels[paasta.yelp.com/image_version]", "labels[yelp.com/paasta_image_version]", "docker_image",
}

func isVersion(e *diff.Edit) bool {
	path := strings.TrimSuffix(e.Path, ".value")
	return e.Op == diff.Changed && (strings.HasSuffix(path, ".image") || naming.IsConfigSHA(path) ||
		slices.ContainsFunc(versions, func(v string) bool { return strings.HasSuffix(path, v) }))
}
