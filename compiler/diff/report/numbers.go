package report

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff/forecast"
)

// This file holds how people write numbers.

// signed prints +2, or +1…+4 when the least and the greatest number of replicas differ.
func signed(least, most, unit float64, suffix string) string {
	number := func(v float64) string {
		s := strconv.FormatFloat(forecast.RoundMicro(v/unit), 'f', -1, 64)
		if i := strings.IndexByte(s, '.'); i >= 0 && len(s) > i+3 {
			s = strconv.FormatFloat(v/unit, 'f', 2, 64)
		}
		if v > 0 {
			return "+" + s
		}
		return s
	}
	if least == most {
		return number(least) + suffix
	}
	return number(least) + "…" + number(most) + suffix
}

func pods(least, most int) string {
	if least == most {
		return plural(least, "pod")
	}
	return span(least, most) + " pods"
}

func span(least, most int) string {
	if least == most {
		return thousands(least)
	}
	return thousands(least) + "–" + thousands(most)
}

// plural is 1 pod, 2 pods, 3 classes.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "s") {
		noun += "e"
	}
	return thousands(n) + " " + noun + "s"
}

// thousands prints 10,000.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
