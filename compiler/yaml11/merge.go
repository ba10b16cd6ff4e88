package yaml11

// DeepMerge lays one mapping over another: where both sides have a mapping the merge goes on inside, anything else of
// the upper side replaces the lower one whole, a null too. Keys of the lower side keep their order and come first.
// Either side may be nil. PaaSTA: utils.deep_merge_dictionaries(overrides, defaults).
func DeepMerge(overrides, defaults *Node) *Node {
	switch {
	case defaults == nil:
		return overrides
	case overrides == nil:
		return defaults
	case overrides.Kind != Map || defaults.Kind != Map:
		return overrides
	case len(overrides.Pairs) == 0:
		return defaults
	case len(defaults.Pairs) == 0:
		return overrides
	}
	merged := *overrides // the upper side's place is the better one to name
	merged.Pairs = make([]Pair, len(defaults.Pairs), len(defaults.Pairs)+len(overrides.Pairs))
	copy(merged.Pairs, defaults.Pairs)
	all := keys{of: &merged}
	for _, p := range overrides.Pairs {
		i := all.find(p.Key)
		if i < 0 {
			merged.Pairs = append(merged.Pairs, p)
			continue
		}
		merged.Pairs[i] = replaced(merged.Pairs[i], Pair{p.Key, DeepMerge(p.Value, merged.Pairs[i].Value)})
	}
	return &merged
}

// replaced is an entry with a new value. A Python dict keeps the key it had, which matters when 1 meets True; otherwise
// the new key is the better place to name.
func replaced(old, new Pair) Pair {
	if old.Key.Kind != new.Key.Kind {
		new.Key = old.Key
	}
	return new
}
