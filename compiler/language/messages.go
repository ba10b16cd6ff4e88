package language

// The types below are the parts of the protocol that the server uses.

type document struct {
	URI  string `json:"uri"`
	Text string `json:"text"`
}

type position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

type span struct {
	Start position `json:"start"`
	End   position `json:"end"`
}

type diagnostic struct {
	Range    span   `json:"range"`
	Severity int    `json:"severity"`
	Code     string `json:"code"`
	Source   string `json:"source"`
	Message  string `json:"message"`
}

type completionItem struct {
	Label         string `json:"label"`
	Kind          int    `json:"kind"`
	Documentation string `json:"documentation,omitempty"`
	InsertText    string `json:"insertText"`
}

// The kinds of completion items that the protocol numbers.
const (
	propertyKind = 10
	valueKind    = 12
)

func completion(items []Item) []completionItem {
	all := []completionItem{}
	for _, i := range items {
		one := completionItem{Label: i.Label, Kind: valueKind, Documentation: i.Detail, InsertText: i.Label}
		if i.Key {
			one.Kind, one.InsertText = propertyKind, i.Label+": "
		}
		all = append(all, one)
	}
	return all
}
