package kubernetes

import (
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/targets/kubernetes/apiserver"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// longestHostName is how many characters of a workload's name the host names of its pods can hold.
const longestHostName = 63

// accepted returns the objects that the API server takes, and reports what it would say to the others. Nothing is left
// of an instance without its workload.
func (b *builder) accepted(docs []any) []any {
	var kept []any
	for _, doc := range docs {
		refusals := apiserver.Object(doc)
		b.reportRefusals(refusals)
		_, isDeployment := doc.(*model.Deployment)
		_, isStatefulSet := doc.(*model.StatefulSet)
		switch {
		case len(refusals) == 0:
			kept = append(kept, doc)
		case isDeployment || isStatefulSet:
			return nil
		}
		if isDeployment && len(b.name) > longestHostName {
			b.warn(finding.LongName, nil, "the Kubernetes name "+b.name+" has more than 63 characters", "")
		}
	}
	return kept
}

// reportRefusals says one thing about each place: a bad name, for one, breaks labels, containers and volumes alike.
func (b *builder) reportRefusals(refusals []apiserver.Refusal) {
	type said struct {
		at   finding.Position
		kind apiserver.Kind
	}
	seen := map[said]bool{}
	for _, r := range refusals {
		at := said{r.At.Position(), r.Kind}
		if seen[at] && (at.at.File != "" || r.Kind == apiserver.Name) {
			continue
		}
		seen[at] = true
		code := finding.APIServerRefuses
		switch r.Kind {
		case apiserver.Name:
			code = finding.InvalidName
		case apiserver.Missing:
			code = finding.PaaSTARefuses
		}
		b.service.report(b.Finding(finding.Finding{Code: code, At: at.at, Message: r.Message}))
	}
}
