package yaml11

import "github.com/paasta-render/paasta-render/compiler/finding"

// entry is a key and value of a mapping as written, or an item of a list.
type entry struct {
	key, value *Node
	merge      bool // the key is a plain <<
}

// merger makes mappings of what is written. merged counts the pairs that merge keys have copied.
type merger struct {
	report finding.Report
	merged int
}

// flaw is why an entry cannot be used.
type flaw struct {
	entry int
	why   string
}

// fill fills a mapping: merge keys first (an earlier element of a merged list wins), then its own keys; a later value
// replaces an earlier one in its place. PyYAML: SafeConstructor.flatten_mapping.
func (m *merger) fill(n *Node, entries []entry, s *slab) (flaws []flaw) {
	n.Pairs = s.mapping(len(entries))
	own := keys{of: n}
	for i := range entries {
		if !entries[i].merge {
			continue
		}
		if why := m.merge(&own, entries[i].value); why != "" {
			flaws = append(flaws, flaw{i, why})
		}
	}
	merged := len(n.Pairs)
	for i := range entries {
		if entries[i].merge {
			continue
		}
		key, value := entries[i].key, entries[i].value
		if key.Kind == List || key.Kind == Map {
			flaws = append(flaws, flaw{i, key.KindWithArticle() + " cannot be a key"})
			continue
		}
		at := own.find(key)
		if at < 0 {
			n.Pairs = append(n.Pairs, Pair{key, value})
			continue
		}
		if at >= merged {
			m.report(finding.Finding{Code: finding.YAMLDuplicateKey, Severity: finding.Warning, At: key.Position(),
				Message: "the key \"" + key.Text + "\" stands twice; PaaSTA takes the last one",
				Notes:   []finding.Note{{At: n.Pairs[at].Key.Position(), Message: "first here"}}})
		}
		n.Pairs[at] = replaced(n.Pairs[at], Pair{key, value})
	}
	return flaws
}

// tooMuch is why a file is refused whose merges have no end.
const tooMuch = "the file's merges write out more than a million values"

// merge lays the pairs of a mapping, or of a list of them, into a mapping.
func (m *merger) merge(into *keys, source *Node) (why string) {
	sources := []*Node{source}
	if source.Kind == List {
		sources = source.Items
	}
	for i := len(sources) - 1; i >= 0; i-- {
		if sources[i].Kind != Map {
			return "only mappings can be merged with <<, not " + sources[i].KindWithArticle()
		}
		if m.merged > maxExpanded {
			return ""
		}
		if m.merged += len(sources[i].Pairs); m.merged > maxExpanded {
			return tooMuch
		}
		for _, p := range sources[i].Pairs {
			if at := into.find(p.Key); at >= 0 {
				into.of.Pairs[at] = replaced(into.of.Pairs[at], p)
				continue
			}
			into.of.Pairs = append(into.of.Pairs, p)
		}
	}
	return ""
}
