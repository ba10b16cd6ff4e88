package kubernetes

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
	"github.com/paasta-render/paasta-render/targets/kubernetes/model"
)

// volumes are the instance's, read once for the pod and for the main container's mounts.
type volumes struct {
	host                           []hostVolume
	ebs, persistent, secret, token []namedVolume
	credentials                    []mounted // boto, crypto and datastore: volume and mount together
}

// namedVolume is a volume that the instance configures, with the name that PaaSTA gives it.
type namedVolume struct {
	value
	name string
}

// mounted is a volume that PaaSTA makes, and where it is mounted.
type mounted struct {
	volume model.Volume
	path   value
	named  bool // the volume exists; a mount without one is PaaSTA's own mistake
}

// hostVolume is a directory of the host: hostPath, containerPath, and mode, default RO.
type hostVolume struct {
	config                  value
	hostPath, containerPath value
	name                    string
	key                     string // what makes it a duplicate
	sorted                  []yaml11.Pair
}

// hostVolumeOf reads one volume; the problem is what stops PaaSTA.
func hostVolumeOf(n value) (hostVolume, *problem) {
	v := hostVolume{config: n, hostPath: n.Get("hostPath"), containerPath: n.Get("containerPath"), sorted: sortedPairs(n)}
	for _, key := range []string{"containerPath", "hostPath"} {
		path := n.Get(key)
		if !path.IsString() {
			at := path
			if at == nil {
				at = n
			}
			return v, &problem{at, "a volume needs a " + key + ", and it must be a string", key + ": /path"}
		}
		v.key += strings.TrimRight(path.Text, "/")
	}
	var ok bool
	if v.name, ok = paasta.VolumeName("host--"+v.hostPath.Text, 63); !ok {
		return v, &problem{v.hostPath, "the path is too long for one with letters beyond ASCII", ""}
	}
	return v, nil
}

// orderVolumes drops duplicates, of which the last wins, and sorts by containerPath, hostPath and mode: by the sorted
// keys and values of the mapping. PaaSTA: _reorder_docker_volumes.
func orderVolumes(list *[]hostVolume) *problem {
	at := make(map[string]int, len(*list))
	var kept []hostVolume
	for _, v := range *list {
		if i, ok := at[v.key]; ok {
			kept[i] = v
			continue
		}
		at[v.key] = len(kept)
		kept = append(kept, v)
	}
	var wrong *problem
	for _, v := range kept {
		for _, p := range v.config.Pairs {
			if !p.Key.IsString() {
				wrong = &problem{p.Key, "a volume has the key " + python.Repr(p.Key) + ", which is no string", ""}
			}
		}
	}
	slices.SortStableFunc(kept, func(a, b hostVolume) int {
		order, ok := comparePairs(a.sorted, b.sorted)
		if !ok && wrong == nil {
			wrong = &problem{b.config, "the volumes cannot be put in order: the same key has values of different kinds", ""}
		}
		return order
	})
	*list = kept
	return wrong
}

func sortedPairs(n value) []yaml11.Pair {
	if !n.IsMap() {
		return nil
	}
	byKey := func(a, b yaml11.Pair) int { return cmp.Compare(a.Key.Text, b.Key.Text) }
	if slices.IsSortedFunc(n.Pairs, byKey) {
		return n.Pairs
	}
	return slices.SortedStableFunc(slices.Values(n.Pairs), byKey)
}

// comparePairs compares dict items as Python compares tuples; ok is false where Python raises TypeError.
func comparePairs(a, b []yaml11.Pair) (order int, ok bool) {
	for i := range min(len(a), len(b)) {
		if c := cmp.Compare(a[i].Key.Text, b[i].Key.Text); c != 0 {
			return c, true
		}
		x, y := a[i].Value, b[i].Value
		if python.Equal(x, y) {
			continue
		}
		if x.IsString() && y.IsString() {
			return cmp.Compare(x.Text, y.Text), true
		}
		f, isNumber := x.Number()
		g, also := y.Number()
		return cmp.Compare(f, g), isNumber && also
	}
	return cmp.Compare(len(a), len(b)), true
}

