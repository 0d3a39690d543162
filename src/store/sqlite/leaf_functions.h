#pragma once

#include <optional>

#include <sqlite3.h>

#include "audit/record.h"
#include "base/bytes.h"
#include "base/result.h"
#include "domain/name_index.h"
#include "store/sqlite/read_leaf_names.h"

namespace livecert::store::sqlite {

// The SQL functions of migrate(), on one connection until this is gone.
class LeafFunctions {
 public:
  LeafFunctions(const ReadLeafNames& read, const ReadChainEnd& read_end) : read_(read), read_end_(read_end) {}
  LeafFunctions(const LeafFunctions&) = delete;
  LeafFunctions& operator=(const LeafFunctions&) = delete;
  ~LeafFunctions();

  [[nodiscard]] base::Result<void> add_to(sqlite3* handle);

 private:
  // The names of the leaf of the last call, because many domains may use one leaf with many names.
  struct Leaf {
    base::Bytes der;
    domain::LeafNames names;
    std::optional<domain::NameIndex> index;  // of the names, once a call asks about a host
  };

  static void representative(sqlite3_context* context, int count, sqlite3_value** values);
  static void covering_name(sqlite3_context* context, int count, sqlite3_value** values);
  static void chain_end(sqlite3_context* context, int count, sqlite3_value** values);
  static void audit_hash(sqlite3_context* context, int count, sqlite3_value** values);
  // nullptr: an error has become the function's result.
  [[nodiscard]] Leaf* read(sqlite3_context* context, sqlite3_value* leaf_der);

  const ReadLeafNames& read_;
  const ReadChainEnd& read_end_;
  sqlite3* handle_ = nullptr;
  std::optional<Leaf> last_;
  audit::Record last_record_;  // of audit_hash()
};

}  // namespace livecert::store::sqlite
