package spelling

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Unit is what a number counts.
type Unit uint8

// The units of configuration. AnyUnit is for numbers of which nobody knows it.
const (
	AnyUnit Unit = iota
	Cores
	Mebibytes
	Gibibytes
	Secs
	Millisecs
)

// Suffixes of numbers, and how much one of them is.
var (
	bytesOf = map[string]float64{"b": 1, "k": 1e3, "kb": 1 << 10, "ki": 1 << 10, "kib": 1 << 10,
		"m": 1 << 20, "mb": 1 << 20, "mi": 1 << 20, "mib": 1 << 20, "g": 1 << 30, "gb": 1 << 30, "gi": 1 << 30,
		"gib": 1 << 30,
		"t":   1 << 40, "tb": 1 << 40, "ti": 1 << 40, "tib": 1 << 40}
	secondsOf = map[string]float64{"ms": 0.001, "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
		"m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600,
		"hours": 3600, "d": 86400, "day": 86400, "days": 86400, "w": 604800}
	sharesOf = map[string]float64{"m": 0.001, "%": 0.01, "core": 1, "cores": 1, "cpu": 1, "cpus": 1}
	part     = regexp.MustCompile(`^([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*([A-Za-z%]*)\s*`)
)

// scale says how the unit's suffixes are read: how much one of each is, and how much of that one of the unit is.
func (u Unit) scale() (suffixes map[string]float64, one float64) {
	switch u {
	case Cores:
		return sharesOf, 1
	case Mebibytes:
		return bytesOf, 1 << 20
	case Gibibytes:
		return bytesOf, 1 << 30
	case Secs:
		return secondsOf, 1
	case Millisecs:
		return secondsOf, 0.001
	}
	return nil, 1
}

// Number is how a text is written that means a number, and that YAML 1.1 reads as a string: of cores, "1e-1" is 0.1 and
// "500m" is 0.5; of MiB, "1Gi" is 1024; of seconds, "1h30m" is 5400. It is empty when no number is meant, or no
// whole one where one is wanted.
func Number(text string, u Unit, whole bool) string {
	text = strings.ReplaceAll(strings.TrimSpace(text), "_", "")
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		value, err = quantity(text, u)
	}
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) || math.Abs(value) >= 1e15 {
		return ""
	}
	if rounded := math.Round(value); math.Abs(value-rounded) < 1e-9 {
		value = rounded
	} else if whole {
		return ""
	}
	return strconv.FormatFloat(value, 'f', -1, 64)
}

// quantity reads numbers with suffixes, such as "512Mi" and "1h30m". Where nobody knows the unit, the suffix says it.
func quantity(text string, u Unit) (float64, error) {
	if u == AnyUnit {
		for _, known := range []Unit{Cores, Secs, Mebibytes} {
			if value, err := quantity(text, known); err == nil {
				return value, nil
			}
		}
		return 0, strconv.ErrSyntax
	}
	suffixes, one := u.scale()
	total := 0.0
	for rest := text; rest != ""; {
		m := part.FindStringSubmatch(rest)
		if m == nil {
			return 0, strconv.ErrSyntax
		}
		size, known := suffixes[strings.ToLower(m[2])]
		number, err := strconv.ParseFloat(m[1], 64)
		if !known || err != nil {
			return 0, strconv.ErrSyntax
		}
		total += number * size
		rest = rest[len(m[0]):]
	}
	if text == "" {
		return 0, strconv.ErrSyntax
	}
	return total / one, nil
}

// Seconds returns how many seconds a text such as "1h30m" means, "" when it means no whole number of them.
func Seconds(text string) string { return Number(text, Secs, true) }
