package live

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// most is how many objects are listed of one kind of remark.
const most = 20

// Explained says which version of PaaSTA's Kubernetes client makes the running config_sha of how many objects.
type Explained struct {
	Client  string `json:"kubernetes_client"`
	Objects int    `json:"objects"`
}

// Text returns what there is to say besides the changes, for a terminal: one remark a block, and the verdict last.
// Clients are the versions that explain hashes.
func (c *Comparison) Text(clients []Explained) string {
	var b strings.Builder
	c.hashText(&b, clients)
	list(&b, "PaaSTA's, running and not rendered; no agent deletes what it has not applied", c.Orphans)
	list(&b, "rendered and not running", c.Missing)
	if len(c.Unread) > 0 {
		var kinds []string
		for _, kind := range slices.Sorted(maps.Keys(c.Unread)) {
			kinds = append(kinds, fmt.Sprintf("%d %s", c.Unread[kind], kind))
		}
		block(&b, "Not compared, since the dump has no object of the kind: "+strings.Join(kinds, ", "))
	}
	c.conflictText(&b)
	if len(c.Left) > 0 {
		block(&b, "PaaSTA has written what is not rendered. It stays, unless adopt --all hands it to the agent:")
		for _, path := range slices.Sorted(maps.Keys(c.Left)) {
			fmt.Fprintf(&b, "  %s, in %s\n", finding.LogLine(path), objects(c.Left[path]))
		}
	}
	if c.Unsaid > 0 {
		block(&b, fmt.Sprintf("The dump does not say who owns the fields of %s; kubectl get --show-managed-fields does. "+
			"What other programs have written there counts as a change.", objects(c.Unsaid)))
	}
	b.WriteString("\n" + c.Sentence() + "\n")
	return b.String()
}

// Sentence is the verdict in one line.
func (c *Comparison) Sentence() string {
	return fmt.Sprintf("%d of %d workloads stay as they are", c.Same, c.Workloads)
}

func (c *Comparison) hashText(b *strings.Builder, clients []Explained) {
	if len(c.Hashes) == 0 {
		return
	}
	block(b, objects(len(c.Hashes))+": another config_sha")
	for _, e := range clients {
		fmt.Fprintf(b, "  Kubernetes client %s makes what runs in %d of them: kubernetes_client: %s in the system config\n",
			e.Client, e.Objects, e.Client)
	}
	if len(clients) == 0 {
		b.WriteString("  no version of the Kubernetes client explains any: the changes above do\n")
	}
}

func (c *Comparison) conflictText(b *strings.Builder) {
	if len(c.Conflicts) == 0 {
		return
	}
	block(b, objects(len(c.Conflicts))+": somebody else owns a field that the tree has otherwise; an agent takes it over, and "+
		"kubectl needs --force-conflicts")
	for _, x := range c.Conflicts[:min(most, len(c.Conflicts))] {
		fmt.Fprintf(b, "  %s: %s owns %s\n", finding.LogLine(x.Object.String()), finding.LogLine(x.Manager),
			finding.LogLine(strings.Join(x.Paths, ", ")))
	}
	more(b, len(c.Conflicts))
}

// list writes a block with objects, and what they are.
func list(b *strings.Builder, what string, all []Object) {
	if len(all) == 0 {
		return
	}
	block(b, objects(len(all))+": "+what)
	for i := range all[:min(most, len(all))] {
		b.WriteString("  " + finding.LogLine(all[i].String()) + "\n")
	}
	more(b, len(all))
}

func more(b *strings.Builder, n int) {
	if n > most {
		fmt.Fprintf(b, "  … and %d more\n", n-most)
	}
}

func block(b *strings.Builder, text string) { b.WriteString("\n" + text + "\n") }

func objects(n int) string {
	if n == 1 {
		return "1 object"
	}
	return fmt.Sprintf("%d objects", n)
}
