package kubernetes

import (
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
)

// image is what runs.
type image struct {
	url     string
	sha     string // of the code in it, long form
	version value  // image_version of deployments.json; nil when none
}

// loadImage composes the image: docker_url, else <docker_registry>/<docker_image of deployments.json>. The registry is
// service.yaml's, else the system config's. PaaSTA: get_docker_url.
func (b *builder) loadImage() {
	b.image.version = b.Branch.Version
	if url := b.Get("docker_url"); url != nil {
		text, ok := url.Str()
		if !ok {
			b.refuse(url, "docker_url is "+url.KindWithArticle()+", not a string", "")
			return
		}
		b.image.url = text
		b.image.sha = paasta.GitSHA(text)
		return
	}
	registry := b.service.Base().Get("docker_registry")
	if registry == nil {
		if registry = b.system.Get("docker_registry"); registry == nil {
			b.refuse(b.system.Config, "the system config has no docker_registry", "docker_registry: <host>")
			return
		}
	}
	if !b.Branch.Docker.Truthy() {
		b.refuse(b.Branch.Docker, "deployments.json has no docker_image for the deploy group "+b.DeployGroup, "")
		return
	}
	b.image.url = python.Str(registry) + "/" + python.Str(b.Branch.Docker)
	b.image.sha = paasta.GitSHA(b.image.url)
}
