package kubernetes

import (
	"crypto/sha1"
	"encoding/hex"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// envEntry is one environment variable before it is told whether its value is a secret.
type envEntry struct {
	name, text string
	from       value // where the user wrote it
}

var (
	nodeMem  = yaml11.NewInt(4096)
	nodeDisk = yaml11.NewInt(1024)
	nodePort = yaml11.NewInt(8888)
)

// loadEnv collects the variables in PaaSTA's order: its own, then the user's `env`, which may override them, then
// PAASTA_PORT, which nothing overrides. Names and values are what Python's str() makes of them. PAASTA_CLUSTER comes
// from a pod label instead; PAASTA_SOA_CONFIGS_SHA, which would change with every commit, is left out. PaaSTA:
// get_env_dictionary, get_env.
func (b *builder) loadEnv() {
	b.env = make([]envEntry, 0, 24)
	b.setEnv("PAASTA_SERVICE", b.service.Name, nil)
	b.setEnv("PAASTA_INSTANCE", b.Name, nil)
	b.setEnv("PAASTA_DEPLOY_GROUP", b.DeployGroup, nil)
	b.setEnv("PAASTA_DOCKER_IMAGE", python.Str(b.Branch.Docker), nil)
	b.setEnv("PAASTA_RESOURCE_CPUS", python.Str(b.or("cpus", nodeOne)), nil)
	b.setEnv("PAASTA_RESOURCE_MEM", python.Str(b.or("mem", nodeMem)), nil)
	b.setEnv("PAASTA_RESOURCE_DISK", python.Str(b.or("disk", nodeDisk)), nil)
	if gpus := b.Get("gpus"); !gpus.IsNull() {
		b.setEnv("PAASTA_RESOURCE_GPUS", python.Str(gpus), nil)
	}
	b.setEnv("PAASTA_GIT_SHA", paasta.ShortSHA(b.image.sha), nil)
	if b.image.version != nil {
		b.setEnv("PAASTA_IMAGE_VERSION", python.Str(b.image.version), nil)
	}
	if team := b.mapping("monitoring").Get("team"); team.Truthy() {
		b.setEnv("PAASTA_MONITORING_TEAM", python.Str(team), team)
	}
	b.setEnv("PAASTA_INSTANCE_TYPE", b.Type, nil)
	b.setEnv("AWS_SDK_UA_APP_ID", paasta.AppID(b.service.Name, b.Name), nil)
	b.loadUserEnv()
	b.setEnv("PAASTA_PORT", python.Str(b.or("container_port", nodePort)), nil)
	if b.job != nil { // it runs once, so a commit restarts nothing
		b.setEnv(soaSHA, b.service.Cluster.Company.GitSHA(), nil)
	}
}

// soaSHA is the variable that changes with every commit of soa-configs.
const soaSHA = "PAASTA_SOA_CONFIGS_SHA"

func (b *builder) setEnv(name, text string, from value) {
	for i := range b.env {
		if b.env[i].name == name {
			b.env[i].text, b.env[i].from = text, from
			return
		}
	}
	b.env = append(b.env, envEntry{name, text, from})
}

func (b *builder) loadUserEnv() {
	env := b.Get("env")
	switch {
	case env == nil, !env.IsMap() && !env.IsNull() && !env.IsNumber() && !env.Truthy():
		return
	case !env.IsMap():
		b.refuse(env, "env is "+env.KindWithArticle()+", not a mapping", "")
		return
	}
	for _, p := range env.Pairs {
		name := python.Str(p.Key)
		if name == "PAASTA_CLUSTER" || name == soaSHA {
			continue
		}
		b.setEnv(name, python.Str(p.Value), p.Value)
	}
}

// containerEnv is the main container's environment: plain values, secrets, shared secrets, SSM secrets, and what the
// pod knows of itself. PaaSTA: get_container_env.
func (b *builder) containerEnv() []model.EnvVar {
	all := make([]model.EnvVar, 0, len(b.env)+len(podFields))
	var secrets, shared []model.EnvVar
	for i := range b.env {
		e := &b.env[i]
		name, isShared, isSecret := paasta.SecretReference(e.text)
		switch {
		case !isSecret:
			all = append(all, model.EnvVar{Name: e.name, Value: &e.text, From: e.from})
		case isShared:
			shared = append(shared, b.ownSecret(e, paasta.SharedService, name))
		default:
			secrets = append(secrets, b.ownSecret(e, b.service.Name, name))
		}
	}
	all = append(all, secrets...)
	all = append(all, shared...)
	for _, ssm := range b.ssmSecrets() {
		name := b.text(ssm, "secret_name")
		v := b.secretVariable(name, paasta.SSMSecret, b.name, name, ssm.Get("secret_name"))
		b.needSecret(v.ValueFrom.SecretKeyRef.Name, b.service.Name, secretKey{name, textOf(ssm.Get("source"))})
		all = append(all, v)
	}
	all = append(all, podFields...)
	b.doubtEnv(all)
	return all
}

// ssmSecrets are variables whose values come from AWS Systems Manager: ssm_secrets; null means none.
func (b *builder) ssmSecrets() []*yaml11.Node {
	if !b.Get("ssm_secrets").Truthy() {
		return nil
	}
	return b.mappings(b.Get("ssm_secrets"), "ssm_secrets")
}

// ownSecret is a variable whose value is a secret of the service, or of all services.
func (b *builder) ownSecret(e *envEntry, service, secret string) model.EnvVar {
	v := b.secretVariable(e.name, paasta.Secret, service, secret, e.from)
	b.needSecret(v.ValueFrom.SecretKeyRef.Name, service, secretKey{key: secret})
	return v
}

func (b *builder) secretVariable(name, identifier, service, key string, from value) model.EnvVar {
	return model.EnvVar{Name: name, From: from, ValueFrom: &model.EnvVarSource{SecretKeyRef: &model.SecretKeySelector{
		Name: paasta.SecretName(b.namespace, identifier, service, key), Key: key,
	}}}
}

// podFields are the variables that every container has. PaaSTA: get_kubernetes_environment.
var podFields = []model.EnvVar{
	podField("PAASTA_POD_IP", "status.podIP"),
	podField("POD_NAME", "metadata.name"),
	podField("PAASTA_HOST", "spec.nodeName"),
	podField("PAASTA_CLUSTER", "metadata.labels['paasta.yelp.com/cluster']"),
}

func podField(name, path string) model.EnvVar {
	return model.EnvVar{Name: name, ValueFrom: &model.EnvVarSource{FieldRef: &model.ObjectFieldSelector{FieldPath: path}}}
}

// secretSignatures are the signatures of the secrets in the environment, by reference: a changed secret restarts the
// pods. PaaSTA: get_kubernetes_secret_hashes.
func (b *builder) secretSignatures() model.Labels {
	signatures := model.Labels{}
	for _, e := range b.env {
		name, shared, ok := paasta.SecretReference(e.text)
		if !ok {
			continue
		}
		service := b.service.Name
		if shared {
			service = paasta.SharedService
		}
		signatures[e.text] = b.signature(service, name, e.from)
	}
	return signatures
}

// signature reads the signature from the secret's file. PaaSTA asks the cluster for the ConfigMap that the secret sync
// made of it; where there is no file to make it of, the ConfigMap's name stands in.
func (b *builder) signature(service, name string, from value) any {
	object := paasta.SignatureName(b.namespace, paasta.Secret, service, name)
	file := paasta.SecretFile(name)
	folder := b.service.Folder.Other(service)
	if b.unsigned(folder, file) {
		return hexSHA1(object)
	}
	if !folder.Exists(file) {
		b.warn(finding.MissingSecret, from, "there is no "+service+"/"+file, "")
		return hexSHA1(object)
	}
	root := folder.YAML(file)
	if folder.Broken(file) {
		b.refused = true
		if shared := folder.Name != b.service.Name; shared { // else the file's own finding names the service
			b.refuse(from, service+"/"+file+" cannot be read", "")
		}
		return nil
	}
	signature := root.Get("environments").Get(b.system.vault).Get("signature")
	if signature == nil {
		b.warn(finding.MissingSecret, from,
			service+"/"+file+" has no signature for the Vault environment \""+b.system.vault+"\"", "")
		return hexSHA1(object)
	}
	return signature
}

func hexSHA1(text string) string {
	sum := sha1.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}
