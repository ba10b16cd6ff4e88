package live

import (
	"encoding/json"
	"reflect"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
)

// typeOf returns an empty object of Kubernetes' own type; nil for kinds that are not known here, such as custom
// resources.
func typeOf(apiVersion, kind string) any {
	switch apiVersion + " " + kind {
	case "apps/v1 Deployment":
		return new(appsv1.Deployment)
	case "apps/v1 StatefulSet":
		return new(appsv1.StatefulSet)
	case "apps/v1 DaemonSet":
		return new(appsv1.DaemonSet)
	case "batch/v1 CronJob":
		return new(batchv1.CronJob)
	case "autoscaling/v2 HorizontalPodAutoscaler":
		return new(autoscalingv2.HorizontalPodAutoscaler)
	case "policy/v1 PodDisruptionBudget":
		return new(policyv1.PodDisruptionBudget)
	case "v1 Service":
		return new(corev1.Service)
	case "v1 ServiceAccount":
		return new(corev1.ServiceAccount)
	case "v1 Namespace":
		return new(corev1.Namespace)
	case "v1 LimitRange":
		return new(corev1.LimitRange)
	case "v1 ConfigMap":
		return new(corev1.ConfigMap)
	case "networking.k8s.io/v1 NetworkPolicy":
		return new(networkingv1.NetworkPolicy)
	case "rbac.authorization.k8s.io/v1 RoleBinding":
		return new(rbacv1.RoleBinding)
	case "rbac.authorization.k8s.io/v1 ClusterRoleBinding":
		return new(rbacv1.ClusterRoleBinding)
	case "rbac.authorization.k8s.io/v1 Role":
		return new(rbacv1.Role)
	case "rbac.authorization.k8s.io/v1 ClusterRole":
		return new(rbacv1.ClusterRole)
	case "scheduling.k8s.io/v1 PriorityClass":
		return new(schedulingv1.PriorityClass)
	}
	return nil
}

// canonical returns an object as the API server holds it, as far as a manifest can say it: quantities and numbers
// in one form, defaults filled in, no status, and of the metadata only name, namespace, labels and annotations.
// Objects of unknown kinds keep what they have.
func canonical(o *Object) map[string]any {
	doc := map[string]any{}
	for key, value := range o.doc {
		if key != "status" {
			doc[key] = value
		}
	}
	doc["metadata"] = ownMetadata(mapping(o.doc["metadata"]))
	data, err := json.Marshal(doc)
	if object := typeOf(o.APIVersion, o.Kind); err == nil && object != nil && json.Unmarshal(data, object) == nil {
		setDefaults(object)
		data, err = json.Marshal(object)
	} // what Kubernetes' types do not hold differs from all that the API server has
	doc = nil
	if err == nil {
		err = json.Unmarshal(data, &doc)
	}
	if err != nil { // what was decoded can be encoded
		return map[string]any{}
	}
	delete(doc, "status")
	doc["metadata"] = ownMetadata(mapping(doc["metadata"]))
	integers(doc)
	return doc
}

// integers makes integers of whole numbers, which encoding/json has read as floating-point numbers. It returns the
// value.
func integers(v any) any {
	switch value := v.(type) {
	case float64:
		if whole := int64(value); float64(whole) == value {
			return whole
		}
	case map[string]any:
		for key := range value {
			value[key] = integers(value[key])
		}
	case []any:
		for i := range value {
			value[i] = integers(value[i])
		}
	}
	return v
}

// ownMetadata leaves of an object's metadata what a manifest says.
func ownMetadata(metadata map[string]any) map[string]any {
	own := map[string]any{}
	for _, key := range []string{"name", "namespace", "labels", "annotations"} {
		if value, found := metadata[key]; found && !empty(value) {
			own[key] = value
		}
	}
	return own
}

func equal(a, b any) bool { return reflect.DeepEqual(a, b) }

// or sets a pointer that is not set.
func or[T any](field **T, value T) {
	if *field == nil {
		*field = &value
	}
}

// orText sets a text that is empty.
func orText[T ~string](field *T, value T) {
	if *field == "" {
		*field = value
	}
}
