#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "audit/json.h"
#include "audit/verifier.h"
#include "base/bytes.h"
#include "base/check.h"
#include "crypto/random.h"

namespace {

using namespace livecert;
using audit::Checkpoint;
using audit::Record;

struct File {
  std::vector<Record> records;
  std::vector<Checkpoint> checkpoints;
};

// What is read is printed and read again unchanged.
void read_line(std::string_view line, File& file) {
  boost::system::error_code failed;
  const boost::json::value value = boost::json::parse(boost::json::string_view(line.data(), line.size()), failed);
  if (failed) return;
  const boost::json::object* const object = value.if_object();
  const boost::json::value* const inner = object == nullptr ? nullptr : object->if_contains("Checkpoint");
  if (const auto checkpoint = audit::parse_checkpoint(inner == nullptr ? value : *inner)) {
    LIVECERT_CHECK(audit::parse_checkpoint(audit::to_json(*checkpoint)) == checkpoint);
    LIVECERT_CHECK(!audit::has_valid_signature(*checkpoint));  // nobody guesses one
    file.checkpoints.push_back(*checkpoint);
  }
  if (auto record = audit::parse_record(value)) {
    LIVECERT_CHECK(audit::parse_record(audit::to_json(*record)) == record);
    file.records.push_back(*std::move(record));
  }
}

audit::Report verify(const std::vector<Record>& records, const std::vector<Checkpoint>& checkpoints) {
  audit::Verifier verifier(checkpoints, std::nullopt, std::nullopt);
  for (const Record& record : records) verifier.add(record);
  audit::Report report = verifier.finish();
  LIVECERT_CHECK(report.findings.size() <= audit::Verifier::kMostFindings);
  LIVECERT_CHECK(report.all_findings >= static_cast<std::int64_t>(report.findings.size()));
  return report;
}

// The same records as a chain that the service made and signed: it is whole, and each change to it is found.
void check_chain(std::vector<Record> records, std::size_t choice) {
  static const base::SecretBytes key = [] {
    crypto::SystemRandom random;
    return crypto::make_ed25519_key(random);
  }();
  audit::Hash before = audit::kBeforeAll;
  std::int64_t position = 0;
  for (Record& record : records) {
    record.position = ++position;
    record.hash = audit::hash_of(before, record);
    before = record.hash;
  }
  Checkpoint end;
  end.position = position;
  end.hash = before;
  const auto checkpoint = audit::signed_by(key, end);
  LIVECERT_CHECK(checkpoint.has_value());
  const audit::Report whole = verify(records, {*checkpoint});
  LIVECERT_CHECK(whole.all_findings == 0 && whole.signed_to == position);
  const std::size_t chosen = choice % records.size();
  std::vector<Record> changed = records;
  changed[chosen].subject += "x";
  LIVECERT_CHECK(verify(changed, {*checkpoint}).all_findings > 0);
  changed = records;
  changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(chosen));
  LIVECERT_CHECK(verify(changed, {*checkpoint}).all_findings > 0);
}

}  // namespace

// An exported file, as `audit verify --file` reads it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = base::as_text({data, size});
  File file;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    read_line(text.substr(0, end), file);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  static_cast<void>(verify(file.records, file.checkpoints));
  if (!file.records.empty()) check_chain(std::move(file.records), size);
  return 0;
}
