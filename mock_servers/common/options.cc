#include <cstdio>

#include <CLI/CLI.hpp>

#include "mock_servers/common/service.h"

namespace tracetax::service {

std::optional<ServiceOptions> parse_options(const std::string& name, const std::string& description, int argc,
                                            char** argv, int& exit_code) {
  ServiceOptions options;
  CLI::App app(description, name);
  app.set_version_flag("--version", name + " " + TRACETAX_VERSION);
  app.add_option("--config", options.config, "Configuration file (YAML or JSON)")->type_name("FILE");
  app.add_option(
         "--listen", options.listen,
         "Where to listen: stdio, http://HOST:PORT/mcp or ws://HOST:PORT/mcp; port 0: any. Repeatable; replaces "
         "the configuration's")
      ->type_name("URL")
      ->allow_extra_args(false);
  app.add_option("--admin", options.admin, "Admin endpoint (/healthz, /metrics, /stats, POST /flush); port 0: any")
      ->type_name("HOST:PORT");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& shown) {
    exit_code = app.exit(shown);
    return {};
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "%s: %s\n  hint: %s --help\n", name.c_str(), error.what(), name.c_str());
    exit_code = 2;
    return {};
  }
  return options;
}

int report_config_error(const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}

}  // namespace tracetax::service
