#pragma once
// The command line of tracetax: its one definition, and what becomes of what was typed.

#include <memory>
#include <vector>

#include "harness/cli/outline.h"

namespace tracetax::cli {

class CommandLine {
 public:
  CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();

  Outline outline() const;

  // Parses and carries out. Gives the exit code (docs/cli.md): 2 for the user's mistakes, with what is wrong and a hint
  // on stderr; 4 for a world that fails. Throws nothing.
  int run(int argc, const char* const* argv);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tracetax::cli
