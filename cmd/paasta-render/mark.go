package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/deployments"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/source/remote"
)

// tagging is what the commands have in common that push deploy tags to a service's git remote.
type tagging struct {
	common
	remote, at string
	dryRun     bool
	timeout    time.Duration
	retries    int
	options    remote.Options
}

func (g *tagging) tagFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&g.soaDir, "soa-dir", "d", ".", "soa-configs repository")
	f.StringVar(&g.systemDir, "system-dir", "", "system config (default $PAASTA_SYSTEM_CONFIG_DIR, else <soa-dir>/_system)")
	f.StringVar(&g.remote, "remote", "", "git remote instead of git_url; {service} is replaced by the service")
	f.StringVar(&g.at, "at", "", "time of the tag in UTC, for example 20261128T093000 (default: now)")
	f.BoolVarP(&g.dryRun, "dry-run", "n", false, "print the tags and push nothing")
	f.DurationVar(&g.timeout, "timeout", time.Minute, "time for one attempt to reach the remote")
	f.IntVar(&g.retries, "retries", 2, "further attempts when the network fails")
	f.BoolVarP(&g.quiet, "quiet", "q", false, "print errors only")
	_ = cmd.MarkFlagDirname("soa-dir")
	_ = cmd.MarkFlagDirname("system-dir")
	cmd.ValidArgsFunction = names(g.serviceNames)
}

// service opens soa-configs and finds out where the service's remote is.
func (g *tagging) service(ctx context.Context, name string) (*config.Company, string, error) {
	if g.retries < 0 || g.timeout < 0 {
		return nil, "", errors.New("--retries and --timeout must not be negative")
	}
	in, err := g.input()
	if err != nil {
		return nil, "", err
	}
	g.format = "text"
	var findings finding.List
	errorsOnly := func(f finding.Finding) {
		if f.Severity == finding.Error {
			findings.Add(f)
		}
	}
	company := config.Open(in, errorsOnly)
	url := ""
	if company != nil {
		if !slices.Contains(company.Services, name) {
			return nil, "", unknown("service", name, company.Services)
		}
		var deployed bool
		if url, _, deployed = deployments.GitURL(name, company, errorsOnly); !deployed && !findings.HasErrors() && g.remote == "" {
			return nil, "", fmt.Errorf("%s has no git repository: its git_url is null", name)
		}
	}
	if findings.HasErrors() {
		if err := g.print(g.err, findings.All()); err != nil {
			return nil, "", err
		}
		return nil, "", exitError{status: exitConfig}
	}
	if g.remote != "" {
		url = strings.ReplaceAll(g.remote, "{service}", name)
	}
	g.options = remote.Options{Timeout: g.timeout, Retries: g.retries, Wait: backOff, Dir: g.soaDir}
	g.options.Rewrites = remote.ReadRewrites(ctx, g.options)
	return company, url, nil
}

// refs lists the remote.
func (g *tagging) refs(ctx context.Context, url string) ([]deployments.Ref, error) {
	found, err := remote.List(ctx, url, g.options)
	if err != nil {
		return nil, err
	}
	refs := make([]deployments.Ref, len(found))
	for i, r := range found {
		refs[i] = deployments.Ref(r)
	}
	return refs, nil
}

