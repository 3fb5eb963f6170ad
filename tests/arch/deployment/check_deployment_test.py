#!/usr/bin/env python3
"""Does scripts/check_deployment.py find what is wrong? Each test plants one fault in a copy of docker/ and wants it named."""
import pathlib
import shutil
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "scripts"))
try:
    import check_deployment
except ModuleNotFoundError as error:
    print(f"SKIPPED: {error} (apt-get install python3-yaml)")
    sys.exit(0)


class PlantedFaults(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        shutil.copytree(ROOT / "docker", self.root / "docker")

    def plant(self, file, old, new):
        path = self.root / "docker" / file
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text, f"the test is out of date: {file}")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def expect(self, *words):
        wrong = check_deployment.check_files(self.root)
        self.assertEqual(len(wrong), 1, wrong)
        for word in words:
            self.assertIn(word, wrong[0])

    def test_the_files_as_they_are(self):
        self.assertEqual(check_deployment.check_files(self.root), [])

    def test_a_key_twice(self):
        self.plant("loki.yaml", "auth_enabled: false", "auth_enabled: false\nauth_enabled: true")
        self.expect("docker/loki.yaml", "auth_enabled", "twice", "line 3")

    def test_no_yaml(self):
        self.plant("tempo.yaml", "server:", "server: [")
        self.expect("docker/tempo.yaml")

    def test_a_data_source_that_is_no_service(self):
        self.plant("grafana/provisioning/datasources/datasources.yaml", "http://tempo:3200", "http://tempus:3200")
        self.expect("Tempo", "tempus")

    def test_a_link_to_no_data_source(self):
        self.plant("grafana/provisioning/datasources/datasources.yaml", "serviceMap: { datasourceUid: prometheus }",
                   "serviceMap: { datasourceUid: mimir }")  # fmt: skip
        self.expect("Tempo", "mimir")

    def test_a_panel_of_no_data_source(self):
        self.plant("grafana/dashboards/tracetax.json", '"uid": "loki"', '"uid": "lokki"')
        self.expect("Calls that failed", "lokki")

    def test_tiers_that_drift_apart(self):
        self.plant("kubernetes/otel-processing.yaml", "sampling_percentage: 10", "sampling_percentage: 20")
        self.expect("kubernetes/otel-processing.yaml", "`processors` differs")

    def test_pipelines_that_drift_apart(self):
        self.plant("kubernetes/otel-gateway.yaml", "[memory_limiter, resource, batch]", "[resource, batch]")
        self.expect("kubernetes/otel-gateway.yaml", "`traces`")

    def test_a_selector_of_no_pod(self):
        self.plant("kubernetes/jaeger.yaml", "selector: { app: jaeger }", "selector: { app: jager }")
        self.expect("jaeger.yaml", "Service", "jager")

    def test_a_config_map_that_is_not_there(self):
        self.plant("kubernetes/otel-gateway.yaml", "configMap: { name: otel-collector-gateway-config }", "configMap: { name: other }")
        self.expect("otel-gateway.yaml", "Deployment", "ConfigMap other")

    def test_another_namespace(self):
        self.plant("kubernetes/tracetax-job.yaml", "namespace: mcp-system", "namespace: default")
        self.expect("tracetax-job.yaml", "mcp-system")


class Metrics(unittest.TestCase):
    def test_names_in_an_expression(self):
        for expression, names in [
            ("up == 0", {"up"}),
            ('100 * sum by (job, le) (rate(a_total{job="b_total"}[5m])) / on (x) group_left (y) c or vector(0)', {"a_total", "c"}),
            ("histogram_quantile(0.95, sum(rate(a_bucket[$__rate_interval])) by (le)) > 1e3", {"a_bucket"}),
            ("tracetax:effective_sampling:percent < 5", {"tracetax:effective_sampling:percent"}),
            ("a offset 5m unless b", {"a", "b"}),
        ]:
            self.assertEqual(check_deployment.names_in(expression), names, expression)

    def test_what_the_services_export(self):
        names = check_deployment.metrics_of_services(ROOT)
        self.assertLessEqual({"exporter_up", "spans_created_total", "tracetax_requests_total", "otlp_sink_held_bytes",
                              "tracetax_call_duration_seconds_bucket"}, names)  # fmt: skip
        self.assertNotIn("spans_created", names)

    def test_every_alert_of_the_document_is_there(self):
        rules = {rule.get("alert"): rule for rule in check_deployment.rules(ROOT)}
        for alert, limit, wait in [("SpansDropped", "> 10", "2m"), ("TraceLatencyHigh", "> 5000", "5m"), ("EffectiveSamplingLow", "< 5", "10m")]:
            self.assertTrue(rules[alert]["expr"].endswith(limit), alert)
            self.assertEqual(rules[alert]["for"], wait, alert)


if __name__ == "__main__":
    unittest.main()
