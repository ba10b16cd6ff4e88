package kubernetes

import (
	"slices"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/targets/kubernetes/apiserver"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// jobTypeLabel says which command of PaaSTA's made a Job.
const jobTypeLabel = "paasta.yelp.com/job_type"

// JobOptions say what kind of Job is made of an instance.
type JobOptions struct {
	Label           string // of the label job_type: remote-run
	DeadlineSeconds int64  // after which the Job is ended
}

// Job returns the Job that runs an instance's container once: its pods without probes, sidecars and a routable address,
// never restarted. ok is false when PaaSTA refuses the instance; why has been reported.
//
// PaaSTA: KubernetesDeploymentConfig.format_kubernetes_job.
func Job(i *config.Instance, o JobOptions, report finding.Report) (job *model.Job, ok bool) {
	b, ok := newBuilder(i, report)
	if !ok {
		return nil, false
	}
	b.job = &o
	if !b.load() {
		return nil, false
	}
	labels := model.Labels{jobTypeLabel: o.Label}
	if b.image.version != nil {
		labels["paasta.yelp.com/image_version"] = b.image.version
	}
	job = &model.Job{APIVersion: "batch/v1", Kind: "Job", Metadata: b.metadata(), Spec: model.JobSpec{
		ActiveDeadlineSeconds: o.DeadlineSeconds,
		Template:              b.podTemplate(),
	}}
	delete(job.Metadata.Labels, shardLabel) // PaaSTA gives it to the pods alone
	for _, all := range []model.Labels{job.Metadata.Labels, job.Spec.Template.Metadata.Labels} {
		for key, value := range labels {
			all[key] = value
		}
	}
	// What the API server would refuse, it says itself when the Job is applied. What makes PaaSTA fail is said here.
	fatal := slices.DeleteFunc(apiserver.Object(job), func(r apiserver.Refusal) bool { return r.Kind != apiserver.Missing })
	b.reportRefusals(fatal)
	return job, !b.refused && len(fatal) == 0
}

// newBuilder returns a builder for one instance by itself, outside of a compilation; ok is false when the instance is
// not deployed.
func newBuilder(i *config.Instance, report finding.Report) (*builder, bool) {
	if i.Branch == nil {
		report(i.Finding(finding.Finding{Code: finding.NoDeployments, At: i.At("deploy_group"),
			Message: "the instance is not deployed: " + i.Undeployed}))
		return nil, false
	}
	s := &compilation{Service: i.Service, settings: loadSettings(i.Service.Cluster), report: report}
	return &builder{Instance: i, service: s, system: s.settings, name: paasta.AppName(i.Service.Name, i.Name)}, true
}
