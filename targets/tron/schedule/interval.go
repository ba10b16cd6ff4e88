package schedule

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/python"
)

// limit is the shortest span that Python's timedelta does not hold any more: a milliard of days.
const limit = 1_000_000_000 * 86400

// Interval reads a time span such as "90 min" and returns seconds. Units: d, h, m, s and their longer names, in lower
// case. Tron: config_utils.valid_time_delta.
func Interval(text string) (seconds int64, err error) {
	trimmed := python.Strip(text)
	end := 0
	for end < len(trimmed) && trimmed[end] >= '0' && trimmed[end] <= '9' {
		end++
	}
	unit := unitSeconds(strings.TrimLeftFunc(trimmed[end:], python.IsSpace))
	if end == 0 || unit == 0 {
		return 0, fmt.Errorf("%q is no interval", text)
	}
	value, err := strconv.ParseInt(trimmed[:end], 10, 64)
	if err != nil || value > (limit-1)/unit {
		return 0, fmt.Errorf("%q is longer than Tron can count", text)
	}
	return value * unit, nil
}

func unitSeconds(name string) int64 {
	switch name {
	case "d", "day", "days":
		return 86400
	case "h", "hr", "hrs", "hour", "hours":
		return 3600
	case "m", "min", "mins", "minute", "minutes":
		return 60
	case "s", "sec", "secs", "second", "seconds":
		return 1
	}
	return 0
}
