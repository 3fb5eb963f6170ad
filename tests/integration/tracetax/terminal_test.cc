// A run on a terminal: what is drawn there, and that it stays within.

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reports/table.h"
#include "tests/integration/tracetax/program.h"

namespace tracetax::test {
namespace {

constexpr const char* topology = "topology: { servers: [ { name: tools, listen: http } ] }\n";

std::string two_arms(const std::string& control) {
  return "load: { arrivals: { process: constant, rate: 100/s }, calls: [ { tool: lookup } ] }\n"
         "arms:\n  " +
         control +
         ": { role: control, tracing: { sampler: none } }\n  b: { role: treatment, tracing: { sampler: none } }\n"
         "plan: { warmup: 0s, settle: 0s, window: 300ms, blocks: 2, launches: 1 }\n"
         "budgets: [ { metric: latency.p50, max: 5s } ]\n";
}

struct OnTerminal {
  int code = -1;
  std::string seen{};
};

// stdout and stderr are a terminal of so many columns; after `narrow_after` bytes it becomes `then` columns wide.
OnTerminal on_terminal(const std::vector<std::string>& arguments, unsigned short columns, const char* term,
                       std::size_t narrow_after = 0, unsigned short then = 0, const char* no_color = "") {
  winsize size{};
  size.ws_row = 24;
  size.ws_col = columns;
  ::setenv("TRACETAX_SCENARIOS", TRACETAX_SOURCE_DIR "/scenarios", 1);
  int terminal = -1;
  const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (pid == 0) {
    ::setenv("TERM", term, 1);
    ::setenv("NO_COLOR", no_color, 1);  // empty is as good as unset (no-color.org)
    const std::string program = std::string(TRACETAX_BIN_DIR) + "/tracetax";
    std::vector<char*> argv{const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    ::execv(program.c_str(), argv.data());
    ::_exit(127);
  }
  OnTerminal out;
  char buffer[4096];
  // A terminal whose other end is gone reads as an error, which is its end of file.
  for (ssize_t n = ::read(terminal, buffer, sizeof buffer); n > 0; n = ::read(terminal, buffer, sizeof buffer)) {
    out.seen.append(buffer, static_cast<std::size_t>(n));
    if (then != 0 && out.seen.size() >= narrow_after && size.ws_col != then) {
      size.ws_col = then;
      ::ioctl(terminal, TIOCSWINSZ, &size);
    }
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  ::close(terminal);
  out.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return out;
}

// Without colours and erasing; what a carriage return begins anew is a line of its own.
std::vector<std::string> drawn_lines(const std::string& seen) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i] == '\x1b') {
      while (i < seen.size() && std::isalpha(static_cast<unsigned char>(seen[i])) == 0) ++i;
    } else if (seen[i] == '\r' || seen[i] == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += seen[i];
    }
  }
  return lines;
}

TEST(Terminal, LiveLineBlocksTableAndClosingSentenceStayWithinIt) {
  const Workplace place;
  const std::string scenario = place.write("s.yaml", short_scenario(topology, two_arms(std::string(60, 'n'))));
  const OnTerminal run = on_terminal({"run", scenario, "-o", place.folder() / "out"}, 72, "xterm");
  ASSERT_EQ(run.code, 0) << run.seen;
  EXPECT_NE(run.seen.find("\r\x1b[K"), std::string::npos) << "a live line";
  const std::vector<std::string> lines = drawn_lines(run.seen);
  const auto holds = [&](const std::string& text) {
    return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(text) != std::string::npos; });
  };
  EXPECT_TRUE(holds("block 2/2"));
  EXPECT_TRUE(holds(" left"));
  EXPECT_TRUE(holds("so far"));
  EXPECT_NE(run.seen.find("\x1b[1;32mwithin\x1b[0m: "), std::string::npos) << "the closing sentence";
  for (const std::string& line : lines) {
    // Paths and names are not broken; everything that is drawn or laid out is.
    const bool prose = line.find('/') == std::string::npos && line.find(std::string(60, 'n')) == std::string::npos;
    if (!prose && line.find(" left") == std::string::npos) continue;
    EXPECT_LE(display_width(line), 72U) << line;
  }
}

TEST(Terminal, ThatBecomesNarrowerGetsShorterLines) {
  const Workplace place;
  const std::string scenario = place.write("s.yaml", short_scenario(topology, two_arms("a")));
  const OnTerminal run = on_terminal({"run", scenario, "-o", place.folder() / "out"}, 120, "xterm", 1, 44);
  ASSERT_EQ(run.code, 0) << run.seen;
  std::size_t live = 0;
  for (const std::string& line : drawn_lines(run.seen)) {
    if (line.find(" left") == std::string::npos) continue;
    ++live;
    EXPECT_LE(display_width(line), 44U) << line;
  }
  EXPECT_GT(live, 0U);
}

TEST(Terminal, ThatIsDumbGetsPlainLines) {
  const Workplace place;
  const std::string scenario = place.write("s.yaml", short_scenario(topology, two_arms("a")));
  const OnTerminal run = on_terminal({"run", scenario, "-o", place.folder() / "out"}, 80, "dumb");
  ASSERT_EQ(run.code, 0) << run.seen;
  EXPECT_EQ(run.seen.find('\x1b'), std::string::npos) << run.seen;
  EXPECT_NE(run.seen.find("block 1/2 · p50 a "), std::string::npos) << run.seen;
}

TEST(Terminal, NoColorIsAboutColoursAlone) {
  const Workplace place;
  const std::string scenario = place.write("s.yaml", short_scenario(topology, two_arms("a")));
  const OnTerminal run = on_terminal({"run", scenario, "-o", place.folder() / "out"}, 80, "xterm", 0, 0, "1");
  ASSERT_EQ(run.code, 0) << run.seen;
  EXPECT_EQ(run.seen.find("\x1b[1;"), std::string::npos) << run.seen;
  EXPECT_NE(run.seen.find("\r\x1b[K"), std::string::npos) << run.seen;
}

TEST(Terminal, ElsewhereABlockIsALine) {
  const Workplace place;
  const std::string scenario = place.write("s.yaml", short_scenario(topology, two_arms("a")));
  const Ended run = place.tracetax({"run", scenario, "-o", place.folder() / "out"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.err.find('\x1b'), std::string::npos);
  EXPECT_NE(run.err.find("block 1/2 · p50 a "), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("block 2/2 · p50 a "), std::string::npos) << run.err;
  EXPECT_EQ(run.out.find("\x1b"), std::string::npos);
  const Ended none = place.tracetax({"run", scenario, "-o", place.folder() / "none", "--progress", "none"});
  EXPECT_EQ(none.err.find("block 1/2"), std::string::npos) << none.err;
}

}  // namespace
}  // namespace tracetax::test
