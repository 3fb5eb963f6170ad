#include "mock_servers/sink/sink.h"

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto options = tracetax::sink::parse_sink_options(argc, argv, exit_code);
  return options ? tracetax::sink::run_sink(*options) : exit_code;
}
