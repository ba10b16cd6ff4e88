package autotune

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// WriteText prints what changes: a line for each number, then the sums. It prints nothing when nothing changes.
func WriteText(w io.Writer, files []File) error {
	var b strings.Builder
	var cpus, mem float64
	grows, shrinks := map[string]bool{}, map[string]bool{}
	for _, f := range files {
		for _, c := range f.Changes {
			fmt.Fprintf(&b, "%s  %s\n", c.Name(), c.Text())
			if c.Before == nil || c.Held != "" {
				continue
			}
			delta := c.After - *c.Before
			switch c.Key {
			case "cpus":
				cpus += delta
			case "mem":
				mem += delta
			default:
				continue
			}
			if delta > 0 {
				grows[c.Name()] = true
			} else {
				shrinks[c.Name()] = true
			}
		}
	}
	if len(grows)+len(shrinks) > 0 {
		fmt.Fprintf(&b, "%d instances grow, %d shrink; the sum for one pod of each: cpus %s, memory %s MiB\n", len(grows), len(shrinks), signed(cpus), signed(mem))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Name returns the instance and the file that holds its values.
func (c Change) Name() string { return c.Service + "." + c.Instance + " (" + c.File + ")" }

// Text returns the change in words: the key, the value before and after, and what decided.
func (c Change) Text() string {
	before := "unset"
	if c.Before != nil {
		before = number(*c.Before)
	}
	text := c.Key + " " + before + " → " + number(c.After)
	if c.Limit != "" {
		text += " (the " + c.Limit + " of autotune_limits)"
	}
	if c.Held != "" {
		text += " (not smaller, because the input says " + c.Held + ")"
	}
	return text
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// signed prints a sum with its sign, without the noise of binary fractions.
func signed(f float64) string {
	text := strconv.FormatFloat(f, 'f', 3, 64)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	if !strings.HasPrefix(text, "-") && !slices.Contains([]string{"0", "-0"}, text) {
		text = "+" + text
	}
	return text
}
