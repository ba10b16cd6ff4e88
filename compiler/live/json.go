package live

// Named is an object in the JSON form.
type Named struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
	Service   string `json:"service,omitempty"`
}

// Owner is a Conflict in the JSON form.
type Owner struct {
	Named
	Manager string   `json:"manager"`
	Fields  []string `json:"fields"`
}

// Summary is the JSON form of what there is to say besides the changes.
type Summary struct {
	Workloads   int            `json:"workloads"`
	Same        int            `json:"same"`
	Orphans     []Named        `json:"orphans"`
	Missing     []Named        `json:"missing"`
	NotCompared map[string]int `json:"not_compared"` // objects by kind
	Conflicts   []Owner        `json:"conflicts"`
	Hashes      []Named        `json:"config_sha_differs"`
	Clients     []Explained    `json:"config_sha_explained"`
	Left        map[string]int `json:"left"` // objects by path of a field that PaaSTA wrote and nobody renders
	Unsaid      int            `json:"without_managers"`
	Sentence    string         `json:"sentence"`
}

// Summary returns the JSON form, with empty lists where there is nothing.
func (c *Comparison) Summary(clients []Explained) Summary {
	s := Summary{
		Workloads: c.Workloads, Same: c.Same, Orphans: named(c.Orphans), Missing: named(c.Missing), NotCompared: c.Unread,
		Conflicts: []Owner{}, Hashes: []Named{}, Clients: append([]Explained{}, clients...), Left: c.Left, Unsaid: c.Unsaid,
		Sentence: c.Sentence(),
	}
	for i := range c.Conflicts {
		x := &c.Conflicts[i]
		s.Conflicts = append(s.Conflicts, Owner{x.Object.named(), x.Manager, x.Paths})
	}
	for i := range c.Hashes {
		s.Hashes = append(s.Hashes, c.Hashes[i].Object.named())
	}
	return s
}

func (o *Object) named() Named { return Named{o.Kind, o.Namespace, o.Name, o.Service()} }

func named(all []Object) []Named {
	list := []Named{}
	for i := range all {
		list = append(list, all[i].named())
	}
	return list
}
