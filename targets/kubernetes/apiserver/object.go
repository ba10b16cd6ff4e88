package apiserver

import (
	"cmp"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// Kind is the kind of a refusal.
type Kind int

const (
	// Value is a value of the wrong type, out of range, or in conflict with another.
	Value Kind = iota
	// Name is a name or label out of its alphabet or too long.
	Name
	// Missing is a null where the Python client insists on a value: PaaSTA itself fails.
	Missing
)

// Refusal is one thing that the API server says about an object.
type Refusal struct {
	Kind    Kind
	At      model.Value // what it is about; it has a place when a user wrote it
	Message string
}

// Object returns what the API server would refuse of one of PaaSTA's objects.
func Object(object any) []Refusal {
	var c check
	switch o := object.(type) {
	case *model.Deployment:
		c.types(o, reflect.TypeFor[appsv1.Deployment]())
		c.deployment(o)
	case *model.StatefulSet:
		c.types(o, reflect.TypeFor[appsv1.StatefulSet]())
		c.statefulSet(o)
	case *model.Job:
		c.types(o, reflect.TypeFor[batchv1.Job]())
		c.metadata(&o.Metadata, Label)
		c.pod(&o.Spec.Template, nil)
	case *model.HorizontalPodAutoscaler:
		c.types(o, reflect.TypeFor[autoscalingv2.HorizontalPodAutoscaler]())
		c.autoscaler(o)
	case *model.PodDisruptionBudget:
		c.types(o, reflect.TypeFor[policyv1.PodDisruptionBudget]())
		c.disruptionBudget(o)
	case *model.ServiceAccount:
		c.types(o, reflect.TypeFor[corev1.ServiceAccount]())
		c.metadata(&o.Metadata, Subdomain)
	}
	return c.refusals
}

type check struct{ refusals []Refusal }

func (c *check) refuse(kind Kind, at model.Value, message string) {
	c.refusals = append(c.refusals, Refusal{kind, at, message})
}

// types holds the object against the type that the API server decodes it into.
func (c *check) types(object any, api reflect.Type) {
	for _, m := range model.Mismatches(object, api) {
		kind := Value
		if m.Value.IsNull() {
			kind = Missing
		}
		c.refuse(kind, m.Value, "Kubernetes takes for "+m.Path+" "+m.Problem)
	}
}

// atLeast holds an integer against its lower bound; absent values and other types pass.
func (c *check) atLeast(n model.Value, low int64, what string) {
	c.between(n, low, math.MaxInt64, what)
}

func (c *check) between(n model.Value, low, high int64, what string) {
	v, ok := integer(n)
	if !ok || v >= low && v <= high {
		return
	}
	limit := "at least " + strconv.FormatInt(low, 10)
	if v > high {
		limit = strconv.FormatInt(high, 10) + " at most"
	}
	c.refuse(Value, n, what+" is "+strconv.FormatInt(v, 10)+"; Kubernetes takes "+limit)
}

func integer(n model.Value) (int64, bool) {
	switch {
	case n == nil:
	case n.Kind == yaml11.Int && n.Big == nil:
		return n.Int, true
	case n.Kind == yaml11.Float && n.Float == math.Trunc(n.Float) && math.Abs(n.Float) < 1<<62:
		return int64(n.Float), true
	}
	return 0, false
}

// oneOf holds a string against the values that Kubernetes knows; absent ones and other types pass.
func (c *check) oneOf(n model.Value, what string, known ...string) {
	text, ok := n.Str()
	if !ok {
		return
	}
	for _, k := range known {
		if k == text {
			return
		}
	}
	list := known[0]
	for i, k := range known[1:] {
		if i == len(known)-2 {
			list += " or " + k
			continue
		}
		list += ", " + k
	}
	c.refuse(Value, n, what+" is "+strconv.Quote(text)+"; Kubernetes knows "+list)
}

// metadata holds a name and labels against their alphabets.
func (c *check) metadata(m *model.ObjectMeta, name func(string) string) {
	if problem := name(m.Name); problem != "" {
		c.refuse(Name, nil, "the Kubernetes name would be "+strconv.Quote(m.Name)+": "+problem)
	}
	if problem := Label(m.Namespace); problem != "" {
		c.refuse(Name, nil, "the namespace would be "+strconv.Quote(m.Namespace)+": "+problem)
	}
	c.labels(m.Labels)
}

func (c *check) labels(labels model.Labels) {
	before := len(c.refusals)
	defer func() { sortRefusals(c.refusals[before:]) }()
	for key, v := range labels {
		if problem := LabelKey(key); problem != "" {
			c.refuse(Name, at(v), "the label key would be "+strconv.Quote(key)+": "+problem)
		}
		if text, ok := text(v); ok {
			if problem := LabelValue(text); problem != "" {
				c.refuse(Name, at(v), "the label "+key+" would be "+strconv.Quote(text)+": "+problem)
			}
		}
	}
}

// sortRefusals puts what was found in a mapping into an order that does not depend on Go's.
func sortRefusals(found []Refusal) {
	slices.SortFunc(found, func(a, b Refusal) int { return cmp.Compare(a.Message, b.Message) })
}

// at is the place of a label's value.
func at(v any) model.Value {
	n, _ := v.(model.Value)
	return n
}

func text(v any) (string, bool) {
	if s, ok := v.(string); ok {
		return s, true
	}
	return at(v).Str()
}

// Metadata returns what the API server would refuse of the name and labels of an object whose kind it does not know.
func Metadata(m *model.ObjectMeta) []Refusal {
	var c check
	c.metadata(m, Subdomain)
	for _, key := range slices.Sorted(maps.Keys(m.Labels)) {
		if _, ok := text(m.Labels[key]); !ok {
			c.refuse(Value, at(m.Labels[key]), "the label "+key+" must be a string")
		}
	}
	return c.refusals
}
