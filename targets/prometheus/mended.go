package prometheus

// The queries below say what PaaSTA's mean. PaaSTA's own do not work with every Prometheus: the divisor of uwsgi has
// labels that its numerator has not, so that there is no result; two kube-state-metrics are an error or count twice; no
// ready replica makes infinity of a load. adapter_queries: paasta of the system config has PaaSTA's instead.

// mendedShared is the query of sharedRule.
func mendedShared(cluster, provider, window string) string {
	mine := "paasta_cluster='" + cluster + "',paasta_service='" + label("paasta_service") + "',paasta_instance='" +
		label("paasta_instance") + "',kube_deployment='" + label("kube_deployment") + "'"
	perPod := func(series string) string { return "avg by (kube_deployment, kube_pod) (" + series + "{" + mine + "})" }
	load, reporting := perPod(loadSeries(provider)), perPod(loadSeries(provider))
	if provider == "worker-load" {
		reporting = perPod("workers")
	}
	ready := mendedReplicas("kube_deployment_status_replicas_ready", cluster, label("kube_deployment"), label("kube_namespace"))
	sum := "sum by (kube_deployment) (" + load + ")"
	query := "avg_over_time((" + sum + " + on (kube_deployment) clamp_min(" + ready +
		" - on (kube_deployment) count by (kube_deployment) (" + reporting + "), 0) or " + sum + ")[" + window + "s:])"
	switch provider {
	case "uwsgi":
		query += " / on (kube_deployment) (" + ready + " > 0)"
	case "gunicorn", "piscina":
		query += " / on (kube_deployment) (" +
			mendedReplicas("kube_deployment_spec_replicas", cluster, label("kube_deployment"), label("kube_namespace")) + " > 0)"
	}
	return query
}

// mendedRequests is the query of requestsRule.
func mendedRequests(cluster, service, deployment string, r requestsFact) string {
	active := "sum(paasta_instance:envoy_cluster__egress_cluster_upstream_rq_active{paasta_cluster='" + cluster +
		"',paasta_service='" + service + "',paasta_instance='" + r.MeshInstance + "'})"
	wanted := mendedReplicas("kube_deployment_spec_replicas", cluster, deployment, r.Namespace)
	return `label_replace(label_replace(avg_over_time((` + active + " / " + r.Target + ")[" + r.Window + "s:])" +
		", \"kube_deployment\", \"" + deployment + "\", \"\", \"\") / on (kube_deployment) (" + wanted + " > 0)" +
		", \"kube_namespace\", \"" + r.Namespace + "\", \"\", \"\")"
}

// mendedReplicas is a number of replicas by Deployment, from however many kube-state-metrics; gaps are filled for ten
// scrapes of 10 s.
func mendedReplicas(metric, cluster, deployment, namespace string) string {
	series := metric + "{paasta_cluster='" + cluster + "',deployment='" + deployment + "',namespace='" + namespace + "'}"
	return "max by (kube_deployment) (label_replace(" + series + " or max_over_time(" + series +
		"[100s]), \"kube_deployment\", \"$1\", \"deployment\", \"(.*)\"))"
}
