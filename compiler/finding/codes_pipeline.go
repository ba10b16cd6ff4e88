package finding

// L codes: the pipelines that are printed from deploy.yaml.
const (
	PipelineWrong   Code = "L001"
	PipelineLeftOut Code = "L002"
	GroupUnreached  Code = "L003"
)

var pipelineDocs = []Doc{
	{PipelineWrong, "deploy.yaml is no pipeline that could run",
		"A step is unknown, is there twice, runs nothing, or waits for somebody to start a step that does " +
			"not exist. No pipeline is printed.",
		"pipeline:\n- step: prod.main\n  trigger_next_step_manually: true",
		"Correct the step at the place that the finding names."},
	{PipelineLeftOut, "the printed pipeline does nothing for a key",
		"The key is allowed in deploy.yaml and PaaSTA's own tools know it, but the pipelines for GitHub, " +
			"GitLab and Jenkins are printed without it.",
		"auto_certify_delay: 600",
		"Add what the key asks for to the pipeline by hand, or remove the key."},
	{GroupUnreached, "no step of the pipeline deploys to a deploy group",
		"An instance is in a deploy group that is no step of deploy.yaml, or whose step is disabled. The pipeline never " +
			"marks a commit for it, so the instance keeps what somebody marked by hand.",
		"deploy_group: prod.canary",
		"Add a step with the name of the group, or let the instance be in another group."},
}
