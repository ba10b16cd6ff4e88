// Package target is the contract between the compiler and its back ends. A back end is a value of the type Target: a
// package in targets/ declares it, and targets.All lists it. Nothing else names it.
//
// How to write one:
//
//   - Compile gets one service in one cluster and returns its files. It is pure: no disk, no clock, no environment, and no
//     order between services, for several are compiled at once.
//   - What Link needs to know of a service goes into Output.Facts: strings and numbers, never nodes or objects, since
//     the facts of all services are kept. Link runs when all services are compiled, cluster by cluster.
//   - Agent is for GitOps agents: it gets the build units of the finished tree (Unit) and makes the objects that an agent
//     follows them by. Custom resource definitions are in DefinitionFolder, for resources wait for it.
//   - Nodes is for targets that describe the nodes of a cluster. The compiler then holds the pods of every file with
//     Workload against them.
//   - Company makes what belongs to no cluster. Its files are in OUT/_company/, and it is called only when every cluster
//     of the company is rendered.
//   - SystemKeys names the keys of the system config that the target reads, also those that packages read for it, such as
//     monitoring. System.Get returns nil for every other key, and the golden tests fail when another is asked for. A change
//     of a declared key is what makes diff compile the target.
//   - Optional says that the target renders only where the system config names it: `targets: [NAME]`, in all clusters or
//     in clusters/CLUSTER/. The command line's --target narrows what is rendered and never adds to it.
//   - Files says of each kind of file where it is, whose it is, how its objects are named (Entries, Dialect), how it
//     reaches the cluster (Delivery), whether publish stops when all of a service's go (Guards, Workload), and from which
//     instance files it is made (ReadsInstances). A file of which nothing is said is in the tree, in no ConfigMap, and its
//     documents are read as Kubernetes objects.
//   - Effects says what a change does of objects whose kind is not Kubernetes' own. What no rule covers counts as a restart.
//   - Findings documents the codes of findings that only this target reports. Their constants are in its own folder.
//   - Validate is only for targets whose files `paasta validate` judges. Of all others Compile is asked, and what it refuses
//     is a warning of validate.
//   - A namespace that several targets need is in NamespaceFile; the first target in the list makes it. Other objects of no
//     single service are in ClusterFolder; a target that makes some has ClusterManifests in its Files.
//
// A fault at a place where an earlier stage has reported an error is not reported again, so a target need not ask
// whether a schema has spoken.
package target
