#pragma once
// The server behind the tap: a child that finds everything as if the client had started it. Its stderr, environment,
// working directory, process group and signal mask are ours; its stdin and stdout are pipes.

#include <stdexcept>
#include <string>
#include <vector>

#include <signal.h>
#include <sys/types.h>

#include "harness/tap/descriptor.h"

namespace tracetax::tap {

// There is no such program, or it may not be run.
class CannotStart : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Child {
  pid_t pid = -1;
  Descriptor in{};   // its stdin; does not block
  Descriptor out{};  // its stdout; does not block
};

// `mask` is the signal mask that it starts with. It is killed when this process dies without ending it
// (PR_SET_PDEATHSIG), as it would be in our place. From the main thread only, before there are others. Throws
// CannotStart, and std::system_error when the system has no more processes or descriptors.
Child start_child(const std::vector<std::string>& command, const sigset_t& mask);

}  // namespace tracetax::tap
