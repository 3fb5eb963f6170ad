#include "harness/base/certificates.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

namespace tracetax {

namespace {

constexpr long hour = 3600;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* cert) const { X509_free(cert); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Cert = std::unique_ptr<X509, Free>;

struct Identity {
  Key key;
  Cert cert;
};

void need(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("certificates: ") + what);
}

void add(X509* cert, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  need(extension != nullptr && X509_add_ext(cert, extension, -1) == 1, value);
  X509_EXTENSION_free(extension);
}

// Signed by itself where there is no issuer.
Identity make(const char* name, long serial, const Identity* issuer, const char* usage) {
  Identity made{Key(EVP_EC_gen("P-256")), Cert(X509_new())};
  need(made.key && made.cert, "key");
  X509* const cert = made.cert.get();
  X509_set_version(cert, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(cert), serial);
  X509_gmtime_adj(X509_getm_notBefore(cert), -hour);
  X509_gmtime_adj(X509_getm_notAfter(cert), 23 * hour);
  X509_set_pubkey(cert, made.key.get());
  X509_NAME* const subject = X509_get_subject_name(cert);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509* const signer = issuer ? issuer->cert.get() : cert;
  X509_set_issuer_name(cert, X509_get_subject_name(signer));
  if (issuer) {
    add(cert, signer, NID_ext_key_usage, usage);
    add(cert, signer, NID_subject_alt_name, "IP:127.0.0.1,IP:::1,DNS:localhost");
  } else {
    add(cert, signer, NID_basic_constraints, "critical,CA:TRUE");
    add(cert, signer, NID_key_usage, "critical,keyCertSign,cRLSign");
    add(cert, signer, NID_subject_key_identifier, "hash");
  }
  need(X509_sign(cert, issuer ? issuer->key.get() : made.key.get(), EVP_sha256()) > 0, "signature");
  return made;
}

// Never readable for others, not even between its making and a change of its mode.
std::unique_ptr<std::FILE, Free> make_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  need(file >= 0, (path + ": " + std::strerror(errno)).c_str());
  return std::unique_ptr<std::FILE, Free>(::fdopen(file, "w"));
}

// A full disk shows when the file is closed.
void finish(std::unique_ptr<std::FILE, Free> file, bool written, const std::string& path) {
  need(std::fclose(file.release()) == 0 && written, path.c_str());
}

void write(const Identity& what, const std::string& cert, const std::string& key) {
  auto cert_file = make_file(cert);
  const bool cert_written = PEM_write_X509(cert_file.get(), what.cert.get()) == 1;
  finish(std::move(cert_file), cert_written, cert);
  if (key.empty()) return;
  auto key_file = make_file(key);
  const bool key_written =
      PEM_write_PKCS8PrivateKey(key_file.get(), what.key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1;
  finish(std::move(key_file), key_written, key);
}

std::filesystem::path fresh_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "tracetax-certificates-XXXXXX").string();
  need(::mkdtemp(name.data()) != nullptr, "folder");
  return name;
}

}  // namespace

Certificates::Certificates() : folder_(fresh_folder()) {
  try {
    const Identity authority = make("tracetax authority of one run", 1, nullptr, "");
    write(authority, ca(), "");
    write(make("localhost", 2, &authority, "serverAuth"), server_cert(), server_key());
    write(make("tracetax client", 3, &authority, "clientAuth"), client_cert(), client_key());
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
    throw;
  }
}

Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace tracetax
