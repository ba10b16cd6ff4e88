package live

import "strings"

// leave takes out of a running object what a manager owns and the rendered object does not have: applying the
// rendered one leaves it alone. Both are as the API server holds them. It returns what is left of the running
// value.
func leave(owned set, running, rendered any) any {
	switch value := running.(type) {
	case map[string]any:
		other := mapping(rendered)
		for _, step := range steps(owned) {
			name, isField := strings.CutPrefix(step, "f:")
			here, isHere := value[name]
			if !isField || !isHere {
				continue
			}
			there, isThere := other[name]
			below := mapping(owned[step])
			switch {
			case isThere && len(steps(below)) > 0:
				value[name] = leave(below, here, there)
			case !isThere && len(steps(below)) == 0:
				delete(value, name)
			case !isThere:
				if value[name] = leave(below, here, nil); empty(value[name]) {
					delete(value, name)
				}
			}
		}
	case []any:
		return leaveEntries(owned, value, rendered)
	}
	return running
}

func leaveEntries(owned set, running []any, rendered any) any {
	other, _ := rendered.([]any)
	kept := append([]any(nil), running...)
	for _, step := range steps(owned) {
		here, at := selected(kept, step)
		if at < 0 {
			continue
		}
		there, found := selected(other, step)
		below := mapping(owned[step])
		switch {
		case found < 0 && (len(below) == 0 || has(below, ".")): // the entry itself is the manager's
			kept = append(kept[:at:at], kept[at+1:]...)
		case found >= 0:
			kept[at] = leave(below, here, there)
		}
	}
	return kept
}

func empty(v any) bool {
	switch value := v.(type) {
	case map[string]any:
		return len(value) == 0
	case []any:
		return len(value) == 0
	}
	return v == nil
}

// differing calls f with the path of each field that a manager owns and to which the rendered object gives another
// value. An apply without force stops there.
func differing(owned set, running, rendered any, path string, f func(path string)) {
	if rendered == nil || running == nil {
		return
	}
	below := steps(owned)
	if len(below) == 0 {
		if !equal(running, rendered) {
			f(path)
		}
		return
	}
	for _, step := range below {
		name, isField := strings.CutPrefix(step, "f:")
		if isField {
			differing(mapping(owned[step]), mapping(running)[name], mapping(rendered)[name], joined(path, name), f)
			continue
		}
		here, _ := running.([]any)
		there, _ := rendered.([]any)
		one, _ := selected(here, step)
		other, _ := selected(there, step)
		differing(mapping(owned[step]), one, other, path+"["+shown(step)+"]", f)
	}
}

// joined adds a key to a path; a key with a dot is put into brackets.
func joined(path, key string) string {
	switch {
	case strings.ContainsAny(key, "./"):
		return path + "[" + key + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

// shown is a step to the entry of a list as people read it: main for k:{"name":"main"}.
func shown(step string) string {
	_, text, _ := strings.Cut(step, ":")
	_, name, found := strings.Cut(text, `"name":"`)
	if !found {
		return text
	}
	name, _, _ = strings.Cut(name, `"`)
	return name
}

// split divides what a manager owns into what the rendered object has, too, and what it leaves out. Both objects
// are as the API server holds them.
func split(owned set, running, rendered any) (both, left set) {
	both, left = set{}, set{}
	for step, value := range owned {
		below := mapping(value)
		here, there, found := child(step, running, rendered)
		switch {
		case step == ".":
			both[step] = value
		case !found:
			left[step] = value
		case len(steps(below)) == 0:
			both[step] = value
		default:
			mine, theirs := split(below, here, there)
			if len(mine) > 0 {
				both[step] = mine
			}
			if len(theirs) > 0 {
				left[step] = theirs
			}
		}
	}
	return both, left
}

// child follows one step; found tells whether the rendered value has it.
func child(step string, running, rendered any) (here, there any, found bool) {
	if name, isField := strings.CutPrefix(step, "f:"); isField {
		there, found = mapping(rendered)[name]
		return mapping(running)[name], there, found
	}
	was, _ := running.([]any)
	is, _ := rendered.([]any)
	here, _ = selected(was, step)
	there, at := selected(is, step)
	return here, there, at >= 0
}

// paths calls f with the path of everything that a set names and the running object has. The entries of a list of
// containers are not named, so that the same field of many workloads has one path.
func paths(owned set, running any, path string, f func(path string)) {
	for _, step := range steps(owned) {
		here, _, _ := child(step, running, nil)
		if here == nil {
			continue
		}
		next := joined(path, strings.TrimPrefix(step, "f:"))
		if !strings.HasPrefix(step, "f:") {
			next = path + "[" + shown(step) + "]"
			if strings.HasSuffix(path, "ontainers") {
				next = path + "[…]"
			}
		}
		if below := mapping(owned[step]); len(steps(below)) > 0 && !has(below, ".") {
			paths(below, here, next, f)
			continue
		}
		f(next)
	}
}
