package publish

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Unknown returns the clusters among those given that hydrator.metadata does not know.
func Unknown(clusters []string, file []byte) []string {
	var m metadata
	_ = json.Unmarshal(file, &m) // then it is empty
	return slices.DeleteFunc(slices.Clone(clusters), func(c string) bool { return slices.Contains(m.Clusters, c) })
}

// EntryPoint is the file of a cluster's folder that its agent reads.
const EntryPoint = "kustomization.yaml"

// Taken reports clusters whose folder another writer made: it has an entry point, nothing else that is rendered, and
// hydrator.metadata does not know it. To replace the entry point would delete all that it names. Before are the paths
// of the clusters' files.
func Taken(before []string, file []byte) []finding.Finding {
	var m metadata
	_ = json.Unmarshal(file, &m) // then it is empty
	had := map[string]int{}      // files by cluster
	for _, path := range before {
		cluster, _, _ := strings.Cut(path, "/")
		had[cluster]++
	}
	var taken []finding.Finding
	for _, path := range before {
		cluster, name, _ := strings.Cut(path, "/")
		if name == EntryPoint && had[cluster] == 1 && !slices.Contains(m.Clusters, cluster) {
			taken = append(taken, finding.Finding{Code: finding.FolderTaken, At: finding.Position{File: path}, Cluster: cluster,
				Message:    "another writer's " + EntryPoint + " is in the folder of the cluster " + cluster,
				Suggestion: "another repository or --branch, or move what is there"})
		}
	}
	return taken
}
