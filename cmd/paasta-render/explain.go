package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/explain"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/target"
)

func newExplain(s streams) *cobra.Command {
	c := &common{streams: s}
	cmd := &cobra.Command{
		Use:   "explain SERVICE[.INSTANCE[.KEY]] | OUTPUT-FILE:LINE | CODE",
		Short: "Say where output comes from, what a key does, and what a finding means",
		Long: `SERVICE lists a service's instances, Tron jobs and namespaces of the mesh. SERVICE.INSTANCE (or JOB, or JOB.ACTION,
or NAMESPACE) shows the effective configuration, key by key, with the layer and the line that each value comes from,
defaults included. SERVICE.INSTANCE.KEY shows which output fields the key feeds, and what changing them does.
OUTPUT-FILE:LINE shows the source lines that made that line of output; in files that span services, those of the service
that gives the line. CODE says what a finding means, with an example and the fix.

Keys and lines are traced by experiment: a value is changed, the service compiled again, and what moves is shown.`,
		Example: `  paasta-render explain storefront.main
  paasta-render explain storefront.main.cpus -c west-prod
  paasta-render explain ../out/west-prod/kubernetes/storefront/main.yaml:42
  paasta-render explain K004`,
		Args:              cobra.ExactArgs(1),
		RunE:              func(_ *cobra.Command, args []string) error { return c.explain(args[0]) },
		ValidArgsFunction: c.explained,
	}
	c.flags(cmd, "text", "json")
	return cmd
}

var codeForm = regexp.MustCompile(`^[A-Za-z][0-9]{3}$`)

func (c *common) explain(what string) error {
	if codeForm.MatchString(what) {
		return c.explainCode(strings.ToUpper(what))
	}
	selected, err := c.selectedTargets()
	if err != nil {
		return err
	}
	in, err := c.input()
	if err != nil {
		return err
	}
	var findings finding.List
	company := config.Open(in, findings.Add)
	if company == nil {
		if err := c.print(c.err, findings.All()); err != nil {
			return err
		}
		return exitError{status: exitConfig}
	}
	if file, line := explain.SplitLine(what); line > 0 || strings.Contains(what, "/") {
		return c.explainLine(company, selected, file, line)
	}
	service, rest, _ := strings.Cut(what, ".")
	if !slices.Contains(company.Services, service) {
		return unknown("service", service, company.Services)
	}
	services := c.servicesOf(company, service)
	if rest == "" {
		return c.listInstances(service, services)
	}
	name, key, _ := strings.Cut(rest, ".")
	found, err := find(services, service, name)
	if err != nil {
		return err
	}
	return c.explainNamed(found, selected, key)
}

func unknown(what, name string, known []string) error {
	if near := spelling.Nearest(name, known); near != "" {
		return fmt.Errorf("there is no %s %q; did you mean %q?", what, name, near)
	}
	return fmt.Errorf("there is no %s %q", what, name)
}

// explainCode prints what a finding's code means.
func (c *common) explainCode(code string) error {
	docs := docs()
	i := slices.IndexFunc(docs, func(d finding.Doc) bool { return string(d.Code) == code })
	if i < 0 {
		var codes []string
		for _, d := range docs {
			codes = append(codes, string(d.Code))
		}
		return unknown("finding", code, codes)
	}
	d := docs[i]
	if c.format == "json" {
		return writeJSON(c.out, map[string]string{
			"code": string(d.Code), "title": d.Title, "meaning": d.Meaning, "example": d.Example, "fix": d.Fix,
		})
	}
	fmt.Fprintf(c.out, "%s: %s\n\n%s\n", d.Code, d.Title, d.Meaning)
	if d.Example != "" {
		fmt.Fprintf(c.out, "\nFor example:\n\n    %s\n", strings.ReplaceAll(d.Example, "\n", "\n    "))
	}
	fmt.Fprintf(c.out, "\nFix: %s\n", d.Fix)
	return nil
}

// servicesOf loads a service in the selected clusters.
func (c *common) servicesOf(company *config.Company, service string) []*config.Service {
	var clusters []*config.Cluster
	for _, cluster := range company.Clusters {
		if len(c.clusters) == 0 || slices.Contains(c.clusters, cluster.Name) {
			clusters = append(clusters, cluster)
		}
	}
	return company.Folder(service, func(finding.Finding) {}).Load(clusters)
}

