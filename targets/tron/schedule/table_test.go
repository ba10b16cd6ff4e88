package schedule

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// outcome is what Tron said: a value, or an error.
type outcome[T any] struct {
	OK    *T      `json:"ok"`
	Error *string `json:"error"`
}

type judged struct {
	Next      map[string]outcome[[]string] `json:"next"`
	DST       map[string]outcome[[]string] `json:"dst"`
	NextNaive outcome[[]string]            `json:"next_naive"`
}

func readTable[T any](t *testing.T, name string) map[string]outcome[T] {
	t.Helper()
	paths, err := filepath.Glob("../../../golden/parity/harbor/expected/*/tron/" + name)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no %s in golden/parity/harbor (%v)", name, err)
	}
	all := map[string]outcome[T]{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var table map[string]outcome[T]
		if err := json.Unmarshal(data, &table); err != nil {
			t.Fatal(err)
		}
		for row, said := range table {
			all[row] = said
		}
	}
	return all
}

func TestIntervalsAsTron(t *testing.T) {
	for row, said := range readTable[float64](t, "table.intervals.json") {
		seconds, err := Interval(row)
		switch {
		case (err == nil) != (said.OK != nil):
			t.Errorf("Interval(%q) = %d, %v; Tron: %+v", row, seconds, err, said)
		case err == nil && float64(seconds) != *said.OK:
			t.Errorf("Interval(%q) = %d, want %g", row, seconds, *said.OK)
		}
	}
}

func TestSchedulesAsTron(t *testing.T) {
	for row, said := range readTable[judged](t, "table.schedules.json") {
		node := yaml11.NewString(row)
		if strings.HasPrefix(row, "{") {
			node, _ = yaml11.ParseJSON("row", []byte(row), nil)
		}
		s, err := Parse(node)
		if (err == nil) != (said.OK != nil) {
			t.Errorf("Parse(%q) = %v, Tron: %+v", row, err, said.Error)
			continue
		}
		if err != nil {
			continue
		}
		evening := time.Date(2024, 2, 28, 22, 0, 0, 0, time.UTC)
		compareRuns(t, row, s, evening, "", said.OK.NextNaive)
		for zone, want := range said.OK.Next {
			compareRuns(t, row, s, evening, zone, want)
		}
		for start, want := range said.OK.DST {
			at, err := time.Parse("2006-01-02 15:04:05", start)
			if err != nil {
				t.Fatal(err)
			}
			compareRuns(t, row, s, at, "US/Pacific", want)
		}
	}
}

func compareRuns(t *testing.T, row string, s *Schedule, start time.Time, name string, want outcome[[]string]) {
	t.Helper()
	var zone *Zone
	layout := "2006-01-02T15:04:05"
	if name != "" {
		var err error
		if zone, err = LoadZone(name); err != nil {
			t.Fatal(err)
		}
		layout += "-07:00"
		start = zone.at(start)
	}
	runs, err := s.Runs(start, zone, 5)
	if (err == nil) != (want.OK != nil) {
		t.Errorf("%q in %q: %v, Tron: %+v", row, name, err, want)
		return
	}
	var got []string
	for _, run := range runs {
		got = append(got, run.Format(layout))
	}
	if want.OK != nil && strings.Join(got, " ") != strings.Join(*want.OK, " ") {
		t.Errorf("%q in %q runs at\n%v, want\n%v", row, name, got, *want.OK)
	}
}
