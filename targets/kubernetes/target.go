// Package kubernetes renders instances as PaaSTA's controllers would create them: workloads with all that belongs to
// them, custom resources, and the namespaces they live in.
//
// Every field and every config_sha is PaaSTA's own, so values stay what the user wrote (see package model). What PaaSTA
// refuses is an error here, at the place of the value; what the API server would refuse is one, too.
package kubernetes

import (
	"sync"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/target"
)

// Target is the Kubernetes back end.
var Target = target.Target{
	Name: "kubernetes",
	Doc: `Kubernetes objects of instances

One file an instance: workload, disruption budget, autoscaler, in apply order; or its custom resource. Namespaces with
their role binding, limits and service accounts are in kubernetes/_cluster.`,
	SystemKeys: systemKeys,
	Files:      files,
	Effects:    effects,
	Compile:    compile,
	Link:       link,
}

// compile renders one service in one cluster: instances of kubernetes-*.yaml and eks-*.yaml, custom resources, and the
// definition in crd-*.yaml.
func compile(s *config.Service, report finding.Report) target.Output {
	c := &compilation{Service: s, report: report, paths: map[string]bool{}, names: map[objectName]*config.Instance{}}
	c.settings = loadSettings(s.Cluster)
	room := hashTexts.Get().(*[]byte)
	c.text = *room
	defer func() {
		*room = c.text
		hashTexts.Put(room)
	}()
	for _, i := range s.Instances() {
		if i.RunsPods() {
			c.workload(i)
		}
		if kind := c.settings.resources[i.Type]; kind != nil {
			c.customResource(i, kind)
		}
	}
	c.definition()
	return target.Output{Files: c.files, Facts: c.facts()}
}

// hashTexts have room for the text that config_sha hashes: some 20 kB, and gone once hashed.
var hashTexts = sync.Pool{New: func() any { return new([]byte) }}

// compilation is one service in one cluster while it is compiled.
type compilation struct {
	*config.Service
	settings   *settings
	report     finding.Report
	files      []target.File
	paths      map[string]bool
	names      map[objectName]*config.Instance
	namespaces []string
	accounts   []account
	needs      []need
	text       []byte // room for the text that config_sha hashes, one instance after the other
}

// objectName is what two objects of a cluster cannot share.
type objectName struct{ kind, namespace, name string }

// add writes the objects of an instance to kubernetes/<service>/<instance>.yaml; an instance of the same name and of
// another type gets its type into the file name.
func (c *compilation) add(i *config.Instance, docs []any) {
	path := "kubernetes/" + c.Name + "/" + i.Name
	for c.paths[path] {
		path += "." + i.Type
	}
	c.paths[path] = true
	c.files = append(c.files, target.File{Path: path + ".yaml", Docs: docs})
}

// reserve takes a name for an instance's object. It reports the collision and returns false when another instance of
// the service has it already.
func (c *compilation) reserve(i *config.Instance, name objectName) bool {
	other := c.names[name]
	if other == nil {
		c.names[name] = i
		return true
	}
	f := i.Finding(finding.Finding{Code: finding.NameCollision,
		Message: "the instance gets the Kubernetes name " + name.name + ", which " + other.Name + " has already",
		Notes:   []finding.Note{{At: other.Position(), Message: "the other instance"}}})
	if other.Name == i.Name {
		f.Code, f.Severity = finding.InstanceTwice, finding.Warning
		f.Message = "the instance stands in " + other.File() + ", too, which is rendered; this one is not"
	}
	c.report(f)
	return false
}
