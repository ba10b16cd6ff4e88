package live

import "slices"

// Explain says which versions make the hashes that run, the one that makes the most of them first; an object counts
// for one version only. made are the objects that each version renders.
func Explain(hashes []Hash, versions []string, made map[string][]Object) []Explained {
	left := slices.Clone(hashes)
	var all []Explained
	for len(left) > 0 {
		best, rest := Explained{}, left
		for _, version := range versions {
			unexplained := unexplained(left, made[version])
			if n := len(left) - len(unexplained); n > best.Objects {
				best, rest = Explained{version, n}, unexplained
			}
		}
		if best.Objects == 0 {
			break
		}
		all, left = append(all, best), rest
	}
	return all
}

// unexplained are the hashes that these objects do not have.
func unexplained(hashes []Hash, made []Object) []Hash {
	objects := byID(made)
	var left []Hash
	for _, h := range hashes {
		if o := objects[h.Object.id()]; o == nil || o.ConfigSHA() != h.Running {
			left = append(left, h)
		}
	}
	return left
}
