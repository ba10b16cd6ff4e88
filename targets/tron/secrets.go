package tron

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// isSecretRef tells whether a value is SECRET(name) or SHARED_SECRET(name). PaaSTA: secret_tools.is_secret_ref.
func isSecretRef(n *yaml11.Node) bool {
	text, _ := n.Str()
	_, _, ok := paasta.SecretReference(text)
	return ok
}

// secretEnv are the variables that come from secrets: SSM first, then env, which wins. PaaSTA: get_secret_env,
// get_ssm_secret_env.
func (a *action) secretEnv() *yaml11.Node {
	out := a.ns.slab.object(len(a.userEnv()))
	for _, item := range a.ssmSecrets() {
		secret := item.Get("secret_name")
		namespace, owner, ok := a.secretHome()
		if !ok || !secret.IsString() {
			a.fail(item, "an SSM secret needs a secret_name and a service", "secret_name: …")
			return nil
		}
		name := paasta.SecretName(namespace, paasta.SSMSecret, paasta.AppName(owner, a.instance), secret.Text)
		out.replace(word(secret.Text), a.secretSource(name, secret))
	}
	for _, p := range a.userEnv() {
		text, _ := p.Value.Str()
		secret, shared, isSecret := paasta.SecretReference(text)
		if !isSecret {
			continue
		}
		namespace, owner, ok := a.secretHome()
		if shared {
			owner, ok = paasta.SharedService, namespace != ""
		}
		if !ok {
			a.fail(p.Value, "an action with secrets needs a service", "")
			return nil
		}
		out.replace(word(python.Str(p.Key)), a.secretSource(paasta.SecretName(namespace, paasta.Secret, owner, secret),
			positioned(secret, p.Value)))
	}
	return out.node()
}

// secretHome returns what the names of the action's secrets are made of.
func (a *action) secretHome() (namespace, service string, ok bool) {
	namespace, fits := a.namespace()
	service, ok = a.service.Str()
	return namespace, service, ok && fits
}

func (a *action) secretSource(name string, key *yaml11.Node) *yaml11.Node {
	out := a.ns.slab.object(2)
	out.put("key", key)
	out.text("secret_name", name)
	return out.node()
}

func (a *action) ssmSecrets() []*yaml11.Node {
	n := a.config.Get("ssm_secrets")
	if !n.Truthy() {
		return nil
	}
	if !n.IsList() {
		a.fail(n, "ssm_secrets is a list, not "+n.KindWithArticle(), "")
		return nil
	}
	return n.Items
}

// secretVolumes are secret_volumes with the name of the Kubernetes secret. PaaSTA: TronActionConfig.get_secret_volumes.
func (a *action) secretVolumes() []*yaml11.Node {
	volumes := a.config.Get("secret_volumes")
	if volumes == nil {
		return nil
	}
	if !volumes.IsList() {
		if volumes.IsNull() || volumes.Truthy() || !volumes.IsMap() && !volumes.IsString() {
			a.fail(volumes, "secret_volumes is a list, not "+volumes.KindWithArticle(), "")
		}
		return nil
	}
	var out []*yaml11.Node
	for _, v := range volumes.Items {
		if n := a.secretVolume(v); n != nil {
			out = append(out, n)
		}
	}
	return out
}

func (a *action) secretVolume(v *yaml11.Node) *yaml11.Node {
	secret := v.Get("secret_name")
	for _, key := range []string{"secret_name", "container_path"} {
		if !v.Has(key) {
			a.fail(v, "a secret volume needs "+key, key+": …")
			return nil
		}
	}
	name, ok := secret.Str()
	if !ok {
		a.fail(secret, "secret_name is a string, not "+secret.KindWithArticle(), "")
		return nil
	}
	namespace, owner, ok := a.secretHome()
	if a.ns.service.Folder.Other(paasta.SharedService).Exists(paasta.SecretFile(name)) {
		owner, ok = paasta.SharedService, namespace != ""
	}
	if !ok {
		a.fail(v, "an action with secrets needs a service", "")
		return nil
	}
	items := v.Get("items")
	if items == nil {
		items = emptyList
	}
	out := a.ns.slab.object(5)
	out.text("secret_volume_name", paasta.SecretName(namespace, paasta.Secret, owner, name))
	out.put("secret_name", secret)
	out.put("container_path", v.Get("container_path"))
	out.put("items", sorted(items))
	out.put("default_mode", v.Get("default_mode"))
	return out.node()
}

// datastoreVolume projects the secret that holds all datastore credentials of the action; nothing when it has none.
// PaaSTA: TronActionConfig.get_datastore_credentials_secret_volume.
func (a *action) datastoreVolume() []*yaml11.Node {
	credentials := a.config.Get("datastore_credentials")
	if !credentials.Truthy() {
		return nil
	}
	if !credentials.IsMap() {
		a.fail(credentials, "datastore_credentials is a mapping, not "+credentials.KindWithArticle(), "")
		return nil
	}
	namespace, owner, ok := a.secretHome()
	if !ok {
		a.fail(a.service, "an action with datastore credentials needs a service", "")
		return nil
	}
	var items []*yaml11.Node
	for _, p := range credentials.Pairs {
		if p.Value.IsNull() || p.Value.IsNumber() {
			a.fail(p.Value, "datastore_credentials."+p.Key.Text+" is a list, not "+p.Value.KindWithArticle(), "")
			return nil
		}
		for _, credential := range a.items("datastore_credentials", p.Value) {
			path := python.Str(p.Key) + "/" + python.Str(credential)
			item := a.ns.slab.object(3)
			item.put("key", positioned(strings.ReplaceAll("secrets/datastore/"+path, "/", "-"), credential))
			item.text("path", path+"/credentials")
			item.text("mode", "0444")
			items = append(items, item.node())
		}
	}
	name := paasta.SecretName(namespace, paasta.DatastoreCredentials, owner, a.instance)
	out := a.ns.slab.object(5)
	out.text("secret_volume_name", name)
	out.text("secret_name", name)
	out.text("container_path", "/datastore")
	out.text("default_mode", "0444")
	out.put("items", yaml11.NewList(items...))
	return []*yaml11.Node{out.node()}
}
