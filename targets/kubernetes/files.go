package kubernetes

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/target"
)

// files are the kinds of files that the target makes: kubernetes/<service>/<instance>.yaml, and the cluster's own objects.
var files = []target.Files{
	target.ClusterManifests(),
	{
		Prefix: "kubernetes/", Owner: fileOwner, Delivery: target.AsManifest,
		Guards: "every instance", Workload: true,
		ReadsInstances: func(kind string) bool { return kind != "tron" },
	},
}

// fileOwner returns the service and the instance that kubernetes/<service>/<instance>.yaml is called after.
func fileOwner(path string) (service, instance string) {
	parts := strings.Split(strings.TrimSuffix(path, ".yaml"), "/")
	if len(parts) < 3 {
		return "", ""
	}
	return parts[1], parts[2]
}
