#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "store/postgres/libpq.h"
#include "store/sql/session.h"

namespace livecert::store::postgres {

struct ClearResult {
  void operator()(PGresult* result) const { libpq().clear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ClearResult>;

// A prepared statement, which its connection keeps, and the rows of its last execution. They are all here when the
// execution begins, so that other statements can run while they are read.
class Statement final : public sql::Execution {
 public:
  // `name`: for the server; `types`: of the values.
  Statement(std::string name, std::string text, std::vector<Oid> types)
      : name_(std::move(name)), text_(std::move(text)), types_(std::move(types)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<Oid>& types() const { return types_; }
  // Whether the connection's server knows it.
  bool is_prepared = false;

  void show(ResultPtr rows) {
    rows_ = std::move(rows);
    row_ = -1;
  }

  [[nodiscard]] base::Result<bool> next() override { return ++row_ < libpq().ntuples(rows_.get()); }
  [[nodiscard]] std::int64_t integer(int column) const override;
  [[nodiscard]] bool is_null(int column) const override { return libpq().getisnull(rows_.get(), row_, column) != 0; }
  [[nodiscard]] base::ByteView view(int column) const override;
  [[nodiscard]] base::Error damaged(int column) const override;
  void end() override { rows_.reset(); }

 private:
  const std::string name_;
  const std::string text_;
  const std::vector<Oid> types_;
  ResultPtr rows_;
  int row_ = -1;
};

}  // namespace livecert::store::postgres
