package schedule

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Full names come before their beginnings, as in Tron's expression: the first alternative that fits is taken.
const (
	dayNames = "sunday|monday|tuesday|wednesday|thursday|friday|saturday|sun|mon|tue|wed|thu|fri|sat|" +
		"u|m|t|w|r|f|s|su|mo|tu|we|th|fr|sa|day"
	monthNames = "january|february|march|april|may|june|july|august|september|october|november|december|" +
		"jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec|month"
)

// grocPattern: groups are the days of the month, the weekdays, the months and the time.
var grocPattern = regexp.MustCompile(`^(every|(?:\d+(?:st|nd|rd|th),?)+)?\s*((?:(?:` + dayNames + `),?)+)?\s*` +
	`(?:(?:in|of)\s+((?:(?:` + monthNames + `),?)+))?\s*(?:(?:at\s+)?(\d\d:\d\d))?\s*$`)

// parseGroc reads "every|ordinals days [of months] [at] HH:MM". Tron: schedule_parse.parse_groc_expression.
func parseGroc(expression string) (*Schedule, error) {
	m := grocPattern.FindStringSubmatch(strings.ToLower(expression))
	if m == nil {
		return nil, fmt.Errorf("%q is no schedule: neither cron nor daily, nor "+
			"\"every|1st,… day|mon,… [of jan,…] [at] HH:MM\"", expression)
	}
	if m[1] == "" {
		return nil, fmt.Errorf("%q does not say which days; begin with \"every\" or \"1st\"", expression)
	}
	s := &Schedule{Kind: "groc", Seconds: []int{0}}
	if m[2] != "" && m[2] != "day" {
		for name := range strings.SplitSeq(m[2], ",") {
			day := weekday(name)
			if day < 0 {
				return nil, fmt.Errorf("%q: %q is no day of the week", expression, name)
			}
			s.Weekdays = append(s.Weekdays, day)
		}
	}
	if err := s.ordinals(m[1]); err != nil {
		return nil, fmt.Errorf("%q: %w", expression, err)
	}
	if m[3] != "" && m[3] != "month" {
		for name := range strings.SplitSeq(m[3], ",") {
			month := monthNumber(name)
			if month == 0 {
				return nil, fmt.Errorf("%q: %q is no month", expression, name)
			}
			s.Months = append(s.Months, month)
		}
	}
	s.clock(m[4])
	for _, list := range []*[]int{&s.Weekdays, &s.Months, &s.Monthdays, &s.Ordinals} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return s, nil
}

// ordinals settles "1st,3rd": days of the month, or which of the weekdays when there are some.
func (s *Schedule) ordinals(text string) error {
	if text == "every" {
		return nil
	}
	var values []int
	for part := range strings.SplitSeq(text, ",") {
		number := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, part)
		if number == "" {
			return errors.New("a comma stands at the end of the list of ordinals")
		}
		v, err := strconv.Atoi(number)
		if err != nil {
			v = 1 << 30
		}
		values = append(values, v)
	}
	limit := 31
	if s.Weekdays != nil {
		s.Ordinals, limit = values, 5
	} else {
		s.Monthdays = values
	}
	if slices.Min(values) < 1 || slices.Max(values) > limit {
		s.impossible = fmt.Errorf("%s: ordinals go from 1 to %d here", text, limit)
	}
	return nil
}

// clock sets the time of day; the expression lets 25:00 pass, the scheduler does not.
func (s *Schedule) clock(text string) {
	s.Hours, s.Minutes = []int{0}, []int{0}
	if text == "" {
		return
	}
	hour, minute, _, ok := parseClock(text)
	if !ok {
		s.impossible = fmt.Errorf("%s is no time of day", text)
	}
	s.Hours, s.Minutes = []int{hour}, []int{minute}
}

// weekday numbers a lower-case name or abbreviation from Sunday, 0; -1 for anything else.
func weekday(name string) int {
	for i, full := range [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"} {
		if name == full || name == full[:3] || name == full[:2] || name == "umtwrfs"[i:i+1] {
			return i
		}
	}
	return -1
}

// monthNumber numbers a lower-case name or abbreviation from January, 1; 0 for anything else.
func monthNumber(name string) int {
	for i, full := range [...]string{"january", "february", "march", "april", "may", "june", "july", "august",
		"september", "october",
		"november", "december"} {
		if name == full || name == full[:3] {
			return i + 1
		}
	}
	return 0
}
