"""Plants each fault in a tree of its own and sees that scripts/check_layers.py names file, line and fault."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))
import check_layers  # noqa: E402


def faults_in(files):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return [f"{path}:{line}: {text}" for path, line, text in check_layers.Checker(folder).run()]


class CheckLayers(unittest.TestCase):
    def expect_fault(self, files, *words):
        faults = faults_in(files)
        self.assertEqual(len(faults), 1, faults)
        for word in words:
            self.assertIn(word, faults[0])

    def expect_clean(self, files):
        self.assertEqual(faults_in(files), [])

    def test_downward_includes_are_fine(self):
        self.expect_clean({
            "harness/load/worker.cc": '#include <vector>\n#include "harness/session/session.h"\n#include "harness/load/worker.h"\n',
            "harness/cli/report.cc": '#include "reports/reports.h"\n#include "harness/experiment/run.h"\n',
            "mock_servers/router/router.h": '#include "mock_servers/common/service.h"\n#include "harness/telemetry/tracing.h"\n',
            "tests/unit/stats/a_test.cc": '#include "harness/cli/commands.h"\n#include "tests/support/http.h"\n',
        })

    def test_upward(self):
        self.expect_fault({"harness/mcp/message.cc": '#include <string>\n\n#include "harness/session/session.h"\n'},
                          "harness/mcp/message.cc:3:", "harness/mcp may not include harness/session")

    def test_sideways(self):
        self.expect_fault({"harness/stats/a.h": '#include "harness/scenario/scenario.h"\n'},
                          "harness/stats/a.h:1:", "harness/stats may not include harness/scenario")

    def test_angle_brackets_and_spaces_do_not_hide_an_include(self):
        self.expect_fault({"harness/base/a.h": "  #  include <harness/cli/commands.h>\n"}, "harness/base/a.h:1:", "harness/cli")

    def test_servers_see_no_load_session_or_results(self):
        for module in ("session", "load", "results", "verdict", "stats"):
            self.expect_fault({"mock_servers/sink/sink.cc": f'#include "harness/{module}/x.h"\n'},
                              "mock_servers/sink may not include", f"harness/{module}")

    def test_servers_do_not_see_each_other(self):
        self.expect_fault({"mock_servers/router/r.cc": '#include "mock_servers/gateway/gateway.h"\n'},
                          "mock_servers/router may not include mock_servers/gateway")
        self.expect_fault({"mock_servers/common/c.cc": '#include "mock_servers/sink/sink.h"\n'},
                          "mock_servers/common may not include mock_servers/sink")

    def test_reports_see_results_only(self):
        self.expect_fault({"reports/html.cc": '#include "harness/verdict/evaluate.h"\n'}, "reports may not include harness/verdict")

    def test_only_the_cli_sees_reports(self):
        self.expect_fault({"harness/experiment/run.cc": '#include "reports/reports.h"\n'}, "harness/experiment may not include reports")

    def test_product_does_not_see_tests(self):
        self.expect_fault({"harness/cli/a.cc": '#include "tests/support/http.h"\n'}, "harness/cli/a.cc:1:", "from the root")

    def test_relative_include(self):
        self.expect_fault({"harness/base/a.cc": '#include "time.h"\n'}, "harness/base/a.cc:1:", "from the root")

    def test_own_header_comes_first(self):
        header = {"harness/base/a.h": "#pragma once\n"}
        self.expect_clean(header | {"harness/base/a.cc": '// why\n#include "harness/base/a.h"\n\n#include <vector>\n'})
        self.expect_fault(header | {"harness/base/a.cc": '#include <vector>\n#include "harness/base/a.h"\n'},
                          "harness/base/a.cc:1:", "harness/base/a.h", "first")
        self.expect_fault(header | {"harness/base/a.cc": "int a;\n"}, "harness/base/a.cc:1:", "harness/base/a.h")

    def test_unknown_module(self):
        self.expect_fault({"harness/misc/a.cc": '#include "harness/base/time.h"\n'}, "harness/misc has no place")

    def test_detached(self):
        word = "detached"
        self.expect_fault({"harness/load/a.cc": f"int a;\nco_spawn(io, run(), boost::asio::{word});\n"}, "harness/load/a.cc:2:", word)
        self.expect_clean({"harness/load/a.cc": f"int a;  // never asio::{word}\n"})

    def test_wall_clock(self):
        line = "auto t = std::chrono::system_clock::now();\n"
        self.expect_fault({"harness/load/pacer.cc": line}, "harness/load/pacer.cc:1:", "system_clock")
        self.expect_clean({path: line for path in check_layers.WALL_CLOCK_ALLOWED})
        self.expect_clean({"harness/telemetry/a.cc": "std::chrono::system_clock::duration timeout;\n"})

    def test_heavy_header_that_leaves_its_module(self):
        self.expect_fault({
            "harness/transport/stream.h": "#pragma once\n#include <boost/beast/core.hpp>\n",
            "harness/transport/client.h": '#include "harness/transport/stream.h"\n',
            "harness/session/session.cc": '#include "harness/transport/client.h"\n',
        }, "harness/transport/stream.h:2:", "boost/beast/core.hpp", "harness/session/session.cc")

    def test_heavy_header_of_ones_own(self):
        self.expect_clean({
            "harness/transport/stream.h": "#include <boost/beast/core.hpp>\n",
            "harness/transport/ws.cc": '#include <boost/beast/websocket.hpp>\n#include "harness/transport/stream.h"\n',
            "tests/unit/transport/stream_test.cc": '#include "harness/transport/stream.h"\n',
        })

    def test_long_file(self):
        most = check_layers.MAX_LINES
        self.expect_fault({"harness/base/a.cc": "\n" * (most + 1)}, f"harness/base/a.cc:{most + 1}:", f"{most + 1} lines")
        self.expect_clean({"harness/base/a.cc": "\n" * most, "scenarios/a.yaml": "\n" * (most + 1)})

    def test_unfinished(self):
        self.expect_fault({"docs/a.md": "fine\n" + "TO" + "DO later\n"}, "docs/a.md:2:", "TO" + "DO")

    def test_registry_host(self):
        for host in check_layers.REGISTRY_HOSTS:
            self.expect_fault({"docker/Dockerfile": f"FROM a\nRUN get https://sub.{host}/x\n"}, "docker/Dockerfile:2:", host)
        self.expect_clean({"docs/a.md": "opentelemetry.io and mydocker.iox\n"})

    def test_build_trees_and_binaries_are_left_alone(self):
        self.expect_clean({"build/dev/a.h": '#include "harness/base/time.h"\n' + "TO" + "DO\n", "node_modules/a.js": "FIX" + "ME\n"})


if __name__ == "__main__":
    unittest.main()
