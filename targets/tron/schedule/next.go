package schedule

import (
	"errors"
	"slices"
	"time"
)

// horizon is how many years ahead a run is looked for: a 29 February on one weekday comes within 40.
const horizon = 60

// ErrNever says that the schedule's days do not exist: Tron would look for them for ever.
var ErrNever = errors.New("no month has such a day")

// Runs returns the next n runs after start, in the zone; Tron's jitter, which is random, is left out.
// Tron: scheduler.GeneralScheduler.next_run_time and trontimespec.TimeSpecification.get_match.
func (s *Schedule) Runs(start time.Time, zone *Zone, n int) ([]time.Time, error) {
	if s.impossible != nil {
		return nil, s.impossible
	}
	runs := make([]time.Time, 0, n)
	for range n {
		wall, ok := s.next(zone.wall(start))
		if !ok {
			return nil, ErrNever
		}
		start = zone.at(wall)
		runs = append(runs, start)
	}
	return runs, nil
}

// Check tells why Tron can never run the schedule, although it takes it; nil when it can.
func (s *Schedule) Check() error {
	if s.impossible != nil || s.Monthdays == nil || s.LastDay {
		return s.impossible
	}
	longest := 0
	for _, month := range orRange(s.Months, 1, 12) {
		longest = max(longest, daysIn(2024, time.Month(month))) // a leap year
	}
	if slices.Min(s.Monthdays) > longest {
		return ErrNever
	}
	return nil
}

// next finds the first clock time after the given one.
func (s *Schedule) next(after time.Time) (time.Time, bool) {
	months := orRange(s.Months, 1, 12)
	for year := after.Year(); year <= after.Year()+horizon; year++ {
		for _, month := range months {
			if year == after.Year() && month < int(after.Month()) {
				continue
			}
			for _, day := range s.days(year, time.Month(month)) {
				date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
				if run, ok := s.timeOn(date, after); ok {
					return run, true
				}
			}
		}
	}
	return time.Time{}, false
}

// days returns the matching days of a month, sorted.
func (s *Schedule) days(year int, month time.Month) []int {
	last := daysIn(year, month)
	var days []int
	if s.Monthdays != nil || s.LastDay {
		days = slices.Clone(s.Monthdays)
		if s.LastDay {
			days = append(days, last)
		}
	} else {
		first := int(time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).Weekday())
		for _, ordinal := range orRange(s.Ordinals, 1, 5) {
			for _, weekday := range orRange(s.Weekdays, 0, 6) {
				days = append(days, (weekday-first+7)%7+(ordinal-1)*7+1)
			}
		}
	}
	slices.Sort(days)
	return slices.DeleteFunc(days, func(day int) bool { return day > last })
}

// timeOn returns the first time of a date that is after the given one.
func (s *Schedule) timeOn(date, after time.Time) (time.Time, bool) {
	if date.Add(24*time.Hour).Compare(after) <= 0 {
		return time.Time{}, false
	}
	for _, hour := range orRange(s.Hours, 0, 23) {
		for _, minute := range orRange(s.Minutes, 0, 59) {
			for _, second := range orRange(s.Seconds, 0, 59) {
				run := date.Add(time.Duration(hour*3600+minute*60+second) * time.Second)
				if run.After(after) {
					return run, true
				}
			}
		}
	}
	return time.Time{}, false
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// orRange returns the values, or all from low to high when there are none.
func orRange(values []int, low, high int) []int {
	if len(values) > 0 {
		return values
	}
	all := make([]int, 0, high-low+1)
	for v := low; v <= high; v++ {
		all = append(all, v)
	}
	return all
}
