#include "harness/base/certificates.h"

#include <cstdio>
#include <memory>

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

namespace tracetax {
namespace {

unsigned mode_of(const std::string& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777;
}

using Cert = std::unique_ptr<X509, void (*)(X509*)>;

Cert read(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "r");
  Cert cert(PEM_read_X509(file, nullptr, nullptr, nullptr), X509_free);
  std::fclose(file);
  return cert;
}

// OpenSSL's own verdict at a time, seconds from now.
bool believed(const Certificates& by, const std::string& path, int purpose, long later = 0) {
  const std::unique_ptr<X509_STORE, void (*)(X509_STORE*)> store(X509_STORE_new(), X509_STORE_free);
  const Cert authority = read(by.ca()), cert = read(path);
  X509_STORE_add_cert(store.get(), authority.get());
  const std::unique_ptr<X509_STORE_CTX, void (*)(X509_STORE_CTX*)> context(X509_STORE_CTX_new(), X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store.get(), cert.get(), nullptr);
  X509_STORE_CTX_set_purpose(context.get(), purpose);
  X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context.get()), ::time(nullptr) + later);
  return X509_verify_cert(context.get()) == 1;
}

TEST(Certificates, AreTheirOwnersAloneAndGoWithTheObject) {
  std::filesystem::path folder;
  {
    const Certificates made;
    folder = made.folder();
    EXPECT_EQ(mode_of(folder.string()), 0700u);
    for (const std::string& file :
         {made.ca(), made.server_cert(), made.server_key(), made.client_cert(), made.client_key()})
      EXPECT_EQ(mode_of(file), 0600u) << file;
  }
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(Certificates, AreBelievedForADayForWhatTheyAreFor) {
  const Certificates made, others;
  EXPECT_TRUE(believed(made, made.server_cert(), X509_PURPOSE_SSL_SERVER));
  EXPECT_TRUE(believed(made, made.client_cert(), X509_PURPOSE_SSL_CLIENT));
  EXPECT_FALSE(believed(made, made.client_cert(), X509_PURPOSE_SSL_SERVER));
  EXPECT_FALSE(believed(others, made.server_cert(), X509_PURPOSE_SSL_SERVER));
  EXPECT_TRUE(believed(made, made.server_cert(), X509_PURPOSE_SSL_SERVER, 22 * 3600));
  EXPECT_FALSE(believed(made, made.server_cert(), X509_PURPOSE_SSL_SERVER, 25 * 3600));
  EXPECT_EQ(X509_check_ip_asc(read(made.server_cert()).get(), "127.0.0.1", 0), 1);
}

}  // namespace
}  // namespace tracetax
