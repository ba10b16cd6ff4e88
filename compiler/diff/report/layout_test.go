package report

import (
	"github.com/paasta-render/paasta-render/compiler/target"
	"github.com/paasta-render/paasta-render/targets"
)

var layout = target.NewLayout(targets.All())
