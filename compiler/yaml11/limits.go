package yaml11

import (
	"math"
	"strconv"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Limits bound what one file can make us do. They are counted in the text, before anything is made of it.
type Limits struct {
	Bytes  int // of the file
	Values int // that it may hold: scalars, keys, lists and mappings
}

// DefaultLimits are those of who asks for no others; no configuration comes near.
var DefaultLimits = Limits{Bytes: 16 << 20, Values: 250_000}

// NoLimits are for texts that we have made ourselves.
var NoLimits = Limits{Bytes: math.MaxInt, Values: math.MaxInt}

// allows refuses a text that is too long or may hold too many values.
func (l Limits) allows(file string, data []byte, report finding.Report) bool {
	if len(data) > l.Bytes {
		report(finding.Finding{Code: finding.FileTooLarge, At: offsetPosition(file, data, l.Bytes),
			Message: "the file has " + strconv.Itoa(len(data)) + " bytes; a configuration file may have " + strconv.Itoa(l.Bytes) +
				", which limits.file_bytes in the system config raises"})
		return false
	}
	if at := l.overflow(data); at >= 0 {
		report(finding.Finding{Code: finding.FileTooLarge, At: offsetPosition(file, data, at),
			Message: "the file holds more than " + strconv.Itoa(l.Values) + " values up to here; limits.file_values in the system " +
				"config allows more"})
		return false
	}
	return true
}

// overflow returns the offset at which more values may have begun than are allowed; -1 when there are not so many in
// all. It counts what a value may begin behind: an indicator, or the first character of a line. That is never less than
// there are values, and more where texts hold indicators.
func (l Limits) overflow(data []byte) int {
	if len(data) < l.Values {
		return -1
	}
	count, blank := 0, true
	for at, c := range data {
		switch c {
		case '\n':
			blank = true
			continue
		case ' ', '\t', '\r':
			continue
		case ',', '[', '{', ':', '-', '?', '*':
			count++
		default:
			if blank {
				count++
			}
		}
		blank = false
		if count > l.Values {
			return at
		}
	}
	return -1
}