// loadVolumes reads all volumes of the instance.
func (b *builder) loadVolumes() *volumes {
	v := &volumes{host: b.hostVolumes()}
	v.ebs = b.named("aws_ebs_volumes", func(n value) (string, int) {
		partition := ""
		if p := n.Get("partition"); p != nil {
			partition = python.Str(p)
		}
		return "aws-ebs--" + python.Str(b.need(n, "volume_id")) + partition, 0
	})
	v.persistent = b.named("persistent_volumes", func(n value) (string, int) {
		return "pv--" + python.Str(b.need(n, "container_path")), 253
	})
	v.secret = b.named("secret_volumes", func(n value) (string, int) {
		return "secret--" + b.text(n, "secret_name"), 63
	})
	v.token = b.tokenVolumes()
	b.loadCredentials(v)
	return v
}

// named reads a list of volumes and names each.
func (b *builder) named(key string, name func(value) (text string, limit int)) []namedVolume {
	var all []namedVolume
	for _, n := range b.mappings(b.Get(key), key) {
		text, limit := name(n)
		sanitised, ok := paasta.VolumeName(text, limit)
		if !ok {
			b.refuse(n, "the volume's name is too long for one with letters beyond ASCII", "")
		}
		all = append(all, namedVolume{n, sanitised})
	}
	return all
}

var nodeBulkdata = yaml11.NewMap(
	yaml11.Entry("hostPath", yaml11.NewString("/nail/bulkdata")),
	yaml11.Entry("containerPath", yaml11.NewString("/nail/bulkdata")),
	yaml11.Entry("mode", nodeRO),
)

// hostVolumes are the system's `volumes`, extra_volumes, and /nail/bulkdata if uses_bulkdata. PaaSTA: get_volumes.
func (b *builder) hostVolumes() []hostVolume {
	all := slices.Clip(b.system.volumes)
	extra := b.items(b.Get("extra_volumes"), "extra_volumes")
	if b.Get("uses_bulkdata").Truthy() {
		extra = append(extra[:len(extra):len(extra)], nodeBulkdata)
	}
	for _, n := range extra {
		v, p := hostVolumeOf(n)
		if p != nil {
			b.refuse(p.at, p.message, p.suggestion)
			continue
		}
		all = append(all, v)
	}
	if len(extra) == 0 && b.system.ordered {
		return all
	}
	if p := orderVolumes(&all); p != nil {
		b.refuse(p.at, p.message, p.suggestion)
	}
	return all
}

// tokenVolumes are projected_sa_volumes, and first the system's service_auth_token_settings, if authenticating.yaml
// lists the service and the instance has no equal volume. PaaSTA: add_volumes_for_authenticating_services.
func (b *builder) tokenVolumes() []namedVolume {
	name := func(n value) (string, int) { return "projected-sa--" + python.Str(b.need(n, "audience")), 63 }
	own := b.named("projected_sa_volumes", name)
	token := b.system.Get("service_auth_token_settings")
	if !token.Truthy() || !b.service.Cluster.Company.Authenticating(b.service.Name) {
		return own
	}
	for _, v := range own {
		if python.Equal(v.value, token) {
			return own
		}
	}
	text, limit := name(token)
	sanitised, ok := paasta.VolumeName(text, limit)
	if !ok || !token.IsMap() {
		b.refuse(token, "the system config's service_auth_token_settings is no volume", "")
	}
	return append([]namedVolume{{token, sanitised}}, own...)
}

// readOnly tells whether a volume is mounted so: mode RO, the default. PaaSTA: read_only_mode.
func readOnly(n value) bool { return textOf(getOr(n, "mode", nodeRO)) == "RO" }
