package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/emit"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/pipeline"
	"github.com/paasta-render/paasta-render/targets/pipelines"
)

var pipelineFormats = []string{"github", "gitlab", "jenkins"}

type pipelineCommand struct {
	oneInstance
	branch string
}

func newPipeline(s streams) *cobra.Command {
	p := &pipelineCommand{oneInstance: oneInstance{common: common{streams: s}}}
	cmd := &cobra.Command{
		Use:   "pipeline SERVICE",
		Short: "Print a service's deploy.yaml as a pipeline for GitHub, GitLab or Jenkins",
		Long: `Print the steps of a service's deploy.yaml as a workflow of GitHub Actions, as .gitlab-ci.yml, or as a scripted
Jenkinsfile.

The steps itest and security-check call the make target of that name, with the image's name in DOCKER_TAG;
push-to-registry pushes the image; command-NAME runs its command; every other step is a deploy group, for which
"paasta-render mark" marks the commit. It needs paasta-render on the runner, and a checkout of soa-configs whose
folder the variable SOA_CONFIGS names.

After trigger_next_step_manually, GitLab and Jenkins wait until somebody goes on. On GitHub the next step has an
environment of its own name: choose there who has to approve, else nobody is asked.

With wait_for_deployment or auto_rollback a step waits by "paasta-render wait" until the commit runs, for the step's
timeout (3600 s by default); it needs a kubeconfig. Where a step has slack_notify or notify_after_…, the program that
the variable NOTIFY names is called with the event, the service, the deploy group and the commit. Keys for which the
pipeline does nothing are named on stderr.`,
		Example: `  paasta-render pipeline storefront --format github > ../storefront/.github/workflows/deploy.yml
  paasta-render pipeline storefront --format gitlab > ../storefront/.gitlab-ci.yml
  paasta-render pipeline storefront --format jenkins > ../storefront/Jenkinsfile`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return p.run(args[0]) },
	}
	f := cmd.Flags()
	f.StringVarP(&p.soaDir, "soa-dir", "d", ".", "soa-configs repository")
	f.StringVar(&p.systemDir, "system-dir", "",
		"system config (default $PAASTA_SYSTEM_CONFIG_DIR, else <soa-dir>/_system)")
	f.StringVar(&p.format, "format", "github", "what is printed: "+strings.Join(pipelineFormats, ", "))
	f.StringVar(&p.branch, "branch", "main", "the branch whose commits are deployed (github, gitlab)")
	f.BoolVarP(&p.quiet, "quiet", "q", false, "print errors only")
	_ = cmd.MarkFlagDirname("soa-dir")
	_ = cmd.MarkFlagDirname("system-dir")
	_ = cmd.RegisterFlagCompletionFunc("format",
		cobra.FixedCompletions(pipelineFormats, cobra.ShellCompDirectiveNoFileComp))
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return p.serviceNames(), cobra.ShellCompDirectiveNoFileComp
	}
	return cmd
}

func (p *pipelineCommand) run(service string) error {
	if !slices.Contains(pipelineFormats, p.format) {
		return fmt.Errorf("unknown --format %q: %s", p.format, strings.Join(pipelineFormats, ", "))
	}
	in, err := p.input()
	if err != nil {
		return err
	}
	findings := &finding.List{}
	company := config.Open(in, func(f finding.Finding) {
		if f.Severity == finding.Error {
			findings.Add(f)
		}
	})
	if company == nil {
		if err := p.report(findings); err != nil {
			return err
		}
		return exitError{status: exitConfig}
	}
	if !slices.Contains(company.Services, service) {
		return unknown("service", service, company.Services)
	}
	folder := company.Folder(service, findings.Add)
	if !folder.Exists(pipelines.FileName) {
		return fmt.Errorf("%s has no deploy.yaml", service)
	}
	made, ok := pipelines.Of(folder, company.Clusters, p.branch, findings.Add)
	if err := p.report(findings); err != nil {
		return err
	}
	if !ok {
		return exitError{status: exitConfig}
	}
	return p.write(made)
}

func (p *pipelineCommand) write(made *pipeline.Pipeline) error {
	var data []byte
	var err error
	switch p.format {
	case "github":
		data, err = emit.YAML(nil, made.GitHub())
	case "gitlab":
		data, err = emit.YAML(nil, made.GitLab())
	default:
		data = []byte(made.Jenkins())
	}
	if err != nil {
		return fmt.Errorf("encoding the pipeline: %w", err)
	}
	_, err = p.out.Write(data)
	return err
}
