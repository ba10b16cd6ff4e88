//go:build e2e

package e2e

// edits are changes of the manifests below: kind, text, other text.
const edits = `
Deployment | {a: b}} # selector | {a: b, c: d}}
Deployment | type: RollingUpdate, rollingUpdate: {maxSurge: 100%, maxUnavailable: 0%} | type: Recreate
Deployment | maxSurge: 100% | maxSurge: 50%
Deployment | replicas: 0 | replicas: 1
Deployment | image: x | image: z
Deployment | minReadySeconds: 1 | minReadySeconds: 2
Deployment | revisionHistoryLimit: 3 | revisionHistoryLimit: 4
Deployment | progressDeadlineSeconds: 700 | progressDeadlineSeconds: 800
StatefulSet | {a: b}} # selector | {a: b, c: d}}
StatefulSet | serviceName: s | serviceName: r
StatefulSet | podManagementPolicy: OrderedReady | podManagementPolicy: Parallel
StatefulSet | storage: 1Gi | storage: 2Gi
StatefulSet | storageClassName: q | storageClassName: r
StatefulSet | metadata: {name: d} | metadata: {name: e}
StatefulSet | image: x | image: z
StatefulSet | minReadySeconds: 1 | minReadySeconds: 2
StatefulSet | whenDeleted: Retain | whenDeleted: Delete
StatefulSet | partition: 0 | partition: 1
DaemonSet | {a: b}} # selector | {a: b, c: d}}
DaemonSet | image: x | image: z
DaemonSet | minReadySeconds: 1 | minReadySeconds: 2
Job | completions: 2 | completions: 3
Job | completionMode: NonIndexed | completionMode: Indexed
Job | image: x | image: z
Job | parallelism: 1 | parallelism: 2
Job | backoffLimit: 3 | backoffLimit: 4
Job | activeDeadlineSeconds: 100 | activeDeadlineSeconds: 200
Job | ttlSecondsAfterFinished: 100 | ttlSecondsAfterFinished: 200
CronJob | schedule: "1 * * * *" | schedule: "2 * * * *"
CronJob | image: x | image: z
HorizontalPodAutoscaler | minReplicas: 1 | minReplicas: 2
HorizontalPodAutoscaler | averageUtilization: 50 | averageUtilization: 60
PodDisruptionBudget | maxUnavailable: 1 | maxUnavailable: 2
PodDisruptionBudget | {a: b} | {a: c}
Service | clusterIP: None | clusterIP: 10.0.0.77
Service |   clusterIP: None\n | 
Service | {a: b} | {a: c}
Service | port: 80 | port: 81
Plain |   ports: | \n  clusterIP: None\n  ports:
NetworkPolicy | {a: b} | {a: c}
IngressClass | controller: a.b/c | controller: a.b/d
ConfigMap | a: "1" | a: "2"
Immutable | a: "1" | a: "2"
Immutable | immutable: true\n | 
Immutable | labels: {x: v} | labels: {x: w}
Secret | type: Opaque | type: x/y
Secret | a: MQ== | a: Mg==
Role | verbs: [get] | verbs: [list]
RoleBinding | name: r | name: q
RoleBinding | name: u | name: v
ClusterRoleBinding | name: view | name: edit
PriorityClass | value: 100 | value: 200
PriorityClass | preemptionPolicy: Never | preemptionPolicy: PreemptLowerPriority
PriorityClass | description: d | description: e
StorageClass | provisioner: a.b/c | provisioner: a.b/d
StorageClass | p: "1" | p: "2"
StorageClass | reclaimPolicy: Retain | reclaimPolicy: Delete
StorageClass | volumeBindingMode: Immediate | volumeBindingMode: WaitForFirstConsumer
StorageClass | allowVolumeExpansion: true | allowVolumeExpansion: false
StorageClass | mountOptions: [ro] | mountOptions: [rw]
PersistentVolumeClaim | storage: 2Gi | storage: 1Gi
PersistentVolumeClaim | storageClassName: q | storageClassName: r
PersistentVolumeClaim | accessModes: [ReadWriteOnce] | accessModes: [ReadOnlyMany]
PersistentVolume | path: /x | path: /y
PersistentVolume | persistentVolumeReclaimPolicy: Retain | persistentVolumeReclaimPolicy: Delete
PersistentVolume | storage: 1Gi | storage: 2Gi
LimitRange | cpu: "1" | cpu: "2"
ResourceQuota | pods: "10" | pods: "11"
ResourceQuota | scopes: [BestEffort] | scopes: [NotBestEffort]
ServiceAccount | automountServiceAccountToken: true | automountServiceAccountToken: false
RuntimeClass | handler: a | handler: b
`

