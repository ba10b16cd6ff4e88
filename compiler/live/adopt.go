package live

import (
	"fmt"
	"slices"
)

// Agent is who applies the tree from now on.
type Agent struct {
	Name    string // as people call it: flux
	Manager string // the field manager of its server-side apply
}

// Agents are the appliers that are known, Flux first.
func Agents() []Agent {
	return []Agent{{"flux", "kustomize-controller"}, {"argocd", "argocd-controller"}, {"kubectl", "kubectl"}}
}

// The manager and the subresource with which Kubernetes' autoscaler writes the number of pods.
const (
	autoscaler = "kube-controller-manager"
	scale      = "scale"
)

// The operations of metadata.managedFields.
const (
	applied = "Apply"
	updated = "Update"
)

// Operation is one of RFC 6902.
type Operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

// Patch hands the fields of one object over. It changes metadata.managedFields and nothing else, so no pod, no
// generation and no controller notices.
type Patch struct {
	Object
	// Operations are a JSON patch. It is refused when another manager has written the object since the dump.
	Operations []Operation
	// Replicas is set when the number of pods goes to the autoscaler.
	Replicas bool
	// Left are the paths of what the old managers keep, since the tree does not have it.
	Left []string
	// handed is set when the old managers own something that the tree has.
	handed bool
}

// Handover says who hands fields over to whom.
type Handover struct {
	From  []string // field managers: PaaSTA's client is "paasta"
	Agent Agent
	// All hands over what the tree leaves out, too: then the agent deletes it when it first applies the tree.
	All bool
}

// Adopted is what Adopt found.
type Adopted struct {
	Patches []Patch
	// Done are objects that own nothing to hand over: the agent made them, or an earlier patch did.
	Done []Object
	// Unrendered are objects of the old managers that the tree does not have. They are left alone.
	Unrendered []Object
	// Unsaid are rendered objects whose dump says nothing of managers: it was made without --show-managed-fields.
	Unsaid []Object
}

// Left counts the objects in which the old managers keep a field, by its path.
func (a *Adopted) Left() map[string]int {
	left := map[string]int{}
	for i := range a.Patches {
		for _, path := range a.Patches[i].Left {
			left[path]++
		}
	}
	return left
}

// Adopt returns the patches that hand the fields of running objects over to an agent, and the number of pods to the
// autoscaler where the rendered object leaves it out. From then on a field that leaves the tree leaves the cluster,
// too.
func (h Handover) Adopt(rendered, running []Object) (Adopted, error) {
	var a Adopted
	ours := byID(rendered)
	for i := range running {
		o := &running[i]
		tree := ours[o.id()]
		all := o.managers()
		old := slices.ContainsFunc(all, h.old)
		switch {
		case tree == nil && old && !o.owned():
			a.Unrendered = append(a.Unrendered, *o)
		case tree == nil:
		case len(all) == 0:
			a.Unsaid = append(a.Unsaid, *o)
		case !old:
			a.Done = append(a.Done, *o)
		default:
			p, err := h.patch(o, tree, all)
			switch {
			case err != nil:
				return a, fmt.Errorf("%s: %w", o, err)
			case p.handed:
				a.Patches = append(a.Patches, p)
			default:
				a.Done = append(a.Done, *o)
			}
		}
	}
	return a, nil
}

// old tells whether an entry is of a manager that hands over. What a subresource such as status wrote stays.
func (h Handover) old(e entry) bool {
	return e.operation == updated && e.subresource == "" && slices.Contains(h.From, e.manager)
}

