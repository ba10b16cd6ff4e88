package kubernetes

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// podVolumes are the volumes of the pod, in order: host directories, hacheck's among them even without hacheck, EBS
// volumes, secrets, service account tokens, and PaaSTA's own credentials. Of two host directories (or EBS volumes) with
// one name the last is kept, in the place of the first. PaaSTA: get_pod_volumes.
func (b *builder) podVolumes(v *volumes) []model.Volume {
	all := make([]model.Volume, 0, len(v.host)+len(b.system.hacheckVolumes)+4)
	for _, h := range v.host {
		all = put(all, hostVolumeSource(h))
	}
	for _, h := range b.system.hacheckVolumes {
		all = put(all, hostVolumeSource(h))
	}
	hosts := len(all)
	for _, e := range v.ebs {
		all = append(all[:hosts], put(all[hosts:], ebsVolume(e))...)
	}
	for _, s := range v.secret {
		all = append(all, b.secretVolume(s))
	}
	for _, t := range v.token {
		all = append(all, tokenVolume(t))
	}
	for _, c := range v.credentials {
		if c.named {
			all = append(all, c.volume)
		}
	}
	return all
}

// put adds a volume, or replaces the one of its name.
func put(all []model.Volume, v model.Volume) []model.Volume {
	for i := range all {
		if all[i].Name == v.Name {
			all[i] = v
			return all
		}
	}
	return append(all, v)
}

func hostVolumeSource(h hostVolume) model.Volume {
	return model.Volume{Name: h.name, HostPath: &model.HostPathVolumeSource{Path: h.hostPath}, From: h.hostPath}
}

func ebsVolume(e namedVolume) model.Volume {
	return model.Volume{Name: e.name, From: e.value, AWSElasticBlockStore: &model.AWSElasticBlockStoreVolumeSource{
		VolumeID: e.Get("volume_id"), FSType: given(e.Get("fs_type")), Partition: given(e.Get("partition")),
	}}
}

// secretVolume mounts one of the service's own secrets: secret_volumes.
func (b *builder) secretVolume(s namedVolume) model.Volume {
	source := &model.SecretVolumeSource{
		SecretName:  paasta.SecretName(b.namespace, paasta.Secret, b.service.Name, textOf(s.Get("secret_name"))),
		DefaultMode: b.mode(s.Get("default_mode")),
		Optional:    new(bool),
	}
	b.needFiles(s, source.SecretName)
	if items := s.Get("items"); items != nil {
		source.Items = []model.KeyToPath{}
		for _, item := range b.mappings(items, "items") {
			source.Items = append(source.Items, model.KeyToPath{
				Key: b.need(item, "key"), Path: b.need(item, "path"), Mode: b.mode(item.Get("mode")),
			})
		}
	}
	return model.Volume{Name: s.name, Secret: source, From: s.value}
}

// octalMode is what is meant by a file mode that is not octal: the same digits, so that nobody gets more rights; empty
// when that cannot be told.
func octalMode(text string) string {
	digits := strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(text), "0o"), "0x"), "0")
	if digits == "" || len(digits) > 4 || strings.Trim(digits, "01234567") != "" {
		return ""
	}
	return strconv.Quote("0" + digits)
}

// mode is a file mode: a string of octal digits with a leading 0, or a number. PaaSTA: mode_to_int.
func (b *builder) mode(n value) value {
	if n.IsNull() || !n.IsString() {
		return given(n)
	}
	if len(n.Text) < 2 || n.Text[0] != '0' {
		b.refuse(n, "the file mode "+strconv.Quote(n.Text)+" has no leading 0", "\"0"+n.Text+"\"")
		return nil
	}
	bits, err := strconv.ParseInt(n.Text[1:], 8, 64)
	if err != nil {
		b.refuse(n, "the file mode "+strconv.Quote(n.Text)+" is not octal", octalMode(n.Text))
		return nil
	}
	return integer(bits).node(n)
}

