package apiserver

import (
	"strings"
	"testing"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// autoscaler is one that the API server takes.
func autoscaler() *model.HorizontalPodAutoscaler {
	return &model.HorizontalPodAutoscaler{
		APIVersion: "autoscaling/v2", Kind: "HorizontalPodAutoscaler",
		Metadata: model.ObjectMeta{Name: "web-main", Namespace: "paastasvc-web"},
		Spec: model.HorizontalPodAutoscalerSpec{
			MinReplicas: yaml11.NewInt(1),
			MaxReplicas: yaml11.NewInt(3),
			Behavior: yaml11.NewMap(yaml11.Entry("scaleDown", yaml11.NewMap(
				yaml11.Entry("policies", yaml11.NewList(yaml11.NewMap(
					yaml11.Entry("type", yaml11.NewString("Percent")),
					yaml11.Entry("value", yaml11.NewInt(30)),
					yaml11.Entry("periodSeconds", yaml11.NewInt(60)),
				))),
			))),
		},
	}
}

func TestAutoscaler(t *testing.T) {
	for _, test := range []struct {
		rule   string
		change func(*model.HorizontalPodAutoscalerSpec)
		want   string
	}{
		{"it is taken as PaaSTA makes it", func(*model.HorizontalPodAutoscalerSpec) {}, ""},
		{"a fraction is no integer", func(s *model.HorizontalPodAutoscalerSpec) { s.MaxReplicas = yaml11.NewFloat(3.5) },
			"Kubernetes takes for spec.maxReplicas an integer, not the number 3.5"},
		{"a whole float is one", func(s *model.HorizontalPodAutoscalerSpec) { s.MaxReplicas = yaml11.NewFloat(3) }, ""},
		{"the maximum is not below the minimum",
			func(s *model.HorizontalPodAutoscalerSpec) { s.MinReplicas = yaml11.NewInt(4) },
			"max_instances is 3, below min_instances, 4"},
		{"there is one replica at least", func(s *model.HorizontalPodAutoscalerSpec) { s.MinReplicas = yaml11.NewInt(-1) },
			"min_instances is -1; Kubernetes takes at least 1"},
		{"the maximum must be there", func(s *model.HorizontalPodAutoscalerSpec) { s.MaxReplicas = yaml11.NewNull() },
			"Kubernetes takes for spec.maxReplicas a value, not null"},
		{"a field of its behavior must exist", func(s *model.HorizontalPodAutoscalerSpec) {
			s.Behavior = yaml11.NewMap(yaml11.Entry("scaleDown", s.Behavior.Get("scaleDown").With("bogus", yaml11.NewInt(1))))
		}, `Kubernetes takes for spec.behavior.scaleDown.bogus a field of its own, not "bogus"`},
	} {
		t.Run(test.rule, func(t *testing.T) {
			h := autoscaler()
			test.change(&h.Spec)
			var got []string
			for _, r := range Object(h) {
				got = append(got, r.Message)
			}
			if strings.Join(got, "; ") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestMountsNeedTheirVolumes(t *testing.T) {
	var c check
	c.mounts([]model.VolumeMount{
		{Name: "a", MountPath: yaml11.NewString("/a")},
		{Name: "b", MountPath: yaml11.NewString("/b")},
		{Name: "a", MountPath: yaml11.NewString("/a")},
	}, map[string]bool{"a": true})
	if len(c.refusals) != 2 || !strings.Contains(c.refusals[0].Message, "does not have it") ||
		!strings.Contains(c.refusals[1].Message, "two volumes are mounted at /a") {
		t.Errorf("got %v", c.refusals)
	}
}

func TestRequestsStayBelowLimits(t *testing.T) {
	var c check
	c.resources(&model.ResourceRequirements{
		Requests: model.Labels{"cpu": yaml11.NewInt(2), "memory": "512Mi"},
		Limits:   model.Labels{"cpu": yaml11.NewFloat(1.5), "memory": "512Mi"},
	})
	if len(c.refusals) != 1 || !strings.Contains(c.refusals[0].Message, "cpu, 2, is above the limit, 1500m") {
		t.Errorf("got %v", c.refusals)
	}
}
