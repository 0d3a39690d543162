#include "service/list_certs.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "service/access.h"
#include "service/local_edges.h"

namespace livecert::service {
namespace {

constexpr std::int64_t kBatch = 500;
constexpr std::int64_t kEverything = std::numeric_limits<std::int64_t>::max();

base::Result<std::string> parse_prefix(const std::string& text) {
  constexpr std::size_t kIdDigits = 32;
  std::string prefix = base::to_ascii_lower(text);
  if (prefix.size() > kIdDigits || prefix.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return base::Error{base::ErrorCode::kInvalidInput, "ChainIDPrefix must be 1 to 32 hexadecimal digits"};
  }
  return prefix;
}

base::Result<store::ChainFilter> to_filter(const Context& context, const ListCertsInput& input) {
  store::ChainFilter filter;
  filter.account = context.caller.account;
  TRY_ASSIGN(filter.projects, visible_projects(context.caller, input.project));
  filter.name_contains = input.name;
  filter.expired = input.expired;
  if (input.domain) filter.domain = base::to_ascii_lower(*input.domain);
  filter.superseded = input.superseded;
  if (input.expiring_within) filter.ends_before = context.at + *input.expiring_within;
  filter.bound_only = input.bound_only;
  if (input.chain_id_prefix) {
    TRY_ASSIGN(filter.id_prefix, parse_prefix(*input.chain_id_prefix));
  }
  filter.now = context.at;
  return filter;
}

base::Result<void> check_root(const Context& context) {
  if (context.caller.may_administer()) return {};
  return base::Error{base::ErrorCode::kActionDenied,
                     "only a key of the root account without projects may ask about all accounts"};
}

}  // namespace

base::Result<std::vector<ServedCert>> list_served(Services& services, const Context& context, base::Seconds within,
                                                  bool all_accounts) {
  if (all_accounts) TRY(check_root(context));
  std::vector<ServedCert> served;
  if (services.edges == nullptr) return served;
  for (edge::Served& each : services.edges->served(context.at + within)) {
    const bool is_own = each.account == context.caller.account && context.caller.may_use_project(each.project);
    if (all_accounts || is_own) served.push_back({each.account, std::move(each.receipt)});
  }
  std::ranges::stable_sort(served, {}, [](const ServedCert& each) { return each.receipt.valid_until; });
  return served;
}

base::Result<ListCertsOutput> list_certs(Services& services, const Context& context, const ListCertsInput& input) {
  ListCertsOutput output(services.store);
  TRY_ASSIGN(output.filter_, to_filter(context, input));
  if (input.disabled) return output;
  if (input.all_accounts) {
    TRY(check_root(context));
    if (input.page_number || input.page_size) {
      return base::Error{base::ErrorCode::kInvalidInput,
                         "a list of all accounts has no pages: leave PageNum and "
                         "PageSize out"};
    }
    TRY(output.count_all());
    return output;
  }
  const std::int64_t page = input.page_number.value_or(1);
  const std::int64_t size = input.page_size.value_or(page == 1 ? kEverything : 0);
  if (size == 0) {
    TRY_ASSIGN(output.counts_, services.store.ask(&store::Snapshot::count_chains, output.filter_));
    return output;
  }
  TRY(output.open(input.page_size ? (page - 1) * size : 0, size));
  return output;
}

base::Result<void> ListCertsOutput::open(std::int64_t skip, std::int64_t size) {
  TRY_ASSIGN(store::CountedPage first, store_->ask(&store::Snapshot::open_list, filter_, skip, std::min(kBatch, size)));
  counts_ = first.counts;
  remaining_ = size - static_cast<std::int64_t>(first.page.chains.size());
  cursor_ = first.page.next;
  first_batch_ = std::move(first.page.chains);
  return {};
}

// There are few accounts, so all are counted before the first batch is sent.
base::Result<void> ListCertsOutput::count_all() {
  TRY_ASSIGN(const auto accounts, store_->ask(&store::Snapshot::list_accounts));
  for (const domain::Account& account : accounts) {
    filter_.account = account.id;
    TRY_ASSIGN(const store::ChainCounts counts, store_->ask(&store::Snapshot::count_chains, filter_));
    counts_.total += counts.total;
    if (counts.total > 0) accounts_.push_back(account.id);
  }
  remaining_ = kEverything;
  return {};
}

base::Result<std::vector<domain::ChainSummary>> ListCertsOutput::next_batch() {
  if (!first_batch_.empty()) return std::exchange(first_batch_, {});
  if (!cursor_ && !accounts_.empty()) {
    filter_.account = accounts_.back();
    accounts_.pop_back();
    cursor_ = store::Cursor();
  }
  if (!cursor_ || remaining_ == 0) return std::vector<domain::ChainSummary>();
  TRY_ASSIGN(store::ChainPage page,
             store_->ask(&store::Snapshot::list_chains, filter_, *cursor_, 0, std::min(kBatch, remaining_)));
  cursor_ = page.next;
  // Chains may have gone since they were counted: an empty batch ends the list, so that the next account goes on.
  if (page.chains.empty() && !accounts_.empty()) return next_batch();
  remaining_ -= std::min<std::int64_t>(remaining_, static_cast<std::int64_t>(page.chains.size()));
  return std::move(page.chains);
}

}  // namespace livecert::service
