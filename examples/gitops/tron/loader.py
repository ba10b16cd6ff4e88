"""Posts Tron's configuration from a folder to Tron's API: what has changed only, MASTER first.

usage: loader.py URL FOLDER

A file MASTER.yaml is the namespace MASTER, <service>.yaml the namespace <service>; NAME.gz.01, NAME.gz.02 … are the pieces
of a file that no ConfigMap holds. The exit status is 1 when Tron refuses a namespace; the others are posted all the same.
"""
import gzip
import json
import pathlib
import sys
import urllib.error
import urllib.parse
import urllib.request


def read(folder):
    """Returns each namespace's configuration."""
    namespaces, pieces = {}, {}
    for file in sorted(pathlib.Path(folder).rglob("*")):
        if not file.is_file() or any(part.startswith("..") for part in file.relative_to(folder).parts):
            continue  # Kubernetes keeps a mounted ConfigMap's versions in folders that begin with two dots
        if file.suffix == ".yaml" and file.name != "kustomization.yaml":
            namespaces[file.stem] = file.read_text()
        elif ".yaml.gz." in file.name:
            pieces.setdefault(file.name.split(".yaml.gz.")[0], []).append((file.name, file.read_bytes()))
    for name, parts in pieces.items():
        namespaces[name] = gzip.decompress(b"".join(data for _, data in sorted(parts))).decode()
    return namespaces


def ask(url, form=None):
    data = urllib.parse.urlencode(form).encode() if form else None
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.loads(error.read() or b"{}") | {"error": f"HTTP {error.code}"}


def main(url, folder):
    api, wanted, refused = url.rstrip("/") + "/api/config", read(folder), False
    for name in sorted(wanted, key=lambda n: (n != "MASTER", n)):
        now = ask(api + "?" + urllib.parse.urlencode({"name": name, "no_header": 1}))
        if now.get("config") == wanted[name]:
            continue
        answer = ask(api, {"name": name, "config": wanted[name], "hash": now.get("hash", ""), "check": 0})
        print(f"{name}: {answer.get('error') or answer.get('status') or 'posted'}")
        refused = refused or bool(answer.get("error"))
    known = ask(url.rstrip("/") + "/api").get("namespaces", [])
    for name in sorted(set(known) - set(wanted)):
        print(f"{name}: Tron has it and the folder has not; remove it by hand")
    return 1 if refused else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
