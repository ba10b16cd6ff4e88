package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/explain"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// explainLine shows the source lines that made a line of an output file.
func (c *common) explainLine(company *config.Company, targets []target.Target, file string, line int) error {
	if line == 0 {
		return fmt.Errorf("%s: which line? OUTPUT-FILE:LINE", file)
	}
	where, err := c.outputPlace(company, targets, file, line)
	if err != nil {
		return err
	}
	service := where.service
	field, origins, err := explain.Origins(service, experiments(targets), where.below, where.line)
	if err != nil {
		return fmt.Errorf("%w\nThe file is what %s compiles to now; render anew if the line is of an older tree", err, service.Name)
	}
	text := strings.TrimSuffix(lineOfFile(file, line), ",")
	if text != "" && text != strings.TrimSuffix(field.Line, ",") {
		say(c.err, "paasta-render: %s is not what the sources compile to now; line %d would be: %s\n", file, line, field.Text)
	}
	if c.format == "json" {
		return writeJSON(c.out, map[string]any{"field": field, "origins": origins})
	}
	say(c.out, "%s\n  %s of %s\n", field.Text, cmp.Or(field.Path, "the whole"), field.Object.String())
	if where.sharers > 1 {
		say(c.out, "  %s give this line; this is %s's\n", plural(where.sharers, "service"), service.Name)
	}
	if len(origins) == 0 {
		fmt.Fprintln(c.out, "comes from no source line: it is the same whatever the configuration says")
		return nil
	}
	table := [][]string{}
	hidden := 0
	for _, o := range origins {
		note := ""
		if o.Whole {
			note = "without it the object is not there"
		}
		if o.Whole && !c.verbose && !origins[0].Whole {
			hidden++
			continue
		}
		table = append(table, []string{"  " + place(o.File, o.Line), o.Key, short80(o.Value), o.Layer, note})
	}
	fmt.Fprintln(c.out, "comes from")
	if err := columns(c.out, table); err != nil || hidden == 0 {
		return err
	}
	err = say(c.out, "and is there only with %s more (-v shows them)\n", plural(hidden, "key"))
	return err
}

// outputPlace is where a line of an output file comes from.
type outputPlace struct {
	service *config.Service
	below   string // the file's path from the cluster on
	line    int    // of the file that the service would give if there were no other
	sharers int    // services that give the line
}

// outputPlace finds the service and cluster that a line of an output file belongs to.
func (c *common) outputPlace(
	company *config.Company, targets []target.Target, file string, line int,
) (outputPlace, error) {
	parts := strings.Split(strings.ReplaceAll(file, `\`, "/"), "/")
	for n, part := range parts {
		at := slices.IndexFunc(company.Clusters, func(cluster *config.Cluster) bool { return cluster.Name == part })
		if at < 0 {
			continue
		}
		load := func(name string) *config.Service {
			return company.Folder(name, func(finding.Finding) {}).Load(company.Clusters[at : at+1])[0]
		}
		below := strings.Join(parts[n:], "/")
		if name := serviceOfFile(parts[n+1:], company.Services); name != "" {
			return outputPlace{load(name), below, line, 1}, nil
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return outputPlace{}, fmt.Errorf("%s spans services, so its lines are read from it: %w", file, err)
		}
		var services []*config.Service
		for _, name := range company.Services {
			services = append(services, load(name))
		}
		part, ok := explain.PartOf(services, experiments(targets), below, strings.Split(string(data), "\n"), line)
		if !ok {
			return outputPlace{}, fmt.Errorf("%s:%d is in the output of no single service: "+
				"ask for SERVICE.NAME.KEY, or render anew if the file is of an older tree", file, line)
		}
		return outputPlace{part.Service, below, part.Line, part.Sharers}, nil
	}
	return outputPlace{}, fmt.Errorf("%s is no output file: no folder in its path is a cluster", file)
}

// serviceOfFile is the service that a path below a cluster belongs to: kubernetes/web/main.yaml, tron/web.yaml. Empty
// for files that span services.
func serviceOfFile(parts, services []string) string {
	if len(parts) < 2 || parts[0] == "envoy" || parts[0] == "smartstack" {
		return ""
	}
	for _, part := range parts[1:] {
		if name := strings.TrimSuffix(part, ".yaml"); slices.Contains(services, name) {
			return name
		}
	}
	return ""
}

func lineOfFile(file string, line int) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	lines := strings.Split(string(data), "\n")
	if line > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[line-1])
}
