#pragma once

#include <atomic>
#include <string>
#include <utility>

#include "store/store.h"

// Stores that fail on purpose, for the tests of what stands above a store. Each passes everything else on to an inner
// store, which must outlive it, and may be called from every thread.
namespace livecert::store::testing {

// Passes every call on; where a subclass may step in is named below.
class ForwardingStore : public Store {
 public:
  explicit ForwardingStore(Store& inner) : inner_(inner) {}

  void submit_async(Context context, Command command, Done done) override {
    inner_.submit_async(std::move(context), std::move(command), std::move(done));
  }

  std::uint64_t generation(Topic topic) override { return inner_.generation(topic); }

  base::Result<std::optional<base::Bytes>> find_setting(const std::string& name) override {
    TRY(before_read());
    return inner_.find_setting(name);
  }
  base::Result<std::optional<base::Bytes>> find_vault_header() override {
    TRY(before_read());
    return inner_.find_vault_header();
  }
  base::Result<std::optional<Credential>> find_credential(const std::string& access_key_id) override {
    TRY(before_read());
    return inner_.find_credential(access_key_id);
  }
  base::Result<std::optional<base::SealedBytes>> find_account_key(base::AccountId account) override {
    TRY(before_read());
    return inner_.find_account_key(account);
  }
  base::Result<std::optional<domain::ChainDetail>> find_chain(const base::ChainId& chain) override {
    TRY(before_read());
    return inner_.find_chain(chain);
  }
  base::Result<std::optional<domain::ChainDetail>> find_version(base::CertId version) override {
    TRY(before_read());
    return inner_.find_version(version);
  }
  base::Result<std::optional<domain::VersionContent>> find_content(base::CertId version) override {
    TRY(before_read());
    return inner_.find_content(version);
  }
  base::Result<ChainPage> list_chains(const ChainFilter& filter, Cursor from, std::int64_t skip,
                                      std::int64_t limit) override {
    TRY(before_read());
    return inner_.list_chains(filter, from, skip, limit);
  }
  base::Result<ChainCounts> count_chains(const ChainFilter& filter) override {
    TRY(before_read());
    return inner_.count_chains(filter);
  }
  base::Result<CountedPage> open_list(const ChainFilter& filter, std::int64_t skip, std::int64_t limit) override {
    TRY(before_read());
    return inner_.open_list(filter, skip, limit);
  }
  base::Result<std::vector<base::Bytes>> find_issuers(base::AccountId account, base::ByteView subject_der) override {
    TRY(before_read());
    return inner_.find_issuers(account, subject_der);
  }
  base::Result<std::vector<domain::VersionSummary>> list_versions(const base::ChainId& chain) override {
    TRY(before_read());
    return inner_.list_versions(chain);
  }
  base::Result<Outcome> preview(const Context& context, const PutVersion& command) override {
    TRY(before_read());
    return inner_.preview(context, command);
  }
  base::Result<std::optional<DomainDetail>> find_domain(const std::string& name) override {
    TRY(before_read());
    return inner_.find_domain(name);
  }
  base::Result<DomainPage> list_domains(const DomainFilter& filter, std::int64_t skip, std::int64_t limit) override {
    TRY(before_read());
    return inner_.list_domains(filter, skip, limit);
  }
  base::Result<std::vector<domain::Tag>> find_tags(const std::string& domain) override {
    TRY(before_read());
    return inner_.find_tags(domain);
  }
  base::Result<std::optional<domain::Account>> find_account(base::AccountId account) override {
    TRY(before_read());
    return inner_.find_account(account);
  }
  base::Result<std::vector<domain::Account>> list_accounts() override {
    TRY(before_read());
    return inner_.list_accounts();
  }
  base::Result<std::vector<domain::AccessKey>> list_access_keys(base::AccountId account) override {
    TRY(before_read());
    return inner_.list_access_keys(account);
  }
  base::Result<std::vector<domain::Project>> list_projects(base::AccountId account) override {
    TRY(before_read());
    return inner_.list_projects(account);
  }
  base::Result<BoundPage> list_bound(Cursor from, std::int64_t limit) override {
    TRY(before_read());
    return inner_.list_bound(from, limit);
  }
  base::Result<std::optional<BoundDomain>> find_bound(const std::string& domain) override {
    TRY(before_read());
    return inner_.find_bound(domain);
  }
  base::Result<std::vector<BoundDomain>> find_bound_to(const base::ChainId& chain) override {
    TRY(before_read());
    return inner_.find_bound_to(chain);
  }
  base::Result<std::vector<domain::Receipt>> list_receipts(const ReceiptFilter& filter) override {
    TRY(before_read());
    return inner_.list_receipts(filter);
  }
  base::Result<std::vector<StoredEdge>> list_edges() override {
    TRY(before_read());
    return inner_.list_edges();
  }
  base::Result<std::int64_t> last_change() override {
    TRY(before_read());
    return inner_.last_change();
  }
  base::Result<bool> wait_for_change(std::int64_t after, std::chrono::milliseconds wait) override {
    TRY(before_read());
    return inner_.wait_for_change(after, wait);
  }
  base::Result<std::vector<Change>> changes(std::int64_t after, std::int64_t limit) override {
    TRY(before_read());
    return inner_.changes(after, limit);
  }
  base::Result<std::vector<AuditRecord>> audit(std::int64_t after, std::int64_t limit) override {
    TRY(before_read());
    return inner_.audit(after, limit);
  }

 protected:
  // An Error here is the read's.
  [[nodiscard]] virtual base::Result<void> before_read() { return {}; }
  [[nodiscard]] Store& inner() { return inner_; }

 private:
  Store& inner_;
};

// The n-th submit, or the n-th read, counted from 1 by each store of its own, fails; nothing reaches the inner store.
class FailNth final : public ForwardingStore {
 public:
  enum class Call : std::uint8_t { kSubmit, kRead };
  FailNth(Store& inner, Call call, int n, OutcomeKind kind = OutcomeKind::kUnavailable)
      : ForwardingStore(inner), call_(call), n_(n), kind_(kind) {}

  void submit_async(Context context, Command command, Done done) override {
    if (call_ == Call::kSubmit && ++calls_ == n_) return done({kind_, "failed by a test"});
    inner().submit_async(std::move(context), std::move(command), std::move(done));
  }
  // Whether the failure has been delivered; a test that loops over n ends when it has not.
  [[nodiscard]] bool has_failed() const { return calls_ >= n_; }

 protected:
  base::Result<void> before_read() override {
    if (call_ != Call::kRead || ++calls_ != n_) return {};
    return base::Error{base::ErrorCode::kStoreFailure, "the store failed", "failed by a test"};
  }

 private:
  const Call call_;
  const int n_;
  const OutcomeKind kind_;
  std::atomic<int> calls_ = 0;
};

// Every submit answers kUnknown, after the inner store carried the command out, or without telling it.
class UnknownOutcome final : public ForwardingStore {
 public:
  enum class Effect : std::uint8_t { kApplied, kNotApplied };
  UnknownOutcome(Store& inner, Effect effect) : ForwardingStore(inner), effect_(effect) {}

  void submit_async(Context context, Command command, Done done) override {
    const Outcome open{OutcomeKind::kUnknown, "left open by a test"};
    if (effect_ == Effect::kNotApplied) return done(open);
    inner().submit_async(std::move(context), std::move(command),
                         [open, done = std::move(done)](const Outcome&) { done(open); });
  }

 private:
  const Effect effect_;
};

}  // namespace livecert::store::testing