// groups lists the deploy groups of a service's instances.
func groups(company *config.Company, service string) []string {
	instances, _ := deployments.Instances(service, company, func(finding.Finding) {})
	var names []string
	for _, i := range instances {
		if !i.Group.Null {
			names = append(names, i.Group.Text)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// time returns the time of a new tag: --at, else now; never one that is not after the latest tag, which would win
// over it.
func (g *tagging) time(latest string) (string, error) {
	if g.at != "" {
		if _, err := time.Parse(deployments.TimeFormat, g.at); err != nil {
			return "", fmt.Errorf("--at %q is no time such as 20261128T093000", g.at)
		}
		if g.at <= latest {
			return "", fmt.Errorf("--at %s is not after the latest tag, of %s: PaaSTA would not see the new one", g.at, latest)
		}
		return g.at, nil
	}
	at := time.Now().UTC().Format(deployments.TimeFormat)
	if at <= latest {
		last, err := time.Parse(deployments.TimeFormat, latest)
		if err != nil {
			return "", fmt.Errorf("the latest tag has the time %q: %w", latest, err)
		}
		at = last.Add(time.Second).Format(deployments.TimeFormat)
	}
	return at, nil
}

// push creates the tags, or prints them.
func (g *tagging) push(ctx context.Context, url string, tags []remote.Ref) error {
	for _, t := range tags {
		fmt.Fprintf(g.out, "%s %s\n", t.Hash, t.Name)
	}
	if g.dryRun {
		return nil
	}
	return remote.Create(ctx, url, tags, g.options)
}

type markCommand struct {
	tagging
	group, commit, version string
	force                  bool
}

func newMark(s streams) *cobra.Command {
	m := &markCommand{tagging: tagging{common: common{streams: s}}}
	cmd := &cobra.Command{
		Use:   "mark SERVICE",
		Short: "Mark a commit for deployment to a deploy group",
		Long: `Push the tag that marks a commit of a service's git repository for a deploy group, as PaaSTA's mark-for-deployment does:
paasta-GROUP-TIME-deploy, or paasta-GROUP+VERSION-TIME-deploy. Nothing is cloned; the remote must have the commit. Afterwards
"paasta-render deployments SERVICE" takes the commit over into deployments.json.

A commit that is marked already, with the same image version, is not marked again, unless --force asks for it.`,
		Example: `  paasta-render mark storefront --deploy-group prod.main --commit "$(git -C ../storefront rev-parse HEAD)"
  paasta-render mark storefront --deploy-group prod.main --commit "$(git -C ../storefront rev-parse HEAD)" --dry-run`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return m.run(cmd.Context(), args[0]) },
	}
	m.tagFlags(cmd)
	f := cmd.Flags()
	f.StringVarP(&m.group, "deploy-group", "l", "", "the deploy group (required)")
	f.StringVarP(&m.commit, "commit", "c", "", "full hash of the commit (required)")
	f.StringVar(&m.version, "image-version", "", "version of the image, a part of its tag")
	f.BoolVar(&m.force, "force", false, "mark the commit again, although it is marked already")
	_ = cmd.MarkFlagRequired("deploy-group")
	_ = cmd.MarkFlagRequired("commit")
	return cmd
}

func (m *markCommand) run(ctx context.Context, service string) error {
	if err := errors.Join(deployments.CheckSHA(m.commit), deployments.CheckImageVersion(m.version)); err != nil {
		return err
	}
	company, url, err := m.service(ctx, service)
	if err != nil {
		return err
	}
	if known := groups(company, service); !slices.Contains(known, m.group) {
		return fmt.Errorf("no instance of %s has the deploy group %q; there are: %s", service, m.group, strings.Join(known, ", "))
	}
	refs, err := m.refs(ctx, url)
	if err != nil {
		return err
	}
	latest, marked, err := deployments.Latest(refs, m.group)
	if err != nil {
		return err
	}
	if marked && latest.SHA == m.commit && latest.ImageVersion == m.version && !m.force {
		m.say("%s is marked for %s already, since %s", m.commit, m.group, latest.Time)
		return nil
	}
	at, err := m.time(latest.Time)
	if err != nil {
		return err
	}
	return m.push(ctx, url, []remote.Ref{{Name: deployments.DeployTag(m.group, m.version, at), Hash: m.commit}})
}

// say prints a sentence on stderr, unless it was asked to be quiet.
func (g *tagging) say(format string, values ...any) {
	if !g.quiet {
		fmt.Fprintf(g.err, format+"\n", values...)
	}
}
