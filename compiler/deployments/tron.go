package deployments

import (
	"slices"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// action is what PaaSTA writes into an action's mapping when it first sees it. Actions that share a mapping through a
// YAML alias share this, too: the second job gets the first one's deploy group.
type action struct {
	service *yaml11.Node
	group   Group
}

// tron adds the actions of a cluster's Tron jobs. Cleanup actions take no part.
// PaaSTA: tron_tools.load_tron_instance_configs.
func (l *lister) tron(s *config.Service) {
	root := s.Folder.YAML(s.ClusterFile("tron"))
	if root == nil {
		return
	}
	var jobs []yaml11.Pair
	for _, p := range root.Pairs {
		if !p.Key.IsString() {
			l.fail(s, p.Key.Position(), "", "a job's name must be a string, not "+p.Key.KindWithArticle())
			return
		}
		if !strings.HasPrefix(p.Key.Text, "_") {
			jobs = append(jobs, p)
		}
	}
	listed := 0
	for _, job := range jobs {
		actions := job.Value.Get("actions")
		if !job.Value.IsMap() || actions != nil && !actions.IsMap() {
			l.fail(s, job.Key.Position(), job.Key.Text, "the job's actions must be keys and values")
			return
		}
		if actions != nil {
			listed += len(actions.Pairs)
		}
	}
	if listed == 0 {
		return
	}
	for _, job := range jobs {
		l.job(s, job)
	}
}

func (l *lister) job(s *config.Service, job yaml11.Pair) {
	actions := job.Value.Get("actions")
	if actions == nil {
		l.fail(s, job.Key.Position(), job.Key.Text, "the job has no actions")
		return
	}
	if m := job.Value.Get("monitoring"); m != nil && !m.IsMap() && (m.IsNull() || m.Truthy()) {
		l.fail(s, m.Position(), job.Key.Text, "monitoring is "+m.KindWithArticle()+", not keys and values")
		return
	}
	cluster := s.Cluster.Name
	overrides := s.Cluster.System.Get("tron_k8s_cluster_overrides")
	if overrides != nil && !overrides.IsMap() && len(actions.Pairs) > 0 {
		l.fail(s, overrides.Position(), job.Key.Text,
			"tron_k8s_cluster_overrides of the system config is "+overrides.KindWithArticle()+", not keys and values")
		return
	}
	if override := overrides.Get(cluster); override.Truthy() {
		cluster = python.Str(override)
	}
	for _, p := range actions.Pairs {
		name := job.Key.Text + "." + python.Str(p.Key)
		if strings.Count(name, ".") != 1 {
			l.fail(s, p.Key.Position(), name, "neither a job's nor an action's name may hold a dot")
			return
		}
		if !p.Value.IsMap() {
			l.fail(s, p.Key.Position(), name, "the action is "+p.Value.KindWithArticle()+", not keys and values")
			return
		}
		a, ok := l.action(s, job.Value, p, cluster, name)
		if ok && l.own(a.service) {
			l.add(Instance{Branch: cluster + "." + name, Group: a.group})
		}
	}
}

// action settles an action's service and deploy group; the job's are the defaults.
// PaaSTA: tron_tools.TronJobConfig._get_action_config.
func (l *lister) action(s *config.Service, job *yaml11.Node, p yaml11.Pair, cluster, name string) (action, bool) {
	if a, ok := l.actions[p.Value]; ok {
		return a, true
	}
	service := p.Value.Get("service")
	if service == nil {
		service = yaml11.NewString(s.Name)
	}
	group := p.Value.Get("deploy_group")
	if group == nil {
		group = job.Get("deploy_group")
	}
	if !group.IsNull() && !group.IsString() {
		l.fail(s, group.Position(), name, "deploy_group is "+group.KindWithArticle()+", not a string")
		return action{}, false
	}
	settled, err := interpolate(group, cluster, name, python.Str(service))
	if err != nil {
		l.fail(s, group.Position(), name, "deploy_group: "+err.Error())
		return action{}, false
	}
	if pool := p.Value.Get("pool"); badPool(s, p.Value, pool, cluster) {
		l.fail(s, p.Key.Position(), name, "the cluster "+cluster+" does not have the Spark pool "+python.Str(pool))
		return action{}, false
	}
	a := action{service, settled}
	l.actions[p.Value] = a
	return a, true
}

// badPool tells whether a Spark action's pool is not among the cluster's: PaaSTA checks it before it looks at the
// deploy group. Clusters without allowed_pools take any. PaaSTA: tron_tools.TronActionConfig.build_spark_config.
func badPool(s *config.Service, action, pool *yaml11.Node, cluster string) bool {
	if executor, _ := action.Get("executor").Str(); executor != "spark" || pool != nil && !pool.Truthy() {
		return false
	}
	if alias := s.Cluster.System.Get("eks_cluster_aliases").Get(cluster); alias.IsString() {
		cluster = alias.Text
	}
	allowed := s.Cluster.System.Get("allowed_pools").Get(cluster)
	if !allowed.Truthy() {
		return false
	}
	name := "batch"
	if pool != nil {
		name = python.Str(pool)
	}
	return !slices.ContainsFunc(allowed.Items, func(n *yaml11.Node) bool { return python.Str(n) == name })
}
