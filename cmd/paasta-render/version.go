package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/targets/kubernetes"
	"github.com/paasta-render/paasta-render/targets/tron"
)

func newVersion(s streams) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version, and the versions of PaaSTA and its libraries that are matched",
		Example: "  paasta-render version",
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintf(s.out, "paasta-render %s (%s)\n", version(), runtime.Version())
			fmt.Fprintf(s.out, "matches PaaSTA %s and Tron %s\n", paastaVersion, tronVersion)
			fmt.Fprintf(s.out, "Kubernetes client %s (--kubernetes-client, or kubernetes_client in the system config)\n",
				markDefault(kubernetes.Clients(), kubernetes.Clients()[0]))
			fmt.Fprintf(s.out, "croniter %s (--croniter, or croniter in the system config)\n",
				markDefault(tron.CroniterVersions(), tron.DefaultCroniter))
			return nil
		},
	}
}

// The releases whose output is reproduced.
const (
	paastaVersion = "1.64.0"
	tronVersion   = "3.10.5"
)

// markDefault lists versions with the default one marked.
func markDefault(versions []string, standard string) string {
	shown := slices.Clone(versions)
	for i, v := range shown {
		if v == standard {
			shown[i] = v + " (default)"
		}
	}
	return strings.Join(shown, ", ")
}

// released is the version of a release, which the linker sets; empty in other builds.
var released string

// version is the release, else the module's version, else the commit it was built from.
func version() string {
	if released != "" {
		return released
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return "devel"
}
