package live

import (
	"cmp"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// podDefaults fills in what the API server fills in of a pod template: a field that is left out of it changes no
// pod.
func podDefaults(spec *corev1.PodSpec) {
	orText(&spec.RestartPolicy, corev1.RestartPolicyAlways)
	orText(&spec.DNSPolicy, corev1.DNSClusterFirst)
	spec.SchedulerName = cmp.Or(spec.SchedulerName, corev1.DefaultSchedulerName)
	or(&spec.TerminationGracePeriodSeconds, corev1.DefaultTerminationGracePeriodSeconds)
	or(&spec.SecurityContext, corev1.PodSecurityContext{})
	// serviceAccount is the old name of serviceAccountName; the API server writes both.
	spec.ServiceAccountName = cmp.Or(spec.ServiceAccountName, spec.DeprecatedServiceAccount)
	spec.DeprecatedServiceAccount = spec.ServiceAccountName
	for i := range spec.InitContainers {
		containerDefaults(&spec.InitContainers[i])
	}
	for i := range spec.Containers {
		containerDefaults(&spec.Containers[i])
	}
	for i := range spec.Volumes {
		volumeDefaults(&spec.Volumes[i].VolumeSource)
	}
}

// containerDefaults leaves requests that limits imply alone, and ports of the host's network: the API server fills
// these in for pods and not for the templates of pods.
func containerDefaults(c *corev1.Container) {
	orText(&c.ImagePullPolicy, pullPolicy(c.Image))
	orText(&c.TerminationMessagePath, corev1.TerminationMessagePathDefault)
	orText(&c.TerminationMessagePolicy, corev1.TerminationMessageReadFile)
	milli(c.Resources.Limits)
	milli(c.Resources.Requests)
	for i := range c.Ports {
		orText(&c.Ports[i].Protocol, corev1.ProtocolTCP)
	}
	for i := range c.Env {
		if from := c.Env[i].ValueFrom; from != nil {
			fieldDefaults(from.FieldRef)
		}
	}
	for _, probe := range []*corev1.Probe{c.LivenessProbe, c.ReadinessProbe, c.StartupProbe} {
		probeDefaults(probe)
	}
	if c.Lifecycle != nil {
		for _, handler := range []*corev1.LifecycleHandler{c.Lifecycle.PostStart, c.Lifecycle.PreStop} {
			if handler != nil {
				httpDefaults(handler.HTTPGet)
			}
		}
	}
}

// milli rounds quantities up to thousandths, as the API server does.
func milli(list corev1.ResourceList) {
	for name, value := range list {
		value.RoundUp(resource.Milli)
		list[name] = value
	}
}

// pullPolicy returns the default of imagePullPolicy: Always for the tag latest, which is also meant where no tag is
// written.
func pullPolicy(image string) corev1.PullPolicy {
	name, _, hasDigest := strings.Cut(image, "@")
	_, tag, hasTag := strings.Cut(name[strings.LastIndexByte(name, '/')+1:], ":")
	if !hasTag && !hasDigest || tag == "latest" {
		return corev1.PullAlways
	}
	return corev1.PullIfNotPresent
}

func fieldDefaults(field *corev1.ObjectFieldSelector) {
	if field != nil {
		field.APIVersion = cmp.Or(field.APIVersion, "v1")
	}
}

func probeDefaults(p *corev1.Probe) {
	if p == nil {
		return
	}
	p.TimeoutSeconds = cmp.Or(p.TimeoutSeconds, 1)
	p.PeriodSeconds = cmp.Or(p.PeriodSeconds, 10)
	p.SuccessThreshold = cmp.Or(p.SuccessThreshold, 1)
	p.FailureThreshold = cmp.Or(p.FailureThreshold, 3)
	httpDefaults(p.HTTPGet)
	if p.GRPC != nil {
		or(&p.GRPC.Service, "")
	}
}

func httpDefaults(get *corev1.HTTPGetAction) {
	if get == nil {
		return
	}
	get.Path = cmp.Or(get.Path, "/")
	orText(&get.Scheme, corev1.URISchemeHTTP)
}

func volumeDefaults(v *corev1.VolumeSource) {
	const mode = 0o644
	switch {
	case *v == (corev1.VolumeSource{}):
		v.EmptyDir = &corev1.EmptyDirVolumeSource{}
	case v.Secret != nil:
		or(&v.Secret.DefaultMode, mode)
	case v.ConfigMap != nil:
		or(&v.ConfigMap.DefaultMode, mode)
	case v.DownwardAPI != nil:
		or(&v.DownwardAPI.DefaultMode, mode)
		for i := range v.DownwardAPI.Items {
			fieldDefaults(v.DownwardAPI.Items[i].FieldRef)
		}
	case v.HostPath != nil:
		or(&v.HostPath.Type, corev1.HostPathUnset)
	case v.Projected != nil:
		projectedDefaults(v.Projected)
	}
}

func projectedDefaults(p *corev1.ProjectedVolumeSource) {
	const mode, hour = 0o644, 3600
	or(&p.DefaultMode, mode)
	for i := range p.Sources {
		if token := p.Sources[i].ServiceAccountToken; token != nil {
			or(&token.ExpirationSeconds, hour)
		}
		if api := p.Sources[i].DownwardAPI; api != nil {
			for j := range api.Items {
				fieldDefaults(api.Items[j].FieldRef)
			}
		}
	}
}
