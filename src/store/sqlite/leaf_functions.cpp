#include "store/sqlite/leaf_functions.h"

#include <algorithm>
#include <array>
#include <string>

#include "store/sqlite/database.h"

namespace livecert::store::sqlite {
namespace {

struct Function {
  const char* name;
  int arguments;
};
constexpr Function kRepresentative{"leaf_representative", 1};
constexpr Function kCoveringName{"leaf_covering_name", 2};

base::ByteView bytes_of(sqlite3_value* value) {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_value_blob(value));
  return {data, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void answer(sqlite3_context* context, const std::string& text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

}  // namespace

LeafFunctions::~LeafFunctions() {
  if (handle_ == nullptr) return;
  for (const Function& function : {kRepresentative, kCoveringName}) {
    // It fails while a statement that uses the function runs, and none does: scripts are run to their ends.
    sqlite3_create_function_v2(handle_, function.name, function.arguments, SQLITE_UTF8, nullptr, nullptr, nullptr,
                               nullptr, nullptr);
  }
}

base::Result<void> LeafFunctions::add_to(sqlite3* handle) {
  handle_ = handle;
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
  int code = sqlite3_create_function_v2(handle, kRepresentative.name, kRepresentative.arguments, kFlags, this,
                                        representative, nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) {
    code = sqlite3_create_function_v2(handle, kCoveringName.name, kCoveringName.arguments, kFlags, this, covering_name,
                                      nullptr, nullptr, nullptr);
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
