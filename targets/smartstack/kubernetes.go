package smartstack

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/layout"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/target"
)

const (
	paastaNamespace = "paasta"         // where setup_istio_mesh puts everything
	unifiedService  = "paasta-routing" // reaches every namespace, by port or by the header x-yelp-svc
	unifiedPort     = 1337
	podPort         = 8888
	istioVersion    = "networking.istio.io/v1alpha3"
)

// istioNamespace is a namespace as setup_istio_mesh sees it.
type istioNamespace struct {
	name string // <service>.<namespace>
	port int64  // proxy_port; 0 when null or absent
}

// kubernetesFiles are the Services and routes that setup_istio_mesh makes, and the headless Services by which Envoy
// finds the pods. The routes are custom resources of Istio's, which a cluster without Istio refuses, and an agent then
// applies nothing at all: they are made only where the system config says `istio_mesh: true`; default false.
func kubernetesFiles(c *config.Cluster, all []*facts) []target.File {
	var namespaces []istioNamespace
	for _, f := range all {
		namespaces = append(namespaces, f.istio...)
	}
	slices.SortStableFunc(namespaces, func(a, b istioNamespace) int { return strings.Compare(a.name, b.name) })
	files := []target.File{{Path: layout.NamespaceFile(paastaNamespace), Docs: meshNamespace()}}
	files = append(files, manyObjects("mesh-services", []any{routingService(namespaces)}, namespaces, istioNamespace.meshName, namespaceService)...)
	if c.System.Get("istio_mesh").Truthy() {
		unified := virtualService(unifiedService, map[string]any{
			"hosts": []any{unifiedService, meshAddress},
			"http":  unifiedRoutes(namespaces),
		})
		files = append(files, manyObjects("mesh-istio", []any{unified}, namespaces, istioNamespace.meshName, namespaceRoute)...)
	}
	if pods := selectable(c, all); len(pods) > 0 {
		files = append(files, manyObjects("mesh-pods", nil, pods, endpointsName, headlessService)...)
	}
	return files
}

func (n istioNamespace) meshName() string { return n.name }

func endpointsName(e config.Endpoints) string { return e.Namespace + "/" + e.Name }

// manyObjects returns files of objects that are made one at a time: one file, or several that are called after their
// part where there are too many objects for a build unit. The first file has what is made once.
func manyObjects[T, O any](name string, once []any, of []T, named func(T) string, object func(T) O) []target.File {
	names, weights := make([]string, len(of)), make([]int, len(of))
	for i, o := range of {
		names[i], weights[i] = named(o), 1
	}
	members := map[string][]T{}
	for i, part := range layout.Parts(names, weights, layout.MaxObjects-len(once)) {
		members[part] = append(members[part], of[i])
	}
	if len(members) == 0 {
		members[""] = nil
	}
	var files []target.File
	for _, part := range slices.Sorted(maps.Keys(members)) {
		file := target.File{Path: layout.ClusterFolder + name + ".yaml", Docs: once}
		if part != "" {
			file.Path = layout.ClusterFolder + name + "-" + part + ".yaml"
		}
		file.Each = func(yield func(any) bool) { each(members[part], object, yield) }
		files, once = append(files, file), nil
	}
	return files
}

// each yields the object of each thing.
func each[T, O any](of []T, object func(T) O, yield func(any) bool) {
	for _, o := range of {
		if !yield(object(o)) {
			return
		}
	}
}

// namespaceRoute leads to the namespace's Service. PaaSTA: setup_istio_mesh.setup_paasta_namespace_services.
func namespaceRoute(n istioNamespace) istioObject {
	name := paasta.MeshServiceName(n.name)
	destination := map[string]any{"host": name, "port": map[string]any{"number": podPort}}
	return virtualService(name, map[string]any{
		"http": []any{map[string]any{"route": []any{map[string]any{"destination": destination}}}},
	})
}

// meshNamespace is the namespace of the Services with the binding that PaaSTA gives every namespace; where an instance
// runs in it, the kubernetes target has made it already. PaaSTA: setup_istio_mesh.main, ensure_namespace.
func meshNamespace() []any {
	return []any{
		&corev1.Namespace{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
			ObjectMeta: metav1.ObjectMeta{Name: paastaNamespace, Labels: map[string]string{
				"name": paastaNamespace, "paasta.yelp.com/managed": "true", "yelp.com/owner": "compute_infra_platform_experience",
			}},
		},
		&rbacv1.RoleBinding{
			TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"},
			ObjectMeta: metav1.ObjectMeta{Name: apiServerRole, Namespace: paastaNamespace},
			Subjects:   []rbacv1.Subject{{Kind: "User", Name: "yelp.com/paasta-api-server"}},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: apiServerRole},
		},
	}
}

// apiServerRole lets PaaSTA's API server look into a namespace.
const apiServerRole = "paasta-api-server-per-namespace"

