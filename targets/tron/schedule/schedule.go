// Package schedule reads Tron's schedules and intervals, and tells when a job runs next.
//
// It accepts what Tron's own parsers accept and refuses what they refuse. It knows no files and no clock: where to
// begin is an argument.
package schedule

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Schedule is a schedule as Tron understood it. A nil list means "any".
type Schedule struct {
	Kind    string // cron, daily or groc
	Minutes []int
	Hours   []int
	Seconds []int
	// Monthdays are days of the month; LastDay adds the last one.
	Monthdays []int
	LastDay   bool
	Months    []int
	// Weekdays count from Sunday, 0; Ordinals narrow them to the nth of the month.
	Weekdays []int
	Ordinals []int
	// Jitter is how far Tron may move a run either way, seconds.
	Jitter int64
	// impossible is what Tron's scheduler will say when it is started with the values; its config parser says nothing.
	impossible error
}

// Parse reads a job's schedule: a string, or a mapping. Tron: schedule_parse.valid_schedule.
func Parse(n *yaml11.Node) (*Schedule, error) {
	if text, ok := n.Str(); ok {
		return parseString(python.Strip(text))
	}
	if !n.IsMap() {
		return nil, fmt.Errorf("a schedule is a string or a mapping, not a %s", kindOf(n))
	}
	if !n.Has("type") {
		return parseLegacy(n)
	}
	return parseGeneric(n)
}

func kindOf(n *yaml11.Node) string {
	if n == nil {
		return "null"
	}
	return n.Kind.String()
}

// parseString reads "<type> <value>"; anything else is a groc expression. Tron: schedule_config_from_string.
func parseString(text string) (*Schedule, error) {
	name, value := python.SplitOnce(text)
	if name == "daily" || name == "cron" {
		return parseValue(name, value)
	}
	return parseGroc(text)
}

func parseValue(kind, value string) (*Schedule, error) {
	switch kind {
	case "daily":
		return parseDaily(value)
	case "cron":
		return parseCron(value)
	}
	return parseGroc(value)
}

// parseLegacy reads {start_time, days}. Tron: schedule_config_from_legacy_dict.
func parseLegacy(n *yaml11.Node) (*Schedule, error) {
	if !n.Has("start_time") && !n.Has("days") {
		return nil, errors.New("a schedule has type and value, or start_time and days")
	}
	start, days := "00:00:00", ""
	if v := n.Get("start_time"); v != nil {
		start = python.Str(v)
	}
	if v := n.Get("days"); v != nil {
		days = python.Str(v)
	}
	return parseDaily(start + " " + days)
}

// parseGeneric reads {type, value, jitter}. Tron: schedule_parse.ScheduleValidator.
func parseGeneric(n *yaml11.Node) (*Schedule, error) {
	for _, p := range n.Pairs {
		if key, ok := p.Key.Str(); !ok || key != "type" && key != "value" && key != "jitter" {
			return nil, fmt.Errorf("a schedule has type, value and jitter, but no %q", p.Key.Text)
		}
	}
	kind, ok := n.Get("type").Str()
	if !ok || kind != "daily" && kind != "cron" && kind != "groc daily" {
		return nil, fmt.Errorf("there is no schedule of type %s; there are cron, daily and groc daily",
			python.Repr(n.Get("type")))
	}
	var jitter int64
	if v := n.Get("jitter"); v != nil {
		text, ok := v.Str()
		if !ok {
			return nil, fmt.Errorf("jitter is a %s, not an interval such as 10min", v.Kind)
		}
		seconds, err := Interval(text)
		if err != nil {
			return nil, fmt.Errorf("jitter: %w", err)
		}
		jitter = seconds
	}
	value, ok := n.Get("value").Str()
	if !ok {
		return nil, fmt.Errorf("a schedule's value is a string, not a %s", kindOf(n.Get("value")))
	}
	s, err := parseValue(kind, value)
	if err != nil {
		return nil, err
	}
	s.Jitter = jitter
	return s, nil
}

// parseDaily reads "[HH:MM[:SS]] [days]"; further words mean nothing to Tron. Tron: valid_daily_scheduler.
func parseDaily(value string) (*Schedule, error) {
	fields := strings.FieldsFunc(value, python.IsSpace)
	clock, days := "00:00:00", ""
	if len(fields) > 0 {
		clock = fields[0]
	}
	if len(fields) > 1 {
		days = fields[1]
	}
	hour, minute, second, ok := parseClock(clock)
	if !ok {
		return nil, fmt.Errorf("%q is no time of day; write HH:MM or HH:MM:SS", clock)
	}
	s := &Schedule{Kind: "daily", Hours: []int{hour}, Minutes: []int{minute}, Seconds: []int{second}}
	for _, day := range days {
		n := strings.IndexRune("umtwrfs", day|0x20)
		if n < 0 || day > 'z' {
			return nil, fmt.Errorf("there is no day %q; days are single letters of UMTWRFS (Sunday to Saturday)", string(day))
		}
		s.Weekdays = append(s.Weekdays, n)
	}
	slices.Sort(s.Weekdays)
	s.Weekdays = slices.Compact(s.Weekdays)
	return s, nil
}

// parseClock is Python's strptime with %H:%M or %H:%M:%S.
func parseClock(text string) (hour, minute, second int, ok bool) {
	parts := strings.Split(text, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, 0, 0, false
	}
	limits := [...]int{23, 59, 59}
	var values [3]int
	for i, part := range parts {
		v, good := digits(part)
		if !good || len(part) > 2 || v > limits[i] {
			return 0, 0, 0, false
		}
		values[i] = v
	}
	return values[0], values[1], values[2], true
}

// digits reads a non-empty run of ASCII digits; ok is false when there is anything else, or far too many.
func digits(text string) (value int, ok bool) {
	if text == "" {
		return 0, false
	}
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return 0, false
		}
		if value = value*10 + int(c-'0'); value > 1<<40 {
			return 0, false
		}
	}
	return value, true
}
