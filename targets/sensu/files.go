package sensu

import (
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/layout"
)

// systemKeys are the keys of the system config that the target reads.
var systemKeys = []string{
	"alerting", "cluster",
}

// files are the kinds of files that the target makes: Sensu Go resources, which sensuctl takes from the repository.
var files = []layout.Files{{
	Prefix: "sensu/", Suffix: ".yaml", Owner: layout.OwnedByFile,
	Dialect: &layout.Dialect{Version: "api_version", Kind: "type",
		Renamed: map[string]string{"Namespace": "SensuNamespace"}}, // nothing runs in it
}}

// checkRules say what a change of a check does. Its texts are read by whoever is paged; nobody else is paged for them.
var checkRules = []effect.Rule{
	{Field: "metadata.annotations[paasta.yelp.com/tip]", Effect: effect.None, Why: rewords},
	{Field: "metadata.annotations[paasta.yelp.com/runbook]", Effect: effect.None, Why: rewords},
	{Field: "metadata.annotations[paasta.yelp.com/description]", Effect: effect.None, Why: rewords},
	{Effect: effect.Alert, Why: "who hears of what"},
}

const rewords = "the check says it in other words"

var alert = effect.Uniform(effect.Alert, "who hears of what")

// effects say what a change of Sensu's resources does.
var effects = effect.Table{
	"CheckConfig":    {Added: effect.Alert, Removed: effect.Alert, Rules: checkRules},
	"Check":          {Added: effect.Alert, Removed: effect.Alert, Rules: checkRules},
	"Handler":        alert,
	"HandlerSet":     alert,
	"Asset":          alert,
	"EventFilter":    alert,
	"Mutator":        alert,
	"Pipeline":       alert,
	"Silenced":       alert,
	"Entity":         alert,
	"SensuNamespace": alert,
}
