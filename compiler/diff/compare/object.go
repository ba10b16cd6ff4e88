package compare

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/diff"
	"github.com/paasta-render/paasta-render/compiler/diff/value"
	"github.com/paasta-render/paasta-render/compiler/effect"
	"github.com/paasta-render/paasta-render/compiler/layout"
)

// entity is an object with its content, on one side.
type entity struct {
	diff.Object
	doc    *value.Node
	scaler *entity // of a workload: the autoscaler in the same file
	budget *entity // of a workload: the disruption budget in the same file
	target *entity // of an autoscaler or a budget: what it is about
	other  *entity // of an autoscaler or a budget on one side only: its target on the other side
	known  effect.Table
	made   *layout.Files // what is known of its file; nil in tests
}

// owner is whose the objects of one file are.
type owner struct{ service, instance, team, pool string }

// builtIn are the API groups that the API server itself decodes.
var builtIn = map[string]bool{
	"": true, "apps": true, "batch": true, "autoscaling": true, "policy": true, "networking.k8s.io": true,
	"rbac.authorization.k8s.io": true, "storage.k8s.io": true, "scheduling.k8s.io": true,
	"coordination.k8s.io": true, "admissionregistration.k8s.io": true,
}

// isCore tells whether an object is one of Kubernetes' own kinds.
func (e *entity) isCore() bool {
	known, _ := e.known.Kind(e.Kind, e.Group)
	return builtIn[e.Group] && known.Kubernetes
}

// entities lists the objects of a file, parsed into docs.
func entities(known *layout.Layout, path string, docs []*value.Node) []*entity {
	cluster, file, found := strings.Cut(path, "/")
	if !found {
		cluster, file = "", path
	}
	var all []*entity
	made := known.Of(file)
	for i, doc := range docs {
		all = append(all, entitiesOf(made, cluster, file, i, doc)...)
	}
	linkScalers(all)
	shared := ownerOf(known, file, all)
	for _, e := range all {
		e.File, e.known, e.made = path, known.Effects(), made
		e.Service = first(e.Service, shared.service)
		e.Instance = first(e.Instance, shared.instance)
		e.Team = first(e.Team, shared.team)
		e.Pool = first(e.Pool, shared.pool)
	}
	return all
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// entitiesOf turns one document into objects: one, unless it is a file of named entries.
func entitiesOf(known *layout.Files, cluster, file string, index int, doc *value.Node) []*entity {
	if known.Entries != nil {
		return split(known.Entries, cluster, file, doc)
	}
	apiVersion, kind := doc.At("apiVersion"), doc.At("kind")
	if d := known.Dialect; kind == "" && d != nil {
		apiVersion, kind = doc.At(d.Version), doc.At(d.Kind)
		kind = first(d.Renamed[kind], kind)
	}
	e := &entity{doc: doc}
	e.Cluster, e.Kind = cluster, kind
	if group, _, found := strings.Cut(apiVersion, "/"); found {
		e.Group = group
	}
	e.Namespace, e.Name = doc.At("metadata", "namespace"), doc.At("metadata", "name")
	label := func(key string) string { return doc.At("metadata", "labels", key) }
	e.Service = first(label("paasta.yelp.com/service"), label("yelp.com/paasta_service"))
	e.Instance = first(label("paasta.yelp.com/instance"), label("yelp.com/paasta_instance"))
	if e.Kind == "" || e.Name == "" {
		e.Kind = first(e.Kind, "File")
		e.Name = first(e.Name, file)
		if index > 0 {
			e.Name += "#" + strconv.Itoa(index+1)
		}
	}
	return []*entity{e}
}

// ownerOf finds out whose file it is: by its path, and by the workload in it.
func ownerOf(known *layout.Layout, file string, all []*entity) owner {
	var shared owner
	shared.service, shared.instance = known.Owner(file)
	for _, e := range all {
		template := podTemplate(&e.Object, e.doc)
		if template == nil {
			continue
		}
		shared.pool = template.At("metadata", "labels", "paasta.yelp.com/pool")
		shared.team = template.Variable(teamVariable)
		break
	}
	return shared
}

// teamVariable holds the team in the environment of a workload's containers. PaaSTA: InstanceConfig.get_env_dictionary.
const teamVariable = "PAASTA_MONITORING_TEAM"
