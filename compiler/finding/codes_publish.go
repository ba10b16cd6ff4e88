package finding

// R1xx codes: what stops `publish`.
const (
	DeletesVolumes     Code = "R101"
	DeletesMany        Code = "R102"
	DeletesService     Code = "R103"
	DeletesCluster     Code = "R104"
	DeletesWrong       Code = "R105"
	EmptyRender        Code = "R106"
	SourceNotCommitted Code = "R107"
	FolderTaken        Code = "R108"
	RefusedChange      Code = "R109"
	DropsPods          Code = "R110"
	DeletesNamespace   Code = "R111"
)

var publishDocs = []Doc{
	{DeletesVolumes, "a workload would be deleted with its data",
		"Publishing would delete a workload that has volumes, a volume claim, or a custom resource whose " +
			"controller keeps data. What is deleted by mistake does not come back.",
		"",
		"Put the instance back, or say that it is meant: add the trailer `Allow-Delete: SERVICE.INSTANCE` to " +
			"the soa-configs commit's message."},
	{DeletesMany, "many of a cluster's workloads would be deleted",
		"More than the allowed share (10 % unless --max-deleted says otherwise) goes in one commit: more " +
			"often a broken template or a wrong --system-dir than a wish.",
		"",
		"Look at the list; if it is meant, name the cluster or the workloads in an `Allow-Delete:` trailer."},
	{DeletesService, "everything of a service would be deleted",
		"The cluster's tree has nothing left of the service's instances, or of its Tron jobs.",
		"",
		"Put the service back, or add the trailer `Allow-Delete: SERVICE`."},
	{DeletesCluster, "everything in a cluster would be deleted",
		"The cluster is not named in the system config any more, or nothing is rendered for it.",
		"",
		"Put the cluster back into `clusters`, or add the trailer `Allow-Delete: CLUSTER`."},
	{DeletesWrong, "a workload would be deleted because its configuration is wrong",
		"With --keep-going an instance with an error is left out, and the GitOps agent would delete what " +
			"runs. PaaSTA leaves it running.",
		"",
		"Correct the instance; `Allow-Delete:` does it, too."},
	{EmptyRender, "nothing is rendered",
		"An empty tree would delete everything. No trailer allows it.",
		"",
		"Check --soa-dir, --system-dir and --cluster."},
	{SourceNotCommitted, "a file that was read is not what the commit holds",
		"The published commit names the source commit that it was made from; what was rendered is not what " +
			"that commit says. deployments.json may differ, since it is generated.",
		"",
		"Commit the change, render a revision with --rev, or pass --allow-dirty."},
	{RefusedChange, "the API server would refuse a change",
		"The change touches a field that cannot be changed once the object exists. The API server refuses " +
			"the object, and an agent that applies a tree as a whole then applies nothing of it, other services' " +
			"changes included, until somebody acts.",
		"",
		"Undo the change, or do what the message says, step by step; then add the trailer `Allow-Refused: " +
			"SERVICE.INSTANCE` to the soa-configs commit's message."},
	{DropsPods, "a workload would drop to one pod",
		"The manifest loses spec.replicas, because an autoscaler takes the number of pods over. The API " +
			"server then puts its default there, 1: all pods but one end at once, whatever the rollout strategy " +
			"says, and the autoscaler starts new ones only later.",
		"",
		"Run the command of the message first: it makes another field manager own the number. Then add the " +
			"trailer `Allow-Drop: SERVICE.INSTANCE` to the soa-configs commit's message."},
	{DeletesNamespace, "a namespace would be deleted",
		"A namespace that is deleted takes everything in it along, also what others keep there: secrets, " +
			"claims, workloads. PaaSTA never deletes one.",
		"",
		"Keep an instance in the namespace, or add the trailer `Allow-Delete: NAMESPACE` to the soa-configs " +
			"commit's message."},
	{FolderTaken, "a cluster's folder is another writer's",
		"The folder in the output repository has a kustomization.yaml that was not rendered. To replace it " +
			"would delete everything that it names.",
		"",
		"Publish to another repository or --branch, or move what is there."},
}
