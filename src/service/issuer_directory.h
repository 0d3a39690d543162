#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "store/store.h"
#include "x509/issuer_cache.h"
#include "x509/policy.h"

namespace livecert::service {

// Fetches what an URL of an issuer's certificate answers, within `time_left`. Errors: kUpstreamFailure,
// kUpstreamBadAnswer, kDeadlineExceeded.
using FetchIssuer =
    std::function<base::Result<base::Bytes>(const std::string& url, std::chrono::milliseconds time_left)>;

// Finds the certificates that can stand behind another: in the account's earlier chains, in the operator's folder, and
// at the issuer itself (RFC 5280 §4.2.2.1), in this order. Callable from every thread.
class IssuerDirectory {
 public:
  struct Options {
    std::filesystem::path folder;                // of .pem, .crt, .cer and .der files; empty: none
    FetchIssuer fetch;                           // empty: the issuer is not asked
    std::chrono::milliseconds fetch_time{2000};  // for all fetches of one upload together
  };

  // The store and the clock must outlive this.
  IssuerDirectory(store::Store& store, const base::Clock& clock, Options options);

  // The source for one upload of `account`. Must not outlive the directory.
  class ForUpload final : public x509::IssuerSource {
   public:
    ForUpload(IssuerDirectory& directory, base::AccountId account, base::SteadyTime deadline);
    [[nodiscard]] base::Result<std::vector<x509::Certificate>> issuers_of(const x509::Certificate& child) override;

   private:
    IssuerDirectory& directory_;
    base::AccountId account_;
    base::SteadyTime deadline_;
  };

  // Issuers that many uploads share, parsed and verified once.
  [[nodiscard]] x509::IssuerCache& cache() { return cache_; }

  [[nodiscard]] ForUpload for_upload(base::AccountId account, base::SteadyTime deadline);

 private:
  using Certificates = std::vector<x509::Certificate>;

  // As the folder was when it was read last.
  struct FolderFile {
    std::filesystem::path path;
    std::filesystem::file_time_type changed;
    std::uintmax_t size = 0;
    bool operator==(const FolderFile&) const = default;
  };

  // What an URL answered, kept for a while so that an issuer's server sees one request and not one per upload.
  struct CachedAnswer {
    std::optional<Certificates> certificates;
    std::optional<base::Error> error;
    base::SteadyTime until;
  };

  [[nodiscard]] base::Result<Certificates> from_store(base::AccountId account, const x509::Certificate& child);
  [[nodiscard]] base::Result<Certificates> read_store(base::AccountId account, base::ByteView subject_der);
  [[nodiscard]] Certificates from_folder(const x509::Certificate& child);
  [[nodiscard]] base::Result<Certificates> from_issuer(const x509::Certificate& child, base::SteadyTime deadline);
  [[nodiscard]] base::Result<Certificates> fetch(const std::string& url, base::SteadyTime deadline);
  // Fetches and keeps what comes.
  [[nodiscard]] base::Result<Certificates> ask(const std::string& url, std::chrono::milliseconds time_left);
  void reload_folder_if_changed();
  [[nodiscard]] bool has_issuer_of(const x509::Certificate& child, const Certificates& known);

  store::Store& store_;
  const base::Clock& clock_;
  Options options_;
  x509::IssuerCache cache_;

  std::mutex mutex_;  // guards all below
  std::condition_variable answered_;
  std::set<std::string> asking_;        // URLs that are being fetched
  std::uint64_t store_generation_ = 0;  // of what was read from the store, by account and digest of the subject
  std::map<std::pair<base::AccountId, crypto::Sha256Digest>, Certificates> from_store_;
  std::vector<FolderFile> folder_files_;
  Certificates folder_certificates_;
  std::map<std::string, CachedAnswer> answers_;
};

}  // namespace livecert::service
