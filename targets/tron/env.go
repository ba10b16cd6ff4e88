package tron

import (
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// variables are environment variables while they are collected: later ones replace earlier ones.
type variables struct {
	slab *slab
	list []variable
}

type variable struct {
	name  string
	value *yaml11.Node // a string
}

func (v *variables) set(name string, value *yaml11.Node) {
	for i := range v.list {
		if v.list[i].name == name {
			v.list[i].value = value
			return
		}
	}
	v.list = append(v.list, variable{name, value})
}

func (v *variables) text(name, value string) { v.set(name, v.slab.text(value)) }

func (v *variables) node() *yaml11.Node {
	out := v.slab.object(len(v.list))
	for _, e := range v.list {
		out.put(e.name, e.value)
	}
	return out.node()
}

// env returns the plain environment: PaaSTA's own variables and the user's, without references to secrets, which go to
// secret_env. PaaSTA: InstanceConfig.get_env_dictionary, TronActionConfig.get_env and format_tron_action_dict.
func (a *action) env() *variables {
	v := &variables{slab: &a.ns.slab, list: make([]variable, 0, 28)}
	url := a.dockerURL()
	v.text("PAASTA_SERVICE", python.Str(a.service))
	v.text("PAASTA_INSTANCE", a.instance)
	v.text("PAASTA_CLUSTER", a.ns.cluster)
	v.text("PAASTA_DEPLOY_GROUP", python.Str(a.deployGroup))
	v.text("PAASTA_DOCKER_IMAGE", a.dockerImage())
	v.text("PAASTA_RESOURCE_CPUS", python.Str(a.cpus()))
	v.text("PAASTA_RESOURCE_MEM", python.Str(a.mem()))
	v.text("PAASTA_RESOURCE_DISK", python.Str(a.disk()))
	if gpus := a.config.Get("gpus"); !gpus.IsNull() {
		v.text("PAASTA_RESOURCE_GPUS", python.Str(gpus))
	}
	if text, ok := url.Str(); ok {
		v.text("PAASTA_GIT_SHA", paasta.ShortSHA(paasta.GitSHA(text)))
	}
	if a.image.version != nil {
		v.text("PAASTA_IMAGE_VERSION", python.Str(a.image.version))
	}
	if team := a.job.monitoring.Get("team"); team.Truthy() {
		v.text("PAASTA_MONITORING_TEAM", python.Str(team))
	}
	v.text("PAASTA_INSTANCE_TYPE", "tron")
	v.text("AWS_SDK_UA_APP_ID", paasta.AppID(python.Str(a.service), a.instance))
	for _, p := range a.userEnv() {
		v.set(python.Str(p.Key), a.ns.slab.at(python.Str(p.Value), p.Value))
	}
	if a.spark != nil {
		a.sparkEnv(v)
	}
	a.dropReferences(v)
	v.text("ENABLE_PER_INSTANCE_LOGSPOUT", "1")
	return v
}

// dropReferences removes what secret_env and field_selector_env set, even where Spark has laid a plain value over it.
func (a *action) dropReferences(v *variables) {
	ssm, env := a.config.Get("ssm_secrets"), a.config.Get("env")
	kept := v.list[:0]
	for _, e := range v.list {
		if e.name == "PAASTA_POD_IP" || isSecretRef(e.value) || inSSM(ssm, e.name) {
			continue
		}
		if a.spark != nil && isSecretRef(env.Get(e.name)) {
			continue
		}
		kept = append(kept, e)
	}
	v.list = kept
}

func inSSM(ssm *yaml11.Node, name string) bool {
	if !ssm.IsList() {
		return false
	}
	for _, item := range ssm.Items {
		if secret, ok := item.Get("secret_name").Str(); ok && secret == name {
			return true
		}
	}
	return false
}

// userEnv is env, which must be a mapping.
func (a *action) userEnv() []yaml11.Pair {
	env := a.config.Get("env")
	if env != nil && !env.IsMap() {
		a.fail(env, "env is a mapping, not "+env.KindWithArticle(), "")
		return nil
	}
	if env == nil {
		return nil
	}
	return env.Pairs
}

// dockerImage is the image as deployments.json has it; empty when there is none.
func (a *action) dockerImage() string {
	if a.image.docker == nil {
		return ""
	}
	return python.Str(a.image.docker)
}

// dockerURL is the image with its registry; empty while the action is not deployed, so that the configuration may come
// before the image. PaaSTA: TronActionConfig.get_docker_url.
func (a *action) dockerURL() *yaml11.Node {
	if a.url == nil {
		a.url = a.findURL()
	}
	return a.url
}

func (a *action) findURL() *yaml11.Node {
	if !a.image.docker.Truthy() {
		return word("")
	}
	if url := a.config.Get("docker_url"); url != nil {
		return url
	}
	registry, ok := a.registry()
	if !ok {
		return word("")
	}
	return a.ns.slab.text(registry + "/" + a.dockerImage())
}

// registry is docker_registry of the action's service, or else the system's. PaaSTA: get_service_docker_registry.
func (a *action) registry() (string, bool) {
	service, ok := a.service.Str()
	if !ok {
		a.fail(a.service, "an action that needs an image needs a service, not "+a.service.KindWithArticle(), "")
		return "", false
	}
	if registry := a.ns.service.Folder.Other(service).YAML("service.yaml").Get("docker_registry"); registry != nil {
		return python.Str(registry), true
	}
	registry := a.ns.system.Get("docker_registry")
	if registry == nil {
		a.fail(nil, "the system config has no docker_registry", "")
		return "", false
	}
	return python.Str(registry), true
}
