package effect

// orphan is the way out for workloads: the pods run on without the object, and its successor takes them over.
var orphan = []string{
	"stop the agent for this object (Flux: annotation kustomize.toolkit.fluxcd.io/reconcile: disabled)",
	"kubectl -n NAMESPACE delete KIND NAME --cascade=orphan: the pods run on",
	"let the agent apply again: the new object takes the pods over and replaces them one after another",
}

// anew is the way out for objects without pods of their own.
var anew = []string{
	"kubectl -n NAMESPACE delete KIND NAME: nothing has the object until the agent applies again",
	"let the agent apply again",
}

// ways are what to do about a refused change, by kind. NAMESPACE, KIND and NAME are the object's.
var ways = map[string][]string{
	"Deployment":  orphan,
	"ReplicaSet":  orphan,
	"DaemonSet":   orphan,
	"StatefulSet": orphan,
	"Job": {
		"kubectl -n NAMESPACE delete KIND NAME: its pods end with it",
		"let the agent apply again: the job starts from the beginning",
	},
	"Service": {
		"kubectl -n NAMESPACE delete KIND NAME: clients of its address fail until the agent applies again",
		"let the agent apply again: it gets another address",
	},
	"PersistentVolumeClaim": {
		"make a claim of another name, and copy the data; a claim never shrinks",
	},
	"PersistentVolume": {"make a volume of another name"},
	"StorageClass":     {"make a class of another name; volumes that exist stay as they are", "or: " + anew[0], anew[1]},
	"PriorityClass":    {"make a class of another name, which running pods do not have", "or: " + anew[0], anew[1]},
	"CustomResourceDefinition": {
		"keep the definition, and make one of another name: to delete it deletes every object of its kind",
	},
}

// grow is the way out for a claim template that asks for another size.
var grow = []string{
	"kubectl -n NAMESPACE patch pvc CLAIM -p '{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"SIZE\"}}}}' for each claim, if it grows",
}

// WayOut returns what to do, step by step, about a change of a field that the API server refuses. The words NAMESPACE,
// KIND, NAME, CLAIM and SIZE are for the caller, or the reader, to fill in.
func WayOut(kind, path string) []string {
	steps, known := ways[kind]
	if !known {
		steps = anew
	}
	if kind == "StatefulSet" && below(path, "spec.volumeClaimTemplates") {
		return append(append([]string{}, grow...), steps...)
	}
	return steps
}
