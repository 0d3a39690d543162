#include "service/list_certs.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "service/access.h"

namespace livecert::service {
namespace {

constexpr std::int64_t kBatch = 500;
constexpr std::int64_t kEverything = std::numeric_limits<std::int64_t>::max();

base::Result<std::string> parse_prefix(const std::string& text) {
  constexpr std::size_t kDigits = 32;
  std::string prefix = base::to_ascii_lower(text);
  if (prefix.size() > kDigits || prefix.find_first_not_of("0123456789abcdef") != std::string::npos) {
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
  if (input.expiring_within) filter.expires_before = context.at + *input.expiring_within;
  if (input.chain_id_prefix) {
    TRY_ASSIGN(filter.id_prefix, parse_prefix(*input.chain_id_prefix));
  }
  filter.now = context.at;
  return filter;
}

}  // namespace

base::Result<ListCertsOutput> list_certs(Services& services, const Context& context, const ListCertsInput& input) {
  ListCertsOutput output(services.store);
  TRY_ASSIGN(output.filter_, to_filter(context, input));
  if (input.disabled) return output;
  const std::int64_t page = input.page_number.value_or(1);
  const std::int64_t size = input.page_size.value_or(page == 1 ? kEverything : 0);
  if (size == 0) {
    TRY_ASSIGN(output.counts_, services.store.ask(&store::Snapshot::count_chains, output.filter_));
    return output;
  }
  const std::int64_t skip = input.page_size ? (page - 1) * size : 0;
  TRY_ASSIGN(store::CountedPage first,
             services.store.ask(&store::Snapshot::open_list, output.filter_, skip, std::min(kBatch, size)));
  output.counts_ = first.counts;
  output.remaining_ = size - static_cast<std::int64_t>(first.page.chains.size());
  output.cursor_ = first.page.next;
  output.first_batch_ = std::move(first.page.chains);
  return output;
}

base::Result<std::vector<domain::ChainSummary>> ListCertsOutput::next_batch() {
  if (!first_batch_.empty()) return std::exchange(first_batch_, {});
  if (!cursor_ || remaining_ == 0) return std::vector<domain::ChainSummary>();
  TRY_ASSIGN(store::ChainPage page,
             store_->ask(&store::Snapshot::list_chains, filter_, *cursor_, 0, std::min(kBatch, remaining_)));
  cursor_ = page.next;
  remaining_ -= std::min<std::int64_t>(remaining_, static_cast<std::int64_t>(page.chains.size()));
  return std::move(page.chains);
}

}  // namespace livecert::service