// bases are manifests by the kind, or by a name for a special one. NAME is the object's.
var bases = map[string]string{
	"Deployment": `
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: default}
spec:
  replicas: 0
  minReadySeconds: 1
  revisionHistoryLimit: 3
  progressDeadlineSeconds: 700
  selector: {matchLabels: {a: b}} # selector
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 100%, maxUnavailable: 0%}}
  template: {metadata: {labels: {a: b, c: d}}, spec: {containers: [{name: c, image: x}]}}`,
	"StatefulSet": `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: NAME, namespace: default}
spec:
  replicas: 0
  minReadySeconds: 1
  serviceName: s
  podManagementPolicy: OrderedReady
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Retain}
  updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 0}}
  selector: {matchLabels: {a: b}} # selector
  template: {metadata: {labels: {a: b, c: d}}, spec: {containers: [{name: c, image: x}]}}
  volumeClaimTemplates:
  - metadata: {name: d}
    spec: {accessModes: [ReadWriteOnce], storageClassName: q, resources: {requests: {storage: 1Gi}}}`,
	"DaemonSet": `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: NAME, namespace: default}
spec:
  minReadySeconds: 1
  selector: {matchLabels: {a: b}} # selector
  template: {metadata: {labels: {a: b, c: d}}, spec: {containers: [{name: c, image: x}]}}`,
	"Job": `
apiVersion: batch/v1
kind: Job
metadata: {name: NAME, namespace: default}
spec:
  completions: 2
  parallelism: 1
  backoffLimit: 3
  activeDeadlineSeconds: 100
  ttlSecondsAfterFinished: 100
  completionMode: NonIndexed
  template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}`,
	"CronJob": `
apiVersion: batch/v1
kind: CronJob
metadata: {name: NAME, namespace: default}
spec:
  schedule: "1 * * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}`,
	"HorizontalPodAutoscaler": `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: NAME, namespace: default}
spec:
  minReplicas: 1
  maxReplicas: 3
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: x}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]`,
	"PodDisruptionBudget": `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: NAME, namespace: default}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {a: b}}`,
	"Service": `
apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: default}
spec:
  clusterIP: None
  selector: {a: b}
  ports: [{port: 80}]`,
	"Plain": `
apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: default}
spec:
  selector: {a: b}
  ports: [{port: 80}]`,
	"NetworkPolicy": `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: NAME, namespace: default}
spec:
  podSelector: {matchLabels: {a: b}}
  policyTypes: [Ingress]`,
	"IngressClass": `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: NAME}
spec:
  controller: a.b/c`,
	"ConfigMap": `
apiVersion: v1
kind: ConfigMap
metadata: {name: NAME, namespace: default}
data:
  a: "1"`,
	"Immutable": `
apiVersion: v1
kind: ConfigMap
metadata: {name: NAME, namespace: default, labels: {x: v}}
immutable: true
data:
  a: "1"`,
	"Secret": `
apiVersion: v1
kind: Secret
metadata: {name: NAME, namespace: default}
type: Opaque
data:
  a: MQ==`,
	"Role": `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: NAME, namespace: default}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get]}`,
	"RoleBinding": `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: NAME, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
subjects:
- {kind: User, name: u, apiGroup: rbac.authorization.k8s.io}`,
	"ClusterRoleBinding": `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: NAME}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: User, name: u, apiGroup: rbac.authorization.k8s.io}`,
	"PriorityClass": `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: NAME}
value: 100
preemptionPolicy: Never
description: d`,
	"StorageClass": `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: NAME}
provisioner: a.b/c
parameters: {p: "1"}
reclaimPolicy: Retain
volumeBindingMode: Immediate
allowVolumeExpansion: true
mountOptions: [ro]`,
	"PersistentVolumeClaim": `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: NAME, namespace: default}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: q
  resources: {requests: {storage: 2Gi}}`,
	"PersistentVolume": `
apiVersion: v1
kind: PersistentVolume
metadata: {name: NAME}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  hostPath: {path: /x}`,
	"LimitRange": `
apiVersion: v1
kind: LimitRange
metadata: {name: NAME, namespace: default}
spec:
  limits: [{type: Container, default: {cpu: "1"}}]`,
	"ResourceQuota": `
apiVersion: v1
kind: ResourceQuota
metadata: {name: NAME, namespace: default}
spec:
  hard: {pods: "10"}
  scopes: [BestEffort]`,
	"ServiceAccount": `
apiVersion: v1
kind: ServiceAccount
metadata: {name: NAME, namespace: default}
automountServiceAccountToken: true`,
	"RuntimeClass": `
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: NAME}
handler: a`,
}
