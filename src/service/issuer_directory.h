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
#include "service/fetch_quota.h"
#include "store/store.h"
#include "x509/issuer_cache.h"
#include "x509/policy.h"
#include "x509/work_budget.h"

namespace livecert::service {

// The budget of a fetch. Each redirect costs one more request.
struct FetchAllowance {
  std::chrono::milliseconds time_left;
  std::size_t requests_left;
};

// Fetches the URL of an issuer's certificate, and deducts its requests from the budget. Errors: kUpstreamFailure,
// kUpstreamBadAnswer, kDeadlineExceeded.
using FetchIssuer = std::function<base::Result<base::Bytes>(const std::string& url, FetchAllowance& allowance)>;

// Finds possible issuers of a certificate: in the account's earlier chains, in the operator's folder, and at the issuer
// itself (RFC 5280 §4.2.2.1), in this order. Callable from every thread.
class IssuerDirectory {
 public:
  struct Options {
    std::filesystem::path folder;                // of .pem, .crt, .cer and .der files; empty: none
    FetchIssuer fetch;                           // empty: the issuer is not asked
    std::chrono::milliseconds fetch_time{2000};  // for all fetches of one upload together
    std::size_t fetches_at_once = 32;            // uploads that wait for issuers' servers (service/fetch_quota.h)
  };
  // The requests of one upload, redirects included; and how many of a certificate's addresses are tried.
  static constexpr std::size_t kRequestsOfUpload = 6;
  static constexpr std::size_t kUrlsOfCertificate = 2;
  // The requests for one address: itself and two redirects. So all places of an account (FetchQuota::kUploadsAtOnce)
  // can be taken before its requests are spent.
  static constexpr std::size_t kRequestsOfFetch = 3;

  // The store and the clock must outlive this.
  IssuerDirectory(store::Store& store, const base::Clock& clock, Options options);

  // The source for one upload of `account`. The directory must outlive it. Issuers that it does not ask for because the
  // account asks too much (service/fetch_quota.h) are kRateLimited.
  class ForUpload final : public x509::IssuerSource {
   public:
    ForUpload(IssuerDirectory& directory, base::AccountId account, base::SteadyTime deadline);
    [[nodiscard]] base::Result<std::vector<x509::Certificate>> issuers_of(const x509::Certificate& child) override;

   private:
    IssuerDirectory& directory_;
    base::AccountId account_;
    base::SteadyTime deadline_;
    std::size_t requests_left_ = kRequestsOfUpload;
    x509::WorkBudget budget_;  // for signatures that show whether the issuer must be asked

    friend class IssuerDirectory;
  };

  // Issuers that many uploads share, parsed and verified once.
  [[nodiscard]] x509::IssuerCache& cache() { return cache_; }
  // Whether issuers' servers are asked at all.
  [[nodiscard]] bool fetches() const { return options_.fetch != nullptr; }

  [[nodiscard]] ForUpload for_upload(base::AccountId account, base::SteadyTime deadline);

 private:
  using Certificates = std::vector<x509::Certificate>;

  // The state of the folder when it was last read.
  struct FolderFile {
    std::filesystem::path path;
    std::filesystem::file_time_type changed;
    std::uintmax_t size = 0;
    bool operator==(const FolderFile&) const = default;
  };

  // The answer of a URL, kept for a while so that an issuer's server gets one request and not one for each upload.
  struct CachedAnswer {
    std::optional<Certificates> certificates;
    std::optional<base::Error> error;
    base::SteadyTime until;
  };

  [[nodiscard]] base::Result<Certificates> from_store(base::AccountId account, const x509::Certificate& child);
  [[nodiscard]] base::Result<Certificates> read_store(base::AccountId account, base::ByteView subject_der);
  [[nodiscard]] Certificates from_folder(const x509::Certificate& child);
  [[nodiscard]] base::Result<Certificates> from_issuer(const x509::Certificate& child, ForUpload& upload);
  [[nodiscard]] base::Result<Certificates> fetch(const std::string& url, ForUpload& upload);
  // Fetches, and keeps the answer.
  [[nodiscard]] base::Result<Certificates> ask(const std::string& url, ForUpload& upload);
  // Call with the lock held. nullopt: no answer of that URL is kept.
  [[nodiscard]] std::optional<base::Result<Certificates>> find_answer(const std::string& url) const;
  void keep_answer(const std::string& url, CachedAnswer answer);
  [[nodiscard]] std::chrono::milliseconds time_left(const ForUpload& upload) const;
  void reload_folder_if_changed();
  [[nodiscard]] bool has_issuer_of(const x509::Certificate& child, const Certificates& known, x509::WorkBudget& budget);

  store::Store& store_;
  const base::Clock& clock_;
  Options options_;
  x509::IssuerCache cache_;
  FetchQuota quota_;

  std::mutex mutex_;  // guards all members below
  std::condition_variable answered_;
  std::set<std::string> asking_;        // URLs that are being fetched
  std::uint64_t store_generation_ = 0;  // of the values read from the store, by account and digest of the subject
  std::map<std::pair<base::AccountId, crypto::Sha256Digest>, Certificates> from_store_;
  std::vector<FolderFile> folder_files_;
  Certificates folder_certificates_;
  std::map<std::string, CachedAnswer> answers_;
};

}  // namespace livecert::service
