#pragma once
// Authorities and certificates made anew for each test: no key is in the repository.

#include <filesystem>
#include <string>

namespace tracetax::test {

// A folder with an authority of its own (ca.pem), a server's certificate for 127.0.0.1, ::1 and localhost (server.pem,
// server.key), and a client's (client.pem, client.key). Valid from yesterday for two days; removed with the object.
// Throws std::runtime_error when it cannot be made.
class Certificates {
 public:
  Certificates();
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  std::string ca() const { return path("ca.pem"); }
  std::string server_cert() const { return path("server.pem"); }
  std::string server_key() const { return path("server.key"); }
  std::string client_cert() const { return path("client.pem"); }
  std::string client_key() const { return path("client.key"); }

 private:
  std::string path(const char* name) const { return (folder_ / name).string(); }
  std::filesystem::path folder_;
};

}  // namespace tracetax::test
