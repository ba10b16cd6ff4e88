package schedule

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/python"
)

// parseCron reads five cron fields or a predefined name. Tron: utils.crontab.parse_crontab and valid_cron_scheduler.
func parseCron(value string) (*Schedule, error) {
	line, err := predefined(python.Strip(value))
	if err != nil {
		return nil, err
	}
	fields := python.SplitN(line, 5)
	if len(fields) < 5 {
		return nil, fmt.Errorf("a cron expression has five fields, not %d", len(fields))
	}
	s := &Schedule{Kind: "cron", Seconds: []int{0}}
	if s.Minutes, err = minutes.parse(fields[0]); err != nil {
		return nil, err
	}
	if s.Hours, err = hours.parse(fields[1]); err != nil {
		return nil, err
	}
	if s.Monthdays, s.LastDay, err = parseMonthdays(fields[2]); err != nil {
		return nil, err
	}
	if s.Months, err = months.parse(fields[3]); err != nil {
		return nil, err
	}
	if s.Weekdays, err = weekdays.parse(python.Strip(fields[4])); err != nil {
		return nil, err
	}
	if (s.Monthdays != nil || s.LastDay) && s.Weekdays != nil {
		return nil, errors.New("day of month and day of week cannot both be given; one of them must be *")
	}
	// A range that goes round counts modulo 13 or 32, so it holds a month or a day 0.
	if slices.Contains(s.Months, 0) || slices.Contains(s.Monthdays, 0) {
		s.impossible = errors.New("a range of days or months cannot go round: Tron counts a 0 in it")
	}
	return s, nil
}

func predefined(line string) (string, error) {
	if !strings.HasPrefix(line, "@") {
		return line, nil
	}
	switch line {
	case "@yearly", "@annually":
		return "0 0 1 1 *", nil
	case "@monthly":
		return "0 0 1 * *", nil
	case "@weekly":
		return "0 0 * * 0", nil
	case "@daily", "@midnight":
		return "0 0 * * *", nil
	case "@hourly":
		return "0 * * * *", nil
	}
	return "", fmt.Errorf("there is no predefined schedule %s", line)
}

// field is one of the five: values from low to below high, and how names become numbers.
type field struct {
	name      string
	low, high int
	names     *strings.Replacer
}

var (
	minutes   = field{name: "minute", low: 0, high: 60}
	hours     = field{name: "hour", low: 0, high: 24}
	monthdays = field{name: "day of month", low: 1, high: 32}
	months    = field{name: "month", low: 1, high: 13, names: strings.NewReplacer("jan", "1", "feb", "2", "mar", "3",
		"apr", "4",
		"may", "5", "jun", "6", "jul", "7", "aug", "8", "sep", "9", "oct", "10", "nov", "11", "dec", "12")}
	weekdays = field{name: "day of week", low: 0, high: 7, names: strings.NewReplacer("sun", "0", "mon", "1", "tue", "2",
		"wed", "3",
		"thu", "4", "fri", "5", "sat", "6", "7", "0", "?", "*")}
)

// parse returns the sorted values of a comma list of ranges; nil for a lone *.
func (f field) parse(source string) ([]int, error) {
	if source == "*" {
		return nil, nil
	}
	var values []int
	for group := range strings.SplitSeq(source, ",") {
		var err error
		if values, err = f.group(values, group); err != nil {
			return nil, err
		}
	}
	slices.Sort(values)
	return slices.Compact(values), nil
}

// parseMonthdays is parse for the day of month, where L is the last one.
func parseMonthdays(source string) (values []int, last bool, err error) {
	if source == "*" {
		return nil, false, nil
	}
	for group := range strings.SplitSeq(source, ",") {
		if python.Strip(group) == "L" {
			last = true
			continue
		}
		if values, err = monthdays.group(values, group); err != nil {
			return nil, false, err
		}
	}
	slices.Sort(values)
	return slices.Compact(values), last, nil
}

// group appends the values of "low[-high][/step]" or "*[/step]".
func (f field) group(values []int, source string) ([]int, error) {
	text := python.Strip(source)
	if f.names != nil {
		text = f.names.Replace(strings.ToLower(text))
	}
	body, stepText, stepped := strings.Cut(text, "/")
	lowText, highText, ranged := strings.Cut(body, "-")
	low, high, step := f.low, f.high, 1
	var err error
	if lowText != "*" {
		if low, err = f.value(source, lowText); err != nil {
			return nil, err
		}
		high = low + 1
	}
	if ranged {
		bound, err := f.number(source, highText, lowText != "*")
		if err != nil {
			return nil, err
		}
		if lowText != "*" {
			high = bound + 1
		}
	}
	if stepped {
		if step, err = f.value(source, stepText); err != nil {
			return nil, err
		}
		if step == 0 {
			return nil, fmt.Errorf("%s %q: a step cannot be 0", f.name, source)
		}
	}
	return f.expand(values, low, high, step), nil
}

// expand appends low, low+step, … below high; a range that ends before it begins goes round, as Tron counts it.
func (f field) expand(values []int, low, high, step int) []int {
	if low < high {
		for v := low; v < high; v += step {
			values = append(values, v)
		}
		return values
	}
	for i := 0; i < f.high-low+high-f.low; i += step {
		values = append(values, (low+i)%f.high)
	}
	return values
}

func (f field) value(source, text string) (int, error) { return f.number(source, text, true) }

func (f field) number(source, text string, bounded bool) (int, error) {
	v, ok := digits(text)
	if !ok {
		return 0, fmt.Errorf("%s %q is no value, range or list", f.name, source)
	}
	if bounded && (v < f.low || v >= f.high) {
		return 0, fmt.Errorf("%s %s is not in %d to %s", f.name, text, f.low, strconv.Itoa(f.high-1))
	}
	return v, nil
}
