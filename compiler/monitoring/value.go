package monitoring

import (
	"math"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Seconds reads a duration such as 10m, 1h30m or 2D; why is empty when it is one. Units: Y 365 days, M 30 days, W, D,
// h, m, s. pysensu_yelp: human_to_seconds.
func Seconds(text string) (seconds int64, why string) {
	units := map[byte]int64{'Y': 365 * 86400, 'M': 30 * 86400, 'W': 7 * 86400, 'D': 86400, 'h': 3600, 'm': 60, 's': 1}
	for rest := text; rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if digits == 0 || digits == len(rest) || units[rest[digits]] == 0 {
			return 0, strconv.Quote(text) + " is no duration such as 30s, 10m or 1h30m"
		}
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		if err != nil || n > math.MaxInt32 {
			return 0, strconv.Quote(text) + " is longer than any check waits"
		}
		seconds += n * units[rest[digits]]
		rest = rest[digits+1:]
	}
	return seconds, ""
}

// Integer is Python's int(value); ok is false when that raises.
func Integer(n *yaml11.Node) (value int64, ok bool) {
	if n == nil {
		return 0, false
	}
	switch n.Kind {
	case yaml11.String:
		text := strings.TrimSpace(n.Text)
		if strings.HasPrefix(text, "_") || strings.HasSuffix(text, "_") || strings.Contains(text, "__") {
			return 0, false
		}
		value, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 10, 64)
		return value, err == nil
	case yaml11.Int, yaml11.Float, yaml11.Bool:
		f, _ := n.Number()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return 0, false
		}
		if n.Kind == yaml11.Int && n.Big == nil {
			return n.Int, true
		}
		return int64(math.Trunc(f)), true
	}
	return 0, false
}

// Or returns the node, or the fallback when the key is absent: Python's dict.get(key, fallback), which returns a null
// that is there.
func Or(n, fallback *yaml11.Node) *yaml11.Node {
	if n == nil {
		return fallback
	}
	return n
}
