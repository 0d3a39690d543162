#include "store/postgres/statement_text.h"

#include <gtest/gtest.h>

namespace livecert::store::postgres {
namespace {

TEST(PostgresStatementText, ValuesAreNumberedInTheirOrder) {
  EXPECT_EQ(to_postgres("SELECT ?, a FROM b WHERE c = ?"), "SELECT $1, a FROM b WHERE c = $2");
  EXPECT_EQ(to_postgres("SELECT 1"), "SELECT 1");
}

TEST(PostgresStatementText, TheNameOfAnIndexGoes) {
  EXPECT_EQ(to_postgres("SELECT a FROM b INDEXED BY b_by_a WHERE c = ?"), "SELECT a FROM b WHERE c = $1");
  EXPECT_EQ(to_postgres("(SELECT a FROM b INDEXED BY b_by_a)"), "(SELECT a FROM b)");
  EXPECT_EQ(to_postgres("SELECT a FROM b INDEXED BY b_by_a"), "SELECT a FROM b");
}

}  // namespace
}  // namespace livecert::store::postgres
