package effect

import "strings"

// fates are what a GitOps agent makes of objects that leave the tree, by kind, where it is not just "pruned".
var fates = map[string]string{
	"Namespace":                "orphaned: agents are told to keep namespaces, so it stays until somebody deletes it",
	"CustomResourceDefinition": "orphaned: agents are told to keep definitions, so it stays until somebody deletes it",
	"Deployment":               "pruned with its pods",
	"DaemonSet":                "pruned with its pods",
	"ReplicaSet":               "pruned with its pods",
	"Job":                      "pruned with its pods",
	"CronJob":                  "pruned with its jobs",
	"StatefulSet":              "pruned with its pods",
	"PersistentVolumeClaim":    "pruned; stuck until no pod uses it, and then its data may go",
	"PersistentVolume":         "pruned; stuck while a claim is bound to it",
}

// builtIn are API groups without a dot, and those of Kubernetes itself: their objects need no controller to go.
func builtIn(group string) bool {
	return !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io")
}

// Fate says what becomes of an object of the cluster when it leaves the tree: whether the agent prunes it, leaves it as an
// orphan, or gets stuck. It is empty for what the cluster does not have.
func Fate(kind, group string) string {
	if group == "kustomize.config.k8s.io" { // a list of files, which no cluster has
		return ""
	}
	if !builtIn(group) {
		return "pruned; stuck on its finalizers if its controller is gone before"
	}
	if fate, known := fates[kind]; known {
		return fate
	}
	return "pruned"
}

// What becomes of an entry of a file that is no object of the cluster.
const (
	FateInConfigMap  = "leaves its ConfigMap: the program that reads it drops it when it reads again"
	FateInRepository = "no agent prunes it: orphaned, unless the program that reads the file removes what is gone"
)
