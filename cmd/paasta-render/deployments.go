package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/deployments"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
)

type deploymentsCommand struct {
	common
	remote  string
	check   bool
	stdout  bool
	timeout time.Duration
	retries int
}

func newDeployments(s streams) *cobra.Command {
	d := &deploymentsCommand{common: common{streams: s}}
	cmd := &cobra.Command{
		Use:   "deployments [SERVICE…]",
		Short: "Write deployments.json from the deploy tags of the services' git remotes",
		Long: `Write <soa-dir>/SERVICE/deployments.json as PaaSTA's generate_deployments_for_service does: which image runs for each
instance, by the deploy, start and stop tags of the service's git repository (git_url in service.yaml). Without SERVICE
every service that has a git_url is done. A file that says the same already is not touched.

Remotes are listed, never cloned; services that share one ask it once. SSH, HTTPS, git:// and paths work, with the
credentials that git would use: SSH agent or key files, credential helpers, ~/.netrc, http.extraHeader.

--remote overrides git_url; {service} in it is replaced by the service, {repo} by the last part of git_url.`,
		Example: `  paasta-render deployments storefront
  paasta-render deployments storefront search --check
  paasta-render deployments --remote '../{service}' storefront search`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return d.run(cmd.Context(), args) },
	}
	f := cmd.Flags()
	f.StringVarP(&d.soaDir, "soa-dir", "d", ".", "soa-configs repository")
	f.StringVar(&d.systemDir, "system-dir", "", "system config (default $PAASTA_SYSTEM_CONFIG_DIR, else <soa-dir>/_system)")
	f.StringSliceVarP(&d.services, "service", "s", nil, "only these services, as SERVICE")
	f.StringVar(&d.remote, "remote", "", "git remote instead of git_url; {service} and {repo} are filled in")
	f.BoolVar(&d.check, "check", false, "write nothing; exit 3 when a file is stale")
	f.BoolVar(&d.stdout, "stdout", false, "print one service's file instead of writing it")
	f.DurationVar(&d.timeout, "timeout", time.Minute, "time for one attempt to list a remote")
	f.IntVar(&d.retries, "retries", 2, "further attempts when the network fails")
	f.IntVarP(&d.jobs, "jobs", "j", listingsAtOnce, "remotes asked at once")
	f.StringVar(&d.format, "format", "text", "how findings are printed: "+strings.Join(findingFormats(), ", "))
	f.BoolVarP(&d.quiet, "quiet", "q", false, "print errors only")
	f.BoolVarP(&d.verbose, "verbose", "v", false, "print deploy groups that were never deployed, too")
	_ = cmd.MarkFlagDirname("soa-dir")
	_ = cmd.MarkFlagDirname("system-dir")
	return cmd
}

// deploymentsJob is one service: where its tags are, and what became of it.
type deploymentsJob struct {
	service   string
	url       string // empty when the service has no repository
	at        finding.Position
	instances []deployments.Instance
	document  deployments.Document
	ok        bool
}

func (d *deploymentsCommand) run(ctx context.Context, args []string) error {
	if !slices.Contains(findingFormats(), d.format) {
		return fmt.Errorf("unknown --format %q: one of %s", d.format, strings.Join(findingFormats(), ", "))
	}
	if d.jobs < 1 || d.retries < 0 || d.timeout < 0 {
		return errors.New("--jobs must be at least 1, --retries and --timeout not negative")
	}
	in, err := d.input()
	if err != nil {
		return err
	}
	var findings finding.List
	company := config.Open(in, func(f finding.Finding) {
		if f.Severity == finding.Error {
			findings.Add(f)
		}
	})
	if company == nil {
		return d.finish(&findings, deploymentsCount{})
	}
	jobs := d.plan(company, args, findings.Add)
	if d.stdout && len(jobs) != 1 {
		return fmt.Errorf("--stdout prints one service's file; %d services are selected", len(jobs))
	}
	var count deploymentsCount
	if !findings.HasErrors() || len(jobs) > 0 {
		d.list(ctx, jobs, config.ReadLimits(in.System, in.SystemDir), findings.Add)
		if err := ctx.Err(); err != nil {
			return errors.New("interrupted; nothing was written")
		}
		if count, err = d.write(jobs, findings.Add); err != nil {
			return err
		}
	}
	return d.finish(&findings, count)
}

