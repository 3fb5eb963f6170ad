#include "mock_servers/sink/tls_files.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include <boost/asio/ssl/context.hpp>

namespace tracetax::sink {

namespace {

namespace ssl = boost::asio::ssl;

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file || text.empty()) throw std::invalid_argument(path + ": cannot be read, or is empty");
  return text;
}

void check(const boost::system::error_code& error, const std::string& path, const std::string& what) {
  if (error) throw std::invalid_argument(path + ": " + what + " (" + error.message() + ")");
}

}  // namespace

TlsPems read_tls(const TlsFiles& files) {
  TlsPems pems;
  pems.cert = contents(files.cert);
  pems.key = contents(files.key);
  // gRPC says only that it could not start: what is wrong is found here, for both protocols.
  ssl::context probe(ssl::context::tls_server);
  boost::system::error_code error;
  probe.use_certificate_chain(boost::asio::buffer(pems.cert), error);
  check(error, files.cert, "is no certificate in PEM");
  probe.use_private_key(boost::asio::buffer(pems.key), ssl::context::pem, error);
  check(error, files.key, "is no private key in PEM, or not that of " + files.cert);
  if (!files.client_ca.empty()) {
    pems.client_ca = contents(files.client_ca);
    probe.add_certificate_authority(boost::asio::buffer(pems.client_ca), error);
    check(error, files.client_ca, "is no certificate in PEM");
  }
  return pems;
}

}  // namespace tracetax::sink
