package tron

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// cronField is one of the five fields as PaaSTA's cron parser reads it.
type cronField struct {
	name      string
	low, high int
	names     []string // names of the values from first on
	first     int
}

var cronFields = [...]cronField{
	{name: "minute", low: 0, high: 59},
	{name: "hour", low: 0, high: 23},
	{name: "day of month", low: 1, high: 31},
	{name: "month", low: 1, high: 12, first: 1,
		names: []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
	{name: "day of week", low: 0, high: 6, names: []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}},
}

// CroniterKey is the key of the system config, ours, that names the version of PaaSTA's cron parser.
const CroniterKey = "croniter"

// DefaultCroniter is the version that CroniterKey means when it is not set. PaaSTA 1.64.0 names no version in its
// package; its own development environment pins 1.3.4.
const DefaultCroniter = "7.0.0"

// CroniterVersions returns the versions that CroniterKey may name.
func CroniterVersions() []string { return []string{"1.3.4", DefaultCroniter} }

// croniter is PaaSTA's cron parser. The old one, 1.3.4, refuses ranges that go round and the question mark.
type croniter struct{ old bool }

// croniter returns the parser that the system config names.
func (n *namespace) croniter() croniter {
	version, _ := n.system.Get(CroniterKey).Str()
	return croniter{old: strings.HasPrefix(version, "1.")}
}

// check says why PaaSTA's cron parser refuses an expression that Tron takes. What Tron refuses itself (seconds, years,
// #, W and H) is not looked at. PaaSTA: validate.list_upcoming_runs.
func (c croniter) check(expression string) error {
	text := strings.ToLower(expression)
	switch text {
	case "@midnight", "@hourly", "@daily", "@weekly", "@monthly", "@yearly", "@annually":
		return nil
	}
	fields := strings.FieldsFunc(text, func(r rune) bool { return r < 0x80 && unicode.IsSpace(r) })
	if len(fields) != 5 {
		return fmt.Errorf("%q has %d fields, not five", expression, len(fields))
	}
	var days, months []int
	for i, f := range cronFields {
		values, err := c.parse(f, fields[i], i)
		if err != nil {
			return err
		}
		switch i {
		case 2:
			days = values
		case 3:
			months = values
		}
	}
	return possible(days, months)
}

// lastDay stands for L among days of the month.
const lastDay = 99

// possible looks for a month that has one of the days.
func possible(days, months []int) error {
	if len(days) == 0 {
		return nil
	}
	longest := 0
	for month := 1; month <= 12; month++ {
		if len(months) == 0 || slices.Contains(months, month) {
			longest = max(longest, [...]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1])
		}
	}
	if slices.Contains(days, lastDay) || slices.Min(days) <= longest {
		return nil
	}
	return errors.New("no month has such a day")
}

// parse returns the values of a field; none for all.
func (c croniter) parse(f cronField, text string, index int) ([]int, error) {
	if c.old {
		if strings.Contains(text, "?") {
			return nil, fmt.Errorf("%s %q: croniter 1.3.4 knows no question mark", f.name, text)
		}
		if err := f.ascending(text, index); err != nil {
			return nil, err
		}
	}
	return f.parse(text, index)
}

// ascending refuses ranges whose end comes before their start, as croniter 1 does. A week may end on Sunday, 0 or 7.
func (f cronField) ascending(text string, index int) error {
	for part := range strings.SplitSeq(text, ",") {
		body, _, _ := strings.Cut(part, "/")
		lowText, highText, ranged := strings.Cut(body, "-")
		if !ranged || index == 2 && highText == "l" {
			continue
		}
		low, err := f.value(lowText)
		if err != nil {
			return err
		}
		if lowText == "7" && index == 4 {
			low = 7
		}
		high, err := f.value(highText)
		if err != nil {
			return err
		}
		if low > high && !(index == 4 && high == 0) {
			return fmt.Errorf("%s %q ends before it begins", f.name, part)
		}
	}
	return nil
}

func (f cronField) parse(text string, index int) ([]int, error) {
	if strings.Contains(text, "?") {
		if text != "?" || f.name != "day of month" && f.name != "day of week" {
			return nil, fmt.Errorf("%s %q: ? stands alone, for a day of month or of week", f.name, text)
		}
		return nil, nil
	}
	var values []int
	for part := range strings.SplitSeq(text, ",") {
		if part == "*" {
			return nil, f.rest(text, index)
		}
		if part == "l" && index == 2 {
			values = append(values, lastDay)
			continue
		}
		low, high, err := f.bounds(part)
		if err != nil {
			return nil, err
		}
		for v := low; v != high; v++ {
			if v > f.high {
				v = f.low
			}
			values = append(values, v)
			if v == high {
				break
			}
		}
		values = append(values, high)
	}
	return values, nil
}

// rest makes sure of the other parts of a list that has a *.
func (f cronField) rest(text string, index int) error {
	for part := range strings.SplitSeq(text, ",") {
		if part == "*" || part == "l" && index == 2 {
			continue
		}
		if _, _, err := f.bounds(part); err != nil {
			return err
		}
	}
	return nil
}

// bounds reads "low[-high][/step]", or "*/step". Steps are checked and left out: which days there are decides nothing
// but whether the smallest exists, and that is the lower bound.
func (f cronField) bounds(part string) (low, high int, err error) {
	body, step, stepped := strings.Cut(part, "/")
	if stepped {
		if n, err := strconv.Atoi(step); err != nil || n == 0 {
			return 0, 0, fmt.Errorf("%s %q has no step that counts", f.name, part)
		}
	}
	if body == "*" && stepped {
		return f.low, f.high, nil
	}
	lowText, highText, ranged := strings.Cut(body, "-")
	if low, err = f.value(lowText); err != nil {
		return 0, 0, err
	}
	switch {
	case ranged && f.name == "day of month" && highText == "l":
		high = 31
	case ranged:
		if high, err = f.value(highText); err != nil {
			return 0, 0, err
		}
	case stepped:
		return low, f.high, nil
	default:
		return low, low, nil
	}
	if low == high {
		return f.low, f.high, nil
	}
	return low, high, nil
}

func (f cronField) value(text string) (int, error) {
	if n, err := strconv.Atoi(text); err == nil && strings.Trim(text, "0123456789") == "" {
		if f.name == "day of week" && n == 7 {
			n = 0
		}
		if n < f.low || n > f.high {
			return 0, fmt.Errorf("%s %s is not in %d to %d", f.name, text, f.low, f.high)
		}
		return n, nil
	}
	if i := slices.Index(f.names, text); i >= 0 {
		return f.first + i, nil
	}
	return 0, fmt.Errorf("%s %q is no value", f.name, text)
}
