package pipeline

import (
	"fmt"
	"strings"
)

type gitlabJob struct {
	Stage        string   `json:"stage"`
	When         string   `json:"when,omitempty"`
	AllowFailure *bool    `json:"allow_failure,omitempty"`
	Timeout      string   `json:"timeout,omitempty"`
	Script       []string `json:"script"`
}

// GitLab returns the content of .gitlab-ci.yml. A stage that somebody starts holds the pipeline: its jobs are manual,
// and allow_failure is false, without which GitLab goes on as if they were done.
func (p *Pipeline) GitLab() any {
	stages := []string{}
	file := map[string]any{
		"workflow": map[string]any{"rules": []any{map[string]string{"if": fmt.Sprintf("$CI_COMMIT_BRANCH == %q", p.Branch)}}},
	}
	for n, stage := range p.Stages {
		name := fmt.Sprintf("stage-%d", n+1)
		stages = append(stages, name)
		for _, s := range stage.Steps {
			job := gitlabJob{Stage: name, Script: s.Script}
			if s.Timeout > 0 {
				job.Timeout = fmt.Sprintf("%d seconds", s.Timeout)
			}
			if stage.Manual {
				job.When = "manual"
			}
			if stage.Manual || s.IgnoreFailure {
				allow := s.IgnoreFailure && !stage.Manual
				job.AllowFailure = &allow
			}
			if stage.Manual && s.IgnoreFailure {
				script := quote(strings.Join(s.Script, "\n"))
				job.Script = []string{"sh -e -c " + script + " || echo 'The step failed, and is ignored.'"}
			}
			// The prefix keeps the name from being a keyword of GitLab, and from being hidden by a leading dot.
			file["step "+s.Name] = job
		}
	}
	file["stages"] = stages
	return file
}
