// Package imports proposes soa-configs for workloads that exist as plain Kubernetes manifests: what kubectl dumps, or what
// helm template prints. It reads objects and makes files; what a file cannot say is noted, and Compare shows what rendering
// the proposal would change.
package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// Objects are the objects of manifests that a proposal can be made from, and what else was there.
type Objects struct {
	workloads []workload
	cronJobs  []batchv1.CronJob
	services  []corev1.Service
	scalers   []autoscalingv2.HorizontalPodAutoscaler
	raw       map[string]map[string]any // by kind, namespace and name
	Notes     []Note
}

// Note says what of an object soa-configs cannot express, or what a person must decide.
type Note struct {
	Object string `json:"object"` // Deployment shop/web
	Field  string `json:"field"`  // empty when it is about the whole object
	Text   string `json:"text"`
}

// workload is a Deployment or a StatefulSet.
type workload struct {
	kind string
	metav1.ObjectMeta
	replicas    *int32
	template    corev1.PodTemplateSpec
	claims      []corev1.PersistentVolumeClaim
	management  appsv1.PodManagementPolicyType
	minReady    int32
	stateful    bool
	scaledByHPA *autoscalingv2.HorizontalPodAutoscaler
}

func (w workload) id() string { return objectID(w.kind, w.Namespace, w.Name) }

func objectID(kind, namespace, name string) string {
	if namespace == "" {
		return kind + " " + name
	}
	return kind + " " + namespace + "/" + name
}

// Read adds the objects of a file. Errors say that the file is no manifest.
func (o *Objects) Read(file string, data []byte) error {
	decoder := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
	for {
		var object map[string]any
		err := decoder.Decode(&object)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if err := o.add(object); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
}

// add adds an object, or each object of a List.
func (o *Objects) add(object map[string]any) error {
	if object == nil {
		return nil
	}
	kind, _ := object["kind"].(string)
	if items, ok := object["items"].([]any); ok && (kind == "List" || kind == "") {
		for _, item := range items {
			if m, ok := item.(map[string]any); ok {
				if err := o.add(m); err != nil {
					return err
				}
			}
		}
		return nil
	}
	data, err := json.Marshal(object)
	if err != nil {
		return err
	}
	var meta struct{ Metadata metav1.ObjectMeta }
	if kind == "" || json.Unmarshal(data, &meta) != nil || meta.Metadata.Name == "" {
		return errors.New("an object has no kind or no metadata.name")
	}
	id := objectID(kind, meta.Metadata.Namespace, meta.Metadata.Name)
	if o.raw == nil {
		o.raw = map[string]map[string]any{}
	}
	o.raw[id] = object
	return o.typed(kind, id, data)
}

// typed decodes the kinds that are understood.
func (o *Objects) typed(kind, id string, data []byte) error {
	var err error
	switch kind {
	case "Deployment":
		var d appsv1.Deployment
		err = json.Unmarshal(data, &d)
		o.workloads = append(o.workloads, workload{kind: kind, ObjectMeta: d.ObjectMeta, replicas: d.Spec.Replicas,
			template: d.Spec.Template, minReady: d.Spec.MinReadySeconds})
	case "StatefulSet":
		var s appsv1.StatefulSet
		err = json.Unmarshal(data, &s)
		o.workloads = append(o.workloads, workload{kind: kind, ObjectMeta: s.ObjectMeta, replicas: s.Spec.Replicas,
			template: s.Spec.Template, claims: s.Spec.VolumeClaimTemplates, management: s.Spec.PodManagementPolicy,
			stateful: true})
	case "CronJob":
		var c batchv1.CronJob
		err = json.Unmarshal(data, &c)
		o.cronJobs = append(o.cronJobs, c)
	case "Service":
		var s corev1.Service
		err = json.Unmarshal(data, &s)
		o.services = append(o.services, s)
	case "HorizontalPodAutoscaler":
		var h autoscalingv2.HorizontalPodAutoscaler
		err = json.Unmarshal(data, &h)
		o.scalers = append(o.scalers, h)
	case "Pod", "ReplicaSet", "Endpoints", "EndpointSlice", "ControllerRevision": // others' objects, made by controllers
	default:
		o.note(id, "", "soa-configs have nothing for this kind: keep the manifest beside the rendered tree, or drop it")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", id, err)
	}
	return nil
}

func (o *Objects) note(object, field, text string) {
	n := Note{object, field, text}
	if !slices.Contains(o.Notes, n) {
		o.Notes = append(o.Notes, n)
	}
}
