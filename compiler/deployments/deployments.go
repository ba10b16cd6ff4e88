// Package deployments makes deployments.json: which image runs for each instance, from the tags in the service's git
// repository. It is pure: who lists the tags and who writes the file is not its concern.
//
// PaaSTA: generate_deployments_for_service.py. The file equals PaaSTA's to the byte, its order of keys too.
package deployments

import (
	"encoding/json"
	"reflect"

	"github.com/paasta-render/paasta-render/compiler/python"
)

// FileName is the file's name in a service's folder. PaaSTA: TARGET_FILE.
const FileName = "deployments.json"

// Ref is a git reference as a remote lists it: annotated tags unpeeled.
type Ref struct{ Name, Hash string }

// Document is deployments.json.
type Document struct {
	instances   []entry
	deployments []deployment
}

// entry is one instance under v1 and under v2.controls.
type entry struct {
	v1, v2, image string
	control       control
}

// control says whether an instance runs. A new bounce restarts it; nil when none was ever asked for.
type control struct {
	state  string
	bounce *string
}

// deployment is one deploy group under v2.deployments.
type deployment struct {
	group        Group
	image, sha   string
	imageVersion *string
}

// JSON is the file as Python's json.dump writes it.
func (d Document) JSON() []byte {
	b := []byte(`{"v1": {`)
	for n, e := range d.instances {
		b = appendKey(b, n, e.v1)
		b = append(b, `{"docker_image": `...)
		b = python.AppendJSONString(b, e.image)
		b = append(b, ", "...)
		b = append(e.control.append(b), '}')
	}
	b = append(b, `}, "v2": {"deployments": {`...)
	for n, e := range d.deployments {
		b = appendKey(b, n, e.group.key())
		b = append(b, `{"docker_image": `...)
		b = python.AppendJSONString(b, e.image)
		b = append(b, `, "git_sha": `...)
		b = python.AppendJSONString(b, e.sha)
		b = append(b, `, "image_version": `...)
		b = append(appendNullable(b, e.imageVersion), '}')
	}
	b = append(b, `}, "controls": {`...)
	for n, e := range d.instances {
		b = appendKey(b, n, e.v2)
		b = append(b, '{')
		b = append(e.control.append(b), '}')
	}
	return append(b, "}}}"...)
}

func (c control) append(b []byte) []byte {
	b = append(b, `"desired_state": `...)
	b = python.AppendJSONString(b, c.state)
	b = append(b, `, "force_bounce": `...)
	return appendNullable(b, c.bounce)
}

func appendKey(b []byte, n int, key string) []byte {
	if n > 0 {
		b = append(b, ", "...)
	}
	b = python.AppendJSONString(b, key)
	return append(b, ": "...)
}

func appendNullable(b []byte, s *string) []byte {
	if s == nil {
		return append(b, "null"...)
	}
	return python.AppendJSONString(b, *s)
}

// Same tells whether a file says the same, whatever its order and spacing; a file that is no JSON says nothing. PaaSTA
// writes only when it does not.
func (d Document) Same(file []byte) bool {
	var there, here any
	if json.Unmarshal(file, &there) != nil {
		return false
	}
	_ = json.Unmarshal(d.JSON(), &here)
	return reflect.DeepEqual(there, here)
}

// Groups returns the deploy groups that have an image, in order.
func (d Document) Groups() []string {
	var groups []string
	for _, e := range d.deployments {
		groups = append(groups, e.group.key())
	}
	return groups
}
