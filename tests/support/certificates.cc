#include "tests/support/certificates.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace tracetax::test {

namespace {

constexpr long day = 24 * 3600;

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
  if (!done) throw std::runtime_error(std::string("certificates for the test: ") + what);
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
  X509_gmtime_adj(X509_getm_notBefore(cert), -day);
  X509_gmtime_adj(X509_getm_notAfter(cert), day);
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

void write(const Identity& what, const std::string& cert, const std::string& key) {
  const std::unique_ptr<std::FILE, Free> cert_file(std::fopen(cert.c_str(), "w"));
  need(cert_file && PEM_write_X509(cert_file.get(), what.cert.get()) == 1, cert.c_str());
  if (key.empty()) return;
  const std::unique_ptr<std::FILE, Free> key_file(std::fopen(key.c_str(), "w"));
  need(
      key_file && PEM_write_PKCS8PrivateKey(key_file.get(), what.key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
      key.c_str());
}

std::filesystem::path fresh_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "tracetax-certificates-XXXXXX").string();
  need(::mkdtemp(name.data()) != nullptr, "folder");
  return name;
}

}  // namespace

Certificates::Certificates() : folder_(fresh_folder()) {
  const Identity authority = make("tracetax test authority", 1, nullptr, "");
  write(authority, ca(), "");
  write(make("localhost", 2, &authority, "serverAuth"), server_cert(), server_key());
  write(make("tracetax test client", 3, &authority, "clientAuth"), client_cert(), client_key());
}

Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace tracetax::test