func tokenVolume(t namedVolume) model.Volume {
	token := model.ServiceAccountTokenProjection{
		Audience:          given(t.Get("audience")),
		ExpirationSeconds: given(getOr(t.value, "expiration_seconds", nodeTokenSeconds)),
		Path:              "token",
	}
	return model.Volume{Name: t.name, From: t.value, Projected: &model.ProjectedVolumeSource{
		Sources: []model.VolumeProjection{{ServiceAccountToken: token}},
	}}
}

var nodeTokenSeconds = yaml11.NewInt(3600)

// volumeMounts are the main container's, in order: host directories, EBS, persistent, secret and token volumes,
// PaaSTA's credentials. PaaSTA: get_volume_mounts.
func (b *builder) volumeMounts(v *volumes) []model.VolumeMount {
	mounts := hostMounts(v.host)
	for _, list := range [][]namedVolume{v.ebs, v.persistent} {
		for _, n := range list {
			mounts = append(mounts, model.VolumeMount{Name: n.name, MountPath: b.need(n.value, "container_path"),
				ReadOnly: readOnly(n.value), From: n.value})
		}
	}
	for _, list := range [][]namedVolume{v.secret, v.token} {
		for _, n := range list {
			mounts = append(mounts, model.VolumeMount{Name: n.name, MountPath: b.need(n.value, "container_path"),
				ReadOnly: true, From: n.value})
		}
	}
	return v.addCredentials(mounts)
}

// addCredentials mounts PaaSTA's own credentials, in every container. Boto's and the crypto keys take the place of the
// first mount on their path.
func (v *volumes) addCredentials(mounts []model.VolumeMount) []model.VolumeMount {
	for _, c := range v.credentials {
		if c.path != nodeDatastore {
			mounts = without(mounts, c.path)
		}
		mounts = append(mounts, model.VolumeMount{Name: c.volume.Name, MountPath: c.path, ReadOnly: true,
			From: c.volume.From})
	}
	return mounts
}

// without drops the first mount on a path.
func without(mounts []model.VolumeMount, path value) []model.VolumeMount {
	for i := range mounts {
		if python.Equal(mounts[i].MountPath, path) {
			return append(mounts[:i], mounts[i+1:]...)
		}
	}
	return mounts
}

func hostMounts(volumes []hostVolume) []model.VolumeMount {
	mounts := make([]model.VolumeMount, 0, len(volumes)+4)
	for _, v := range volumes {
		mounts = append(mounts, model.VolumeMount{Name: v.name, MountPath: v.containerPath, ReadOnly: readOnly(v.config),
			From: v.config})
	}
	return mounts
}

// volumeClaims are the disks of the StatefulSet's pods: persistent_volumes, sizes in GiB. PaaSTA:
// get_volume_claim_templates.
func (b *builder) volumeClaims() []model.PersistentVolumeClaim {
	claims := []model.PersistentVolumeClaim{}
	for _, n := range b.mappings(b.Get("persistent_volumes"), "persistent_volumes") {
		name, _ := paasta.VolumeName("pv--"+python.Str(n.Get("container_path")), 253)
		size := b.need(n, "size")
		claims = append(claims, model.PersistentVolumeClaim{
			From:     n,
			Metadata: model.ObjectMeta{Name: name},
			Spec: model.PersistentVolumeClaimSpec{
				AccessModes:      []string{"ReadWriteOnce"},
				StorageClassName: given(b.storageClass(n)),
				Resources: model.ResourceRequirements{Requests: model.Labels{"storage": stringAt(size,
					python.Str(size)+"Gi")}},
			},
		})
	}
	return claims
}

// storageClass is storage_class_name if the system's supported_storage_classes has it, else ebs.
// PaaSTA: get_storage_class_name.
func (b *builder) storageClass(n value) value {
	class := getOr(n, "storage_class_name", nodeEBS)
	supported := b.system.Get("supported_storage_classes")
	if supported.IsString() && strings.Contains(supported.Text, textOf(class)) {
		return class // Python's "in" looks into strings, too
	}
	for _, s := range b.elements(supported, "supported_storage_classes") {
		if python.Equal(s, class) {
			return class
		}
	}
	return nodeEBS
}

var nodeEBS = yaml11.NewString("ebs")