// patch makes the patch of one object: what the old managers own and the tree has becomes the agent's. What the
// tree leaves out stays theirs unless all is handed over: the agent would delete it at once, and pods with it.
func (h Handover) patch(o, tree *Object, all []entry) (Patch, error) {
	p := Patch{Object: *o}
	p.File = tree.File
	was, is := canonical(o), canonical(tree)
	taken, err := h.taken(all)
	if err != nil {
		return p, err
	}
	handed, scaled := set{}, false
	var gone []int
	for i, e := range all {
		scaled = scaled || e.subresource == scale && has(e.fields, "f:spec", "f:replicas")
		if !h.mine(e) && !h.old(e) {
			continue
		}
		p.test(e)
		both, left := e.fields, set{}
		if !h.mine(e) {
			p.Replicas = p.Replicas || tree.leavesReplicas() && has(both, "f:spec", "f:replicas")
			if tree.leavesReplicas() {
				both = without(both, "f:spec", "f:replicas")
			}
			if !h.All {
				both, left = split(both, was, is)
			}
			p.handed = p.handed || p.Replicas || len(both) > 0
		}
		handed = union(handed, both)
		if len(left) == 0 {
			gone = append(gone, i)
			continue
		}
		paths(left, was, "", func(path string) { p.Left = append(p.Left, path) })
		p.add("replace", fmt.Sprintf("/metadata/managedFields/%d/fieldsV1", i), left)
	}
	for _, i := range slices.Backward(gone) {
		p.add("remove", fmt.Sprintf("/metadata/managedFields/%d", i), nil)
	}
	p.add("add", "/metadata/managedFields/-", written(h.Agent.Manager, applied, taken, handed))
	if p.Replicas && !scaled {
		e := written(autoscaler, updated, taken, set{"f:spec": set{"f:replicas": set{}}})
		e["subresource"] = scale
		p.add("add", "/metadata/managedFields/-", e)
	}
	return p, nil
}

// mine tells whether an entry is the agent's own.
func (h Handover) mine(e entry) bool {
	return e.operation == applied && e.manager == h.Agent.Manager && e.subresource == ""
}

// taken returns an entry with the API version and the time of what the agent takes over.
func (h Handover) taken(all []entry) (taken entry, err error) {
	for _, e := range all {
		if !h.mine(e) && !h.old(e) {
			continue
		}
		if taken.apiVersion != "" && taken.apiVersion != e.apiVersion {
			return taken, fmt.Errorf("the managers %v own fields in two API versions, %s and %s: one more write by PaaSTA "+
				"makes them one", append(slices.Clone(h.From), h.Agent.Manager), taken.apiVersion, e.apiVersion)
		}
		taken.apiVersion, taken.time = e.apiVersion, max(taken.time, e.time)
	}
	return taken, nil
}

// test makes the patch fail when an entry is no longer what the dump says.
func (p *Patch) test(e entry) {
	path := fmt.Sprintf("/metadata/managedFields/%d", e.index)
	p.add("test", path+"/manager", e.manager)
	p.add("test", path+"/operation", e.operation)
	if e.time != "" {
		p.add("test", path+"/time", e.time)
	}
}

func (p *Patch) add(op, path string, value any) {
	p.Operations = append(p.Operations, Operation{op, path, value})
}

// written is an entry of metadata.managedFields, with the API version and the time of another one.
func written(manager, operation string, like entry, fields set) map[string]any {
	e := map[string]any{
		"manager": manager, "operation": operation, "apiVersion": like.apiVersion,
		"fieldsType": "FieldsV1", "fieldsV1": fields,
	}
	if like.time != "" {
		e["time"] = like.time
	}
	return e
}

// leavesReplicas tells whether a rendered workload leaves its number of pods to an autoscaler.
func (o *Object) leavesReplicas() bool {
	_, said := mapping(o.doc["spec"])["replicas"]
	return !said && o.Group() == "apps" && (o.Kind == "Deployment" || o.Kind == "StatefulSet")
}

// Return is the way back: it hands the fields of an agent to an old manager, the first of From. What the autoscaler
// got, it keeps: PaaSTA's own writes repeat the number of pods that they find.
func (h Handover) Return(rendered, running []Object) Adopted {
	var a Adopted
	ours := byID(rendered)
	for i := range running {
		o := &running[i]
		tree, all := ours[o.id()], o.managers()
		if tree == nil {
			continue
		}
		mine := slices.IndexFunc(all, h.mine)
		switch {
		case len(all) == 0:
			a.Unsaid = append(a.Unsaid, *o)
		case mine < 0:
			a.Done = append(a.Done, *o)
		default:
			e := all[mine]
			p := Patch{Object: *o}
			p.File = tree.File
			p.test(e)
			p.add("replace", fmt.Sprintf("/metadata/managedFields/%d", mine), written(h.From[0], updated, e, e.fields))
			a.Patches = append(a.Patches, p)
		}
	}
	return a
}

func byID(objects []Object) map[id]*Object {
	all := make(map[id]*Object, len(objects))
	for i := range objects {
		all[objects[i].id()] = &objects[i]
	}
	return all
}
