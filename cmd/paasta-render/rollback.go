package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/deployments"
	"github.com/paasta-render/paasta-render/compiler/source/remote"
)

type rollbackCommand struct {
	tagging
	group, commit, version string
}

func newRollback(s streams) *cobra.Command {
	r := &rollbackCommand{tagging: tagging{common: common{streams: s}}}
	cmd := &cobra.Command{
		Use:   "rollback SERVICE",
		Short: "Mark an earlier commit for deployment, or list the earlier ones",
		Long: `Without --commit, list what was marked for a deploy group, the newest first: time in UTC, commit, image version. With it,
mark that commit again. The first line of the list is what runs now.

Only what was marked before can be rolled back to: its image exists.`,
		Example: `  paasta-render rollback storefront --deploy-group prod.main
  paasta-render rollback storefront --deploy-group prod.main --commit "$(git -C ../storefront rev-parse HEAD)" --dry-run`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd.Context(), args[0]) },
	}
	r.tagFlags(cmd)
	f := cmd.Flags()
	f.StringVarP(&r.group, "deploy-group", "l", "", "the deploy group (required)")
	f.StringVarP(&r.commit, "commit", "c", "", "the commit to go back to, at least 7 digits of its hash")
	f.StringVar(&r.version, "image-version", "", "version of the image, when the commit was marked with several")
	f.StringVar(&r.format, "format", "text", "how the list is printed: text or json")
	_ = cmd.MarkFlagRequired("deploy-group")
	return cmd
}

func (r *rollbackCommand) run(ctx context.Context, service string) error {
	if !slices.Contains([]string{"text", "json"}, r.format) {
		return fmt.Errorf("unknown --format %q: text or json", r.format)
	}
	format := r.format
	company, url, err := r.service(ctx, service)
	if err != nil {
		return err
	}
	if known := groups(company, service); !slices.Contains(known, r.group) {
		return fmt.Errorf("no instance of %s has the deploy group %q; there are: %s", service, r.group, strings.Join(known, ", "))
	}
	refs, err := r.refs(ctx, url)
	if err != nil {
		return err
	}
	history := deployments.History(refs, r.group)
	if r.commit == "" {
		return r.list(history, format)
	}
	chosen, err := r.choose(history)
	if err != nil {
		return err
	}
	if chosen == history[0] {
		r.say("%s is what is marked for %s now", chosen.SHA, r.group)
		return nil
	}
	return r.mark(ctx, url, r.group, chosen, history[0].Time)
}

// mark marks a commit for a group, after the time of the latest tag.
func (g *tagging) mark(ctx context.Context, url, group string, what deployments.Deployed, latest string) error {
	at, err := g.time(latest)
	if err != nil {
		return err
	}
	return g.push(ctx, url, []remote.Ref{{Name: deployments.DeployTag(group, what.ImageVersion, at), Hash: what.SHA}})
}

// choose finds the one commit that --commit and --image-version name.
func (r *rollbackCommand) choose(history []deployments.Deployed) (deployments.Deployed, error) {
	if len(r.commit) < 7 {
		return deployments.Deployed{}, fmt.Errorf("--commit %q has less than 7 digits", r.commit)
	}
	found := slices.DeleteFunc(slices.Clone(history), func(d deployments.Deployed) bool {
		return !strings.HasPrefix(d.SHA, r.commit) || r.version != "" && d.ImageVersion != r.version
	})
	switch len(found) {
	case 0:
		return deployments.Deployed{}, fmt.Errorf("%s was never marked for %s; without --commit this command lists what was", r.commit, r.group)
	case 1:
		return found[0], nil
	}
	return deployments.Deployed{}, fmt.Errorf("--commit %s fits %d marks; name more digits, or --image-version", r.commit, len(found))
}

func (r *rollbackCommand) list(history []deployments.Deployed, format string) error {
	if format == "json" {
		for _, d := range history {
			data, err := json.Marshal(struct {
				Time         string `json:"time"`
				SHA          string `json:"git_sha"`
				ImageVersion string `json:"image_version,omitempty"`
			}{readable(d.Time), d.SHA, d.ImageVersion})
			if err != nil {
				return err
			}
			fmt.Fprintf(r.out, "%s\n", data)
		}
		return nil
	}
	for i, d := range history {
		line := readable(d.Time) + "  " + d.SHA
		if d.ImageVersion != "" {
			line += "  " + d.ImageVersion
		}
		if i == 0 {
			line += "  (now)"
		}
		fmt.Fprintln(r.out, line)
	}
	if len(history) == 0 {
		r.say("nothing was ever marked for %s", r.group)
	}
	return nil
}

// readable writes the time of a tag as people and programs read it.
func readable(at string) string {
	t, err := time.Parse(deployments.TimeFormat, at)
	if err != nil {
		return at
	}
	return t.Format(time.RFC3339)
}
