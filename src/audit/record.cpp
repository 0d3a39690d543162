#include "audit/record.h"

#include "audit/bytes.h"

namespace livecert::audit {
namespace {

constexpr std::string_view kRecordLabel = "livecert audit record 1\n";
constexpr std::size_t kUsualSize = 512;

}  // namespace

bool is_kind(std::string_view text) {
  return text == kWrite || text == kRefusal || text == kOpening || text == kSignIn;
}

Hash hash_of(const Hash& before, const Record& record) {
  std::string bytes;
  bytes.reserve(kUsualSize);
  bytes += kRecordLabel;
  add_fixed(bytes, before);
  add_number(bytes, record.position);
  add_number(bytes, base::to_unix_micros(record.at));
  add_number(bytes, record.account.number());
  for (const std::string* text : {&record.access_key_id, &record.action, &record.request_id, &record.peer_address,
                                  &record.subject, &record.kind, &record.detail}) {
    add_text(bytes, *text);
  }
  return crypto::sha256(base::as_bytes(bytes));
}

}  // namespace livecert::audit
