package paasta

import "strings"

// The steps of deploy.yaml that deploy nothing. Every other name is a deploy group, except for names that begin with
// CommandPrefix. PaaSTA: utils.DEPLOY_PIPELINE_NON_DEPLOY_STEPS.
const (
	ITest         = "itest"
	ITestAndPush  = "itest-and-push-to-registry"
	SecurityCheck = "security-check"
	Push          = "push-to-registry"
	CommandPrefix = "command-"
)

// Deploys tells whether a step of deploy.yaml is a deploy group. PaaSTA: utils.is_deploy_step.
func Deploys(step string) bool {
	switch step {
	case ITest, ITestAndPush, SecurityCheck, Push:
		return false
	}
	return !strings.HasPrefix(step, CommandPrefix)
}
