package remote

import (
	"os"
	"path/filepath"
	"strings"
)

// netrc looks a host up in ~/.netrc. With a user given, only that user's entry counts. See curl(1), --netrc.
func netrc(host, user string) (login, password string, ok bool) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", "", false
	}
	data, err := os.ReadFile(filepath.Join(home, ".netrc"))
	if err != nil {
		return "", "", false
	}
	return parseNetrc(string(data), host, user)
}

func parseNetrc(text, host, user string) (login, password string, ok bool) {
	matches := false
	fits := func() bool { return matches && password != "" && (user == "" || user == login) }
	words := netrcWords(text)
	for n := 0; n < len(words); n++ {
		next := ""
		if n+1 < len(words) {
			next = words[n+1]
		}
		switch words[n] {
		case "machine", "default":
			if fits() {
				return login, password, true
			}
			login, password = "", ""
			matches = words[n] == "default" || strings.EqualFold(next, host)
			if words[n] == "machine" {
				n++
			}
		case "login":
			login = next
			n++
		case "password":
			password = next
			n++
		case "account":
			n++
		}
	}
	return login, password, fits()
}

// netrcWords splits at white space and drops macros, which end at an empty line, and comments.
func netrcWords(text string) []string {
	var words []string
	macro := false
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
			macro = false
		case macro || strings.HasPrefix(fields[0], "#"):
		case fields[0] == "macdef":
			macro = true
		default:
			words = append(words, fields...)
		}
	}
	return words
}
