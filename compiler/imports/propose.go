package imports

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	k8syaml "sigs.k8s.io/yaml"
)

// Proposal is the files of soa-configs, by path, and what each workload becomes.
type Proposal struct {
	Files map[string][]byte
	// Becomes maps an object to the one that is rendered in its place: "Deployment shop/web" to "Deployment shop/web-main".
	Becomes map[string]string
}

// keys are the keys of an instance.
type keys = map[string]any

// Propose makes the files of each workload: a service of the same name with the instance main. team owns all of them.
func (o *Objects) Propose(cluster, team string) (Proposal, error) {
	p := Proposal{Files: map[string][]byte{}, Becomes: map[string]string{}}
	o.attachScalers()
	slices.SortFunc(o.workloads, func(a, b workload) int { return strings.Compare(a.id(), b.id()) })
	port := firstProxyPort
	for _, w := range o.workloads {
		if len(w.template.Spec.Containers) == 0 {
			continue
		}
		service := serviceName(w.Name)
		instance := o.instance(w)
		image := w.template.Spec.Containers[0].Image
		p.Becomes[w.id()] = objectID(w.kind, cmp.Or(w.Namespace, "default"), service+"-main")
		files := map[string]any{"kubernetes-" + cluster + ".yaml": keys{"main": instance}}
		if s := o.exposed(w); s != nil {
			files["smartstack.yaml"] = keys{"main": keys{"proxy_port": port}}
			port++
			o.note(objectID("Service", s.Namespace, s.Name), "", fmt.Sprintf("callers find the pods under another name: "+
				"%s---main in the namespace paasta, or %s.main in the mesh", service, service))
		}
		if err := p.describe(service, cluster, team, image, files); err != nil {
			return p, err
		}
	}
	for _, c := range o.cronJobs {
		if err := o.job(&p, c, cluster, team); err != nil {
			return p, err
		}
	}
	return p, nil
}

// firstProxyPort is the first port of the mesh's range that is proposed; the company's own are not known.
const firstProxyPort = 20001

// describe adds the files that every service has, and those given.
func (p *Proposal) describe(service, cluster, team, image string, files map[string]any) error {
	group := cluster + ".main"
	registry, rest := splitImage(image)
	files["service.yaml"] = keys{"description": "Imported from plain manifests", "docker_registry": registry,
		"external_link": "https://example.com/" + service}
	files["monitoring.yaml"] = keys{"team": team}
	files["deploy.yaml"] = keys{"pipeline": []any{keys{"step": group}}}
	controls := keys{}
	for _, instance := range []string{"main"} {
		controls[service+":"+cluster+"."+instance] = keys{"desired_state": "start", "force_bounce": nil}
	}
	files["deployments.json"] = keys{"v2": keys{
		"deployments": keys{group: keys{"docker_image": rest, "git_sha": tagOf(rest)}}, "controls": controls}}
	for name, content := range files {
		data, err := k8syaml.Marshal(content)
		if err != nil {
			return err
		}
		if strings.HasSuffix(name, ".json") {
			if data, err = k8syaml.YAMLToJSON(data); err != nil {
				return err
			}
			data = append(data, '\n')
		}
		p.Files[service+"/"+name] = acknowledged(data)
	}
	return nil
}

// acknowledged says in a file whose instance scales by CPU that its cpus are meant: PaaSTA wants a comment with a ticket
// there. PaaSTA: validate_cpu_autotuned_override.
func acknowledged(data []byte) []byte {
	if !bytes.Contains(data, []byte("type: cpu\n")) {
		return data
	}
	return cpusLine.ReplaceAll(data, []byte("$0 # override-cpu-setting (IMPORT-1, as it was)"))
}

var cpusLine = regexp.MustCompile(`(?m)^  cpus: .*$`)

// splitImage takes an image apart into its registry and the rest; Docker Hub's short names get their long form.
func splitImage(image string) (registry, rest string) {
	first, after, ok := strings.Cut(image, "/")
	if ok && (strings.ContainsAny(first, ".:") || first == "localhost") {
		return first, after
	}
	if !ok {
		image = "library/" + image
	}
	return "docker.io", image
}

// tagOf is what names the version of an image: its tag or digest.
func tagOf(image string) string {
	if _, digest, ok := strings.Cut(image, "@sha256:"); ok {
		return digest[:min(len(digest), 40)]
	}
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		return image[i+1:]
	}
	return "latest"
}

var notInNames = regexp.MustCompile(`[^a-z0-9_-]+`)

// serviceName makes a name that soa-configs take.
func serviceName(name string) string {
	return strings.Trim(notInNames.ReplaceAllString(strings.ToLower(name), "-"), "-_")
}

// attachScalers hands each autoscaler to its workload.
func (o *Objects) attachScalers() {
	for i := range o.scalers {
		h := &o.scalers[i]
		found := false
		for j := range o.workloads {
			w := &o.workloads[j]
			if h.Spec.ScaleTargetRef.Kind == w.kind && h.Spec.ScaleTargetRef.Name == w.Name && h.Namespace == w.Namespace {
				w.scaledByHPA, found = h, true
			}
		}
		if !found {
			o.note(objectID("HorizontalPodAutoscaler", h.Namespace, h.Name), "spec.scaleTargetRef",
				"the workload that it scales is not among the manifests")
		}
	}
}

// exposed returns the Service that selects the workload's pods.
func (o *Objects) exposed(w workload) *corev1.Service {
	for i := range o.services {
		s := &o.services[i]
		if s.Namespace != w.Namespace || len(s.Spec.Selector) == 0 || !selects(s.Spec.Selector, w.template.Labels) {
			continue
		}
		if s.Spec.Type != "" && s.Spec.Type != corev1.ServiceTypeClusterIP {
			o.note(objectID("Service", s.Namespace, s.Name), "spec.type",
				"the mesh has no "+string(s.Spec.Type)+": keep the manifest, and select the new pods with it")
		}
		return s
	}
	return nil
}

func selects(selector, labels map[string]string) bool {
	for k, v := range selector {
		if labels[k] != v {
			return false
		}
	}
	return true
}
