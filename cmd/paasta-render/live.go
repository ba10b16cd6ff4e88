package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler"
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/live"
	"github.com/paasta-render/paasta-render/compiler/tree"
	"github.com/paasta-render/paasta-render/targets/kubernetes"
)

// maxDump bounds a dump, in bytes: 5,000 instances are some 200 MB.
const maxDump = 2 << 30

// running reads dumps: files, or - for the standard input.
func (s streams) running(dumps []string) ([]live.Object, error) {
	var all []live.Object
	for _, name := range dumps {
		data, err := s.readDump(name)
		if err != nil {
			return nil, err
		}
		objects, err := live.Read(name, data)
		if err != nil {
			return nil, err
		}
		all = append(all, objects...)
	}
	return all, nil
}

func (s streams) readDump(name string) ([]byte, error) {
	if strings.HasPrefix(name, "kubeconfig:") {
		return nil, fmt.Errorf("%s: a cluster is not asked; give what kubectl get --show-managed-fields has printed", name)
	}
	return s.readWhole(name, maxDump)
}

// readWhole reads a file, or the standard input where the name is -. It reads at most so many bytes, and refuses more.
func (s streams) readWhole(name string, most int64) ([]byte, error) {
	in := s.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("it has more than %d MiB; make several files of it, one for each namespace", most>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}

// renderedObjects compiles the one selected cluster and returns its Kubernetes objects. keys are set in the system
// config.
func (c *common) renderedObjects(ctx context.Context, keys map[string]string, report finding.Report) (
	cluster string, objects []live.Object, err error,
) {
	options, err := c.options(ctx)
	if err != nil {
		return "", nil, err
	}
	in, err := c.input()
	if err != nil {
		return "", nil, err
	}
	for key, value := range keys {
		in.SystemKeys[key] = value
	}
	cluster, err = c.oneCluster(in)
	if err != nil {
		return "", nil, err
	}
	options.Selection.Clusters = []string{cluster}
	var memory tree.Memory
	_, err = compiler.Compile(in, options, &memory, report)
	switch {
	case errors.Is(err, compiler.ErrStopped):
		return "", nil, errors.New("interrupted")
	case err != nil:
		return "", nil, err
	}
	objects, err = live.Rendered(targetLayout(), cluster, memory.Files())
	return cluster, objects, err
}

// oneCluster returns the cluster that a dump is of: the one that --cluster names, or the company's only one.
func (c *common) oneCluster(in config.Input) (string, error) {
	if len(c.clusters) == 1 {
		return c.clusters[0], nil
	}
	company := config.Open(in, func(finding.Finding) {})
	if company != nil && len(c.clusters) == 0 && len(company.Clusters) == 1 {
		return company.Clusters[0].Name, nil
	}
	var names []string
	if company != nil {
		for _, cluster := range company.Clusters {
			names = append(names, cluster.Name)
		}
		slices.Sort(names)
	}
	return "", fmt.Errorf("a dump is of one cluster: name it with --cluster, one of %s", strings.Join(names, ", "))
}

// explainHashes finds the version of PaaSTA's Kubernetes client that makes the config_sha that runs: the one that
// explains the most objects, then what explains the rest.
func (c *common) explainHashes(ctx context.Context, hashes []live.Hash) ([]live.Explained, error) {
	made := map[string][]live.Object{}
	for _, version := range kubernetes.Clients() {
		if len(hashes) == 0 {
			return nil, nil
		}
		_, objects, err := c.renderedObjects(ctx, map[string]string{kubernetes.ClientKey: version}, func(finding.Finding) {})
		if err != nil {
			return nil, err
		}
		made[version] = objects
	}
	return live.Explain(hashes, kubernetes.Clients(), made), nil
}
