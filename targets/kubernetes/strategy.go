package kubernetes

import (
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

var (
	nodeCrossover    = yaml11.NewString("crossover")
	nodeOrderedReady = yaml11.NewString("OrderedReady")
	nodeDefault      = yaml11.NewString("default")
	nodeMargin       = yaml11.NewFloat(0.95)
)

// strategy is how pods are replaced: bounce_method, one of crossover (default), brutal, downthenup.
// PaaSTA: get_deployment_strategy_config.
func (b *builder) strategy() model.DeploymentStrategy {
	method := b.or("bounce_method", nodeCrossover)
	name, _ := method.Str()
	if b.Get("aws_ebs_volumes").Truthy() && name != "downthenup" {
		b.refuse(method,
			"an instance with aws_ebs_volumes must have bounce_method downthenup: a volume is in one pod at a time",
			"downthenup")
	}
	switch name {
	case "crossover":
		return rolling(b.maxUnavailable(), b.maxSurge())
	case "brutal":
		return rolling("100%", b.maxSurge())
	case "downthenup":
		return model.DeploymentStrategy{Type: "Recreate"}
	}
	b.refuse(method, "bounce_method "+python.Repr(method)+" is not known", "crossover, brutal or downthenup")
	return model.DeploymentStrategy{}
}

func rolling(maxUnavailable, maxSurge string) model.DeploymentStrategy {
	return model.DeploymentStrategy{Type: "RollingUpdate",
		RollingUpdate: &model.RollingUpdateDeployment{MaxUnavailable: maxUnavailable, MaxSurge: maxSurge}}
}

// maxUnavailable is the share of pods that may be away: (1 - bounce_margin_factor) as a percentage, truncated, so that
// 0.8 gives 19%. Default margin 0.95.
func (b *builder) maxUnavailable() string {
	margin, ok := b.number(b.or("bounce_margin_factor", nodeMargin), "bounce_margin_factor")
	if !ok {
		return ""
	}
	return b.percent(integer(1).minus(margin).times(100), "bounce_margin_factor")
}

// maxSurge is the share of pods that may run in addition: bounce_overprovision_factor as a percentage, rounded to two
// digits, then truncated; default the system's default_bounce_overprovision_factor, 1.0.
func (b *builder) maxSurge() string {
	factor, ok := b.number(b.or("bounce_overprovision_factor", b.system.or("default_bounce_overprovision_factor",
		nodeOneFloat)),
		"bounce_overprovision_factor")
	if !ok {
		return ""
	}
	return b.percent(factor.times(100).round(2), "bounce_overprovision_factor")
}

var nodeOneFloat = yaml11.NewFloat(1)

func (b *builder) percent(x number, key string) string {
	whole, ok := x.truncate()
	if !ok {
		b.refuse(b.Get(key), key+" is not finite", "")
		return ""
	}
	return whole.percent()
}

// disruptionBudget lets as many pods be evicted at once as a bounce lets be away, when bounce_margin_factor is written
// anywhere; else the system's pdb_max_unavailable, default 0. PaaSTA: ensure_pod_disruption_budget.
func (b *builder) disruptionBudget() *model.PodDisruptionBudget {
	unavailable := b.system.or("pdb_max_unavailable", nodeZero)
	if b.Has("bounce_margin_factor") {
		percent := *b.Get("bounce_margin_factor")
		percent.Kind, percent.Text = yaml11.String, b.maxUnavailable()
		unavailable = &percent
	}
	policy := b.or("unhealthy_pod_eviction_policy", b.system.or("unhealthy_pod_eviction_policy", nodeIfHealthyBudget))
	return &model.PodDisruptionBudget{
		APIVersion: "policy/v1",
		Kind:       "PodDisruptionBudget",
		Metadata:   model.ObjectMeta{Name: b.name, Namespace: b.namespace},
		Spec: model.PodDisruptionBudgetSpec{
			Selector:                   b.selector(),
			MaxUnavailable:             given(unavailable),
			UnhealthyPodEvictionPolicy: given(policy),
		},
	}
}

var nodeIfHealthyBudget = yaml11.NewString("IfHealthyBudget")

// serviceAccount is the account that stands for an IAM role; nil without iam_role. PaaSTA: ensure_service_account.
func (b *builder) serviceAccount() *model.ServiceAccount {
	role := b.Get("iam_role")
	if !role.Truthy() {
		return nil
	}
	text, ok := role.Str()
	if !ok {
		b.refuse(role, "iam_role is "+role.KindWithArticle()+", not a string", "")
		return nil
	}
	return serviceAccount(account{namespace: b.namespace, name: paasta.ServiceAccountName(text), role: text})
}
