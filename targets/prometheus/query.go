package prometheus

import (
	"math"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/paasta"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// nan is the Number of a window that is none: equal to nothing.
var nan = math.NaN()

// queries makes the adapter's rules of a cluster.
type queries struct {
	cluster string
	// paasta asks for PaaSTA's own queries, to the space. Key: adapter_queries: paasta of the system config, default
	// mended.
	paasta bool
}

func queriesOf(c *config.Cluster) queries {
	kind, _ := c.System.Get("adapter_queries").Str()
	return queries{c.Name, kind == "paasta"}
}

// loadSeries is what a provider's load is read from.
func loadSeries(provider string) string {
	return map[string]string{"uwsgi": "uwsgi_worker_busy", "uwsgi-v2": "uwsgi_worker_busy",
		"gunicorn": "gunicorn_worker_busy", "piscina": "piscina_pool_utilization", "worker-load": "worker_busy"}[provider]
}

// sharedRule serves every instance with the provider and moving average window: the adapter fills in the labels that
// the autoscaler's selector names. Pods that report nothing count as fully loaded. uwsgi, gunicorn and piscina give the
// load per replica, uwsgi-v2 and worker-load the load in all. PaaSTA: create_shared_<provider>_scaling_rule.
func (q queries) sharedRule(provider, window string) rule {
	query := mendedShared(q.cluster, provider, window)
	if q.paasta {
		query = paastaShared(q.cluster, provider, window)
	}
	return rule{Name: ruleName{provider + "-prom-" + window}, Resources: kubeLabels,
		SeriesQuery: loadSeries(provider) + "{paasta_cluster='" + q.cluster + "'}", MetricsQuery: query}
}

// paastaShared is PaaSTA's query of sharedRule.
func paastaShared(cluster, provider, window string) string {
	series, inCluster := loadSeries(provider), "paasta_cluster='"+cluster+"'"
	mine := inCluster + ",paasta_service='" + label("paasta_service") + "',paasta_instance='" + label("paasta_instance") +
		"',kube_deployment='" + label("kube_deployment") + "'"
	ready := readyReplicas(inCluster)
	load := "avg( " + series + "{" + mine + "} ) by (kube_pod, kube_deployment)"
	reporting := " " + load + " "
	switch provider {
	case "piscina":
		load = "(" + series + "{" + mine + "})"
		reporting = " " + load + " "
	case "worker-load":
		load = "avg( " + series + "{<<.LabelMatchers>>} ) by (kube_pod, kube_deployment)"
		reporting = "workers{<<.LabelMatchers>>}"
	}
	query := "avg_over_time( (  ( sum(  " + load + "  ) by (kube_deployment) + ignoring(kube_deployment) group_left()  " +
		"(clamp_min( " + ready + " - on (kube_deployment) count by (kube_deployment) ( " + reporting +
		" ), 0 ) or on() vector(0))  )  )[" + window + "s:] )"
	switch provider {
	case "uwsgi":
		query += " / " + ready
	case "gunicorn", "piscina":
		query += " / " + wantedReplicas(inCluster+
			",deployment='"+label("kube_deployment")+"',namespace='"+label("kube_namespace")+"'")
	}
	return query
}

// label is the adapter's template for a label of the series that it was asked for.
func label(name string) string { return "<<index .LabelValuesByName \"" + name + "\">>" }

// readyReplicas is the number of ready replicas of the instance that the adapter was asked for, by Deployment.
func readyReplicas(inCluster string) string {
	managed := inCluster + ",namespace=~'(paasta|paastasvc-.*)'"
	return "label_replace( kube_deployment_status_replicas_ready{" + managed + "} * on (deployment) " +
		"kube_deployment_labels{" + managed + ",label_paasta_yelp_com_service='" + label("paasta_service") + "',label_paasta_yelp_com_instance='" +
		label("paasta_instance") + "'}, \"kube_deployment\", \"$1\", \"deployment\", \"(.*)\")"
}

// wantedReplicas is the number of replicas asked for, by Deployment; gaps are filled for ten scrapes of 10 s.
func wantedReplicas(filter string) string {
	return "sum( label_join( ( kube_deployment_spec_replicas{" + filter + "} >= 0 or " +
		"max_over_time( kube_deployment_spec_replicas{" + filter + "}[100s] ) ), \"kube_deployment\", \"\", \"deployment\" ) ) by (kube_deployment)"
}

// requestsRule serves one instance: requests in flight through the mesh, divided by those a replica should have, in
// relation to the replicas there are. PaaSTA: create_instance_active_requests_scaling_rule.
func (q queries) requestsRule(service string, r requestsFact) rule {
	deployment := paasta.AppName(service, r.Instance)
	query := mendedRequests(q.cluster, service, deployment, r)
	if q.paasta {
		query = paastaRequests(q.cluster, service, deployment, r)
	}
	return rule{Name: ruleName{deployment + "-" + config.ActiveRequests + "-prom"}, Resources: kubeLabels,
		SeriesQuery: "k8s:deployment:pods_status_ready{paasta_cluster='" + q.cluster + "',paasta_service='" + service +
			"',paasta_instance='" + r.Instance + "'}", MetricsQuery: query}
}

// paastaRequests is PaaSTA's query of requestsRule.
func paastaRequests(cluster, service, deployment string, r requestsFact) string {
	return "label_replace( label_replace(  avg_over_time( (   ( sum( label_replace( " +
		"paasta_instance:envoy_cluster__egress_cluster_upstream_rq_active{paasta_cluster='" + cluster + "',paasta_service='" +
		service + "',paasta_instance='" + r.MeshInstance +
		"'}, \"kube_deployment\", \"" + deployment + "\", \"\", \"\" ) ) by (kube_deployment) ) / " + r.Target +
		"  )[" + r.Window + "s:] ) / " +
		wantedReplicas("paasta_cluster='"+cluster+"',deployment='"+deployment+"',namespace='"+r.Namespace+"'") +
		" , \"kube_deployment\", \"" + deployment + "\", \"\", \"\" ), \"kube_namespace\", \"" + r.Namespace + "\", \"\", \"\" )"
}

// plain turns a configuration value into one without places, for what outlives its service.
func plain(n *yaml11.Node) any {
	switch n.Kind {
	case yaml11.Null:
		return nil
	case yaml11.Bool:
		return n.Bool
	case yaml11.Int:
		if n.Big != nil {
			return n.Big.String()
		}
		return n.Int
	case yaml11.Float:
		return n.Float
	case yaml11.List:
		items := make([]any, 0, len(n.Items))
		for _, item := range n.Items {
			items = append(items, plain(item))
		}
		return items
	case yaml11.Map:
		entries := make(map[string]any, len(n.Pairs))
		for _, p := range n.Pairs {
			entries[p.Key.Text] = plain(p.Value)
		}
		return entries
	}
	return n.Text
}
