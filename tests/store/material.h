#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "store/store.h"

// Invented content for a store. A store never looks into a certificate, so these are not real ones.
namespace livecert::store::testing {

inline constexpr base::AccountId kRoot{2100000001};
inline constexpr base::AccountId kOther{2100000002};
inline const base::Time kNow = base::from_unix_seconds(1'800'000'000);

// Stands still unless moved.
class ManualClock final : public base::Clock {
 public:
  [[nodiscard]] base::Time now() const override { return kNow; }
  [[nodiscard]] base::SteadyTime steady_now() const override { return base::SteadyTime(elapsed_.load()); }
  void advance(base::SteadyTime::duration by) { elapsed_.store(elapsed_.load() + by); }

 private:
  std::atomic<base::SteadyTime::duration> elapsed_{std::chrono::hours(1)};
};

// A new directory below the system's, removed at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

[[nodiscard]] base::ChainId chain_id(std::uint64_t number);
[[nodiscard]] domain::IssuerCertificate issuer(std::uint64_t number);
// Equal numbers give equal content. Two issuers, valid from a day before kNow until a year after.
[[nodiscard]] domain::VersionContent content(std::uint64_t number);

// The representative name of the leaf of content(number), and its names: that one and *.example.net. For
// sqlite::Options::read_leaf_names.
[[nodiscard]] std::string representative(std::uint64_t number);
[[nodiscard]] std::optional<domain::LeafNames> read_leaf_names(base::ByteView leaf_der);
// The end of content(number) with its issuers, and of issuer(1) and issuer(2) alone: the second one ends 30 days after
// kNow. For sqlite::Options::read_chain_end.
[[nodiscard]] std::optional<base::Time> read_chain_end(const std::vector<base::Bytes>& chain);

// By the given account's first key, without a deadline.
[[nodiscard]] Context context_of(base::AccountId account);
// An upload of content(number) as chain_id(number) and CertId(number).
[[nodiscard]] PutVersion creation(std::uint64_t number);
// An upload of content(number) as CertId(number) of that chain.
[[nodiscard]] PutVersion update(const base::ChainId& target, std::uint64_t number);

// A domain with the vhost "show"; and the command that binds it to the first version of chain_id(number), whose leaf
// has these names.
[[nodiscard]] domain::LiveDomain live_domain(const domain::DomainName& name, base::AccountId account = kRoot);
[[nodiscard]] Bind bind_of(std::uint64_t number, const domain::DomainName& domain, std::vector<std::string> names);

[[nodiscard]] domain::Account account(base::AccountId id, const std::string& name);
[[nodiscard]] domain::AccessKey access_key(base::AccountId account, const std::string& id);
[[nodiscard]] Initialise initialisation();
// Initialises with kRoot and its key "root-key", and makes kOther with its key "other-key". False if a step failed.
[[nodiscard]] bool populate(Store& store);

}  // namespace livecert::store::testing
