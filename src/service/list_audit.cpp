#include "service/list_audit.h"

#include <algorithm>

#include "service/administer_accounts.h"

namespace livecert::service {
namespace {

base::Result<store::AuditFilter> to_filter(Services& services, const ListAuditInput& input) {
  store::AuditFilter filter;
  if (input.account_id) {
    TRY_ASSIGN(const domain::Account account, find_account(services, *input.account_id));
    filter.account = account.id;
  }
  filter.access_key_id = input.access_key_id;
  filter.action = input.action;
  filter.subject = input.subject;
  filter.peer_address = input.peer_address;
  filter.kind = input.kind;
  filter.from = input.from;
  filter.to = input.to;
  return filter;
}

base::Result<AuditPage> read_page(Services& services, const store::AuditFilter& filter, std::int64_t size,
                                  std::int64_t last_looked_at) {
  AuditPage page;
  TRY_ASSIGN(page.records, services.store.ask(&store::Snapshot::audit, filter, size));
  const bool is_full = page.records.size() == static_cast<std::size_t>(size);
  page.next = is_full ? page.records.back().position : last_looked_at;
  return page;
}

}  // namespace

base::Result<AuditPage> list_audit(Services& services, const ListAuditInput& input) {
  TRY_ASSIGN(store::AuditFilter filter, to_filter(services, input));
  // A change and its record have the same position.
  TRY_ASSIGN(const std::int64_t last, services.store.ask(&store::Snapshot::last_change));
  if (input.after) {
    if (*input.after > last) {
      return base::Error{base::ErrorCode::kOutOfRange,
                         "After " + std::to_string(*input.after) + " is past the last record, " + std::to_string(last) +
                             ": this is another store, or an older one that was restored. Begin again at 0"};
    }
    filter.after = *input.after;
    const std::int64_t looked = std::max(std::min(filter.after + kAuditLooked, last), filter.after);
    filter.before = looked + 1;
    TRY_ASSIGN(AuditPage page, read_page(services, filter, input.size, looked));
    page.is_end = page.next >= last;
    return page;
  }
  filter.newest_first = true;
  filter.before = std::min(input.before.value_or(last + 1), last + 1);
  filter.after = std::max<std::int64_t>(*filter.before - 1 - kAuditLooked, 0);
  TRY_ASSIGN(AuditPage page, read_page(services, filter, input.size, filter.after + 1));
  page.is_end = page.next <= 1;
  return page;
}

}  // namespace livecert::service
