package sensu

import (
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// systemKeys are the keys of the system config that the target reads.
var systemKeys = []string{
	"cluster",
}

// files are the kinds of files that the target makes: Sensu Go resources, which sensuctl takes from the repository.
var files = []target.Files{{
	Prefix: "sensu/", Suffix: ".yaml", Owner: target.OwnedByFile,
	Dialect: &target.Dialect{Version: "api_version", Kind: "type",
		Renamed: map[string]string{"Namespace": "SensuNamespace"}}, // nothing runs in it
}}

var alert = effect.Uniform(effect.Alert, "who hears of what")

// effects say what a change of Sensu's resources does.
var effects = effect.Table{
	"CheckConfig":    alert,
	"Check":          alert,
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
