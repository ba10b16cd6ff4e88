package main

import (
	"fmt"
	"os/user"
	"slices"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/emit"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

type remoteRunCommand struct {
	oneInstance
	name, user, cmd string
	deadline        int64
	interactive     bool
}

// longestJobName is how long PaaSTA lets the name of a Job be; the pods' names are longer than that.
const longestJobName = 63

func newRemoteRun(s streams) *cobra.Command {
	r := &remoteRunCommand{oneInstance: oneInstance{common: common{streams: s}}}
	cmd := &cobra.Command{
		Use:   "remote-run SERVICE.INSTANCE",
		Short: "Print the Job that runs an instance's container once in its cluster",
		Long: `Print the Kubernetes Job that PaaSTA's remote-run makes of an instance of eks-*.yaml, kubernetes-*.yaml or adhoc-*.yaml: its
pod without probes and sidecars, never restarted, ended after --max-duration seconds and removed when it is done.

The Job has the name of the instance's workload. With --user it is remote-run-USER-NAME, as PaaSTA names it; --name chooses
any other. Apply it with kubectl, in the context of the cluster.`,
		Example: `  paasta-render remote-run storefront.main -c west-prod --user "$USER" | kubectl create -f -
  paasta-render remote-run storefront.main -c west-prod --cmd 'bin/migrate' --name migrate-storefront
  paasta-render remote-run storefront.main -c west-prod --format json`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return r.run(args[0]) },
	}
	r.instanceFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&r.format, "format", "yaml", "what is printed: yaml or json")
	f.StringVar(&r.name, "name", "", "name of the Job")
	f.StringVar(&r.user, "user", "", "name the Job remote-run-USER-NAME, as PaaSTA does; . means you")
	f.StringVarP(&r.cmd, "cmd", "C", "", "run this command in a shell instead of the instance's command")
	f.BoolVarP(&r.interactive, "interactive", "I", false, "sleep instead of running the instance's command, so that you can enter the pod")
	f.Int64VarP(&r.deadline, "max-duration", "m", 3600, "seconds after which the Job is ended")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"yaml", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (r *remoteRunCommand) run(name string) error {
	if !slices.Contains([]string{"yaml", "json"}, r.format) {
		return fmt.Errorf("unknown --format %q: yaml or json", r.format)
	}
	if r.deadline < 1 {
		return fmt.Errorf("--max-duration must be at least 1 second, not %d", r.deadline)
	}
	if r.cmd != "" && r.interactive {
		return fmt.Errorf("--cmd and --interactive exclude each other")
	}
	i, findings, err := r.find(name, "eks", "kubernetes", "adhoc")
	if err != nil || i == nil {
		return err
	}
	switch {
	case r.cmd != "":
		i.Config = i.Config.With("cmd", yaml11.NewString(r.cmd))
	case r.interactive:
		i.Config = i.Config.With("cmd", yaml11.NewString(fmt.Sprintf("sleep %d", r.deadline)))
	}
	job, ok := kubernetes.Job(i, kubernetes.JobOptions{Label: "remote-run", DeadlineSeconds: r.deadline}, findings.Add)
	if err := r.report(findings); err != nil {
		return err
	}
	if !ok {
		return exitError{status: exitConfig}
	}
	if err := r.rename(job); err != nil {
		return err
	}
	return r.write(job)
}

func (r *remoteRunCommand) rename(job *model.Job) error {
	switch {
	case r.name != "":
		job.Metadata.Name = r.name
	case r.user == ".":
		me, err := user.Current()
		if err != nil {
			return fmt.Errorf("looking for your user name: %w", err)
		}
		r.user = me.Username
		fallthrough
	case r.user != "":
		job.Metadata.Name = paasta.LimitSize("remote-run-"+r.user+"-"+job.Metadata.Name, longestJobName)
	}
	return nil
}

func (r *remoteRunCommand) write(job *model.Job) error {
	var data []byte
	var err error
	if r.format == "json" {
		data, err = emit.JSON(nil, job)
	} else {
		data, err = emit.YAML(nil, job)
	}
	if err != nil {
		return fmt.Errorf("encoding the Job: %w", err)
	}
	_, err = r.out.Write(data)
	return err
}
