package yaml11

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// readable refuses what no YAML parser should see.
func readable(file string, data []byte, report finding.Report) bool {
	if !utf8.Valid(data) {
		at := 0
		for at < len(data) {
			r, width := utf8.DecodeRune(data[at:])
			if r == utf8.RuneError && width == 1 {
				break
			}
			at += width
		}
		report(finding.Finding{Code: finding.YAMLEncoding, At: offsetPosition(file, data, at),
			Message: "byte 0x" + strconv.FormatUint(uint64(data[at]), 16) + " is not UTF-8"})
		return false
	}
	return true
}

// offsetPosition turns a byte offset into a position.
func offsetPosition(file string, data []byte, offset int) finding.Position {
	before := data[:min(offset, len(data))]
	line := bytes.Count(before, []byte{'\n'}) + 1
	return finding.Position{File: file, Line: line, Column: len(before) - bytes.LastIndexByte(before, '\n'), Length: 1}
}

var (
	errorLine   = regexp.MustCompile(`line (\d+)`)
	parserError = regexp.MustCompile(`did not find expected (<|'-' indicator|key|',' or|node content)|found (undefined tag|duplicate %|incompatible)`)
)

// syntaxPosition finds the place in yaml.v3's message, which has a line and no column.
func syntaxPosition(file string, data []byte, err error) finding.Position {
	if at := bytes.IndexFunc(data, isControl); at >= 0 && strings.Contains(err.Error(), "control characters") {
		return offsetPosition(file, data, at)
	}
	m := errorLine.FindStringSubmatch(err.Error())
	if at, ok := exactPlace(file, data, err.Error(), lineOf(m)); ok {
		return at
	}
	if m == nil {
		return finding.Position{File: file, Line: 1, Column: 1}
	}
	line, _ := strconv.Atoi(m[1])
	if parserError.MatchString(err.Error()) {
		line++ // yaml.v3 counts these from 0, and those of its scanner from 1
	}
	lines := bytes.Split(data, []byte{'\n'})
	line = max(1, min(line, len(lines)))
	for line > 1 && len(bytes.TrimSpace(lines[line-1])) == 0 {
		line-- // what is missing at the end of the file is missing where the text ends
	}
	column := 1
	if text := lines[line-1]; bytes.ContainsRune(text, '\t') && strings.Contains(err.Error(), "tab") {
		column = bytes.IndexByte(text, '\t') + 1
	} else {
		column += len(text) - len(bytes.TrimLeft(text, " "))
	}
	return finding.Position{File: file, Line: line, Column: column}
}

// lineOf is the line in a match of errorLine. yaml.v3 leaves out the first one.
func lineOf(m []string) int {
	if m == nil {
		return 1
	}
	line, _ := strconv.Atoi(m[1])
	return line
}

// isControl tells which characters YAML 1.1 does not allow.
func isControl(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == 0x85:
		return false
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		return true
	}
	return r == 0xfffe || r == 0xffff
}

func syntaxMessage(err error) string {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if i := strings.Index(message, ": "); strings.HasPrefix(message, "line ") && i > 0 {
		message = message[i+2:]
	}
	return "not valid YAML: " + message
}
