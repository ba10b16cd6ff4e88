"""Writes objects as PaaSTA's loops do: with its Kubernetes client, by POST and then by PUT, as the user agent paasta/….

usage: paasta_client.py KUBECONFIG FILE…

Each file is what PaaSTA's own code has made of one instance: app, hpa, pdb, service_account, namespace, role_bindings and
limit_ranges as JSON. Prints what the API server refuses, and at last how many objects it took.
"""
import json
import sys

from kubernetes import client
from kubernetes import config
from kubernetes.client.rest import ApiException

PLURALS = {
    "Deployment": ("/apis/apps/v1", "deployments"),
    "StatefulSet": ("/apis/apps/v1", "statefulsets"),
    "HorizontalPodAutoscaler": ("/apis/autoscaling/v2", "horizontalpodautoscalers"),
    "PodDisruptionBudget": ("/apis/policy/v1", "poddisruptionbudgets"),
    "ServiceAccount": ("/api/v1", "serviceaccounts"),
    "Namespace": ("/api/v1", "namespaces"),
    "LimitRange": ("/api/v1", "limitranges"),
    "RoleBinding": ("/apis/rbac.authorization.k8s.io/v1", "rolebindings"),
}


def write(api, kind, body):
    base, plural = PLURALS[kind]
    namespace = body["metadata"].get("namespace")
    path = f"{base}/namespaces/{namespace}/{plural}" if namespace and kind != "Namespace" else f"{base}/{plural}"
    for method, resource in (("POST", path), ("PUT", f"{path}/{body['metadata']['name']}")):
        try:
            api.call_api(
                resource,
                method,
                header_params={"Content-Type": "application/json", "Accept": "application/json"},
                body=body,
                auth_settings=["BearerToken"],
                response_type="object",
            )
        except ApiException as e:
            if e.status == 409 and method == "POST":
                continue
            print(kind, body["metadata"]["name"], e.status, e.body[:200], file=sys.stderr)
            return 0
    return 1


def main():
    config.load_kube_config(sys.argv[1])
    api = client.ApiClient()
    api.user_agent = "paasta/setup_kubernetes_job/v1.64.0"
    taken = 0
    for name in sys.argv[2:]:
        with open(name) as f:
            made = json.load(f)
        if "app" not in made:
            continue
        one = [("Namespace", made.get("namespace")), ("ServiceAccount", made.get("service_account"))]
        one += [("RoleBinding", b) for b in made.get("role_bindings") or []]
        one += [("LimitRange", b) for b in made.get("limit_ranges") or []]
        one += [(made["app"]["kind"], made["app"])]
        one += [("HorizontalPodAutoscaler", made.get("hpa")), ("PodDisruptionBudget", made.get("pdb"))]
        for kind, body in one:
            if body:
                taken += write(api, kind, body)
    print(taken)


if __name__ == "__main__":
    main()
