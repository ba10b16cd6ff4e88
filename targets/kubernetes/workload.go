package kubernetes

import (
	"crypto/md5"
	"encoding/hex"
	"strconv"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// owner is the label value of everything that PaaSTA runs.
const owner = "compute_infra_platform_experience"

// workload renders an instance of kubernetes-*.yaml or eks-*.yaml: workload, disruption budget and
// autoscaler, in apply order. PaaSTA: setup_kube_deployments.
func (c *compilation) workload(i *config.Instance) {
	if i.Branch == nil {
		c.report(i.Finding(finding.Finding{Code: finding.NoDeployments, Severity: finding.Warning, At: i.At("deploy_group"),
			Message: "the instance is not deployed: " + i.Undeployed}))
		return
	}
	b := &builder{Instance: i, service: c, system: c.settings, name: paasta.AppName(c.Name, i.Name)}
	if !b.load() {
		return
	}
	c.namespaces = append(c.namespaces, b.namespace)
	docs := b.objects()
	if b.refused || !c.reserve(i, objectName{"workload", b.namespace, b.name}) {
		return
	}
	if docs = c.takeAccounts(i, b.accepted(docs)); len(docs) > 0 {
		c.needs = append(c.needs, b.needs...)
		c.add(i, docs)
	}
}

// load reads what every object needs; it returns false when nothing can be built.
func (b *builder) load() bool {
	for _, p := range b.system.problems {
		b.refused = true
		b.service.report(b.Finding(finding.Finding{Code: finding.ClusterSettings, At: p.at.Position(), Message: p.message,
			Suggestion: p.suggestion}))
	}
	namespace := b.or("namespace", nil)
	switch {
	case namespace == nil:
		b.namespace = paasta.Namespace(b.service.Name)
	case namespace.IsString() && namespace.Text != "":
		b.namespace = namespace.Text
	case namespace.IsString():
		b.refuse(namespace, "namespace is empty", paasta.Namespace(b.service.Name))
		return false
	default:
		b.refuse(namespace, "namespace is "+namespace.KindWithArticle()+", not a name", "")
		return false
	}
	if b.Branch.Docker == nil || b.Branch.GitSHA == nil {
		b.refuseAt(finding.Position{},
			"deployments.json lacks docker_image or git_sha for the deploy group "+b.DeployGroup, "")
	}
	if f := b.Branch.ForceBounce; f.Truthy() && !f.IsString() {
		b.refuse(f, "force_bounce is "+f.KindWithArticle()+", not a string", "")
	}
	b.loadImage()
	b.loadMesh()
	b.loadEnv()
	b.loadProviders()
	return !b.refused
}

// objects builds all objects of the instance in apply order.
func (b *builder) objects() []any {
	var docs []any
	if account := b.serviceAccount(); account != nil {
		docs = append(docs, account)
	}
	b.doubtScaling()
	b.doubtCommand()
	scaler := b.autoscaler()
	if b.or("persistent_volumes", nil).Truthy() {
		return append(docs, b.statefulSet(), b.disruptionBudget())
	}
	deployment := b.deployment()
	if scaler == nil {
		return append(docs, deployment, b.disruptionBudget())
	}
	deployment.Spec.Replicas = nil // the autoscaler owns them
	return append(docs, deployment, b.disruptionBudget(), scaler)
}

// deployment is the workload of an instance without persistent volumes. PaaSTA: format_kubernetes_app.
func (b *builder) deployment() *model.Deployment {
	d := &model.Deployment{APIVersion: "apps/v1", Kind: "Deployment", Metadata: b.metadata(),
		Secrets: b.secretSignatures()}
	d.Spec = model.DeploymentSpec{
		Replicas:        b.replicas(),
		Selector:        b.selector(),
		Template:        b.podTemplate(),
		Strategy:        b.strategy(),
		MinReadySeconds: given(getOr(b.mapping("bounce_health_params"), "min_task_uptime", nodeZero)),
	}
	if !b.refused {
		b.label(&d.Metadata, &d.Spec.Template.Metadata, b.system.client.AppendHashText(b.service.text[:0], d))
	}
	return d
}

// statefulSet is the workload of an instance with persistent volumes. PaaSTA: format_kubernetes_app.
func (b *builder) statefulSet() *model.StatefulSet {
	s := &model.StatefulSet{APIVersion: "apps/v1", Kind: "StatefulSet", Metadata: b.metadata(),
		Secrets: b.secretSignatures()}
	s.Spec = model.StatefulSetSpec{
		Replicas:             b.replicas(),
		Selector:             b.selector(),
		Template:             b.podTemplate(),
		VolumeClaimTemplates: b.volumeClaims(),
		ServiceName:          b.name,
		PodManagementPolicy:  given(b.or("pod_management_policy", nodeOrderedReady)),
	}
	if !b.refused {
		b.label(&s.Metadata, &s.Spec.Template.Metadata, b.system.client.AppendHashText(b.service.text[:0], s))
	}
	return s
}

// label adds the hash of the object to it and to its pods. PaaSTA: get_config_hash.
func (b *builder) label(object, pod *model.ObjectMeta, text []byte) {
	text = append(text, textOf(b.Branch.ForceBounce)...)
	b.service.text = text
	sum := md5.Sum(text)
	sha := "config" + hex.EncodeToString(sum[:])[:8]
	for _, labels := range []model.Labels{object.Labels, pod.Labels} {
		labels["yelp.com/paasta_config_sha"] = sha
		labels["paasta.yelp.com/config_sha"] = sha
	}
}

// metadata is the workload's own. PaaSTA: get_kubernetes_metadata.
func (b *builder) metadata() model.ObjectMeta {
	labels := model.Labels{
		"yelp.com/owner":             owner,
		"yelp.com/paasta_service":    b.service.Name,
		"yelp.com/paasta_instance":   b.Name,
		"yelp.com/paasta_git_sha":    b.image.sha,
		"paasta.yelp.com/service":    b.service.Name,
		"paasta.yelp.com/instance":   b.Name,
		"paasta.yelp.com/git_sha":    b.image.sha,
		"paasta.yelp.com/cluster":    b.service.Cluster.Name,
		"paasta.yelp.com/autoscaled": strconv.FormatBool(b.IsAutoscaled()),
		"paasta.yelp.com/pool":       b.pool(),
		"paasta.yelp.com/managed":    "true",
	}
	b.addVersionLabels(labels)
	return model.ObjectMeta{Name: b.name, Namespace: b.namespace, Labels: labels}
}

// shardLabel lets the monitor of one shard of Prometheus find the pods.
const shardLabel = "paasta.yelp.com/prometheus_shard"

// addVersionLabels adds the labels that both the workload and its pods have when the value is there.
func (b *builder) addVersionLabels(labels model.Labels) {
	if shard := b.Get("prometheus_shard"); shard.Truthy() {
		labels[shardLabel] = shard
	}
	if b.image.version != nil {
		labels["paasta.yelp.com/image_version"] = b.image.version
	}
}

func (b *builder) selector() model.LabelSelector {
	return model.LabelSelector{MatchLabels: model.Labels{
		"paasta.yelp.com/service":  b.service.Name,
		"paasta.yelp.com/instance": b.Name,
	}}
}

// pool is the pool of nodes: pool; default "default". PaaSTA: get_pool.
func (b *builder) pool() value { return b.or("pool", nodeDefault) }

// replicas is 0 for a stopped instance, max_instances for an autoscaled one (which matters only where no autoscaler
// owns them), else instances, default 1. PaaSTA: get_desired_instances.
func (b *builder) replicas() value {
	replicas := nodeZero
	if b.Branch.DesiredState == "start" {
		key := "instances"
		if b.IsAutoscaled() {
			key = "max_instances"
		}
		replicas = b.or(key, nodeOne)
		count, ok := b.number(replicas, key)
		if !ok {
			return nil
		}
		if _, finite := count.truncate(); !finite {
			b.refuse(replicas, key+" is not finite", "")
		}
	}
	if b.Get("aws_ebs_volumes").Truthy() && !python.Equal(replicas, nodeZero) && !python.Equal(replicas, nodeOne) {
		b.refuse(replicas, "an instance with aws_ebs_volumes can have one replica at most, not "+python.Str(replicas),
			"instances: 1")
	}
	return replicas
}
