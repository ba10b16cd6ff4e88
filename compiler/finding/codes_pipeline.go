package finding

// L codes: the pipelines that are printed from deploy.yaml.
const (
	PipelineWrong   Code = "L001"
	PipelineLeftOut Code = "L002"
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
		"wait_for_deployment: true",
		"Add what the key asks for to the pipeline by hand, or remove the key."},
}
