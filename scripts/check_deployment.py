#!/usr/bin/env python3
"""What scripts/check_deployment.sh asks of the files in docker/ where no program of others does: strict YAML, links between files, and that
every metric that a dashboard or an alert names is one that something exports.

  check_deployment.py files ROOT                 YAML without repeated keys, Grafana's files, Kubernetes' copies of the tiers
  check_deployment.py expressions ROOT OUT       the dashboard's PromQL as a rule file OUT, for promtool
  check_deployment.py config ROOT NAME OUT       the Collector configuration in docker/kubernetes/otel-NAME.yaml, as a file OUT
  check_deployment.py metrics ROOT COLLECTOR     both tiers run with this Collector, fed and failing: do the metrics exist?

Exit code 1 with a line for each mistake; 2 for wrong usage.
"""
import json
import pathlib
import re
import sys

import yaml

DASHBOARD = "docker/grafana/dashboards/tracetax.json"
# Exported by Prometheus itself.
OF_PROMETHEUS = {"up"}
PROMQL_WORDS = {"or", "and", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset"}


class StrictLoader(yaml.SafeLoader):
    """PyYAML lets the last of two equal keys win; Kubernetes, Go's YAML and the Collector refuse them."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.tag != "tag:yaml.org,2002:merge":
                value = self.construct_object(key, deep=True)
                if value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"the key `{value}` comes twice", key.start_mark)
                seen.add(value)
        return super().construct_mapping(node, deep)


def load_all(path):
    with open(path, encoding="utf-8") as file:
        return [document for document in yaml.load_all(file, StrictLoader) if document is not None]


def load(path):
    documents = load_all(path)
    if len(documents) != 1:
        raise ValueError(f"{path}: {len(documents)} documents, not one")
    return documents[0]


def names_in(expression):
    """The metrics that a PromQL expression names: what is left without texts, matchers, ranges, labels and functions."""
    text = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])*\'', "", expression)
    text = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", text)
    text = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", " ", text)
    found = re.findall(r"(?<![\w:.])([a-zA-Z_:][\w:]*)(?!\s*\()(?![\w:])", text)
    return {name for name in found if name not in PROMQL_WORDS}


def prometheus_targets(root):
    for panel in json.loads((root / DASHBOARD).read_text(encoding="utf-8"))["panels"]:
        for target in panel["targets"]:
            if target["datasource"]["uid"] == "prometheus":
                yield panel["title"], target["expr"]


def rules(root):
    for group in load(root / "docker/alerts.yml")["groups"]:
        yield from group["rules"]


def metrics_used(root):
    """Name -> where it is used."""
    used = {}
    for rule in rules(root):
        for name in names_in(rule["expr"]):
            used.setdefault(name, f"docker/alerts.yml: {rule.get('alert') or rule['record']}")
    for title, expression in prometheus_targets(root):
        for name in names_in(expression):
            used.setdefault(name, f"{DASHBOARD}: {title}")
    return used


def metrics_of_services(root):
    """Families that the services' sources write, as Prometheus stores them."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((root / "mock_servers").rglob("*.cc")))
    found = {name + "_total" for name in re.findall(r'add_counter\(\w+,\s*"(\w+)"', text)}
    found |= {name + "_total" for name in re.findall(r"# TYPE (\w+) counter", text)}
    found |= set(re.findall(r"# TYPE (\w+) gauge", text))
    for path in sorted((root / "mock_servers").rglob("*histogram*")):
        for name in re.findall(r'family\w*\s*=\s*"(\w+)"', path.read_text(encoding="utf-8")):
            found |= {name + "_bucket", name + "_count", name + "_sum"}
    return found


def check_files(root):
    wrong = []
    docker = root / "docker"
    for path in sorted(docker.rglob("*.y*ml")):
        try:
            load_all(path)
        except (yaml.YAMLError, ValueError) as error:
            wrong.append(f"{path.relative_to(root)}: {error}")
    if wrong:
        return wrong
    wrong += check_grafana(root)
    wrong += check_kubernetes(root)
    return wrong


def check_grafana(root):
    wrong = []
    provisioning = root / "docker/grafana/provisioning"
    sources = load(provisioning / "datasources/datasources.yaml")["datasources"]
    kinds = {source["uid"]: source["type"] for source in sources}
    compose = load(root / "docker/compose.yaml")
    for source in sources:
        host = re.match(r"http://([\w-]+):", source["url"])
        if not host or host[1] not in compose["services"]:
            wrong.append(f"datasources.yaml: {source['name']}: {source['url']} is no service of compose.yaml")
        for uid in re.findall(r"'datasourceUid': '([^']*)'", repr(source)):
            if uid not in kinds:
                wrong.append(f"datasources.yaml: {source['name']}: there is no data source `{uid}`")
    dashboard = json.loads((root / DASHBOARD).read_text(encoding="utf-8"))
    seen = {}
    for panel in dashboard["panels"]:
        title, place = panel["title"], panel["gridPos"]
        for target in [panel, *panel["targets"]]:
            source = target["datasource"]
            if kinds.get(source["uid"]) != source["type"]:
                wrong.append(f"{DASHBOARD}: {title}: there is no data source {source}")
        if panel["id"] in seen:
            wrong.append(f"{DASHBOARD}: {title}: has the id of {seen[panel['id']]}")
        seen[panel["id"]] = title
        if place["x"] + place["w"] > 24:
            wrong.append(f"{DASHBOARD}: {title}: is wider than the 24 columns")
    mounted = [volume.split(":") for volume in compose["services"]["grafana"]["volumes"]]
    where = load(provisioning / "dashboards/dashboards.yaml")["providers"][0]["options"]["path"]
    if where not in [volume[1] for volume in mounted]:
        wrong.append(f"dashboards.yaml: nothing is mounted at {where}")
    return wrong


def collector_config(root, name):
    """The configuration in the ConfigMap of docker/kubernetes/otel-NAME.yaml, as text."""
    for document in load_all(root / f"docker/kubernetes/otel-{name}.yaml"):
        if document["kind"] == "ConfigMap":
            return document["data"]["otel-collector-config.yaml"]
    raise ValueError(f"docker/kubernetes/otel-{name}.yaml has no ConfigMap")


def check_kubernetes(root):
    """The tiers are the same in both deployments, but for whom they send to; and what is named is there."""
    wrong = []
    for name in ("gateway", "processing"):
        ours, theirs = load(root / f"docker/otel-{name}.yaml"), yaml.load(collector_config(root, name), StrictLoader)
        for key in ("processors", "connectors", "extensions"):
            if ours.get(key) != theirs.get(key):
                wrong.append(f"docker/kubernetes/otel-{name}.yaml: `{key}` differs from docker/otel-{name}.yaml")
        for pipeline, parts in ours["service"]["pipelines"].items():
            if parts["processors"] != theirs["service"]["pipelines"].get(pipeline, {}).get("processors"):
                wrong.append(f"docker/kubernetes/otel-{name}.yaml: the processors of `{pipeline}` differ from docker/otel-{name}.yaml")
    folder = root / "docker/kubernetes"
    documents = [(path, document) for path in sorted(folder.glob("*.yaml")) for document in load_all(path)]
    labels = [doc["spec"]["template"]["metadata"]["labels"] for _, doc in documents if "template" in doc.get("spec", {})]
    named = {(doc["kind"], doc["metadata"]["name"]) for _, doc in documents if "metadata" in doc}
    for path, doc in documents:
        spec, where = doc.get("spec", {}), f"docker/kubernetes/{path.name}: {doc['kind']}"
        if doc["kind"] == "Kustomization":
            wrong += [f"{where}: there is no {file}" for file in doc["resources"] if not (folder / file).exists()]
        elif doc["kind"] != "Namespace" and doc["metadata"].get("namespace") != "mcp-system":
            wrong.append(f"{where}: is not in the namespace mcp-system")
        selector = spec.get("selector", {})
        selector = selector.get("matchLabels", selector)
        if selector and not any(selector.items() <= of.items() for of in labels):
            wrong.append(f"{where}: no pod has the labels {selector}")
        if "scaleTargetRef" in spec:
            target = spec["scaleTargetRef"]
            if (target["kind"], target["name"]) not in named:
                wrong.append(f"{where}: there is no {target['kind']} {target['name']}")
        for volume in spec.get("template", {}).get("spec", {}).get("volumes", []):
            if "configMap" in volume and ("ConfigMap", volume["configMap"]["name"]) not in named:
                wrong.append(f"{where}: there is no ConfigMap {volume['configMap']['name']}")
    return wrong


def write_expressions(root, out):
    group = [{"record": f"dashboard:expression:{number}", "expr": expression.replace("$__rate_interval", "5m")}
             for number, (_, expression) in enumerate(prometheus_targets(root))]  # fmt: skip
    with open(out, "w", encoding="utf-8") as file:
        yaml.safe_dump({"groups": [{"name": "dashboard", "rules": group}]}, file)
    return []


def check_metrics(root, collector):
    from collector_metrics import metrics_of_tiers  # beside this file; needed for this alone

    known = OF_PROMETHEUS | metrics_of_services(root) | {rule["record"] for rule in rules(root) if "record" in rule}
    known |= metrics_of_tiers(root, collector)
    used = metrics_used(root)
    for name in sorted(set(used) & known):
        print(f"  {name}")
    return [f"{where}: nothing exports {name}" for name, where in sorted(used.items()) if name not in known]


def main(arguments):
    commands = {"files": (check_files, 0), "expressions": (write_expressions, 1), "metrics": (check_metrics, 1), "config": (None, 2)}
    if len(arguments) < 2 or arguments[0] not in commands or len(arguments) != 2 + commands[arguments[0]][1]:
        print(__doc__, file=sys.stderr)
        return 2
    root = pathlib.Path(arguments[1])
    if arguments[0] == "config":
        pathlib.Path(arguments[3]).write_text(collector_config(root, arguments[2]), encoding="utf-8")
        return 0
    wrong = commands[arguments[0]][0](root, *arguments[2:])
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
