package report

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/capacity"
)

// costSentence is what a change costs in one cluster a month, by pool and by team, and what has no price.
func costSentence(d *capacity.Delta) string {
	parts := []string{monthly(d.Hour) + " USD a month"}
	for _, of := range []struct {
		noun string
		list []capacity.Part
	}{{"pool", d.Pools}, {"team", d.Teams}, {"service", d.Services}} {
		if text := costParts(of.noun, of.list); text != "" {
			parts = append(parts, text)
		}
	}
	text := strings.Join(parts, "; ")
	if n := len(d.Unpriced); n > 0 {
		text += "; without a price: " + plural(n, "workload") + ", such as " + d.Unpriced[0].Service + "." +
			d.Unpriced[0].Instance + ", since " + d.Unpriced[0].Why
	}
	return text
}

// maxParts is how many pools, teams and services are named each: those that change most.
const maxParts = 3

func costParts(noun string, list []capacity.Part) string {
	var parts []string
	largest := capacity.Largest(list)
	for i, p := range largest {
		if i == maxParts {
			parts = append(parts, plural(len(list)-i, noun)+" more")
			break
		}
		name := p.Name
		if name == "" {
			name = "none"
		}
		parts = append(parts, noun+" "+name+" "+monthly(p.Hour))
	}
	return strings.Join(parts, ", ")
}

// monthly is the price of an hour for a month, in whole dollars: +12, or +12…+40.
func monthly(hour capacity.Money) string {
	dollars := func(v float64) string {
		s := strconv.FormatFloat(v*capacity.HoursOfMonth, 'f', 0, 64)
		if s == "-0" {
			s = "0"
		}
		if v > 0 && s != "0" {
			return "+" + s
		}
		return s
	}
	if least, most := dollars(hour.Min), dollars(hour.Max); least != most {
		return least + "…" + most
	}
	return dollars(hour.Min)
}
