package imports

import (
	"cmp"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// instance returns the keys of an instance of kubernetes-<cluster>.yaml that says what the workload says.
func (o *Objects) instance(w workload) keys {
	pod, main := w.template.Spec, w.template.Spec.Containers[0]
	k := keys{"namespace": cmp.Or(w.Namespace, "default")}
	id := w.id()
	if len(pod.Containers) > 1 {
		o.note(id, "spec.template.spec.containers", "an instance has one container; the others are left out: "+
			names(pod.Containers[1:]))
	}
	if len(pod.InitContainers) > 0 {
		o.note(id, "spec.template.spec.initContainers", "an instance has no init containers: "+names(pod.InitContainers))
	}
	if len(pod.ImagePullSecrets) > 0 {
		o.note(id, "spec.template.spec.imagePullSecrets", "the system config's image_pull_secrets says it for all pods")
	}
	scale(k, w)
	if w.scaledByHPA != nil {
		o.autoscale(k, w.scaledByHPA)
	}
	resources(k, main.Resources)
	command(k, main)
	o.environment(k, id, main)
	o.ports(k, id, main)
	health(k, main)
	o.volumes(k, id, w)
	if len(pod.NodeSelector) > 0 {
		k["node_selectors"] = pod.NodeSelector
	}
	if name := pod.ServiceAccountName; name != "" && name != "default" {
		k["service_account_name"] = name
	}
	if s := pod.TerminationGracePeriodSeconds; s != nil && *s != corev1.DefaultTerminationGracePeriodSeconds {
		k["lifecycle"] = keys{"termination_grace_period_seconds": *s}
	}
	if s := pod.SecurityContext; s != nil && s.FSGroup != nil {
		k["fs_group"] = *s.FSGroup
	}
	if s := main.SecurityContext; s != nil && s.Capabilities != nil && len(s.Capabilities.Add) > 0 {
		k["cap_add"] = s.Capabilities.Add
	}
	if s := main.SecurityContext; s != nil && s.Privileged != nil && *s.Privileged {
		k["privileged"] = true
	}
	return k
}

func names(containers []corev1.Container) string {
	var all []string
	for _, c := range containers {
		all = append(all, c.Name)
	}
	return strings.Join(all, ", ")
}

func scale(k keys, w workload) {
	k["deploy_group"] = "{cluster}.main"
	k["instances"] = int32(1)
	if w.replicas != nil {
		k["instances"] = *w.replicas
	}
	if w.minReady > 0 {
		k["bounce_health_params"] = keys{"min_task_uptime": w.minReady}
	}
	if w.stateful && w.management == appsv1.ParallelPodManagement {
		k["pod_management_policy"] = w.management
	}
}

// autoscale says what the autoscaler says. Only utilisation of CPU and memory is expressed.
func (o *Objects) autoscale(k keys, h *autoscalingv2.HorizontalPodAutoscaler) {
	delete(k, "instances")
	k["min_instances"], k["max_instances"] = int32(1), h.Spec.MaxReplicas
	if h.Spec.MinReplicas != nil {
		k["min_instances"] = *h.Spec.MinReplicas
	}
	id := objectID("HorizontalPodAutoscaler", h.Namespace, h.Name)
	var providers []any
	for _, m := range h.Spec.Metrics {
		if r := m.Resource; r != nil && r.Target.AverageUtilization != nil && (r.Name == "cpu" || r.Name == "memory") {
			providers = append(providers, keys{"type": string(r.Name), "setpoint": float64(*r.Target.AverageUtilization) / 100})
			continue
		}
		o.note(id, "spec.metrics", "a metric of the type "+string(m.Type)+" is not expressed: see the providers of "+
			"autoscaling.metrics_providers")
	}
	if len(providers) > 0 {
		k["autoscaling"] = keys{"metrics_providers": providers}
	}
	if h.Spec.Behavior != nil {
		o.note(id, "spec.behavior", "PaaSTA has a behaviour of its own")
	}
}

const mebibyte = 1 << 20

// resources says what the container is promised: cores, and MiB. Its limit of CPU becomes cpu_burst_add.
func resources(k keys, r corev1.ResourceRequirements) {
	request, limit := r.Requests.Cpu(), r.Limits.Cpu()
	if request.IsZero() {
		request = limit
	}
	if !request.IsZero() {
		k["cpus"] = request.AsApproximateFloat64()
		k["cpu_burst_add"] = max(0, float64(limit.MilliValue()-request.MilliValue())/1000)
	}
	for key, name := range map[string]corev1.ResourceName{"mem": corev1.ResourceMemory, "disk": corev1.ResourceEphemeralStorage} {
		q := r.Limits[name]
		if q.IsZero() {
			q = r.Requests[name]
		}
		if !q.IsZero() {
			k[key] = mebibytes(q)
		}
	}
}

// mebibytes rounds up, so that a container gets no less than it had.
func mebibytes(q resource.Quantity) int64 { return (q.Value() + mebibyte - 1) / mebibyte }

// command says what runs. An instance has cmd or args, so both together become one cmd.
func command(k keys, c corev1.Container) {
	switch {
	case len(c.Command) > 0:
		k["cmd"] = append(append([]string{}, c.Command...), c.Args...)
	case len(c.Args) > 0:
		k["args"] = c.Args
	}
}

func (o *Objects) environment(k keys, id string, c corev1.Container) {
	env := keys{}
	for _, e := range c.Env {
		switch {
		case e.ValueFrom == nil:
			env[e.Name] = e.Value
		case e.ValueFrom.SecretKeyRef != nil:
			env[e.Name] = "SECRET(" + e.ValueFrom.SecretKeyRef.Key + ")"
			o.note(id, "env "+e.Name, "the value was the key "+e.ValueFrom.SecretKeyRef.Key+" of the Secret "+
				e.ValueFrom.SecretKeyRef.Name+"; needed/secrets.yaml of the rendered tree says which Secret holds it now")
		default:
			o.note(id, "env "+e.Name, "only values and secrets are expressed")
		}
	}
	if len(c.EnvFrom) > 0 {
		o.note(id, "envFrom", "write the variables out below env")
	}
	if len(env) > 0 {
		k["env"] = env
	}
}

func (o *Objects) ports(k keys, id string, c corev1.Container) {
	if len(c.Ports) > 0 {
		k["container_port"] = c.Ports[0].ContainerPort
	}
	if len(c.Ports) > 1 {
		o.note(id, "ports", "an instance has one port, and prometheus_port")
	}
}

// health says how Kubernetes sees whether the container works: by its liveness probe, else by its readiness probe.
func health(k keys, c corev1.Container) {
	p := c.LivenessProbe
	if p == nil {
		p = c.ReadinessProbe
	}
	if p == nil {
		return
	}
	switch {
	case p.HTTPGet != nil:
		k["healthcheck_mode"], k["healthcheck_uri"] = "http", cmp.Or(p.HTTPGet.Path, "/")
	case p.TCPSocket != nil:
		k["healthcheck_mode"] = "tcp"
	case p.Exec != nil:
		k["healthcheck_mode"], k["healthcheck_cmd"] = "cmd", strings.Join(p.Exec.Command, " ")
	default:
		return
	}
	k["healthcheck_grace_period_seconds"] = p.InitialDelaySeconds
	k["healthcheck_interval_seconds"] = cmp.Or(p.PeriodSeconds, 10)
	k["healthcheck_timeout_seconds"] = cmp.Or(p.TimeoutSeconds, 1)
	k["healthcheck_max_consecutive_failures"] = cmp.Or(p.FailureThreshold, 3)
}

// volumes says what is mounted: folders of the node, and disks of a StatefulSet.
func (o *Objects) volumes(k keys, id string, w workload) {
	var hosts, disks []any
	for _, mount := range w.template.Spec.Containers[0].VolumeMounts {
		mode := "RW"
		if mount.ReadOnly {
			mode = "RO"
		}
		if claim := claimOf(w, mount.Name); claim != nil {
			size := claim.Spec.Resources.Requests[corev1.ResourceStorage]
			disk := keys{"container_path": mount.MountPath, "mode": mode, "size": (size.Value() + 1<<30 - 1) >> 30}
			if class := claim.Spec.StorageClassName; class != nil {
				disk["storage_class_name"] = *class
				o.note(id, "volumeClaimTemplates", "the system config's supported_storage_classes must name "+*class)
			}
			disks = append(disks, disk)
			continue
		}
		v := volumeOf(w, mount.Name)
		if v == nil || v.HostPath == nil {
			o.note(id, "volumeMounts "+mount.MountPath, "only folders of the node and disks of a StatefulSet are expressed")
			continue
		}
		hosts = append(hosts, keys{"containerPath": mount.MountPath, "hostPath": v.HostPath.Path, "mode": mode})
	}
	if len(hosts) > 0 {
		k["extra_volumes"] = hosts
	}
	if len(disks) > 0 {
		k["persistent_volumes"] = disks
	}
}

func claimOf(w workload, name string) *corev1.PersistentVolumeClaim {
	for i := range w.claims {
		if w.claims[i].Name == name {
			return &w.claims[i]
		}
	}
	return nil
}

func volumeOf(w workload, name string) *corev1.Volume {
	for i := range w.template.Spec.Volumes {
		if w.template.Spec.Volumes[i].Name == name {
			return &w.template.Spec.Volumes[i]
		}
	}
	return nil
}
