#pragma once
// The keys of a hop, in the topology and in an arm. Internal.

#include "harness/scenario/scalars.h"
#include "harness/scenario/scenario.h"

namespace tracetax::shapes {

Shape<std::map<std::string, std::string>> environment();  // variables and their values; adds to what is there
Shape<TransportKind> transport();
Shape<HopEra> hop_era();
Shape<std::string> authority();  // `tls`: its `ca` alone
Shape<std::vector<ExportHeader>> hop_headers();
Shape<std::vector<std::string>> command();
Shape<Nanos> start_timeout();

// What the keys of a hop mean together.
void finish_hop(Reading& reading, const Node& node, Hop& hop);
// The same of what an arm says over the topology's hop, which `hop` was before.
void finish_hop_of_arm(Reading& reading, const Node& node, Hop& hop);

// What an arm may say of a hop as well.
template <class T>
Fields<T> program_fields() {
  return {
      field<T>("command", &Hop::command, command(),
               "a program of your own instead of the mock, started without a shell (docs/cli.md)"),
      field<T>("environment", &Hop::environment, environment(), "added to the environment of `command`"),
      field<T>("cwd", &Hop::cwd, text(),
               "where `command` is started, relative to the scenario's folder; where tracetax was started if left out"),
      field<T>("start_timeout", &Hop::start_timeout, start_timeout(), "how long it may take until it can be called"),
      field<T>("url", &Hop::url, url({"http", "https", "ws", "wss"}),
               "a service that runs already; nothing is started"),
      field<T>("headers", &Hop::headers, hop_headers(), "sent to `url`; ${env:NAME} is what the environment says"),
      field<T>("tls", &Hop::ca, authority(),
               "whom to believe at an https or wss `url`; the system's authorities if left out"),
  };
}

template <class T>
Fields<T> hop_fields() {
  Fields<T> fields{
      field<T>("listen", &Hop::listen, transport(), "how the hop is reached; stdio only for the first hop"),
      field<T>(
          "era", &Hop::era, hop_era(),
          "what its caller speaks to it; auto, for the first hop: found out when a session is opened, as it is where "
          "nothing is said of a program or URL of yours"),
  };
  for (Field<T>& f : program_fields<T>()) fields.push_back(std::move(f));
  return fields;
}

}  // namespace tracetax::shapes
