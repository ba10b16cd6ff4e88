package check

import (
	"math"
	"strconv"
	"strings"
)

// units are the suffixes of Kubernetes quantities and of durations, with what one of them is in PaaSTA's own units:
// CPUs, MiB and seconds.
var units = []struct {
	suffix string
	factor float64
}{
	{"Ki", 1.0 / 1024}, {"Mi", 1}, {"Gi", 1024}, {"Ti", 1024 * 1024}, {"KB", 1.0 / 1024}, {"MB", 1}, {"GB", 1024},
	{"ms", 0.001}, {"m", 0.001}, {"M", 1}, {"G", 1024}, {"T", 1024 * 1024}, {"K", 1.0 / 1024}, {"k", 1.0 / 1024},
	{"s", 1}, {"min", 60}, {"h", 3600}, {"g", 1024}, {"mb", 1}, {"gb", 1024}, {"%", 0.01},
}

// Number is how a text is written that means a number, and that YAML 1.1 reads as a string: "1e-1" is 0.1, "500m" is
// 0.5, "1Gi" is 1024. It is empty when no number is meant, or no whole one where one is wanted.
func Number(text string, whole bool) string {
	text = strings.TrimSpace(text)
	value, err := strconv.ParseFloat(text, 64)
	for _, unit := range units {
		if err == nil {
			break
		}
		number, found := strings.CutSuffix(text, unit.suffix)
		if value, err = strconv.ParseFloat(strings.TrimSpace(number), 64); err == nil && found {
			value *= unit.factor
			break
		}
		err = strconv.ErrSyntax
	}
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) || whole && value != math.Trunc(value) ||
		math.Abs(value) >= 1e15 {
		return ""
	}
	return strconv.FormatFloat(value, 'f', -1, 64)
}
