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
	service, below, err := c.compiledService(company, file)
	if err != nil {
		return err
	}
	field, origins, err := explain.Origins(service, targets, below, line)
	if err != nil {
		return fmt.Errorf("%w\nThe file is what %s compiles to now; render anew if the line is of an older tree", err, service.Name)
	}
	if text := lineOfFile(file, line); text != "" && text != field.Text {
		fmt.Fprintf(c.err, "paasta-render: %s is not what the sources compile to now; line %d would be: %s\n", file, line, field.Text)
	}
	if c.format == "json" {
		return writeJSON(c.out, map[string]any{"field": field, "origins": origins})
	}
	fmt.Fprintf(c.out, "%s\n  %s of %s\n", field.Text, cmp.Or(field.Path, "the whole"), field.Object.String())
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
	_, err = fmt.Fprintf(c.out, "and is there only with %s more (-v shows them)\n", plural(hidden, "key"))
	return err
}

// compiledService finds the service and cluster that an output file belongs to; below is the file's path from the
// cluster on.
func (c *common) compiledService(company *config.Company, file string) (s *config.Service, below string, err error) {
	parts := strings.Split(strings.ReplaceAll(file, `\`, "/"), "/")
	for n, part := range parts {
		at := slices.IndexFunc(company.Clusters, func(cluster *config.Cluster) bool { return cluster.Name == part })
		if at < 0 {
			continue
		}
		name := serviceOfFile(parts[n+1:], company.Services)
		if name == "" {
			return nil, "", fmt.Errorf("%s spans services; ask for SERVICE.INSTANCE.KEY instead", file)
		}
		folder := company.Folder(name, func(finding.Finding) {})
		return folder.Load(company.Clusters[at : at+1])[0], strings.Join(parts[n:], "/"), nil
	}
	return nil, "", fmt.Errorf("%s is no output file: no folder in its path is a cluster", file)
}

// serviceOfFile is the service that a path below a cluster belongs to: kubernetes/web/main.yaml, tron/web.yaml.
func serviceOfFile(parts, services []string) string {
	for _, part := range parts {
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
