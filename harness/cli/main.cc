#include "harness/cli/command_line.h"

int main(int argc, char** argv) {
  return tracetax::cli::CommandLine().run(argc, argv);
}
