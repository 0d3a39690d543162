#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "api/gateway.h"
#include "crypto/random.h"
#include "service/audit_book.h"
#include "service/context.h"
#include "signature/sign.h"
#include "store/store.h"
#include "support/fake_clock.h"
#include "support/pki.h"
#include "support/temporary_directory.h"
#include "vault/vault.h"

namespace livecert::test {

// The whole answer, and the parts that tests ask for.
struct Answer {
  int status = 0;
  http::Headers headers;
  boost::json::object metadata;
  boost::json::value result;               // null when the member is absent
  [[nodiscard]] std::string code() const;  // of Error; empty on success
  [[nodiscard]] std::string message() const;
  [[nodiscard]] std::int64_t code_number() const;
  [[nodiscard]] std::string text(const char* member) const;  // of Result
  bool waited = false;                                       // the answer was not ready at once
};

// The whole service below the sockets, on a real store in a new directory, at a fixed time.
class TestService {
 public:
  struct Options {
    std::size_t rate_limit = 0;
    service::Settings settings = {};
    service::FetchIssuer fetch = {};
    std::filesystem::path issuers_folder = {};
    // Puts something between the service and its store.
    std::function<std::unique_ptr<store::Store>(store::Store&)> wrap_store = {};
  };

  explicit TestService(Options options);
  TestService() : TestService(Options()) {}
  ~TestService();

  // A signed POST. `body` is the JSON text.
  [[nodiscard]] Answer call(const signature::Credentials& credentials, const std::string& action,
                            const std::string& body, const std::string& version = "2023-01-01");
  [[nodiscard]] Answer call(const std::string& action, const std::string& body,
                            const std::string& version = "2023-01-01") {
    return call(root_, action, body, version);
  }
  [[nodiscard]] Answer create_cert(const signature::Credentials& credentials, const PemPair& pair,
                                   boost::json::object more = {});
  [[nodiscard]] Answer create_cert(const PemPair& pair, boost::json::object more = {}) {
    return create_cert(root_, pair, std::move(more));
  }
  // An account with a key, limited to the projects if any are given (they are made).
  [[nodiscard]] signature::Credentials new_account(const std::string& name,
                                                   const std::vector<std::string>& projects = {});
  // Sends any request unchanged.
  [[nodiscard]] Answer send(http::Request request);
  // A request signed by root, for tests that change it before they send it.
  [[nodiscard]] http::Request signed_request(const std::string& action, const std::string& body,
                                             const std::string& version = "2023-01-01");
  // The same, signed with other credentials.
  [[nodiscard]] http::Request make_request(const signature::Credentials& credentials, const std::string& action,
                                           const std::string& version, const std::string& body);

  [[nodiscard]] FakeClock& clock() { return clock_; }
  [[nodiscard]] const Pki& pki() const { return pki_; }
  [[nodiscard]] store::Store& store() { return *inner_store_; }
  [[nodiscard]] service::Services& services() { return *services_; }
  // Nobody flushes it but the test.
  [[nodiscard]] service::AuditBook& audit_book() { return *audit_book_; }
  [[nodiscard]] const api::Answerer& answerer() const { return *answerer_; }
  [[nodiscard]] api::Gateway& gateway() { return *gateway_; }
  [[nodiscard]] const signature::Credentials& root() const { return root_; }
  [[nodiscard]] const std::string& root_account() const { return root_account_; }
  [[nodiscard]] const std::vector<api::AccessRecord>& access_log() const { return access_log_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }

 private:
  TemporaryDirectory directory_;
  FakeClock clock_;
  crypto::SystemRandom random_;
  Pki pki_;
  std::unique_ptr<store::Store> inner_store_;
  std::unique_ptr<store::Store> wrapped_store_;
  std::unique_ptr<vault::Vault> vault_;
  std::unique_ptr<service::CallerDirectory> callers_;
  std::unique_ptr<service::IssuerDirectory> issuers_;
  std::unique_ptr<service::IdSource> ids_;
  std::unique_ptr<service::AuditBook> audit_book_;
  std::unique_ptr<service::Services> services_;
  std::vector<api::AccessRecord> access_log_;
  std::unique_ptr<api::Answerer> answerer_;
  std::unique_ptr<api::Dispatcher> dispatcher_;
  std::unique_ptr<api::Gateway> gateway_;
  signature::Credentials root_;
  std::string root_account_;
};

// The body of a CreateCert as JSON text.
[[nodiscard]] std::string create_cert_body(const PemPair& pair, boost::json::object more = {});

}  // namespace livecert::test
