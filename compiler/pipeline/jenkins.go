package pipeline

import (
	"fmt"
	"strings"
)

// Jenkins returns a scripted Jenkinsfile. Approval is an input step outside of a node, so that it blocks no executor.
func (p *Pipeline) Jenkins() string {
	var b strings.Builder
	for _, stage := range p.Stages {
		if stage.Manual {
			what := names(stage.Steps)
			fmt.Fprintf(&b, "stage(%s) {\n    input message: %s\n}\n", groovy("approve "+what), groovy("Run "+what+"?"))
		}
		if len(stage.Steps) == 1 {
			b.WriteString(jenkinsStage(stage.Steps[0], ""))
			continue
		}
		b.WriteString("parallel(\n")
		for _, s := range stage.Steps {
			fmt.Fprintf(&b, "    %s: {\n%s    },\n", groovy(s.Name), jenkinsStage(s, "        "))
		}
		b.WriteString("    failFast: false\n)\n")
	}
	return b.String()
}

// jenkinsStage is one step, each line indented.
func jenkinsStage(s Step, indent string) string {
	run := "sh " + groovy("set -e\n"+strings.Join(s.Script, "\n")+"\n")
	if s.Timeout > 0 {
		run = fmt.Sprintf("timeout(time: %d, unit: 'SECONDS') { %s }", s.Timeout, run)
	}
	if s.IgnoreFailure {
		run = "catchError(buildResult: 'SUCCESS', stageResult: 'FAILURE') { " + run + " }"
	}
	lines := []string{
		"stage(" + groovy(s.Name) + ") {",
		"    node {",
		"        checkout scm",
		"        " + run,
		"    }",
		"}",
	}
	return indent + strings.Join(lines, "\n"+indent) + "\n"
}

func names(steps []Step) string {
	var all []string
	for _, s := range steps {
		all = append(all, s.Name)
	}
	return strings.Join(all, ", ")
}

// groovy is a text as a string literal of Groovy that holds no expression.
func groovy(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`).Replace(text) + "'"
}
