package schedule

import (
	"archive/zip"
	"bytes"
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// database holds zoneinfo.zip, the IANA time zone database 2025c as the Go distribution packs it (public domain), and
// zones.txt, the names that Tron's pytz knows. time.LoadLocation would read the host's files and $ZONEINFO: the same
// configuration would run at other times on another machine.
//
//go:embed zoneinfo.zip zones.txt
var database embed.FS

// zoneNames is zones.txt in lower case, sorted.
var zoneNames = readNames()

func readNames() []string {
	data, err := database.ReadFile("zones.txt")
	if err != nil {
		return nil
	}
	names := strings.Fields(strings.ToLower(string(data)))
	slices.Sort(names)
	return names
}

// lastTransition is where pytz stops: it reads transitions up to 2037 only and keeps the last one for ever.
const lastTransition = 2145916799 // 2037-12-31T23:59:59Z

// Zone is a time zone as pytz understands it. The nil *Zone is none: clocks are then taken as they are.
type Zone struct {
	Name     string
	location *time.Location
}

// KnownZone tells whether Tron takes the name; case does not matter. pytz: timezone.
func KnownZone(name string) bool {
	name = strings.ReplaceAll(strings.ReplaceAll(name, "_plus_", "+"), "_minus_", "-")
	_, found := slices.BinarySearch(zoneNames, strings.ToLower(name))
	return found
}

// NearZone returns the name that is spelled almost like one that Tron does not know, "" when none is. nearest chooses.
func NearZone(name string, nearest func(name string, candidates []string) string) string {
	data, err := database.ReadFile("zones.txt")
	if err != nil {
		return ""
	}
	all := strings.Fields(string(data))
	if near := nearest(name, all); near != "" {
		return near
	}
	for _, zone := range all { // "Los_Angeles" means America/Los_Angeles
		if _, city, found := strings.Cut(zone, "/"); found && strings.EqualFold(city, name) {
			return zone
		}
	}
	return ""
}

// LoadZone returns the zone of a name that KnownZone accepts.
func LoadZone(name string) (*Zone, error) {
	name = strings.ReplaceAll(strings.ReplaceAll(name, "_plus_", "+"), "_minus_", "-")
	data, err := database.ReadFile("zoneinfo.zip")
	if err != nil {
		return nil, fmt.Errorf("read time zones: %w", err)
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("read time zones: %w", err)
	}
	for _, f := range archive.File {
		if !strings.EqualFold(f.Name, name) || !KnownZone(name) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("read time zone %s: %w", name, err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return nil, fmt.Errorf("read time zone %s: %w", name, err)
		}
		location, err := time.LoadLocationFromTZData(f.Name, content)
		if err != nil {
			return nil, fmt.Errorf("read time zone %s: %w", name, err)
		}
		return &Zone{Name: f.Name, location: location}, nil
	}
	return nil, fmt.Errorf("there is no time zone %q", name)
}

// offset returns seconds east of UTC at an instant, and whether daylight saving time is in force.
func (z *Zone) offset(unix int64) (seconds int64, daylight bool) {
	t := time.Unix(min(unix, lastTransition), 0).In(z.location)
	_, east := t.Zone()
	return int64(east), t.IsDST()
}

// wall returns the zone's clock at an instant, as a time in UTC.
func (z *Zone) wall(t time.Time) time.Time {
	if z == nil {
		return t.UTC()
	}
	east, _ := z.offset(t.Unix())
	return t.UTC().Add(time.Duration(east) * time.Second)
}

// at returns the instant at which the zone's clock shows wall. A time that comes twice is the first one; a time that is
// skipped is moved on by as much as the clock is. Tron: trontimespec.naive_as_timezone, with pytz's localize.
func (z *Zone) at(wall time.Time) time.Time {
	if z == nil {
		return wall
	}
	clock := wall.Unix()
	before, _ := z.offset(clock - 86400)
	after, _ := z.offset(clock + 86400)
	first, firstDaylight, firstFits := z.try(clock, before)
	second, secondDaylight, secondFits := z.try(clock, after)
	unix := clock - before // skipped: the offset before the change
	switch {
	case firstFits && secondFits && firstDaylight == secondDaylight:
		unix = min(first, second)
	case firstFits && (firstDaylight || !secondFits):
		unix = first
	case secondFits:
		unix = second
	}
	east, _ := z.offset(unix)
	return time.Unix(unix, 0).In(time.FixedZone(z.Name, int(east)))
}

// try tells whether the clock shows the time under an offset.
func (z *Zone) try(clock, east int64) (unix int64, daylight, fits bool) {
	unix = clock - east
	actual, daylight := z.offset(unix)
	return unix, daylight, actual == east
}
