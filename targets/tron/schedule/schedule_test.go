package schedule

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

func TestWhatTronTakes(t *testing.T) {
	for _, test := range []struct {
		rule, text string
		taken      bool
	}{
		{"daily needs nothing more", "daily", true},
		{"words after the days mean nothing", "daily 04:30 MWF or so", true},
		{"days are single letters", "daily 04:30 mon", false},
		{"a range may go round", "cron 0 22-2 * * *", true},
		{"a step of 0 goes nowhere", "cron */0 * * * *", false},
		{"day of month and day of week exclude one another", "cron 0 0 1 * 1", false},
		{"a question mark is a range of all days", "cron 0 0 1 * ?", false},
		{"names of months may join into numbers", "cron 0 0 * janfeb *", true},
		{"six fields are one too many", "cron 0 0 0 * * *", false},
		{"@reboot is no time", "cron @reboot", false},
		{"groc says which days", "at 12:00", false},
		{"ordinals need their ending", "1,8th of month 09:00", false},
		{"a list ends without a comma", "every mon, at 10:00", false},
		{"case does not matter", "Every Monday IN January AT 01:00", true},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if _, err := Parse(yaml11.NewString(test.text)); (err == nil) != test.taken {
				t.Errorf("Parse(%q) = %v, Tron takes it: %t", test.text, err, test.taken)
			}
		})
	}
}

func TestIntervalsEndWherePythonsDo(t *testing.T) {
	for text, want := range map[string]int64{
		"86399999999999s": 86399999999999, "999999999 days": 999999999 * 86400, "00000000000000000000007 d": 7 * 86400,
		"86400000000000s": -1, "1000000000 days": -1, "53905202019035 d": -1, "99999999999999999999 s": -1,
	} {
		got, err := Interval(text)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("Interval(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
}

func TestSchedulesThatTronTakesAndCannotRun(t *testing.T) {
	for _, text := range []string{
		"cron 0 0 31 2 *", "cron 0 0 * 11-2 *", "cron 0 0 28-5 * *", "6th monday of month", "32nd of month",
		"every day at 25:00",
	} {
		s, err := Parse(yaml11.NewString(text))
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Runs(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), nil, 1)
		if err == nil || s.Check() == nil {
			t.Errorf("%q runs (%v, %v)", text, err, s.Check())
		}
	}
	s, _ := Parse(yaml11.NewString("cron 0 0 31 2 *"))
	if err := s.Check(); !errors.Is(err, ErrNever) {
		t.Errorf("31 February: %v, want %v", err, ErrNever)
	}
}

func TestClockChanges(t *testing.T) {
	pacific, err := LoadZone("us/pacific")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		rule, text, start string
		want              []string
	}{
		{"a time that is skipped comes an hour later", "cron 30 2 * * *", "2024-03-10T08:00:00Z",
			[]string{"2024-03-10T03:30:00-07:00", "2024-03-11T02:30:00-07:00"}},
		{"a time that comes twice is the first", "cron 30 1 * * *", "2024-11-03T07:00:00Z",
			[]string{"2024-11-03T01:30:00-07:00", "2024-11-04T01:30:00-08:00"}},
		{"the second hour is passed over", "cron 0,30 * * * *", "2024-11-03T08:15:00Z",
			[]string{"2024-11-03T01:30:00-07:00", "2024-11-03T02:00:00-08:00"}},
		{"after 2037 pytz knows no change", "cron 0 12 1 7 *", "2037-01-01T00:00:00Z", []string{"2037-07-01T12:00:00-07:00",
			"2038-07-01T12:00:00-08:00"}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			s, err := Parse(yaml11.NewString(test.text))
			if err != nil {
				t.Fatal(err)
			}
			start, err := time.Parse(time.RFC3339, test.start)
			if err != nil {
				t.Fatal(err)
			}
			runs, err := s.Runs(start, pacific, 2)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, run := range runs {
				got = append(got, run.Format(time.RFC3339))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%q runs at %v, want %v", test.text, got, test.want)
			}
		})
	}
}

func TestKnownZone(t *testing.T) {
	for name, want := range map[string]bool{
		"UTC": true, "us/pacific": true, "Etc/GMT_plus_5": true, "EST": true,
		"": false, "Mars/Olympus": false, "Factory": false, "UTC ": false, "America": false,
	} {
		if got := KnownZone(name); got != want {
			t.Errorf("KnownZone(%q) = %t, want %t", name, got, want)
		}
	}
}
