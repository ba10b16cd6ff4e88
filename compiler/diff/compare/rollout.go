package compare

import (
	"math"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/value"
)

// rollout returns how a workload's pods are replaced when it has n of them. Kubernetes: the fields strategy of a
// Deployment and updateStrategy of a StatefulSet and a DaemonSet, with their defaults.
func rollout(e *entity, n int) diff.Replacement {
	switch e.Kind {
	case "Deployment":
		strategy := e.doc.Path("spec", "strategy")
		if strategy.At("type") == "Recreate" {
			return diff.Replacement{AllAtOnce: n > 0}
		}
		surge := share(strategy.Path("rollingUpdate", "maxSurge"), "25%", n, math.Ceil)
		away := share(strategy.Path("rollingUpdate", "maxUnavailable"), "25%", n, math.Floor)
		if surge == 0 && away == 0 {
			away = 1
		}
		return diff.Replacement{Surge: surge, Away: min(away, n), AllAtOnce: n > 0 && away >= n}
	case "StatefulSet":
		strategy := e.doc.Path("spec", "updateStrategy")
		if strategy.At("type") == "OnDelete" {
			return diff.Replacement{OnDelete: true}
		}
		return diff.Replacement{Away: min(n, max(1, share(strategy.Path("rollingUpdate", "maxUnavailable"), "1", n, math.Ceil)))}
	case "DaemonSet":
		return diff.Replacement{OnDelete: e.doc.At("spec", "updateStrategy", "type") == "OnDelete"}
	}
	return diff.Replacement{}
}

// share reads a number of pods, or a percentage of n, which is rounded as Kubernetes rounds the field.
func share(field *value.Node, otherwise string, n int, round func(float64) float64) int {
	text := field.Str()
	if text == "" {
		text = otherwise
	}
	digits, isPercent := strings.CutSuffix(text, "%")
	number, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.Abs(number) > 1e9 {
		return 0
	}
	if isPercent {
		number = round(number * float64(n) / 100)
	}
	return int(number)
}

// letsNoneGo tells whether a disruption budget lets none of n healthy pods be evicted. Kubernetes rounds percentages
// up.
func letsNoneGo(budget *value.Node, n int) bool {
	spec := budget.Get("spec")
	if away := spec.Get("maxUnavailable"); away != nil {
		return share(away, "", n, math.Ceil) <= 0
	}
	if least := spec.Get("minAvailable"); least != nil {
		return share(least, "", n, math.Ceil) >= n
	}
	return false
}
