"""tracetax sampling over a chain whose last hop samples with the official Python SDK."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SERVER = Path(__file__).with_name("mcp_server.py")

SCENARIO = """version: 1
name: python
topology:
  gateway: { listen: ws }
  servers: [ { name: python, listen: http, command: [ %(python)s, %(server)s, "{port}" ]%(environment)s } ]
load:
  arrivals: { process: poisson, rate: 100/s }
  calls: [ { tool: lookup } ]
  timeout: 10s
arms:
  base: { role: control, tracing: { sampler: none } }
  some:
    tracing:
      sampler: { type: parentbased_traceidratio, ratio: 0.3 }
      exporter: { type: otlp_http }
      batch: { queue: 8192, delay: 300ms }
sampling: { steps: [ { rate: 100/s, for: 6s } ] }
checks:
  - { sampling_ratio: { arm: some, expect: 0.3, service: python, tolerance: 0.12 } }
  - parent_respected
  - { privacy: { secrets: [ planted-secret ] } }
"""


def validated(environment=""):
    with tempfile.TemporaryDirectory() as folder:
        text = SCENARIO % {"python": sys.executable, "server": SERVER, "environment": environment}
        (Path(folder) / "s.yaml").write_text(text)
        program = Path(os.environ["TRACETAX_BIN_DIR"]) / "tracetax"
        run = subprocess.run([program, "sampling", "s.yaml", "-o", "out"], cwd=folder, capture_output=True, text=True)
        result = json.loads((Path(folder) / "out/result.json").read_text())
        return run, {check["name"]: check["verdict"] for check in result["checks"]}


class Sampling(unittest.TestCase):
    def test_the_python_sdk_keeps_what_its_caller_keeps(self):
        run, verdicts = validated()
        self.assertEqual(verdicts, {"sampling_ratio": "within", "parent_respected": "within", "privacy": "within"}, run.stdout)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_one_that_decides_for_itself_and_leaks_is_found(self):
        run, verdicts = validated(', environment: { STUBBORN: "1", LEAK: planted-secret }')
        self.assertEqual(verdicts["parent_respected"], "exceeded", run.stdout)
        self.assertEqual(verdicts["privacy"], "exceeded", run.stdout)
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)


if __name__ == "__main__":
    unittest.main()
