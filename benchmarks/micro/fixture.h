#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/instance.h"
#include "base/check.h"
#include "http/message.h"
#include "service/upload.h"
#include "signature/sign.h"

namespace livecert::benchmarks {

// What a benchmark prepares has to succeed.
template <typename T>
T must(base::Result<T> result) {
  LIVECERT_CHECK(result.has_value());
  return std::move(result).value();
}

// One signed CreateCert of livecert-bench: an RSA-2048 leaf, its intermediate, the leaf's key.
struct Upload {
  std::string head;       // of the request, with its empty line
  http::Request request;  // the whole of it, as a worker thread gets it
  std::string certificates_pem;
  std::string key_pem;
  base::Bytes leaf_der;
  base::Bytes issuer_der;
  base::Bytes key_der;  // PKCS#8
};

// The service below the sockets, put together as the program does it, on a new store; and uploads for it, of one
// issuer, that repeat no leaf. The store lies below TMPDIR and goes with this object.
class Fixture {
 public:
  Fixture();
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;
  ~Fixture();

  [[nodiscard]] service::Services& services() { return instance_->services(); }
  [[nodiscard]] const signature::Credentials& credentials() const { return credentials_; }
  [[nodiscard]] const std::vector<Upload>& uploads() const { return uploads_; }
  // Over and over.
  [[nodiscard]] const Upload& upload(std::size_t i) const { return uploads_[i % uploads_.size()]; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  // Of the root account, now.
  [[nodiscard]] service::Context make_context() const;
  [[nodiscard]] static service::CreateCertInput input_of(const Upload& upload);
  // What the store is told to write for an upload; ready to be submitted once.
  [[nodiscard]] store::PutVersion put_version_of(const Upload& upload);

 private:
  std::filesystem::path directory_;
  std::unique_ptr<app::Instance> instance_;
  signature::Credentials credentials_;
  domain::Caller caller_;
  std::vector<Upload> uploads_;
};

}  // namespace livecert::benchmarks
