package karpenter

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

var operators = []string{"In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Gte", "Lte"}

// requirements reads a list of {key, operator, values, minValues}, as Karpenter's definition takes them.
func (r *reader) requirements(n *yaml11.Node) []requirement {
	if n.IsNull() {
		return nil
	}
	if !n.IsList() {
		r.wrong(n, "requirements must be a list of key, operator and values", "")
		return nil
	}
	var all []requirement
	for _, item := range n.Items {
		if !item.IsMap() {
			r.wrong(item, "a requirement must be a mapping with key, operator and values", "")
			continue
		}
		r.known(item, []string{"key", "operator", "values", "minValues"})
		q := requirement{Key: r.text(item.Get("key")), Operator: r.text(item.Get("operator"))}
		if !item.Get("values").IsNull() && len(item.Get("values").Items) > 0 {
			q.Values = r.texts(item.Get("values"))
		}
		if q.Key == "" {
			r.wrong(item, "the requirement has no key", "")
			continue
		}
		r.labelKey(orElse(item.Get("key"), item), q.Key)
		r.oneOf(orElse(item.Get("operator"), item), q.Operator, operators)
		r.values(item, q)
		if least := item.Get("minValues"); !least.IsNull() {
			if least.Kind != yaml11.Int || least.Int < 1 || least.Int > 50 || q.Operator == "In" && int(least.Int) > len(q.Values) {
				r.wrong(least, "minValues must be an integer from 1 to 50, and no larger than the number of values", "")
			}
			value := least.Int
			q.MinValues = &value
		}
		all = append(all, q)
	}
	return all
}

func orElse(n, other *yaml11.Node) *yaml11.Node {
	if n == nil {
		return other
	}
	return n
}

func (r *reader) values(item *yaml11.Node, q requirement) {
	at := orElse(item.Get("values"), item)
	switch q.Operator {
	case "In", "NotIn":
		if len(q.Values) == 0 {
			r.wrong(at, fmt.Sprintf("the operator %s needs values", q.Operator), "")
		}
		for _, v := range q.Values {
			if faults := validation.IsValidLabelValue(v); len(faults) > 0 {
				r.wrong(at, fmt.Sprintf("%q is no label value: %s", v, faults[0]), "")
			}
		}
	case "Exists", "DoesNotExist":
		if len(q.Values) > 0 {
			r.wrong(at, fmt.Sprintf("the operator %s takes no values", q.Operator), "")
		}
	case "Gt", "Lt", "Gte", "Lte":
		if i, err := strconv.ParseInt(strings.Join(q.Values, " "), 10, 64); err != nil || i < 0 {
			r.wrong(at, fmt.Sprintf("the operator %s needs one integer in quotes that is not negative", q.Operator), "")
		}
	}
}

// Labels that Karpenter sets itself, and the domains of which it only takes the labels that it knows.
var (
	restrictedLabels  = []string{"karpenter.sh/nodepool", "kubernetes.io/hostname"}
	restrictedDomains = map[string]*regexp.Regexp{
		"karpenter.sh": regexp.MustCompile(`^karpenter\.sh/capacity-type$`),
		"karpenter.k8s.aws": regexp.MustCompile(`^karpenter\.k8s\.aws/(?:instance-(?:tenancy|encryption-in-transit-supported|category|` +
			`hypervisor|family|generation|local-nvme|size|cpu|cpu-manufacturer|cpu-sustained-clock-speed-mhz|memory|ebs-bandwidth|` +
			`network-bandwidth|gpu-name|gpu-manufacturer|gpu-count|gpu-memory|accelerator-name|accelerator-manufacturer|` +
			`accelerator-count|capability-flex)|capacity-reservation-(?:type|id|interruptible)|ec2nodeclass|placement-group-(?:id|partition))$`),
	}
)

// labelKey refuses what the NodePool's definition refuses as the key of a label or requirement.
func (r *reader) labelKey(n *yaml11.Node, key string) {
	if faults := validation.IsQualifiedName(key); len(faults) > 0 {
		r.wrong(n, fmt.Sprintf("%q is no label: %s", key, faults[0]), "")
		return
	}
	if slices.Contains(restrictedLabels, key) {
		r.wrong(n, fmt.Sprintf("the label %q is set by Karpenter itself", key), "")
		return
	}
	domain, _, _ := strings.Cut(key, "/")
	for _, name := range []string{"karpenter.sh", "karpenter.k8s.aws"} {
		if strings.HasSuffix(domain, name) && !restrictedDomains[name].MatchString(key) {
			r.wrong(n, fmt.Sprintf("Karpenter does not take the label %q: the domain %s is its own", key, name), "")
		}
	}
}

// labels reads further labels of the nodes. The pool's own label cannot be replaced: the pods select it.
func (r *reader) labels(n *yaml11.Node) map[string]string {
	all := r.textMap(n)
	if len(all) == 0 {
		return nil
	}
	for _, p := range n.Pairs {
		r.labelKey(p.Key, p.Key.Text)
		if label := poolLabel(r.cluster.System); p.Key.Text == label {
			r.wrong(p.Key, "the label "+label+" is the name of the pool", "")
		}
		if faults := validation.IsValidLabelValue(all[p.Key.Text]); len(faults) > 0 {
			r.wrong(p.Value, "the value is no label value: "+faults[0], "")
		}
	}
	return all
}

var effects = []string{"NoSchedule", "PreferNoSchedule", "NoExecute"}

func (r *reader) taints(n *yaml11.Node) []corev1.Taint {
	if n.IsNull() {
		return nil
	}
	if !n.IsList() {
		r.wrong(n, "taints must be a list of key, value and effect", "")
		return nil
	}
	var all []corev1.Taint
	for _, item := range n.Items {
		if !item.IsMap() {
			r.wrong(item, "a taint must be a mapping with key, value and effect", "")
			continue
		}
		r.known(item, []string{"key", "value", "effect"})
		t := corev1.Taint{Key: r.text(item.Get("key")), Effect: corev1.TaintEffect(r.text(item.Get("effect")))}
		if value := item.Get("value"); !value.IsNull() {
			t.Value = r.text(value)
		}
		if faults := validation.IsQualifiedName(t.Key); len(faults) > 0 {
			r.wrong(orElse(item.Get("key"), item), fmt.Sprintf("%q is no key of a taint: %s", t.Key, faults[0]), "")
		}
		if faults := validation.IsValidLabelValue(t.Value); len(faults) > 0 {
			r.wrong(orElse(item.Get("value"), item), fmt.Sprintf("%q is no value of a taint: %s", t.Value, faults[0]), "")
		}
		r.oneOf(orElse(item.Get("effect"), item), string(t.Effect), effects)
		all = append(all, t)
	}
	return all
}
