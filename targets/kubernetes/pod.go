package kubernetes

import (
	"strconv"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// nobody is the group of volumes for processes that use an IAM role and name no fs_group.
var nobody = yaml11.NewInt(65534)

// podTemplate is the pods of the workload. PaaSTA: get_pod_template_spec.
func (b *builder) podTemplate() model.PodTemplateSpec {
	return model.PodTemplateSpec{
		Metadata: model.ObjectMeta{Labels: b.podLabels(), Annotations: b.podAnnotations()},
		Spec:     b.podSpec(),
	}
}

// podSpec fills in what the system's pod_defaults left, and overrides what PaaSTA insists on.
func (b *builder) podSpec() model.PodSpec {
	volumes := b.loadVolumes()
	pod := b.system.pod
	pod.Containers = b.containers(volumes)
	pod.Volumes = b.podVolumes(volumes)
	pod.RestartPolicy = "Always"
	if b.job != nil {
		pod.RestartPolicy = "Never"
	}
	pod.ShareProcessNamespace = true
	pod.NodeSelector = b.nodeSelector()
	pod.ServiceAccountName = given(b.Get("service_account_name"))
	b.addAffinity(&pod)
	b.addSpread(&pod)
	if grace := b.gracePeriod(); grace != nil {
		pod.TerminationGracePeriodSeconds = grace
	}
	group := given(b.Get("fs_group"))
	if role := b.awsRole(); role != nil {
		account := *role
		account.Text = paasta.ServiceAccountName(role.Text)
		pod.ServiceAccountName = &account
		if group == nil {
			group = nobody
		}
	}
	if group != nil {
		pod.SecurityContext = &model.PodSecurityContext{FSGroup: group,
			FSGroupChangePolicy: given(b.Get("fs_group_change_policy"))}
	}
	return pod
}

// awsRole is the IAM role that the pods get through their service account: iam_role, when iam_role_provider is "aws",
// its default.
func (b *builder) awsRole() value {
	if provider := b.Get("iam_role_provider"); provider != nil && textOf(provider) != "aws" {
		return nil
	}
	if role := b.Get("iam_role"); role.Truthy() && role.IsString() {
		return role
	}
	return nil
}

// podLabels says what the pods are, for selectors, schedulers and Prometheus.
func (b *builder) podLabels() model.Labels {
	labels := model.Labels{
		"yelp.com/paasta_service":      b.service.Name,
		"yelp.com/paasta_instance":     b.Name,
		"yelp.com/paasta_git_sha":      b.image.sha,
		"paasta.yelp.com/service":      b.service.Name,
		"paasta.yelp.com/instance":     b.Name,
		"paasta.yelp.com/git_sha":      b.image.sha,
		"paasta.yelp.com/autoscaled":   strconv.FormatBool(b.IsAutoscaled()),
		"paasta.yelp.com/cluster":      b.service.Cluster.Name,
		"paasta.yelp.com/pool":         b.pool(),
		"paasta.yelp.com/deploy_group": b.DeployGroup,
		"yelp.com/owner":               owner,
		"paasta.yelp.com/managed":      "true",
	}
	if b.mesh.in {
		labels["paasta.yelp.com/weight"] = python.Str(b.or("weight", nodeTen))
	}
	b.addVersionLabels(labels)
	if b.system.Get("kubernetes_add_registration_labels").Truthy() {
		for _, r := range b.mesh.registrations {
			labels[paasta.RegistrationLabel(r)] = "true"
		}
	}
	if b.Get("is_istio_sidecar_injection_enabled").Truthy() {
		labels["sidecar.istio.io/inject"] = "true"
	}
	if cost := b.Get("cost_owner"); cost.Truthy() && b.system.Get("enable_cost_owner_label").Truthy() {
		labels["yelp.com/cost_owner"] = cost
	}
	if b.scalesBy("piscina") {
		labels["paasta.yelp.com/scrape_piscina_prometheus"] = "true"
	}
	if b.scalesBy("gunicorn") || b.scalesBy("worker-load") {
		labels["paasta.yelp.com/scrape_gunicorn_prometheus"] = "true"
	}
	if b.Get("enable_aws_lb_readiness_gate").Truthy() {
		labels["elbv2.k8s.aws/pod-readiness-gate-inject"] = "enabled"
	}
	return labels
}

// podAnnotations says how the pods are reached and scraped.
func (b *builder) podAnnotations() model.Labels {
	annotations := model.Labels{
		"paasta.yelp.com/routable_ip": strconv.FormatBool(b.job == nil && b.routable()),
		"iam.amazonaws.com/role":      "",
	}
	if config.ProviderOf(b.providers, "uwsgi") != nil {
		annotations["autoscaling"] = "uwsgi"
	}
	if provider := b.Get("iam_role_provider"); provider != nil && textOf(provider) != "aws" {
		if role := b.Get("iam_role"); role != nil {
			annotations["iam.amazonaws.com/role"] = role
		}
	}
	if path := b.Get("prometheus_path"); path.Truthy() {
		annotations["paasta.yelp.com/prometheus_path"] = path
	}
	if port := b.Get("prometheus_port"); port.Truthy() {
		annotations["paasta.yelp.com/prometheus_port"] = python.Str(port)
	}
	if b.mesh.in {
		list := make([]*yaml11.Node, len(b.mesh.registrations))
		for i, r := range b.mesh.registrations {
			list[i] = yaml11.NewString(r)
		}
		annotations["smartstack_registrations"] = python.JSON(yaml11.NewList(list...), false)
	}
	return annotations
}

// routable tells whether pods need an address that other hosts reach. PaaSTA: has_routable_ip.
func (b *builder) routable() bool {
	return b.Get("routable_ip").Truthy() || b.mesh.in || !b.Get("prometheus_port").IsNull() ||
		b.scalesBy("uwsgi") || b.scalesBy("gunicorn") || b.scalesBy("worker-load")
}
