// Where the load's sessions connect, and what they send there besides the calls.
#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "harness/experiment/stack.h"
#include "harness/scenario/env_text.h"
#include "harness/scenario/load_scenario.h"
#include "harness/session/address.h"

namespace tracetax {
namespace {

const char* of_environment(const std::string& name) {
  return std::getenv(name.c_str());
}

bool is_header_value(const std::string& text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

}  // namespace

// The environment is asked now, and what it says goes no further: results have the references.
void Stack::speak_to_url(const Hop& hop, Target& target) const {
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < hop.headers.size(); ++i) {
    const ExportHeader& header = hop.headers[i];
    try {
      std::string value = resolve_references(header.value, of_environment);
      if (!is_header_value(value))
        throw std::invalid_argument("the variable that it refers to has a control character, perhaps a line break");
      target.headers.emplace_back(header.name, std::move(value));
    } catch (const std::invalid_argument& wrong) {
      const ValuePlace place = i < hop.places.size() ? hop.places[i] : ValuePlace{};
      problems.push_back({place.file, place.line, place.column, hop.name + "." + place.key, wrong.what(),
                          "set it where tracetax is started"});
    }
  }
  if (!problems.empty()) throw ScenarioError(problems);
  if (!hop.ca.empty()) target.ca = (std::filesystem::path(scenario_.folder) / hop.ca).string();
}

void Stack::add_targets(const Hop& of_topology, const std::vector<Backend>& reached, std::uint32_t connections,
                        const std::string& token) {
  const Hop& hop = hop_in(of_topology, arm_);
  const bool foreign = !hop.is_mock();
  std::vector<Member*> of_hop;
  for (Member& member : members_) {
    if (member.service == hop.name) of_hop.push_back(&member);
  }
  for (std::uint32_t s = 0; s < scenario_.load.sessions; ++s) {
    Target target;
    target.era = era_of_load(hop, arm_);
    if (!hop.url.empty()) speak_to_url(hop, target);
    // An answer that had to be unpacked would have that in its time. Mocks never pack.
    if (foreign && hop.listen == TransportKind::http) target.headers.emplace_back("Accept-Encoding", "identity");
    target.token = token;
    target.connections = connections;
    if (hop.listen == TransportKind::stdio) {
      Process& process = *of_hop.at(s)->process;
      target.read_fd = process.take_read_fd();
      target.write_fd = process.take_write_fd();
    } else {
      const std::string& url = reached.at(s % reached.size()).url;
      const auto parsed = parse_peer_url(url);
      if (!parsed) throw WorldError(hop.name + " says it listens on " + url + ", which is no URL of a transport");
      target.url = parsed->url;
      target.tls = parsed->tls;
    }
    targets_.push_back(std::move(target));
  }
}

}  // namespace tracetax
