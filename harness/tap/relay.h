#pragma once
// Sits between a client on our stdin and stdout and a server that it starts, and passes bytes on as they come: neither
// sees a difference but for the microseconds on the way. What is closed at one end is closed at the other; a side that
// does not read holds up the other and nobody else; signals go on to the server.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/time.h"

namespace tracetax::tap {

// What is told of the traffic, with the monotonic time at which the bytes came. Called from two threads, one for each
// direction, and never for an answer before its request. Must not block.
struct Listeners {
  std::function<void(std::string_view, Nanos)> from_client;
  std::function<void(std::string_view, Nanos)> from_server;
};

// Where stdin, stdout or stderr is closed, it is /dev/null from now on: no file that is opened later may become one of
// them. To be called before anything is opened.
void hold_standard_descriptors();

// Blocks signals in this process for good, and then starts the server, so that it is to be called before any thread is;
// `started` runs when the server does, and gives the listeners. Returns when the server has ended and what it had said
// has been passed on, with its status as waitpid() has it. Throws as start_child() does.
int relay(const std::vector<std::string>& command, const std::function<Listeners()>& started);

// Ends this process as the status says that another one ended: with its exit code, or by its signal.
[[noreturn]] void end_like(int status);

}  // namespace tracetax::tap
