package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/source"
	"github.com/paasta-render/paasta-render/targets/kubernetes"
	"github.com/paasta-render/paasta-render/targets/tron"
)

// input opens the soa-configs and the system directory that the flags name.
func (c *common) input() (config.Input, error) {
	soa, err := c.soaFS()
	if err != nil {
		return config.Input{}, err
	}
	system, err := c.systemFS(soa)
	if err != nil {
		return config.Input{}, err
	}
	bound(soa, config.ReadLimits(system, c.shownSystemDir()))
	return config.Input{SOA: soa, System: system, SystemDir: c.shownSystemDir(), SystemKeys: c.systemKeys()}, nil
}

// systemKeys are the keys of the system config that flags set.
func (c *common) systemKeys() map[string]string {
	keys := map[string]string{}
	if c.kubernetesClient != "" {
		keys[kubernetes.ClientKey] = c.kubernetesClient
	}
	if c.croniter != "" {
		keys[tron.CroniterKey] = c.croniter
	}
	return keys
}

// checkVersions refuses versions of PaaSTA's libraries that are not matched.
func (c *common) checkVersions() error {
	if known := kubernetes.Clients(); c.kubernetesClient != "" && !kubernetes.KnowsClient(c.kubernetesClient) {
		return fmt.Errorf("unknown --kubernetes-client %q: one of %s", c.kubernetesClient, strings.Join(known, ", "))
	}
	if known := tron.CroniterVersions(); c.croniter != "" && !slices.Contains(known, c.croniter) {
		return fmt.Errorf("unknown --croniter %q: one of %s", c.croniter, strings.Join(known, ", "))
	}
	return nil
}

// bound sets the limits of the system config, which may be in the tree itself.
func bound(fsys fs.FS, l config.Limits) {
	if tree, ok := fsys.(*source.Tree); ok {
		tree.Bound(source.Limits{FolderEntries: l.FolderEntries, Depth: l.Depth, ChangedFiles: l.ChangedFiles})
	}
}

func (c *common) soaFS() (fs.FS, error) {
	if c.rev != "" {
		soa, _, err := source.Git(c.soaDir, c.rev)
		return soa, err
	}
	return source.Dir(c.soaDir)
}

// namedSystemDir is --system-dir, else $PAASTA_SYSTEM_CONFIG_DIR; empty when the soa-configs' own _system is meant.
func (c *common) namedSystemDir() string {
	if c.systemDir != "" {
		return c.systemDir
	}
	return c.getenv("PAASTA_SYSTEM_CONFIG_DIR")
}

// shownSystemDir is how findings name the system directory.
func (c *common) shownSystemDir() string {
	if dir := c.namedSystemDir(); dir != "" {
		return filepath.ToSlash(filepath.Clean(dir))
	}
	return "_system"
}

// systemFS opens --system-dir, else $PAASTA_SYSTEM_CONFIG_DIR, else _system in the soa-configs themselves.
func (c *common) systemFS(soa fs.FS) (fs.FS, error) {
	if dir := c.namedSystemDir(); dir != "" {
		system, err := source.Dir(dir)
		if err != nil {
			return nil, fmt.Errorf("system config: %w", err)
		}
		return system, nil
	}
	info, err := fs.Stat(soa, "_system")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("system config: %w", err)
	}
	if err != nil || !info.IsDir() {
		return nil, fmt.Errorf("no system config: %s does not exist; name it with --system-dir or PAASTA_SYSTEM_CONFIG_DIR",
			filepath.Join(c.soaDir, "_system"))
	}
	return fs.Sub(soa, "_system")
}

// outside refuses an output directory that the next run would take for a service's folder.
func (c *common) outside(out string) error {
	soa, err := filepath.EvalSymlinks(c.soaDir)
	if err == nil {
		soa, err = filepath.Abs(soa)
	}
	if err != nil {
		return err
	}
	parent, err := filepath.EvalSymlinks(filepath.Dir(filepath.Clean(out)))
	if err == nil {
		parent, err = filepath.Abs(parent)
	}
	if err != nil {
		return nil // there is no such place, which whoever writes there says better
	}
	inside, err := filepath.Rel(soa, filepath.Join(parent, filepath.Base(out)))
	if err != nil || inside == ".." || strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
		return nil
	}
	if inside != "." && strings.ContainsAny(inside[:1], "_.") {
		return nil
	}
	return fmt.Errorf("the output directory %s lies in the soa-configs, where PaaSTA takes it for a service: choose one outside, "+
		"or a name that begins with an underscore or a dot", out)
}

// print writes findings in the chosen format: all of them, or by -q and -v fewer or more.
func (c *common) print(w io.Writer, findings []finding.Finding) error {
	var shown []finding.Finding
	for _, f := range findings {
		if f.Severity == finding.Error || f.Severity == finding.Warning && !c.quiet || f.Severity == finding.Info && (c.verbose || c.format == "json") && !c.quiet {
			shown = append(shown, f)
		}
	}
	if len(shown) == 0 && c.format == "text" {
		return nil
	}
	for _, format := range finding.Formats(docs()) {
		if format.Name == c.format {
			if c.format == "text" && isTerminal(w) {
				format = finding.Terminal(c.sourceText, c.getenv("NO_COLOR") == "")
			}
			return format.Write(w, shown)
		}
	}
	return fmt.Errorf("unknown format %q", c.format)
}

// sourceText returns a file of the soa-configs for the excerpt below a finding.
func (c *common) sourceText(file string) []byte {
	for _, name := range []string{filepath.Join(c.soaDir, filepath.FromSlash(file)), filepath.FromSlash(file)} {
		if data, err := os.ReadFile(name); err == nil {
			return data
		}
	}
	return nil
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
