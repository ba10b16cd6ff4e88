package compare

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/paasta-render/paasta-render/compiler/diff/value"
)

// quantityFields are the fields below which the API has resource.Quantity.
var quantityFields = []string{
	"requests", "limits", "default", "defaultRequest", "max", "min", "maxLimitRequestRatio", "capacity", "hard", "sizeLimit",
	"value", "averageValue", "divisor",
}

// textFields are mappings whose keys anybody chooses and whose values are text: a label "max" is no quantity.
var textFields = []string{
	"labels", "annotations", "matchLabels", "nodeSelector", "selector", "data", "stringData", "binaryData", "parameters",
}

// isQuantityPath tells whether a scalar at the path is a quantity. `value` is one only in an autoscaler's target.
func isQuantityPath(steps []string) bool {
	for i, step := range steps {
		field := strings.TrimPrefix(step, ".")
		if slices.Contains(textFields, field) {
			return false
		}
		if !slices.Contains(quantityFields, field) {
			continue
		}
		if (field == "value" || field == "averageValue") && (i == 0 || steps[i-1] != ".target") {
			continue
		}
		return true
	}
	return false
}

// equalQuantities compares 1 with 1000m and 1Gi with 1024Mi.
func equalQuantities(a, b string) bool {
	x, errX := resource.ParseQuantity(a)
	y, errY := resource.ParseQuantity(b)
	if errX != nil || errY != nil {
		return a == b
	}
	return x.Cmp(y) == 0
}

// quantity returns the value of a quantity in its base unit: cores, bytes, devices; 0 when it is absent or none.
func quantity(n *value.Node) float64 {
	q, err := resource.ParseQuantity(n.Str())
	if err != nil {
		return 0
	}
	return q.AsApproximateFloat64()
}
