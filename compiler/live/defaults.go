package live

import (
	"cmp"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// setDefaults fills in what the API server fills in when an object leaves it out. Kubernetes: the functions
// SetDefaults_… of each API group; the values are those of the API reference. Fields that the API server makes,
// such as a Service's address, are not defaults: see allocated.
func setDefaults(object any) {
	switch o := object.(type) {
	case *appsv1.Deployment:
		deploymentDefaults(&o.Spec)
	case *appsv1.StatefulSet:
		statefulSetDefaults(&o.Spec)
	case *appsv1.DaemonSet:
		daemonSetDefaults(&o.Spec)
	case *batchv1.CronJob:
		cronJobDefaults(&o.Spec)
	case *autoscalingv2.HorizontalPodAutoscaler:
		autoscalerDefaults(&o.Spec)
	case *corev1.Service:
		serviceDefaults(&o.Spec)
	case *corev1.LimitRange:
		limitRangeDefaults(&o.Spec)
	case *rbacv1.RoleBinding:
		bindingDefaults(&o.RoleRef, o.Subjects)
	case *rbacv1.ClusterRoleBinding:
		bindingDefaults(&o.RoleRef, o.Subjects)
	case *schedulingv1.PriorityClass:
		or(&o.PreemptionPolicy, corev1.PreemptLowerPriority)
	}
}

func deploymentDefaults(spec *appsv1.DeploymentSpec) {
	or(&spec.RevisionHistoryLimit, 10)
	or(&spec.ProgressDeadlineSeconds, 600)
	orText(&spec.Strategy.Type, appsv1.RollingUpdateDeploymentStrategyType)
	if spec.Strategy.Type == appsv1.RollingUpdateDeploymentStrategyType {
		or(&spec.Strategy.RollingUpdate, appsv1.RollingUpdateDeployment{})
		or(&spec.Strategy.RollingUpdate.MaxSurge, intstr.FromString("25%"))
		or(&spec.Strategy.RollingUpdate.MaxUnavailable, intstr.FromString("25%"))
	}
	podDefaults(&spec.Template.Spec)
}

func statefulSetDefaults(spec *appsv1.StatefulSetSpec) {
	or(&spec.RevisionHistoryLimit, 10)
	orText(&spec.PodManagementPolicy, appsv1.OrderedReadyPodManagement)
	orText(&spec.UpdateStrategy.Type, appsv1.RollingUpdateStatefulSetStrategyType)
	if spec.UpdateStrategy.Type == appsv1.RollingUpdateStatefulSetStrategyType {
		or(&spec.UpdateStrategy.RollingUpdate, appsv1.RollingUpdateStatefulSetStrategy{})
		or(&spec.UpdateStrategy.RollingUpdate.Partition, 0)
	}
	or(&spec.PersistentVolumeClaimRetentionPolicy, appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{})
	orText(&spec.PersistentVolumeClaimRetentionPolicy.WhenDeleted, appsv1.RetainPersistentVolumeClaimRetentionPolicyType)
	orText(&spec.PersistentVolumeClaimRetentionPolicy.WhenScaled, appsv1.RetainPersistentVolumeClaimRetentionPolicyType)
	for i := range spec.VolumeClaimTemplates {
		claim := &spec.VolumeClaimTemplates[i]
		claim.APIVersion, claim.Kind = "v1", "PersistentVolumeClaim"
		milli(claim.Spec.Resources.Requests)
		or(&claim.Spec.VolumeMode, corev1.PersistentVolumeFilesystem)
		orText(&claim.Status.Phase, corev1.ClaimPending)
	}
	podDefaults(&spec.Template.Spec)
}

func daemonSetDefaults(spec *appsv1.DaemonSetSpec) {
	or(&spec.RevisionHistoryLimit, 10)
	orText(&spec.UpdateStrategy.Type, appsv1.RollingUpdateDaemonSetStrategyType)
	if spec.UpdateStrategy.Type == appsv1.RollingUpdateDaemonSetStrategyType {
		or(&spec.UpdateStrategy.RollingUpdate, appsv1.RollingUpdateDaemonSet{})
		or(&spec.UpdateStrategy.RollingUpdate.MaxUnavailable, intstr.FromInt32(1))
		or(&spec.UpdateStrategy.RollingUpdate.MaxSurge, intstr.FromInt32(0))
	}
	podDefaults(&spec.Template.Spec)
}

func cronJobDefaults(spec *batchv1.CronJobSpec) {
	orText(&spec.ConcurrencyPolicy, batchv1.AllowConcurrent)
	or(&spec.Suspend, false)
	or(&spec.SuccessfulJobsHistoryLimit, 3)
	or(&spec.FailedJobsHistoryLimit, 1)
	podDefaults(&spec.JobTemplate.Spec.Template.Spec)
}

// autoscalerDefaults: the policies of a direction are filled in only where spec.behavior is written.
func autoscalerDefaults(spec *autoscalingv2.HorizontalPodAutoscalerSpec) {
	or(&spec.MinReplicas, 1)
	if len(spec.Metrics) == 0 {
		spec.Metrics = []autoscalingv2.MetricSpec{{Type: autoscalingv2.ResourceMetricSourceType,
			Resource: &autoscalingv2.ResourceMetricSource{Name: corev1.ResourceCPU,
				Target: autoscalingv2.MetricTarget{Type: autoscalingv2.UtilizationMetricType, AverageUtilization: new(int32(80))}}}}
	}
	if spec.Behavior == nil {
		return
	}
	percent := autoscalingv2.HPAScalingPolicy{Type: autoscalingv2.PercentScalingPolicy, Value: 100, PeriodSeconds: 15}
	pods := autoscalingv2.HPAScalingPolicy{Type: autoscalingv2.PodsScalingPolicy, Value: 4, PeriodSeconds: 15}
	or(&spec.Behavior.ScaleUp, autoscalingv2.HPAScalingRules{})
	or(&spec.Behavior.ScaleDown, autoscalingv2.HPAScalingRules{})
	or(&spec.Behavior.ScaleUp.StabilizationWindowSeconds, 0)
	scalingDefaults(spec.Behavior.ScaleUp, pods, percent)
	scalingDefaults(spec.Behavior.ScaleDown, percent)
}

func scalingDefaults(rules *autoscalingv2.HPAScalingRules, policies ...autoscalingv2.HPAScalingPolicy) {
	or(&rules.SelectPolicy, autoscalingv2.MaxChangePolicySelect)
	if rules.Policies == nil {
		rules.Policies = policies
	}
}

func serviceDefaults(spec *corev1.ServiceSpec) {
	orText(&spec.Type, corev1.ServiceTypeClusterIP)
	orText(&spec.SessionAffinity, corev1.ServiceAffinityNone)
	if spec.Type != corev1.ServiceTypeExternalName {
		or(&spec.InternalTrafficPolicy, corev1.ServiceInternalTrafficPolicyCluster)
	}
	for i := range spec.Ports {
		port := &spec.Ports[i]
		orText(&port.Protocol, corev1.ProtocolTCP)
		if port.TargetPort == (intstr.IntOrString{}) {
			port.TargetPort = intstr.FromInt32(port.Port)
		}
	}
}

// limitRangeDefaults: a limit of containers is the default limit, and that is the default request.
func limitRangeDefaults(spec *corev1.LimitRangeSpec) {
	for i := range spec.Limits {
		limit := &spec.Limits[i]
		if limit.Type != corev1.LimitTypeContainer {
			continue
		}
		limit.Default = filled(limit.Default, limit.Max)
		limit.DefaultRequest = filled(limit.DefaultRequest, limit.Default)
		limit.DefaultRequest = filled(limit.DefaultRequest, limit.Min)
	}
}

// filled returns the quantities with those of another list for resources that they lack.
func filled(list, from corev1.ResourceList) corev1.ResourceList {
	if list == nil {
		list = corev1.ResourceList{}
	}
	for name, value := range from {
		if _, found := list[name]; !found {
			list[name] = value
		}
	}
	return list
}

func bindingDefaults(role *rbacv1.RoleRef, subjects []rbacv1.Subject) {
	role.APIGroup = cmp.Or(role.APIGroup, rbacv1.GroupName)
	for i := range subjects {
		if subjects[i].Kind != rbacv1.ServiceAccountKind {
			subjects[i].APIGroup = cmp.Or(subjects[i].APIGroup, rbacv1.GroupName)
		}
	}
}
