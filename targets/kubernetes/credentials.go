package kubernetes

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

var (
	nodeBoto      = yaml11.NewString("/etc/boto_cfg")
	nodeCrypto    = yaml11.NewString("/etc/crypto_keys")
	nodeDatastore = yaml11.NewString("/datastore")
	nodeReadable  = yaml11.NewInt(0o444)
)

// loadCredentials adds the volumes that PaaSTA's secret sync fills. PaaSTA adds them once their secret exists in the
// cluster; here it is taken to exist.
func (b *builder) loadCredentials(v *volumes) {
	if b.Get("boto_keys").Truthy() {
		v.credentials = append(v.credentials, mounted{b.botoVolume(), nodeBoto, true})
	}
	if b.mapping("crypto_keys").Truthy() {
		volume := b.cryptoVolume()
		v.credentials = append(v.credentials, mounted{volume, nodeCrypto, len(volume.Secret.Items) > 0})
	}
	if b.Get("datastore_credentials").Truthy() {
		v.credentials = append(v.credentials, mounted{b.datastoreVolume(), nodeDatastore, true})
	}
}

// credentialVolume is a volume of a secret with readable files.
func (b *builder) credentialVolume(prefix, secret, key string, items []model.KeyToPath, optional *bool) model.Volume {
	from := b.Get(key)
	name, ok := paasta.VolumeName(prefix+b.name, 63)
	if !ok {
		b.refuse(from, "the volume's name is too long for one with letters beyond ASCII", "")
	}
	keys := make([]secretKey, len(items))
	for i, item := range items {
		keys[i].key = textOf(item.Key)
	}
	b.needSecret(secret, b.service.Name, keys...)
	return model.Volume{Name: name, From: from, Secret: &model.SecretVolumeSource{
		SecretName: secret, DefaultMode: nodeReadable, Items: items, Optional: optional,
	}}
}

// file is one file of a credentials volume.
func file(key, path string, from value) model.KeyToPath {
	return model.KeyToPath{Key: stringAt(from, key), Path: stringAt(from, path), Mode: nodeReadable}
}

// secretKeyOf makes a file's name the key of a secret.
var secretKeyOf = strings.NewReplacer(".", "-", "_", "--")

// botoVolume has four files for each of boto_keys. PaaSTA: get_boto_volume.
func (b *builder) botoVolume() model.Volume {
	var items []model.KeyToPath
	for _, n := range b.elements(b.Get("boto_keys"), "boto_keys") {
		if !n.IsString() {
			b.refuse(n, "a boto key is "+n.KindWithArticle()+", not a string", "")
			continue
		}
		for _, kind := range []string{"sh", "yaml", "cfg", "json"} {
			path := n.Text + "." + kind
			items = append(items, file(secretKeyOf.Replace(path), path, n))
		}
	}
	return b.credentialVolume("secret-boto-key-", paasta.LimitSize("paasta-boto-key-"+b.name, 63), "boto_keys", items, nil)
}

// cryptoVolume has a file for each key that crypto_keys lets the instance encrypt and decrypt with.
// PaaSTA: get_crypto_volume.
func (b *builder) cryptoVolume() model.Volume {
	var items []model.KeyToPath
	keys := b.mapping("crypto_keys")
	for _, use := range []struct{ key, directory string }{{"encrypt", "public/"}, {"decrypt", "private/"}} {
		for _, n := range b.elements(keys.Get(use.key), use.key) {
			path := use.directory + python.Str(n)
			items = append(items, file(strings.ReplaceAll(path, "/", "-"), path+".json", n))
		}
	}
	optional := true
	secret := paasta.SecretName(b.namespace, paasta.CryptoKey, b.service.Name, b.Name)
	return b.credentialVolume("secret-crypto-key-", secret, "crypto_keys", items, &optional)
}

// datastoreVolume has a file for each credential of each datastore in datastore_credentials.
// PaaSTA: get_datastore_credentials_secrets_volume.
func (b *builder) datastoreVolume() model.Volume {
	items := []model.KeyToPath{}
	if stores := b.mapping("datastore_credentials"); stores != nil {
		for _, p := range stores.Pairs {
			store := python.Str(p.Key)
			for _, n := range b.elements(p.Value, store) {
				credential := python.Str(n)
				key := strings.ReplaceAll("secrets/datastore/"+store+"/"+credential, "/", "-")
				items = append(items, file(key, store+"/"+credential+"/credentials", n))
			}
		}
	}
	secret := paasta.SecretName(b.namespace, paasta.DatastoreCredentials, b.service.Name, b.Name)
	return b.credentialVolume("secret-datastore-creds-", secret, "datastore_credentials", items, new(bool))
}
