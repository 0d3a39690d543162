#include "service/list_certs.h"

#include <algorithm>
#include <limits>

namespace livecert::service {
namespace {

constexpr std::int64_t kBatch = 500;
constexpr std::int64_t kEverything = std::numeric_limits<std::int64_t>::max();

base::Result<store::ChainFilter> to_filter(const Context& context, const ListCertsInput& input) {
  store::ChainFilter filter;
  filter.account = context.caller.account;
  filter.projects = context.caller.projects;
  if (input.project) {
    if (!context.caller.may_use_project(*input.project)) {
      return base::Error{base::ErrorCode::kProjectForbidden, "this access key is limited to other projects"};
    }
    filter.projects = {*input.project};
  }
  filter.name_contains = input.name;
  // The vendor's odd rule: Expiring counts only when Available is sent too.
  if (input.available) filter.expired = input.expiring.value_or(false);
  filter.now = context.at;
  return filter;
}

// Disabled certificates and bound domains do not exist here, so what asks for them matches nothing.
bool matches_nothing(const ListCertsInput& input) {
  return input.available == false || input.domain.has_value();
}

}  // namespace

base::Result<ListCertsOutput> list_certs(Services& services, const Context& context, const ListCertsInput& input) {
  ListCertsOutput output(services.store);
  TRY_ASSIGN(output.filter_, to_filter(context, input));
  if (matches_nothing(input)) return output;
  TRY_ASSIGN(output.counts_, services.store.count_chains(output.filter_));
  const std::int64_t page = input.page_number.value_or(1);
  if (input.page_size) {
    output.skip_ = (page - 1) * *input.page_size;
    output.remaining_ = *input.page_size;
  } else {
    output.remaining_ = page == 1 ? kEverything : 0;
  }
  if (output.skip_ < output.counts_.total && output.remaining_ > 0) output.cursor_ = store::Cursor();
  return output;
}

base::Result<std::vector<domain::ChainSummary>> ListCertsOutput::next_batch() {
  if (!cursor_ || remaining_ == 0) return std::vector<domain::ChainSummary>();
  TRY_ASSIGN(store::ChainPage page, store_->list_chains(filter_, *cursor_, skip_, std::min(kBatch, remaining_)));
  cursor_ = page.next;
  skip_ = 0;
  remaining_ -= std::min<std::int64_t>(remaining_, static_cast<std::int64_t>(page.chains.size()));
  return std::move(page.chains);
}

}  // namespace livecert::service
