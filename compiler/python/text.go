package python

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// IsSpace tells whether str.strip and str.split take the rune for white space.
func IsSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}

// Strip is text.strip().
func Strip(text string) string { return strings.TrimFunc(text, IsSpace) }

// SplitOnce is text.split(None, 1); what is missing is "".
func SplitOnce(text string) (first, rest string) {
	fields := SplitN(text, 2)
	if len(fields) > 1 {
		return fields[0], fields[1]
	}
	if len(fields) > 0 {
		return fields[0], ""
	}
	return "", ""
}

// SplitN is text.split(None, n-1): at most n words, the last of which is all that remains.
func SplitN(text string, n int) []string {
	var fields []string
	for text = strings.TrimLeftFunc(text, IsSpace); text != ""; text = strings.TrimLeftFunc(text, IsSpace) {
		end := strings.IndexFunc(text, IsSpace)
		if end < 0 || len(fields) == n-1 {
			end = len(text)
		}
		fields = append(fields, text[:end])
		text = text[end:]
	}
	return fields
}

// ParseInt is int(text, base) for a base of 8 or 10; the integer may be of any size.
func ParseInt(text string, base int) (*big.Int, error) {
	digits := Strip(text)
	if base == 8 {
		sign := ""
		if strings.HasPrefix(digits, "-") || strings.HasPrefix(digits, "+") {
			sign, digits = digits[:1], digits[1:]
		}
		if strings.HasPrefix(digits, "0o") || strings.HasPrefix(digits, "0O") {
			digits = strings.TrimPrefix(digits[2:], "_")
		}
		digits = sign + digits
	}
	plain := strings.ReplaceAll(digits, "_", "")
	value, ok := new(big.Int).SetString(plain, base)
	if !ok || strings.HasSuffix(digits, "_") || strings.Contains(digits, "__") ||
		strings.HasPrefix(strings.TrimLeft(digits, "+-"), "_") {
		return nil, errors.New(ReprString(text) + " is no integer")
	}
	return value, nil
}

// ParseFloat is float(text).
func ParseFloat(text string) (float64, error) {
	digits := Strip(text)
	switch strings.ToLower(strings.TrimLeft(digits, "+-")) {
	case "inf", "infinity", "nan":
		if len(digits)-len(strings.TrimLeft(digits, "+-")) > 1 {
			return 0, errors.New(ReprString(text) + " is no number")
		}
	default:
		// Go also reads hexadecimal floats, and underscores only in some places.
		if strings.ContainsAny(digits, "xXpPnN") || strings.HasPrefix(digits, "_") || strings.HasSuffix(digits, "_") ||
			strings.Contains(digits, "__") {
			return 0, errors.New(ReprString(text) + " is no number")
		}
		digits = strings.ReplaceAll(digits, "_", "")
	}
	value, err := strconv.ParseFloat(digits, 64)
	if err != nil && !math.IsInf(value, 0) {
		return 0, errors.New(ReprString(text) + " is no number")
	}
	return value, nil
}

// LeadingDigits returns the ASCII digits at the beginning of the text.
func LeadingDigits(text string) string {
	return text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
}
