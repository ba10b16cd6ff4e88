package check

// Nearest returns the candidate that is most like name, "" when none is like it: at most a third of the longer one's
// characters differ. Equal distances go to the candidate that comes first in the alphabet.
func Nearest(name string, candidates []string) string {
	best, distance := "", -1
	for _, candidate := range candidates {
		most := max(len(name), len(candidate), 3) / 3
		if max(len(name)-len(candidate), len(candidate)-len(name)) > most {
			continue // before the work: a stranger's name may be long, and so may be the list of candidates
		}
		d := levenshtein(name, candidate)
		if d > most {
			continue
		}
		if distance < 0 || d < distance || d == distance && candidate < best {
			best, distance = candidate, d
		}
	}
	return best
}

// levenshtein counts the insertions, deletions, replacements and swaps of neighbours between two strings, in bytes.
func levenshtein(a, b string) int {
	before, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}
