#include "store/postgres/statement.h"

#include <bit>
#include <cstddef>

namespace livecert::store::postgres {

// Numbers and truth values come in network order, in 8, 4, 2 or 1 bytes.
// https://www.postgresql.org/docs/15/protocol-overview.html#PROTOCOL-FORMAT-CODES
std::int64_t Statement::integer(int column) const {
  const base::ByteView bytes = view(column);
  if (bytes.empty()) return 0;
  std::uint64_t value = (bytes.front() & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return std::bit_cast<std::int64_t>(value);
}

base::ByteView Statement::view(int column) const {
  const auto* data = libpq().getvalue(rows_.get(), row_, column);
  return {reinterpret_cast<const std::uint8_t*>(data),
          static_cast<std::size_t>(libpq().getlength(rows_.get(), row_, column))};
}

base::Error Statement::damaged(int column) const {
  return base::Error{
      base::ErrorCode::kStoreFailure, "the store failed",
      std::string("a value of the wrong size in column ") + libpq().fname(rows_.get(), column) + " of " + text_};
}

}  // namespace livecert::store::postgres
