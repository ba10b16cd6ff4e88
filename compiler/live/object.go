package live

import "strings"

// Object is a Kubernetes object, running or rendered.
type Object struct {
	APIVersion, Kind, Namespace, Name string
	// File is where a rendered object is in the output tree, or the dump that a running one is from.
	File string
	doc  map[string]any
}

// newObject takes a decoded manifest; ok is false when it is none.
func newObject(file string, doc map[string]any) (o Object, ok bool) {
	o = Object{File: file, doc: doc}
	o.APIVersion, _ = doc["apiVersion"].(string)
	o.Kind, _ = doc["kind"].(string)
	meta := mapping(doc["metadata"])
	o.Namespace, _ = meta["namespace"].(string)
	o.Name, _ = meta["name"].(string)
	return o, o.APIVersion != "" && o.Kind != "" && o.Name != ""
}

// Group returns the API group of the object; empty for Kubernetes' core.
func (o *Object) Group() string {
	group, _, found := strings.Cut(o.APIVersion, "/")
	if !found {
		return ""
	}
	return group
}

// id is what a cluster knows an object by: any version of its API group means the same one.
type id struct{ group, kind, namespace, name string }

func (o *Object) id() id { return id{o.Group(), o.Kind, o.Namespace, o.Name} }

// String is kind, namespace and name as people write them: Deployment paastasvc-web/web-main.
func (o *Object) String() string {
	if o.Namespace == "" {
		return o.Kind + " " + o.Name
	}
	return o.Kind + " " + o.Namespace + "/" + o.Name
}

// Service returns the PaaSTA service that the object's labels name; empty when they name none.
func (o *Object) Service() string {
	for _, key := range []string{"paasta.yelp.com/service", "yelp.com/paasta_service"} {
		if service := o.label(key); service != "" {
			return service
		}
	}
	return ""
}

// ConfigSHA returns PaaSTA's hash of the object's configuration; empty when the object has none.
func (o *Object) ConfigSHA() string {
	if sha := o.label("paasta.yelp.com/config_sha"); sha != "" {
		return sha
	}
	return o.label("yelp.com/paasta_config_sha")
}

func (o *Object) label(key string) string {
	value, _ := mapping(mapping(o.doc["metadata"])["labels"])[key].(string)
	return value
}

// IsWorkload tells whether the object has pods of its own that a change may replace.
func (o *Object) IsWorkload() bool {
	return o.Group() == "apps" && (o.Kind == "Deployment" || o.Kind == "StatefulSet" || o.Kind == "DaemonSet")
}

// owned tells whether another object made this one, as a Deployment makes ReplicaSets.
func (o *Object) owned() bool {
	owners, _ := mapping(o.doc["metadata"])["ownerReferences"].([]any)
	return len(owners) > 0
}

// mapping returns a value as a mapping; nil, which can be read, when it is something else.
func mapping(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}
