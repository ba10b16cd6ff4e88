package kubernetes

import (
	"crypto/md5"
	"encoding/hex"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/apiserver"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// customResource is one instance of a kind in kubernetes_custom_resources: the instance's configuration, without
// service.yaml's, is the spec. Keys are in PaaSTA's order. PaaSTA: format_custom_resource.
type customResource struct {
	APIVersion string           `json:"apiVersion"`
	Kind       string           `json:"kind"`
	Metadata   model.ObjectMeta `json:"metadata"`
	Spec       value            `json:"spec"`
}

func (k *customKind) namespace() string { return paasta.KindNamespace(k.plural) }

// customResource renders one custom resource.
func (c *compilation) customResource(i *config.Instance, k *customKind) {
	if i.Branch == nil {
		c.report(i.Finding(finding.Finding{Code: finding.NoDeployments, Severity: finding.Warning, At: i.At("deploy_group"),
			Message: "the instance is not deployed: " + i.Undeployed}))
		return
	}
	b := &builder{Instance: i, service: c, system: c.settings, name: paasta.AppName(c.Name, i.Name), namespace: k.namespace()}
	b.loadImage()
	r := &customResource{APIVersion: k.group + "/" + k.version, Kind: k.kind, Spec: yaml11.DeepMerge(i.Own, i.Autotuned)}
	r.Metadata = model.ObjectMeta{Name: b.name, Namespace: b.namespace, Labels: b.customLabels(k),
		Annotations: b.customAnnotations(k)}
	b.checkCustom(r, k)
	if b.refused || !c.reserve(i, objectName{k.kind, b.namespace, b.name}) {
		return
	}
	r.finish(b.image.sha)
	c.add(i, []any{r})
}

// customLabels says whose the resource is.
func (b *builder) customLabels(k *customKind) model.Labels {
	labels := model.Labels{
		"yelp.com/paasta_service":  b.service.Name,
		"yelp.com/paasta_instance": b.Name,
		"yelp.com/paasta_cluster":  b.system.cluster,
		"paasta.yelp.com/service":  b.service.Name,
		"paasta.yelp.com/instance": b.Name,
		"paasta.yelp.com/cluster":  b.system.cluster,
	}
	if strings.HasSuffix(k.prefix, "eks") {
		labels["paasta.yelp.com/eks"] = "True"
	}
	owners := b.systemMapping("cr_owners")
	if o := owners.Get(strings.ToLower(k.kind)); o.Truthy() {
		labels["yelp.com/owner"] = o
	}
	return labels
}

// customAnnotations has the dashboard of a Flink cluster: dashboard_links[cluster].Flink of the system config, else the
// cluster's ingress. PaaSTA: get_dashboard_base_url.
func (b *builder) customAnnotations(k *customKind) model.Labels {
	annotations := model.Labels{}
	links := b.systemMapping("dashboard_links")
	if strings.ToLower(k.kind) != "flink" {
		return annotations
	}
	link := b.mappingIn(links, b.system.cluster).Get("Flink")
	switch {
	case link.IsNull():
		annotations["paasta.yelp.com/dashboard_base_url"] = "http://flink.eks." + b.system.cluster + ".paasta:31080/"
	case !link.IsString():
		b.refuse(link, "the system config's dashboard link is "+link.KindWithArticle()+", not a string", "")
	default:
		annotations["paasta.yelp.com/dashboard_base_url"] = strings.TrimSuffix(link.Text, "/") + "/"
	}
	return annotations
}

// systemMapping returns a mapping of the system config without which PaaSTA makes no custom resource at all.
func (b *builder) systemMapping(key string) value {
	n := b.system.Get(key)
	if !n.IsMap() {
		b.refuse(orConfig(n, b.system.Config),
			"the system config has no mapping "+key+", which every custom resource needs", key+": {}")
		return nil
	}
	return n
}

// checkCustom reports what PaaSTA or the API server refuses of a custom resource. Its spec is the operator's business.
func (b *builder) checkCustom(r *customResource, k *customKind) {
	if !k.loadable {
		b.refused = true
		b.service.report(b.Finding(finding.Finding{Code: finding.UnknownCustomKind,
			Message: "PaaSTA has no loader for " + k.prefix + "-*.yaml: kubernetes_custom_resources names it all the same",
			Notes:   []finding.Note{{At: k.at.Position(), Message: "here"}}}))
	}
	if n, why := unserialisable(r.Spec); n != nil {
		b.refuse(n, why, "quote it")
	}
	refusals := apiserver.Metadata(&r.Metadata)
	b.refused = b.refused || len(refusals) > 0
	b.reportRefusals(refusals)
}

// unserialisable finds what json.dumps(sort_keys=True) refuses: dates, bytes, and keys of several kinds in one mapping.
func unserialisable(n value) (found value, why string) {
	switch n.Kind {
	case yaml11.Date, yaml11.DateTime, yaml11.Bytes:
		return n, "PaaSTA cannot write " + n.KindWithArticle() + " as JSON"
	case yaml11.List:
		for _, item := range n.Items {
			if found, why = unserialisable(item); found != nil {
				return found, why
			}
		}
	case yaml11.Map:
		for _, p := range n.Pairs {
			switch first := n.Pairs[0].Key; {
			case p.Key.IsString() != first.IsString() || p.Key.IsNull() && len(n.Pairs) > 1:
				return p.Key, "PaaSTA cannot sort keys of different kinds: " + python.Repr(p.Key) + " and " + python.Repr(first)
			case p.Key.Kind == yaml11.Date || p.Key.Kind == yaml11.DateTime || p.Key.Kind == yaml11.Bytes:
				return p.Key, "PaaSTA cannot write " + p.Key.KindWithArticle() + " as a JSON key"
			}
			if found, why = unserialisable(p.Value); found != nil {
				return found, why
			}
		}
	}
	return nil, ""
}

// finish hashes the resource and adds what is not part of the hash. PaaSTA: format_custom_resource.
func (r *customResource) finish(sha string) {
	text := append([]byte(nil), `{"apiVersion": `...)
	text = python.AppendJSONString(text, r.APIVersion)
	text = append(text, `, "kind": `...)
	text = python.AppendJSONString(text, r.Kind)
	text = append(text, `, "metadata": {"annotations": `...)
	text = model.DefaultClient.AppendHashText(text, r.Metadata.Annotations)
	text = append(text, `, "labels": `...)
	text = model.DefaultClient.AppendHashText(text, r.Metadata.Labels)
	text = append(text, `, "name": `...)
	text = python.AppendJSONString(text, r.Metadata.Name)
	text = append(text, `, "namespace": `...)
	text = python.AppendJSONString(text, r.Metadata.Namespace)
	text = append(text, `}, "spec": `...)
	text = python.AppendJSON(text, r.Spec, true)
	sum := md5.Sum(append(text, '}'))
	hash := "config" + hex.EncodeToString(sum[:])[:8]
	labels, annotations := r.Metadata.Labels, r.Metadata.Annotations
	labels["yelp.com/paasta_config_sha"] = hash
	labels["paasta.yelp.com/config_sha"] = hash
	labels["paasta.yelp.com/git_sha"] = sha
	annotations["yelp.com/desired_state"] = "running"
	annotations["paasta.yelp.com/desired_state"] = "running"
}

// definition renders the CustomResourceDefinition in crd-<cluster>.yaml, with the service's labels.
// PaaSTA: setup_kube_crd.
func (c *compilation) definition() {
	file := c.ClusterFile("crd")
	if !c.Folder.Exists(file) {
		return
	}
	root := c.Folder.YAML(file)
	if root == nil {
		return
	}
	metadata := root.Get("metadata")
	if metadata == nil {
		metadata = nodeEmptyMap
	}
	labels := metadata.Get("labels")
	if labels == nil {
		labels = nodeEmptyMap
	}
	if !metadata.IsMap() || !labels.IsMap() || !metadata.Get("name").IsString() || root.Get("spec").IsNull() {
		c.report(finding.Finding{Code: finding.PaaSTARefuses, At: root.Position(), Service: c.Name, Cluster: c.Cluster.Name,
			Message: "a CustomResourceDefinition needs metadata.name and spec, and its labels must be a mapping"})
		return
	}
	name := yaml11.NewString(c.Name)
	labels = labels.With("yelp.com/paasta_service", name).With("paasta.yelp.com/service", name)
	doc := yaml11.NewMap(
		yaml11.Entry("apiVersion", orString(root.Get("apiVersion"), "apiextensions.k8s.io/v1")),
		yaml11.Entry("kind", orString(root.Get("kind"), "CustomResourceDefinition")),
		yaml11.Entry("metadata", metadata.With("labels", labels)),
		yaml11.Entry("spec", root.Get("spec")),
	)
	c.files = append(c.files, target.File{Path: layout.DefinitionFolder + "crd-" + c.Name + ".yaml", Docs: []any{doc}})
}

func orString(n value, text string) value {
	if n.IsNull() {
		return yaml11.NewString(text)
	}
	return n
}
