package finding

// D codes: deployments.json and the git remotes it is made from.
const (
	RemoteUnreachable  Code = "D001"
	DeploymentsStale   Code = "D002"
	DeployGroupPattern Code = "D003"
	DeploymentsStopped Code = "D004"
	NeverDeployed      Code = "D005"
	GitURLWrong        Code = "D006"
)

var deploymentsDocs = []Doc{
	{RemoteUnreachable, "a git remote does not answer",
		"The tags of the service's repository cannot be listed, so its deployments.json is left as it is.",
		"git_url: git@nowhere.example:services/web",
		"Correct git_url, or see to the network and git's credentials (SSH agent, credential helper, netrc)."},
	{DeploymentsStale, "deployments.json is not what the deploy tags say",
		"Said by `deployments --check`: a version was marked for deployment, started or stopped since the " +
			"file was written, or an instance came or went.",
		"",
		"Run `paasta-render deployments SERVICE`."},
	{DeployGroupPattern, "a deploy group cannot be looked for in the tags",
		"PaaSTA puts the deploy group into a regular expression as it is. This one is no valid expression, " +
			"or finds tags without a time.",
		"deploy_group: prod[1",
		"Use letters, digits, dots, dashes and underscores."},
	{DeploymentsStopped, "deployments.json cannot be made for the service",
		"PaaSTA stops with an exception at this instance and writes nothing for the whole service.",
		"tron job without actions",
		"Mend the value at the position named."},
	{NeverDeployed, "no version is marked for deployment",
		"The repository has no deploy tag for the deploy group, so its instances do not run.",
		"",
		"Run `paasta-render mark SERVICE --deploy-group GROUP --commit SHA`, then `paasta-render deployments SERVICE`; or " +
			"correct deploy_group."},
	{GitURLWrong, "git_url is no git remote",
		"git_url is a string, or null for a service that has no repository.",
		"git_url: [a]",
		"Write the remote's URL."},
}
