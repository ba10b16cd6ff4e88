package diff

import (
	"slices"
	"strings"
)

// Ordered returns the changes by cluster, service, file and object. What is moved while sorting are numbers: a change
// is some four hundred bytes.
func Ordered(changes []Change) []Change {
	order := make([]int, len(changes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return CompareObjects(&changes[a].Object, &changes[b].Object) })
	sorted := make([]Change, len(changes))
	for i, at := range order {
		sorted[i] = changes[at]
	}
	return sorted
}

// CompareObjects orders objects by cluster, service, file, kind, namespace and name.
func CompareObjects(a, b *Object) int {
	for _, fields := range [...][2]*string{
		{&a.Cluster, &b.Cluster}, {&a.Service, &b.Service}, {&a.File, &b.File}, {&a.Kind, &b.Kind},
		{&a.Namespace, &b.Namespace}, {&a.Name, &b.Name},
	} {
		if c := strings.Compare(*fields[0], *fields[1]); c != 0 {
			return c
		}
	}
	return 0
}