// serviceIn makes a Service without its spec.
func serviceIn(kubernetesNamespace, name string, annotations map[string]string) *corev1.Service {
	return &corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: kubernetesNamespace, Annotations: annotations},
	}
}

// istioService carries the annotation by which setup_istio_mesh knows its own.
func istioService(name string) *corev1.Service {
	return serviceIn(paastaNamespace, name, map[string]string{"paasta.yelp.com/managed_by": "setup_istio_mesh"})
}

// routingService has port 1337 and every proxy_port, ascending: one that is no port, too, as PaaSTA sends it; the
// schema's error says that Kubernetes then refuses the Service with all of its ports. PaaSTA:
// setup_istio_mesh.setup_paasta_routing.
func routingService(namespaces []istioNamespace) *corev1.Service {
	s := istioService(unifiedService)
	http := "http"
	ports := []int64{}
	for _, n := range namespaces {
		if n.port != 0 {
			ports = append(ports, n.port)
		}
	}
	slices.SortFunc(ports, func(a, b int64) int { return cmp.Compare(a, b) })
	for _, port := range append([]int64{unifiedPort}, ports...) {
		s.Spec.Ports = append(s.Spec.Ports, corev1.ServicePort{
			Name: "p" + strconv.FormatInt(port, 10), Port: int32(port), Protocol: corev1.ProtocolTCP,
			TargetPort: intstr.FromInt32(podPort), AppProtocol: &http,
		})
	}
	return s
}

// routed tells whether clients reach the namespace by a port.
func (n istioNamespace) routed() bool { return n.port > 0 && n.port <= 65535 }

// namespaceService selects the pods of a namespace. PaaSTA: setup_istio_mesh.setup_paasta_namespace_services.
func namespaceService(n istioNamespace) *corev1.Service {
	s := istioService(paasta.MeshServiceName(n.name))
	http := "http"
	s.Spec.Selector = map[string]string{paasta.RegistrationLabel(n.name): "true"}
	s.Spec.Ports = []corev1.ServicePort{{Name: "http", Port: podPort, Protocol: corev1.ProtocolTCP, AppProtocol: &http}}
	return s
}

// unifiedRoutes are by header for every namespace, then by port.
func unifiedRoutes(namespaces []istioNamespace) []any {
	routes := []any{}
	route := func(n istioNamespace, match map[string]any) {
		routes = append(routes, map[string]any{
			"match":    []any{match},
			"delegate": map[string]any{"name": paasta.MeshServiceName(n.name), "namespace": paastaNamespace},
		})
	}
	for _, n := range namespaces {
		route(n, map[string]any{"headers": map[string]any{"x-yelp-svc": map[string]any{"exact": n.name}}})
	}
	for _, n := range namespaces {
		if n.routed() {
			route(n, map[string]any{"port": n.port})
		}
	}
	return routes
}

// istioObject is a custom resource of Istio's, in Kubernetes' order of keys.
type istioObject struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   metav1.ObjectMeta `json:"metadata"`
	Spec       map[string]any    `json:"spec"`
}

func virtualService(name string, spec map[string]any) istioObject {
	return istioObject{istioVersion, "VirtualService", metav1.ObjectMeta{Name: name, Namespace: paastaNamespace}, spec}
}

// selectable are the endpoints whose labels pods can have.
func selectable(c *config.Cluster, all []*facts) []config.Endpoints {
	var backends []config.Backend
	for _, f := range all {
		backends = append(backends, f.backends...)
	}
	endpoints := config.GroupBackends(backends, c.System.Get("kubernetes_add_registration_labels").Truthy())
	return slices.DeleteFunc(endpoints, func(e config.Endpoints) bool { return !possible(e) })
}

// headlessService resolves to the ready pods of a registration, so that endpoints follow pods without any daemon.
func headlessService(e config.Endpoints) *corev1.Service {
	s := serviceIn(e.Namespace, e.Name, map[string]string{"paasta.yelp.com/registration": e.Registration})
	s.Spec.ClusterIP = corev1.ClusterIPNone
	s.Spec.Selector = e.Selector
	s.Spec.Ports = []corev1.ServicePort{{
		Name: "mesh", Port: int32(e.Port), Protocol: corev1.ProtocolTCP, TargetPort: intstr.FromInt32(int32(e.Port)),
	}}
	return s
}

// possible tells whether there can be such pods, and the Service that selects them. Kubernetes refuses the pods that
// cannot be, too.
func possible(e config.Endpoints) bool {
	if e.Port < 1 || e.Port > 65535 || !dnsLabel.MatchString(e.Namespace) || !dnsLabel.MatchString(e.Name) {
		return false
	}
	for key, value := range e.Selector {
		_, name, _ := strings.Cut(key, "/")
		if !labelName.MatchString(name) || !labelName.MatchString(value) || len(value) > 63 {
			return false
		}
	}
	return true
}
