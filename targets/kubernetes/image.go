package kubernetes

import (
	"strings"

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
	b.image.version = b.Branch.ImageVersion
	if url := b.Get("docker_url"); url != nil {
		text, ok := url.Str()
		if !ok {
			b.refuse(url, "docker_url is "+aKind(url)+", not a string", "")
			return
		}
		b.image.url = text
		b.image.sha = gitSHA(text)
		return
	}
	registry := b.service.Base().Get("docker_registry")
	if registry == nil {
		if registry = b.system.Get("docker_registry"); registry == nil {
			b.refuse(b.system.Config, "the system config has no docker_registry", "docker_registry: <host>")
			return
		}
	}
	if !b.Branch.DockerImage.Truthy() {
		b.refuse(b.Branch.DockerImage, "deployments.json has no docker_image for the deploy group "+b.DeployGroup, "")
		return
	}
	b.image.url = python.Str(registry) + "/" + python.Str(b.Branch.DockerImage)
	b.image.sha = gitSHA(b.image.url)
}

// gitSHA finds the code's version in an image: after ":paasta-", up to the next "-"; in other images, what follows the
// last "-" or ":". PaaSTA: get_git_sha_from_dockerurl.
func gitSHA(url string) string {
	if strings.Contains(url, ":paasta-") {
		return paastaSHA(url)
	}
	last := url[strings.LastIndexByte(url, '/')+1:]
	last = last[strings.LastIndexByte(last, '-')+1:]
	return last[strings.LastIndexByte(last, ':')+1:]
}

// paastaSHA is the longest run of letters and digits after the last ":paasta-" that has one. PaaSTA's pattern does not
// look beyond the first line.
func paastaSHA(url string) string {
	url, _, _ = strings.Cut(url, "\n")
	for {
		at := strings.LastIndex(url, ":paasta-")
		if at < 0 {
			return ""
		}
		rest := url[at+len(":paasta-"):]
		end := 0
		for end < len(rest) && alphanumeric(rest[end]) {
			end++
		}
		if end > 0 {
			return rest[:end]
		}
		url = url[:at]
	}
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// shortSHA is the first 8 characters.
func shortSHA(sha string) string { return firstRunes(sha, 8) }

// firstRunes is Python's text[:n].
func firstRunes(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}
