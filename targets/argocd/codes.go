package argocd

import "github.com/paasta-render/paasta-render/compiler/finding"

// NoURL is the one U code, of agents that follow the output repository.
const NoURL finding.Code = "U001"

var docs = []finding.Doc{
	{Code: NoURL, Title: "Argo CD is not told where the output repository is",
		Meaning: "Each Application names the repository that it applies, and targets asks for Applications. None is made.",
		Example: "targets: [argocd]",
		Fix:     "Write argocd: {url: …} in the system config, or take argocd out of targets."},
}
