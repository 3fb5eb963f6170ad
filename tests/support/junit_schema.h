#pragma once
// Whether a JUnit file is what its readers were promised.

#include <string>
#include <vector>

namespace tracetax::test {

// The rules of Ant's JUnit.xsd (github.com/windyroad/JUnit-Schema, commit 2378e66) in words of our own; what they let
// through is let through by junit-10.xsd of Jenkins' xUnit plugin (commit 031e285), too, whose demands are fewer, but
// for the number form of `time`, which is checked as well. Every fault, with its element; empty: the file is valid.
std::vector<std::string> junit_faults(const std::string& xml);

}  // namespace tracetax::test
