package apiserver

import (
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// volumes checks the volumes and returns their names.
func (c *check) volumes(all []model.Volume) map[string]bool {
	names := make(map[string]bool, len(all))
	for i := range all {
		v := &all[i]
		if problem := Label(v.Name); problem != "" {
			c.refuse(Name, v.From, "the volume's name would be "+strconv.Quote(v.Name)+": "+problem)
		}
		if names[v.Name] {
			c.refuse(Name, v.From, "two volumes of the pod have the name "+v.Name)
		}
		names[v.Name] = true
		switch {
		case v.HostPath != nil:
			c.hostPath(v.HostPath.Path)
		case v.AWSElasticBlockStore != nil:
			c.between(v.AWSElasticBlockStore.Partition, 0, 255, "partition")
			c.notEmpty(v.AWSElasticBlockStore.VolumeID, "volume_id")
		case v.Secret != nil:
			c.secret(v.Secret)
		case v.Projected != nil:
			for _, s := range v.Projected.Sources {
				c.between(s.ServiceAccountToken.ExpirationSeconds, 600, 1<<32, "expiration_seconds")
			}
		}
	}
	return names
}

func (c *check) notEmpty(n model.Value, what string) {
	if text, ok := n.Str(); ok && text == "" {
		c.refuse(Value, n, what+" is empty")
	}
}

func (c *check) hostPath(path model.Value) {
	text, ok := path.Str()
	switch {
	case !ok:
	case text == "":
		c.refuse(Value, path, "the host path is empty")
	case backsteps(text):
		c.refuse(Value, path, "the host path "+strconv.Quote(text)+" goes back with \"..\"")
	}
}

func backsteps(path string) bool {
	for _, part := range strings.Split(path, "/") {
		if part == ".." {
			return true
		}
	}
	return false
}

func (c *check) secret(s *model.SecretVolumeSource) {
	c.between(s.DefaultMode, 0, 0o777, "default_mode")
	for _, item := range s.Items {
		c.between(item.Mode, 0, 0o777, "mode")
		c.notEmpty(item.Key, "the key of a secret's file")
		path, ok := item.Path.Str()
		if ok && (path == "" || strings.HasPrefix(path, "/") || strings.HasPrefix(path, "..") || backsteps(path)) {
			c.refuse(Value, item.Path,
				"the path "+strconv.Quote(path)+" of a secret's file must be relative and stay in the volume")
		}
	}
}