type listed struct {
	Instance    string `json:"instance"`
	Cluster     string `json:"cluster,omitempty"` // empty when it is the same in all
	Type        string `json:"type"`
	DeployGroup string `json:"deployGroup,omitempty"`
	File        string `json:"file"`
	Line        int    `json:"line"`
	Undeployed  string `json:"undeployed,omitempty"`
}

func (c *common) listInstances(service string, services []*config.Service) error {
	rows := []listed{}
	instances := 0
	for _, s := range services {
		instances += len(s.Instances())
		for _, i := range s.Instances() {
			at := i.Position()
			rows = append(rows, listed{i.Name, s.Cluster.Name, i.Type, i.DeployGroup, at.File, at.Line, i.Undeployed})
		}
	}
	known := map[string]bool{}
	for _, s := range services {
		for _, e := range explain.Entries(s) {
			at := e.Position()
			row := listed{Instance: e.Name, Cluster: s.Cluster.Name, Type: e.Type, File: at.File, Line: at.Line}
			if e.Type == "smartstack" { // the same in every cluster
				row.Cluster = ""
			}
			if !known[at.String()] {
				rows, known[at.String()] = append(rows, row), true
			}
		}
	}
	if c.format == "json" {
		return writeJSON(c.out, rows)
	}
	say(c.out, "%s has %s\n", service, plural(instances, "instance"))
	table := [][]string{}
	for _, r := range rows {
		table = append(table, []string{"  " + service + "." + r.Instance, r.Cluster, r.Type, r.DeployGroup, fmt.Sprintf("%s:%d", r.File, r.Line), r.Undeployed})
	}
	return columns(c.out, table)
}

// explainNamed shows the configuration of an instance, job or namespace; with a key, what it feeds.
func (c *common) explainNamed(n named, targets []target.Target, key string) error {
	if key == "" {
		return c.printEffective(n.effective())
	}
	path, isAction := n.action(strings.Split(key, "."))
	if !isAction {
		return c.explainKey(n, targets, path)
	}
	var all []effective
	for _, e := range n.effective() {
		if e.Type == "tron" {
			all = append(all, e.below(strings.Join(path, ".")))
		}
	}
	return c.printEffective(all)
}

// explainKey shows what a key feeds.
func (c *common) explainKey(n named, targets []target.Target, path []string) error {
	t, err := n.trace(path, targets)
	if err != nil {
		return err
	}
	fed, err := t.feeds()
	if err != nil {
		return err
	}
	if c.format == "json" {
		return writeJSON(c.out, fed)
	}
	key := strings.Join(path, ".")
	say(c.out, "%s of %s.%s in %s", key, n.service, n.name, t.in.Cluster)
	for _, s := range t.in.Settings {
		if s.Key == key {
			say(c.out, " is %s (%s)", short80(s.Value), strings.TrimSpace(s.Layer+" "+place(s.File, s.Line)))
		}
	}
	if len(t.also) > 0 {
		say(c.out, "; it is written for %s, too (-c shows it there)", strings.Join(t.also, ", "))
	}
	if len(fed) == 0 {
		fmt.Fprintln(c.out, "\nfeeds nothing: no output field moves when it changes")
		return nil
	}
	fmt.Fprintln(c.out, "\nfeeds")
	table := [][]string{}
	for _, f := range fed {
		table = append(table, []string{"  " + f.Effect.String(), f.Kind, f.Name, cmp.Or(f.Path, "the whole object")})
	}
	return columns(c.out, table)
}

func place(file string, line int) string {
	if file == "" {
		return ""
	}
	return finding.Position{File: file, Line: line}.String()
}

// short80 cuts a value to 80 characters, for tables.
func short80(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

func writeJSON(w io.Writer, value any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := w.Write(finding.EscapeJSON(b.Bytes()))
	return err
}

// columns prints rows with aligned columns, the last one as it is.
func columns(w io.Writer, rows [][]string) error {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			row[i] = finding.LogLine(cell)
		}
		for i, cell := range row[:len(row)-1] {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell)
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", widths[i]-len([]rune(cell))+2))
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	_, err := io.WriteString(w, finding.Log(b.String()))
	return err
}

// experiments is what explaining compiles with.
func experiments(targets []target.Target) explain.Compiler {
	return explain.Compiler{Targets: targets, Recompile: compiler.Recompile, RecompileLinked: compiler.RecompileLinked}
}
