// Package targets lists the back ends. To add one: a folder beside this file, and a line below.
package targets

import (
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/targets/argocd"
	"github.com/paasta-render/paasta-render/targets/envoy"
	"github.com/paasta-render/paasta-render/targets/flux"
	"github.com/paasta-render/paasta-render/targets/karpenter"
	"github.com/paasta-render/paasta-render/targets/kubernetes"
	"github.com/paasta-render/paasta-render/targets/logs"
	"github.com/paasta-render/paasta-render/targets/network"
	"github.com/paasta-render/paasta-render/targets/pipelines"
	"github.com/paasta-render/paasta-render/targets/prometheus"
	"github.com/paasta-render/paasta-render/targets/sensu"
	"github.com/paasta-render/paasta-render/targets/smartstack"
	"github.com/paasta-render/paasta-render/targets/tron"
	"github.com/paasta-render/paasta-render/targets/vpa"
)

// All returns the targets in the order in which their files are linked.
func All() []target.Target {
	return []target.Target{
		kubernetes.Target,
		tron.Target,
		smartstack.Target,
		sensu.Target,
		prometheus.Target,
		envoy.Target,
		karpenter.Target,
		pipelines.Target,
		vpa.Target,
		logs.Target,
		network.Target,
		flux.Target,
		argocd.Target,
	}
}
