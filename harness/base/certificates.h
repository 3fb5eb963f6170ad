#pragma once
// An authority and certificates made anew for each run or test: no private key is ever in a repository or a result.

#include <filesystem>
#include <string>

namespace tracetax {

// A folder in the system's temporary folder that only its owner may enter, with an authority of its own (ca.pem), a
// server's certificate for 127.0.0.1, ::1 and localhost (server.pem, server.key) and a client's (client.pem,
// client.key): EC P-256, valid for a day from an hour ago, so that a clock that is a little behind believes them.
// Every file has mode 0600. Removed with the object. Throws std::runtime_error when it cannot be made.
class Certificates {
 public:
  Certificates();
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  std::string ca() const { return path("ca.pem"); }
  std::string server_cert() const { return path("server.pem"); }
  std::string server_key() const { return path("server.key"); }
  std::string client_cert() const { return path("client.pem"); }
  std::string client_key() const { return path("client.key"); }

 private:
  std::string path(const char* name) const { return (folder_ / name).string(); }
  std::filesystem::path folder_;
};

}  // namespace tracetax
