package pipeline

import (
	"fmt"
	"strings"
)

type githubWorkflow struct {
	Name        string               `json:"name"`
	On          githubOn             `json:"on"`
	Permissions map[string]string    `json:"permissions"`
	Jobs        map[string]githubJob `json:"jobs"`
}

type githubOn struct {
	Push githubPush `json:"push"`
}

type githubPush struct {
	Branches []string `json:"branches"`
}

type githubJob struct {
	Name           string       `json:"name"`
	Needs          []string     `json:"needs,omitempty"`
	RunsOn         string       `json:"runs-on"`
	TimeoutMinutes int64        `json:"timeout-minutes,omitempty"`
	Environment    string       `json:"environment,omitempty"`
	Steps          []githubStep `json:"steps"`
}

type githubStep struct {
	Uses            string `json:"uses,omitempty"`
	Run             string `json:"run,omitempty"`
	ContinueOnError bool   `json:"continue-on-error,omitempty"`
}

// GitHub returns the workflow for GitHub Actions. A stage that somebody starts has an environment with the name of its
// step: who approves is a setting of the environment, not of the file.
func (p *Pipeline) GitHub() any {
	w := githubWorkflow{
		Name:        p.Service,
		On:          githubOn{githubPush{[]string{p.Branch}}},
		Permissions: map[string]string{"contents": "read"},
		Jobs:        map[string]githubJob{},
	}
	var before []string
	for n, stage := range p.Stages {
		var ids []string
		for _, s := range stage.Steps {
			job := githubJob{Name: s.Name, Needs: before, RunsOn: "ubuntu-latest", TimeoutMinutes: (s.Timeout + 59) / 60,
				Steps: []githubStep{
					{Uses: "actions/checkout@v4"},
					{Run: strings.Join(s.Script, "\n") + "\n", ContinueOnError: s.IgnoreFailure},
				}}
			if stage.Manual {
				job.Environment = s.Name
			}
			id := githubID(n, s.Name, w.Jobs)
			w.Jobs[id] = job
			ids = append(ids, id)
		}
		before = ids
	}
	return w
}

// githubID makes a job's id: letters, digits, "-" and "_". Two steps such as a.b and a_b get different ones.
func githubID(stage int, name string, used map[string]githubJob) string {
	id := fmt.Sprintf("stage-%d-%s", stage+1, strings.ReplaceAll(name, ".", "_"))
	for {
		if _, taken := used[id]; !taken {
			return id
		}
		id += "_"
	}
}
