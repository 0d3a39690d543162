#include "store/sqlite/leaf_functions.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "store/sqlite/database.h"

namespace livecert::store::sqlite {
namespace {

struct Function {
  const char* name;
  int arguments;
};
constexpr Function kRepresentative{"leaf_representative", 1};
constexpr Function kCoveringName{"leaf_covering_name", 2};
constexpr Function kChainEnd{"chain_end", 2};
constexpr Function kAuditHash{"audit_hash", 10};

base::ByteView bytes_of(sqlite3_value* value) {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_value_blob(value));
  return {data, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

// Reads the first certificate, and those that follow in hexadecimal with commas between. nullopt: that is not a list.
std::optional<std::vector<base::Bytes>> read_chain(base::ByteView first, std::string_view others) {
  std::vector<base::Bytes> chain{base::to_bytes(first)};
  while (!others.empty()) {
    const std::size_t comma = std::min(others.find(','), others.size());
    auto bytes = base::parse_hex(base::to_ascii_lower(others.substr(0, comma)));
    if (!bytes) return std::nullopt;
    chain.push_back(*std::move(bytes));
    others.remove_prefix(std::min(comma + 1, others.size()));
  }
  return chain;
}

void answer(sqlite3_context* context, const std::string& text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

}  // namespace

LeafFunctions::~LeafFunctions() {
  if (handle_ == nullptr) return;
  for (const Function& function : {kRepresentative, kCoveringName, kChainEnd, kAuditHash}) {
    // It fails while a statement that uses the function runs, and none does: scripts are run to their ends.
    sqlite3_create_function_v2(handle_, function.name, function.arguments, SQLITE_UTF8, nullptr, nullptr, nullptr,
                               nullptr, nullptr);
  }
}

base::Result<void> LeafFunctions::add_to(sqlite3* handle) {
  handle_ = handle;
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DIRECTONLY;
  using Call = void (*)(sqlite3_context*, int, sqlite3_value**);
  const std::array<std::pair<Function, Call>, 4> functions{{{kRepresentative, representative},
                                                            {kCoveringName, covering_name},
                                                            {kChainEnd, chain_end},
                                                            {kAuditHash, audit_hash}}};
  int code = SQLITE_OK;
  for (const auto& [function, call] : functions) {
    if (code != SQLITE_OK) break;
    code = sqlite3_create_function_v2(handle, function.name, function.arguments,
                                      call == audit_hash ? kFlags : kFlags | SQLITE_DETERMINISTIC, this, call, nullptr,
                                      nullptr, nullptr);
  }
  if (code != SQLITE_OK) return to_error(handle, code, "adding a function");
  return {};
}

void LeafFunctions::representative(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  auto* const functions = static_cast<LeafFunctions*>(sqlite3_user_data(context));
  const Leaf* leaf = functions->read(context, values[0]);
  if (leaf != nullptr) answer(context, leaf->names.representative);
}

void LeafFunctions::covering_name(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  auto* const functions = static_cast<LeafFunctions*>(sqlite3_user_data(context));
  Leaf* leaf = functions->read(context, values[0]);
  if (leaf == nullptr) return;
  if (!leaf->index) leaf->index.emplace(leaf->names.dns_names);
  answer(context, leaf->index->covering_name(base::as_text(bytes_of(values[1]))));
}

// A chain that cannot be read does not count as ending early.
void LeafFunctions::chain_end(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  const auto* const functions = static_cast<const LeafFunctions*>(sqlite3_user_data(context));
  if (!functions->read_end_) {
    return sqlite3_result_error(context, "nobody told how the end of a chain is read", -1);
  }
  const auto chain = read_chain(bytes_of(values[0]), base::as_text(bytes_of(values[1])));
  const auto end = chain ? functions->read_end_(*chain) : std::nullopt;
  sqlite3_result_int64(context, end ? base::to_unix_micros(*end) : std::numeric_limits<std::int64_t>::max());
}

// The next link of the chain. A record that comes too early or too late would make a chain that does not verify.
void LeafFunctions::audit_hash(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  auto* const functions = static_cast<LeafFunctions*>(sqlite3_user_data(context));
  const auto text = [&](int place) { return std::string(base::as_text(bytes_of(values[place]))); };
  audit::Record record;
  record.position = sqlite3_value_int64(values[0]);
  record.at = base::from_unix_micros(sqlite3_value_int64(values[1]));
  record.account = base::AccountId(sqlite3_value_int64(values[2]));
  record.access_key_id = text(3);
  record.action = text(4);
  record.request_id = text(5);
  record.peer_address = text(6);
  record.subject = text(7);
  record.kind = text(8);
  record.detail = text(9);
  if (record.position <= functions->last_record_.position) {
    return sqlite3_result_error(context, "the records of the audit did not come in their order", -1);
  }
  record.hash = audit::hash_of(functions->last_record_.hash, record);
  sqlite3_result_blob64(context, record.hash.data(), record.hash.size(), SQLITE_TRANSIENT);
  functions->last_record_ = std::move(record);
}

LeafFunctions::Leaf* LeafFunctions::read(sqlite3_context* context, sqlite3_value* leaf_der) {
  const base::ByteView der = bytes_of(leaf_der);
  if (last_ && std::ranges::equal(last_->der, der)) return &*last_;
  if (!read_) {
    sqlite3_result_error(context, "nobody told how the names of a leaf are read", -1);
    return nullptr;
  }
  // A leaf was accepted once; one that cannot be read is damaged, and requests for the certificate report it.
  last_.emplace(Leaf{base::to_bytes(der), read_(der).value_or(domain::LeafNames()), std::nullopt});
  return &*last_;
}

}  // namespace livecert::store::sqlite
