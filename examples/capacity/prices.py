#!/usr/bin/env python3
"""Makes prices.json, the price file of paasta-render, from Karpenter's own list of AWS machines.

The list is the file kwok/examples/aws_instance_types.json of the Go module sigs.k8s.io/karpenter:

    go mod download -json sigs.k8s.io/karpenter@v1.14.1       # prints the folder as "Dir"
    python3 prices.py DIR/kwok/examples/aws_instance_types.json > _system/prices.json

Only machines that run Linux are taken; the list gives the smallest ones no memory, so they are left out. Prices are US dollars an hour. The list knows no GPUs; add "gpus" and "labels" to
the types that have some.
"""
import argparse
import json
import sys

UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "m": 0.001,
         "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "arm64": "arm64"}


def quantity(text):
    """Returns the value of a Kubernetes quantity such as 384Gi."""
    digits = text.rstrip("".join(set("".join(UNITS))))
    return float(digits) * UNITS[text[len(digits):]]


def number(value):
    return int(value) if value == int(value) else value


def reserved(cpus, mem, pods):
    """Returns what AWS' images keep for kubelet and system: a part of the cores, and memory for each pod.

    Memory that the hypervisor takes is 7.5 %; 100 MiB are the threshold of eviction."""
    cores = 0.06 * min(cpus, 1) + 0.01 * min(max(cpus - 1, 0), 1) + 0.005 * min(max(cpus - 2, 0), 2) + 0.0025 * max(cpus - 4, 0)
    return {"cpus": round(cores, 3), "mem": round(0.075 * mem + 11 * min(pods, 110) + 255 + 100)}


def machine(row, zones, aws):
    resources = row["resources"]
    cpus, mem = quantity(resources["cpu"]), quantity(resources["memory"]) / 2**20
    pods = quantity(resources["pods"])
    out = {"cpus": number(cpus), "mem": number(mem), "disk": number(quantity(resources["ephemeral-storage"]) / 2**20),
           "pods": number(pods)}
    if aws:
        out["reserved"] = reserved(cpus, mem, pods)
    if ARCHITECTURES[row["architecture"]] != "amd64":
        out["arch"] = ARCHITECTURES[row["architecture"]]
    prices = {}
    for offer in row["offerings"]:
        labels = {r["key"]: r["values"][0] for r in offer["Requirements"]}
        if offer["Available"]:
            prices.setdefault(labels["karpenter.sh/capacity-type"], {})[labels["topology.kubernetes.io/zone"]] = offer["Price"]
    for kind, by_zone in prices.items():
        same = len(set(by_zone.values())) == 1 and sorted(by_zone) == zones
        prices[kind] = round(by_zone[zones[0]], 6) if same else {z: round(p, 6) for z, p in sorted(by_zone.items())}
    out["price"] = prices
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", help="aws_instance_types.json")
    parser.add_argument("--reserved", choices=["aws", "kwok"], default="aws",
                        help="what a node keeps for itself: as AWS' images do, or as Karpenter's provider without machines")
    arguments = parser.parse_args()
    with open(arguments.list, encoding="utf-8") as f:
        rows = [r for r in json.load(f) if "linux" in r["operatingSystems"] and r["architecture"] in ARCHITECTURES
                and quantity(r["resources"]["memory"]) > 0]
    zones = sorted({v for r in rows for o in r["offerings"] for q in o["Requirements"]
                    if q["key"] == "topology.kubernetes.io/zone" for v in q["values"]})
    types = {}
    for row in sorted(rows, key=lambda r: (r["name"], ARCHITECTURES[r["architecture"]])):
        types.setdefault(row["name"], machine(row, zones, arguments.reserved == "aws"))
    prices = {"source": "kwok/examples/aws_instance_types.json of sigs.k8s.io/karpenter", "zones": zones}
    if arguments.reserved == "kwok":
        prices["reserved"] = {"cpus": 0.1, "mem": 10}
    lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(types[name])}" for name in types)
    head = json.dumps(prices)[1:-1]
    sys.stdout.write('{"prices": {' + head + ',\n  "types": {\n' + lines + "\n  }\n}}\n")
    print(f"{len(rows)} machines, {len(types)} types in {len(zones)} zones", file=sys.stderr)


if __name__ == "__main__":
    main()