// plan settles which services are done and what their instances and remotes are.
func (d *deploymentsCommand) plan(company *config.Company, args []string, report finding.Report) []*deploymentsJob {
	names := slices.Concat(args, d.services)
	all := len(names) == 0
	if all {
		names = company.Services
	}
	var jobs []*deploymentsJob
	seen := map[string]bool{}
	for _, name := range names {
		name = strings.TrimRight(name, "/")
		if seen[name] {
			continue
		}
		seen[name] = true
		if !slices.Contains(company.Services, name) {
			report(finding.Finding{Code: finding.UnknownSelection, Message: fmt.Sprintf("there is no service %q", name),
				Suggestion: spelling.Nearest(name, company.Services)})
			continue
		}
		if all && d.remote == "" && !company.Folder(name, func(finding.Finding) {}).YAML("service.yaml").Has("git_url") {
			continue
		}
		jobs = append(jobs, d.job(name, company, report))
	}
	return jobs
}

func (d *deploymentsCommand) job(name string, company *config.Company, report finding.Report) *deploymentsJob {
	j := &deploymentsJob{service: name, ok: true}
	fail := func(f finding.Finding) {
		if f.Severity == finding.Error {
			j.ok = false
			report(f)
		}
	}
	url, at, deployed := deployments.GitURL(name, company, fail)
	if j.at = at; !deployed || !j.ok {
		return j
	}
	if j.url = url; d.remote != "" {
		repo := strings.TrimSuffix(path.Base(strings.ReplaceAll(url, ":", "/")), ".git")
		j.url = strings.NewReplacer("{service}", name, "{repo}", repo).Replace(d.remote)
	}
	instances, ok := deployments.Instances(name, company, fail)
	j.instances, j.ok = instances, ok && j.ok
	return j
}

// deploymentsCount is what was done.
type deploymentsCount struct{ written, unchanged, stale, failed int }

func (d *deploymentsCommand) write(jobs []*deploymentsJob, report finding.Report) (count deploymentsCount, err error) {
	root, err := os.OpenRoot(d.soaDir)
	if err != nil {
		return count, err
	}
	defer root.Close()
	for _, j := range jobs {
		name := filepath.Join(j.service, deployments.FileName)
		if !j.ok {
			count.failed++
			continue
		}
		if d.stdout {
			_, err := fmt.Fprintf(d.out, "%s\n", j.document.JSON())
			return count, err
		}
		old, _ := root.ReadFile(name)
		switch {
		case j.document.Same(old):
			count.unchanged++
		case d.check:
			count.stale++
			at := finding.Position{File: filepath.ToSlash(name)}
			report(finding.Finding{Code: finding.DeploymentsStale, At: at, Service: j.service,
				Message: "the file is not what the deploy tags say", Suggestion: "paasta-render deployments " + j.service})
		default:
			if err := replaceFile(root, name, j.document.JSON()); err != nil {
				return count, fmt.Errorf("write %s: %w", name, err)
			}
			count.written++
		}
	}
	return count, nil
}

// replaceFile writes a file beside the old one and renames it: it is whole at any time.
func replaceFile(root *os.Root, name string, data []byte) error {
	temporary := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+".new")
	if err := root.WriteFile(temporary, data, 0o644); err != nil {
		return err
	}
	err := root.Rename(temporary, name)
	if err != nil {
		_ = root.Remove(temporary)
	}
	return err
}

// finish prints what is to say and settles the exit status: a wrong configuration, then a remote that failed, then a
// stale file.
func (d *deploymentsCommand) finish(findings *finding.List, count deploymentsCount) error {
	all := findings.All()
	if err := d.print(d.err, all); err != nil {
		return err
	}
	if !d.quiet && d.format == "text" && !d.stdout {
		done := plural(count.written, "file") + " written"
		if d.check {
			done = count.staleText()
		}
		say(d.err, "deployments: %s, %d unchanged, %d failed\n", done, count.unchanged, count.failed)
	}
	var wrong, unreachable, stale bool
	for _, f := range all {
		if f.Severity != finding.Error {
			continue
		}
		switch f.Code {
		case finding.RemoteUnreachable:
			unreachable = true
		case finding.DeploymentsStale:
			stale = true
		default:
			wrong = true
		}
	}
	switch {
	case wrong:
		return exitError{status: exitConfig}
	case unreachable:
		return exitError{status: exitUsage}
	case stale:
		return exitError{status: exitChanges}
	}
	return nil
}

func (c deploymentsCount) staleText() string { return plural(c.stale, "stale file") }
