#!/usr/bin/env python3
"""Holds the tree to the rules of docs/layout.md that a machine can check.

    scripts/check_layers.py [ROOT]      prints FILE:LINE: what is wrong, and exits 1 when anything is

tests/arch/layers plants each fault in a tree of its own and sees that it is found.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

LEVELS = [
    ["base"],
    ["scenario", "mcp", "stats"],
    ["transport", "telemetry", "results", "otlp", "tap"],
    ["session", "policy", "search"],
    ["load", "verdict"],
    ["sampling"],
    ["experiment"],
    ["cli"],
]
LEVEL_OF = {f"harness/{name}": level for level, names in enumerate(LEVELS) for name in names}

# Servers see neither the harness's schedule nor its records: the measured cannot help the measurer.
SERVER_MAY = {"harness/" + name for name in ("base", "scenario", "mcp", "transport", "telemetry")}
SERVERS = ("gateway", "router", "sink", "tool_server")
# Any report can be made again from files, so reports see nothing that makes load.
REPORTS_MAY = {"harness/" + name for name in ("base", "scenario", "results")}

SOURCE_ROOTS = ("harness", "mock_servers", "reports")
CODE = {".h", ".cc", ".py", ".sh", ".cmake", ".js", ".mjs", ".ts", ".java"}
SKIPPED_FOLDERS = {".git", ".cache", "build", "out", "node_modules", "__pycache__"}
MAX_LINES = 600

# Each of these adds seconds to every file that includes it.
HEAVY = re.compile(r"boost/beast|grpc(pp)?/|google/protobuf/|opentelemetry/(proto|sdk|exporters)/|yaml-cpp/|.*\.pb\.h$")

# The wall clock may be set back and forth; measuring uses base/time.h. These show or exchange a date. Its duration is a mere
# unit, which the OpenTelemetry SDK asks for.
WALL_CLOCK = re.compile(r"\bsystem_clock\b(?!\s*::\s*duration)")
WALL_CLOCK_ALLOWED = {
    "harness/cli/doctor.cc": "the date of the doctor's visit",
    "harness/cli/run_folder.cc": "the date of the run",
    "harness/load/generator.cc": "the date in interval logs",
    "mock_servers/sink/grpc_receiver.cc": "gRPC's Shutdown takes its deadline as a date",
}

# In pieces, so that this file does not name what it looks for.
UNFINISHED = re.compile(r"\b(" + "|".join(a + b for a, b in [("TO", "DO"), ("FIX", "ME"), ("XX", "X")]) + r")\b")
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in [
        ("debian", "org"), ("ubuntu", "com"), ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com"),
        ("pypi", "org"), ("pythonhosted", "org"), ("crates", "io"), ("proxy", "golang", "org"), ("rubygems", "org"),
        ("maven", "org"), ("docker", "io"), ("docker", "com"), ("ghcr", "io"), ("quay", "io"), ("gcr", "io"),
        ("nodesource", "com"), ("anaconda", "org"), ("conan", "io"), ("mcr", "microsoft", "com"),
    ]
]  # fmt: skip
REGISTRY = re.compile("|".join(r"(?<![\w-])" + re.escape(host) + r"(?![\w-])" for host in REGISTRY_HOSTS))

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LINE_COMMENT = re.compile(r"(^|\s)//.*$")


def module_of(path):
    """harness/mcp/message.h -> harness/mcp; reports/html.cc -> reports; None: not of the product."""
    parts = path.split("/")
    if parts[0] == "reports":
        return "reports"
    return "/".join(parts[:2]) if parts[0] in SOURCE_ROOTS and len(parts) > 2 else None


def allowed_for(module):
    """What a module may include besides itself; None: the module has no place in the layers."""
    if module == "reports":
        return REPORTS_MAY
    if module == "mock_servers/common":
        return SERVER_MAY
    if module in {"mock_servers/" + name for name in SERVERS}:
        return SERVER_MAY | {"mock_servers/common"}
    if module not in LEVEL_OF:
        return None
    below = {other for other, level in LEVEL_OF.items() if level < LEVEL_OF[module]}
    return below | {"reports"} if module == "harness/cli" else below


def files_under(root):
    for path in sorted(root.iterdir()):
        if path.is_dir() and not path.is_symlink():
            if path.name not in SKIPPED_FOLDERS:
                yield from files_under(path)
        elif path.is_file():
            yield path


class Checker:
    def __init__(self, root):
        self.root = Path(root).resolve()
        self.faults = []
        self.heavy = {}  # header -> (line, what it includes)
        self.users = defaultdict(set)  # header of ours -> files of the product that include it

    def fault(self, path, line, text):
        self.faults.append((path, line, text))

    def run(self):
        for file in files_under(self.root):
            try:
                lines = file.read_text(encoding="utf-8").splitlines()
            except UnicodeDecodeError:
                continue  # not text
            path = file.relative_to(self.root).as_posix()
            self.check_text(path, file.suffix, lines)
            if file.suffix in {".h", ".cc"}:
                self.check_code(path, lines)
        self.check_heavy_headers()
        return sorted(self.faults)

    def check_text(self, path, suffix, lines):
        if suffix in CODE and len(lines) > MAX_LINES:
            self.fault(path, MAX_LINES + 1, f"{len(lines)} lines; {MAX_LINES} are the most a file may have: split it")
        for number, line in enumerate(lines, 1):
            if unfinished := UNFINISHED.search(line):
                self.fault(path, number, f"{unfinished[0]}: finish it, or write it down in an issue")
            if host := REGISTRY.search(line):
                self.fault(path, number, f"names the package registry {host[0]}; the machine's own settings say where packages come from")

    def check_code(self, path, lines):
        module = module_of(path)
        for number, line in enumerate(lines, 1):
            code = LINE_COMMENT.sub("", line)
            if re.search(r"\basio\s*::\s*detached\b|asio/detached\.hpp", code):
                self.fault(path, number, "asio::detached: an error in that coroutine is silence; give a handler that hears it")
            if WALL_CLOCK.search(code) and path not in WALL_CLOCK_ALLOWED and module:
                self.fault(path, number, "system_clock: measure with monotonic_now() (harness/base/time.h); for a date add the file to "
                                         "WALL_CLOCK_ALLOWED in scripts/check_layers.py with the reason")
        includes = [(number, include) for number, line in enumerate(lines, 1) if (include := INCLUDE.match(line))]
        for number, include in includes:
            self.check_include(path, number, module, include[1], include[2])
        own_header = path.removesuffix(".cc") + ".h"
        if module and path.endswith(".cc") and (self.root / own_header).is_file():
            if not includes or includes[0][1][2] != own_header:
                self.fault(path, includes[0][0] if includes else 1,
                           f'"{own_header}" is not included first: that is what shows that it compiles alone')

    def check_include(self, path, number, module, bracket, target):
        if module is None:
            return  # tests see everything
        root = target.split("/")[0]
        if root not in SOURCE_ROOTS:
            if bracket == '"':
                self.fault(path, number, f'"{target}": includes are written from the root and stay within {", ".join(SOURCE_ROOTS)}')
            if path.endswith(".h") and HEAVY.match(target):
                self.heavy.setdefault(path, (number, target))
            return
        self.users[target].add(path)
        other = module_of(target)
        allowed = allowed_for(module)
        if allowed is None:
            self.fault(path, number, f"{module} has no place in the layers: add it to scripts/check_layers.py and docs/layout.md")
        elif other != module and other not in allowed:
            self.fault(path, number, f"{module} may not include {other} (only {', '.join(sorted(allowed)) or 'itself'})")

    def check_heavy_headers(self):
        """A heavy header is a module's own affair as long as no other module gets to see it, not even through another header."""
        for header, (number, target) in self.heavy.items():
            module, seen, waiting = module_of(header), {header}, [header]
            while waiting:
                for user in self.users[waiting.pop()]:
                    if module_of(user) != module:
                        self.fault(header, number, f"<{target}> reaches {user}: a public header includes no heavy one, move it to a .cc")
                    elif user.endswith(".h") and user not in seen:
                        seen.add(user)
                        waiting.append(user)


def main(arguments):
    if len(arguments) > 1:
        print("usage: scripts/check_layers.py [ROOT]", file=sys.stderr)
        return 2
    root = arguments[0] if arguments else Path(__file__).resolve().parent.parent
    faults = Checker(root).run()
    for path, line, text in faults:
        print(f"{path}:{line}: {text}")
    print(f"check_layers: {len(faults)} faults" if faults else "check_layers: the house stands", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
