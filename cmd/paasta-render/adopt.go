package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/live"
)

type adoptCommand struct {
	common
	live, from []string
	agent, dir string
	dryRun     bool
	undo, all  bool
}

func newAdopt(s streams) *cobra.Command {
	a := &adoptCommand{common: common{streams: s}}
	cmd := &cobra.Command{
		Use:   "adopt --live DUMP… -o DIR",
		Short: "Write patches that hand PaaSTA's fields over to an agent",
		Long: `Kubernetes remembers which program wrote each field of an object, and an agent deletes only fields that
are its own. All that PaaSTA's client has written belongs to the field manager "paasta". So a variable
or a sidecar that later leaves soa-configs would stay alive for ever, and the agent would say that all
is well.

adopt reads what kubectl get -o yaml --show-managed-fields has printed and writes, for each running object that is
rendered, a JSON patch of metadata.managedFields: the fields become the agent's, and the number of pods becomes the
autoscaler's where one owns it. Nothing else of the object changes, so no pod restarts. Objects that are not rendered
are left alone, and so are fields that are not rendered, such as the variable PAASTA_SOA_CONFIGS_SHA of each pod: an
agent that owned them would delete them when it first applies the tree, and restart every pod. --all hands them over
all the same.

DIR gets a folder for each service, with the patches and adopt.sh, which gives them to kubectl; arguments such as
--context or --dry-run=server are passed on. A patch is refused when somebody has written the object since the dump:
make a new dump then. The way back is --undo, with a new dump. Stop PaaSTA's own loops first; they would take the
fields again.`,
		Example: `  kubectl get deployments,statefulsets,hpa,pdb -A -o yaml --show-managed-fields >dump.yaml
  paasta-render adopt -c west-prod --live dump.yaml --dry-run
  paasta-render adopt -c west-prod --live dump.yaml -o adopt
  sh adopt/web/adopt.sh --context west-prod --dry-run=server`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(a.live)+len(args) == 0 {
				return errors.New("adopt needs --live with a file that kubectl get -o yaml --show-managed-fields has printed")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.run(cmd.Context(), append(a.live, args...)) },
	}
	a.flags(cmd, findingFormats()...)
	f := cmd.Flags()
	f.StringArrayVar(&a.live, "live", nil, "what kubectl get -o yaml --show-managed-fields has printed, or - (repeatable)")
	f.StringSliceVar(&a.from, "from", []string{paastaManager}, "field managers that hand over")
	f.StringVar(&a.agent, "agent", "flux", "who applies the tree from now on: "+strings.Join(agentNames(), ", "))
	f.StringVarP(&a.dir, "output", "o", "", "directory for the patches; it must not exist, or be empty")
	f.BoolVar(&a.dryRun, "dry-run", false, "say what would be handed over, write nothing")
	f.BoolVar(&a.all, "all", false, "hand over what is not rendered, too: the agent then deletes it, and pods may restart")
	f.BoolVar(&a.undo, "undo", false, "hand the agent's fields back to the first manager of --from")
	_ = cmd.MarkFlagDirname("output")
	return cmd
}

func agentNames() []string {
	var names []string
	for _, a := range live.Agents() {
		names = append(names, a.Name)
	}
	return names
}

func (a *adoptCommand) run(ctx context.Context, dumps []string) error {
	at := slices.Index(agentNames(), a.agent)
	switch {
	case at < 0:
		return fmt.Errorf("unknown --agent %q: one of %s", a.agent, strings.Join(agentNames(), ", "))
	case len(a.from) == 0:
		return errors.New("--from names no field manager")
	case a.dir == "" && !a.dryRun:
		return errors.New("adopt needs -o DIR for the patches, or --dry-run")
	}
	running, err := a.running(dumps)
	if err != nil {
		return err
	}
	var findings finding.List
	_, rendered, err := a.renderedObjects(ctx, nil, findings.Add)
	if err != nil {
		return err
	}
	if err := a.print(a.err, findings.All()); err != nil {
		return err
	}
	handover := live.Handover{From: a.from, Agent: live.Agents()[at], All: a.all}
	var adopted live.Adopted
	if a.undo {
		adopted = handover.Return(rendered, running)
	} else if adopted, err = handover.Adopt(rendered, running); err != nil {
		return err
	}
	if len(adopted.Unsaid) > 0 {
		return fmt.Errorf("the dump does not say who owns the fields of %d objects, %s for one: make it with "+
			"kubectl get … -o yaml --show-managed-fields", len(adopted.Unsaid), &adopted.Unsaid[0])
	}
	if a.dryRun {
		return a.explain(handover, adopted)
	}
	if err := a.writePatches(adopted.Patches); err != nil {
		return err
	}
	return a.summary(adopted)
}

// explain prints what would be handed over.
func (a *adoptCommand) explain(h live.Handover, adopted live.Adopted) error {
	for i := range adopted.Patches {
		p := &adopted.Patches[i]
		from, to := strings.Join(h.From, ","), h.Agent.Manager
		if a.undo {
			from, to = to, h.From[0]
		}
		replicas := ""
		if p.Replicas {
			replicas = "; the number of pods goes to the autoscaler"
		}
		if err := say(a.out, "%s: %s → %s%s\n", p.Object.String(), from, to, replicas); err != nil {
			return err
		}
	}
	return a.summary(adopted)
}

func (a *adoptCommand) summary(adopted live.Adopted) error {
	if a.quiet {
		return nil
	}
	if err := say(a.err, "%s to hand over, %s with nothing to hand over\n",
		plural(len(adopted.Patches), "object"), plural(len(adopted.Done), "object")); err != nil {
		return err
	}
	left := adopted.Left()
	for _, path := range slices.Sorted(maps.Keys(left)) {
		if err := say(a.err, "stays as it is, for it is not rendered: %s, in %s\n", path,
			plural(left[path], "object")); err != nil {
			return err
		}
	}
	for i := range adopted.Unrendered {
		if i == 20 {
			return say(a.err, "… and %d more\n", len(adopted.Unrendered)-i)
		}
		if err := say(a.err, "left alone, for it is not rendered: %s\n", &adopted.Unrendered[i]); err != nil {
			return err
		}
	}
	return nil
}

// writePatches makes a folder for each service with its patches and a script that gives them to kubectl.
func (a *adoptCommand) writePatches(patches []live.Patch) error {
	if entries, err := os.ReadDir(a.dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty", a.dir)
	}
	for _, f := range live.Scripts(patches, a.undo) {
		name := filepath.Join(a.dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
