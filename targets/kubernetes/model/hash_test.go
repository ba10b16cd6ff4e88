package model

import (
	"bufio"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// TestAttributes holds every struct that is hashed against the attribute list of its model in every client.
func TestAttributes(t *testing.T) {
	for i, version := range Clients() {
		t.Run(version, func(t *testing.T) { checkAttributes(t, Client(i)) })
	}
}

func checkAttributes(t *testing.T, c Client) {
	want := clientModels(t, c)
	seen := map[string]bool{}
	for _, root := range []reflect.Type{reflect.TypeFor[Deployment](), reflect.TypeFor[StatefulSet](),
		reflect.TypeFor[Affinity](), reflect.TypeFor[PodSecurityContext](), reflect.TypeFor[TopologySpreadConstraint]()} {
		eachStruct(root, func(s reflect.Type) {
			seen[s.Name()] = true
			var got []string
			for name := range c.Attributes(s) {
				if name != "paasta_secrets" {
					got = append(got, name)
				}
			}
			if s.Name() == "DeploymentSpec" || s.Name() == "StatefulSetSpec" {
				got = append(got, "replicas") // PaaSTA removes them before it hashes
			}
			slices.Sort(got)
			if !slices.Equal(got, want[s.Name()]) {
				t.Errorf("%s has the attributes\n%v, the client's model has\n%v", s.Name(), got, want[s.Name()])
			}
		})
	}
	for name := range want {
		if !seen[name] {
			t.Errorf("the client's model %s has no struct", name)
		}
	}
}

func clientModels(t *testing.T, c Client) map[string][]string {
	f, err := os.Open("testdata/client-" + c.String() + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	models := map[string][]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, attributes, _ := strings.Cut(lines.Text(), ": ")
		models[name] = strings.Fields(attributes)
	}
	return models
}

func eachStruct(t reflect.Type, visit func(reflect.Type)) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		if t != reflect.TypeFor[Value]() {
			eachStruct(t.Elem(), visit)
		}
	case reflect.Struct:
		visit(t)
		for i := range t.NumField() {
			if t.Field(i).Name != "_" {
				eachStruct(t.Field(i).Type, visit)
			}
		}
	}
}

// TestFieldsAreKubernetes holds every struct against its k8s.io/api type: same names, compatible kinds.
func TestFieldsAreKubernetes(t *testing.T) {
	for _, pair := range []struct{ ours, theirs reflect.Type }{
		{reflect.TypeFor[Deployment](), reflect.TypeFor[appsv1.Deployment]()},
		{reflect.TypeFor[StatefulSet](), reflect.TypeFor[appsv1.StatefulSet]()},
		{reflect.TypeFor[Affinity](), reflect.TypeFor[corev1.Affinity]()},
		{reflect.TypeFor[PodSecurityContext](), reflect.TypeFor[corev1.PodSecurityContext]()},
		{reflect.TypeFor[TopologySpreadConstraint](), reflect.TypeFor[corev1.TopologySpreadConstraint]()},
		{reflect.TypeFor[HorizontalPodAutoscaler](), reflect.TypeFor[autoscalingv2.HorizontalPodAutoscaler]()},
		{reflect.TypeFor[PodDisruptionBudget](), reflect.TypeFor[policyv1.PodDisruptionBudget]()},
		{reflect.TypeFor[ServiceAccount](), reflect.TypeFor[corev1.ServiceAccount]()},
		{reflect.TypeFor[Namespace](), reflect.TypeFor[corev1.Namespace]()},
		{reflect.TypeFor[RoleBinding](), reflect.TypeFor[rbacv1.RoleBinding]()},
		{reflect.TypeFor[LimitRange](), reflect.TypeFor[corev1.LimitRange]()},
	} {
		compatible(t, pair.ours.Name(), pair.ours, pair.theirs)
	}
}

func compatible(t *testing.T, path string, ours, theirs reflect.Type) {
	for theirs.Kind() == reflect.Pointer {
		theirs = theirs.Elem()
	}
	if ours == reflect.TypeFor[Value]() || ours.Kind() == reflect.Interface {
		return
	}
	if ours.Kind() == reflect.Pointer {
		ours = ours.Elem()
	}
	switch {
	case theirs == reflect.TypeFor[intstr.IntOrString](), theirs == reflect.TypeFor[resource.Quantity]():
		if ours.Kind() != reflect.String {
			t.Errorf("%s is a %s, Kubernetes has a %s", path, ours, theirs)
		}
		return
	case ours.Kind() == reflect.Int64 && (theirs.Kind() == reflect.Int32 || theirs.Kind() == reflect.Int64):
		return
	case ours.Kind() != theirs.Kind():
		t.Errorf("%s is a %s, Kubernetes has a %s", path, ours, theirs)
		return
	}
	switch ours.Kind() {
	case reflect.Slice:
		compatible(t, path+"[]", ours.Elem(), theirs.Elem())
	case reflect.Map:
		compatible(t, path+"{}", ours.Elem(), theirs.Elem())
	case reflect.Struct:
		for i := range ours.NumField() {
			f := ours.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" || name == "-" {
				continue
			}
			other, ok := apiField(theirs, name)
			if !ok {
				t.Errorf("%s.%s: Kubernetes has no such field", path, name)
				continue
			}
			compatible(t, path+"."+name, f.Type, other)
		}
	}
}

func TestSnakeCase(t *testing.T) {
	for name, want := range map[string]string{
		"hostIPC": "host_ipc", "exec": "_exec", "setHostnameAsFQDN": "set_hostname_as_fqdn", "volumeID": "volume_id",
		"awsElasticBlockStore": "aws_elastic_block_store", "os": "os", "apiVersion": "api_version", "httpGet": "http_get",
	} {
		if got := snakeCase(name); got != want {
			t.Errorf("snakeCase(%q) = %q, want %q", name, got, want)
		}
	}
}
