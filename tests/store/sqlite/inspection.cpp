#include "store/sqlite/inspection.h"

#include <memory>
#include <utility>

#include <sqlite3.h>

#include "base/check.h"

namespace livecert::store::testing {

std::string run_sql(const std::filesystem::path& file, const std::string& sql) {
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> owner(handle, sqlite3_close);
  if (opened != SQLITE_OK) return sqlite3_errmsg(handle);
  // Empty until a row comes.
  std::string first;
  const auto note = [](void* text, int count, char** values, char**) {
    auto& kept = *static_cast<std::string*>(text);
    if (kept.empty() && count > 0 && values[0] != nullptr) kept = values[0];
    return 0;
  };
  if (sqlite3_exec(handle, sql.c_str(), note, &first, nullptr) != SQLITE_OK) return sqlite3_errmsg(handle);
  return first;
}

namespace {

// The number in the digits `from` to `to`, counted from 1, of a blob in hexadecimal.
std::string number_of(const std::string& blob, int from, int to) {
  std::string number = "0";
  for (int digit = from; digit <= to; ++digit) {
    number = "((" + number + ") << 4 | instr('123456789ABCDEF', substr(hex(" + blob + "), " + std::to_string(digit) +
             ", 1)))";
  }
  return number;
}

}  // namespace

std::string inspect(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "livecert.db";
  const std::string chain_key = number_of("chain_id", 21, 32) + " << 16 | " + number_of("chain_id", 17, 20);
  const std::string content_key =
      "chains.not_before / 1000000 * 16777216 + " + number_of("versions.content_digest", 1, 6);
  const std::pair<std::string, const char*> laws[] = {
      {"PRAGMA integrity_check", "ok"},
      {"PRAGMA foreign_key_check", ""},
      // The current version of every chain is one of its own, and the facts that the chain repeats agree with it.
      {"SELECT count(*) FROM chains LEFT JOIN versions ON versions.id = chains.current_version"
       " WHERE versions.chain IS NOT chains.id OR versions.not_after IS NOT chains.not_after"
       " OR versions.not_before IS NOT chains.not_before",
       "0"},
      // Their keys agree with their ids and content.
      {"SELECT count(*) FROM chains JOIN versions ON versions.id = chains.current_version WHERE chain_key <> (" +
           chain_key + ") OR content_key <> (" + content_key + ")",
       "0"},
      {"SELECT count(*) FROM versions, json_each(versions.issuers) AS listed"
       " LEFT JOIN issuer_certificates ON issuer_certificates.id = listed.value WHERE issuer_certificates.id IS NULL",
       "0"},
      {"SELECT count(*) FROM chains WHERE account IS NOT (SELECT account FROM projects WHERE id = chains.project)",
       "0"},
      // Each write has both of its records, and each chain at least one.
      {"SELECT (SELECT count(*) FROM audit) - (SELECT count(*) FROM changes)", "0"},
      {"SELECT count(*) FROM chains WHERE lower(hex(chain_id)) NOT IN"
       " (SELECT subject FROM changes WHERE kind = 'chain')",
       "0"},
      {"SELECT count(*) FROM audit LEFT JOIN changes ON changes.id = audit.id"
       " WHERE changes.subject IS NOT audit.subject",
       "0"},
      // The sums by day are those of the chains.
      {"SELECT count(*) FROM (SELECT project, day, chains FROM expiry_days WHERE chains > 0 EXCEPT"
       " SELECT project, not_after / 86400000000, count(*) FROM chains GROUP BY 1, 2)",
       "0"},
      {"SELECT (SELECT count(*) FROM chains) - (SELECT coalesce(sum(chains), 0) FROM expiry_days)", "0"},
      // The sums by block of rows are too, and no block is empty.
      {"SELECT count(*) FROM (SELECT account, block, chains FROM chain_blocks EXCEPT"
       " SELECT account, id / 2048, count(*) FROM chains GROUP BY 1, 2)",
       "0"},
      {"SELECT (SELECT count(*) FROM chains) - (SELECT coalesce(sum(chains), 0) FROM chain_blocks)", "0"},
      // Nothing is left of deleted chains and domains; a binding is within one account, and no bound chain is
      // superseded.
      {"SELECT count(*) FROM versions WHERE chain NOT IN (SELECT id FROM chains)", "0"},
      {"SELECT count(*) FROM domain_tags WHERE domain NOT IN (SELECT id FROM domains)", "0"},
      {"SELECT count(*) FROM domains JOIN chains ON chains.id = domains.chain WHERE chains.account <> domains.account"
       " OR chains.superseded_at IS NOT NULL",
       "0"},
      // Bound domains, and no others, have the name that covers them.
      {"SELECT count(*) FROM domains WHERE (chain IS NULL) <> (cert_domain = '')", "0"},
      {"SELECT count(*) FROM domains WHERE account IS NOT (SELECT account FROM projects WHERE id = domains.project)",
       "0"},
      {"SELECT (SELECT count(*) FROM accounts) - (SELECT count(*) FROM projects WHERE name = 'default')", "0"},
  };
  for (const auto& [sql, expected] : laws) {
    if (std::string found = run_sql(file, sql); found != expected) return sql + ": " + found;
  }
  return "";
}

void copy_store(const std::filesystem::path& from, const std::filesystem::path& to) {
  for (const char* name : {"livecert.db", "livecert.db-wal"}) {
    std::error_code missing;
    std::filesystem::copy_file(from / name, to / name, missing);
  }
}

}  // namespace livecert::store::testing
