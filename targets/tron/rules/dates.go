package rules

import (
	"strings"
	"unicode"

	"github.com/paasta-render/paasta-render/compiler/python"
)

// dateValue reads a date name with an offset: shortdate-1, ymdh, unixtime+3600. What follows the offset means nothing
// to Tron. Tron: timeutils.DateArithmetic.parse.
func dateValue(name string) (v value, ok, known bool) {
	name = strings.ReplaceAll(name, " ", "")
	end := strings.IndexFunc(name, func(r rune) bool { return !isWord(r) })
	if end < 0 {
		end = len(name)
	}
	length, daysPerUnit := dateForm(name[:end])
	if length == 0 {
		return value{}, false, false
	}
	delta := 0.0
	if digits := python.LeadingDigits(name[min(end+1, len(name)):]); digits != "" && (name[end] == '+' ||
		name[end] == '-') {
		parsed, err := python.ParseFloat(name[end:end+1] + digits)
		if err != nil {
			return value{}, false, true
		}
		delta = parsed
	}
	if daysPerUnit == 0 { // unixtime and daynumber are numbers
		return value{kind: ofInt, sample: "20260"}, true, true
	}
	if year := 2026 + delta*daysPerUnit/365.2425; year < 1 || year >= 10000 {
		return value{}, false, true
	}
	return value{kind: ofText, length: length, sample: "2026-11-11T11:11"[:length]}, true, true
}

// dateForm returns how long a date is when printed, and the days in a unit of its offset.
func dateForm(name string) (length int, daysPerUnit float64) {
	switch name {
	case "year":
		return 4, 365.2425
	case "month":
		return 2, 30.44
	case "day":
		return 2, 1
	case "hour":
		return 2, 1.0 / 24
	case "shortdate", "ymd":
		return 10, 1
	case "ym":
		return 7, 30.44
	case "ymdh":
		return 13, 1.0 / 24
	case "ymdhm":
		return 16, 1.0 / 1440
	case "unixtime", "daynumber":
		return 1, 0
	}
	return 0, 0
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }
