package schedule

import (
	"fmt"
	"strconv"
	"strings"
)

// Otherwise says which field of a cron expression Tron reads otherwise than cron does, and how the expression is
// written so that both read what cron does; empty when they agree. The expression is one that Parse takes.
//
// cron reads 5/15 as 5-59/15, Tron as 5 alone. cron reads 0-7 as the whole week, Tron, which makes a 0 of each 7, as
// Sunday alone.
func Otherwise(expression string) (why, better string) {
	fields := strings.Fields(expression)
	if len(fields) != 5 {
		return "", ""
	}
	for i, f := range []field{minutes, hours, monthdays, months, weekdays} {
		groups := strings.Split(fields[i], ",")
		for g, group := range groups {
			if meant := f.meant(group); meant != group {
				groups[g] = meant
				if why == "" {
					why = fmt.Sprintf("Tron reads the %s %s as %s alone; cron reads %s", f.name, group, f.alone(group), meant)
				}
			}
		}
		fields[i] = strings.Join(groups, ",")
		for _, group := range groups {
			if group == "*" {
				fields[i] = "*"
			}
		}
	}
	if why == "" {
		return "", ""
	}
	return why, strings.Join(fields, " ")
}

// meant is a group as both read it.
func (f field) meant(group string) string {
	body, step, stepped := strings.Cut(group, "/")
	low, high, ranged := strings.Cut(body, "-")
	switch {
	case stepped && !ranged && body != "*" && body != "?":
		if f.valueOf(low) == f.high-1 {
			return body
		}
		return low + "-" + strconv.Itoa(f.high-1) + "/" + step
	case ranged && f.name == weekdays.name && high == "7" && f.valueOf(low) == 0:
		if stepped && step != "1" {
			return "*/" + step
		}
		return "*"
	}
	return group
}

// alone is the only value that Tron takes of a group.
func (f field) alone(group string) string {
	body, _, _ := strings.Cut(group, "/")
	low, _, _ := strings.Cut(body, "-")
	return low
}

// valueOf is the value of a number or a name; -1 for neither.
func (f field) valueOf(text string) int {
	if f.names != nil {
		text = f.names.Replace(strings.ToLower(text))
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}
