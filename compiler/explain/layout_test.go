package explain

import (
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/targets"
)

var everyFile = target.NewLayout(targets.All())
