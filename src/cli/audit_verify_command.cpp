#include "cli/audit_verify_command.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "audit/json.h"
#include "base/bytes.h"
#include "base/word.h"
#include "cli/audit_pages.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/language.h"

namespace livecert::cli {
namespace {

namespace json = boost::json;

base::Error no_checkpoint_in(const std::string& file) {
  return {base::ErrorCode::kInvalidInput,
          file + tr(" holds no checkpoint as audit checkpoint prints it", " 中没有 audit checkpoint 所输出的检查点")};
}

base::Error not_a_record(const std::string& place) {
  return {base::ErrorCode::kInvalidInput,
          place + tr(" is no record of the audit with a hash, as audit export prints it",
                     " 不是 audit export 所输出的带哈希的审计记录")};
}

// With the member "Checkpoint" around it, or without.
std::optional<audit::Checkpoint> find_checkpoint(const json::value& value) {
  const json::object* const object = value.if_object();
  if (object == nullptr) return std::nullopt;
  const json::value* const inner = object->if_contains("Checkpoint");
  return audit::parse_checkpoint(inner == nullptr ? value : *inner);
}

base::Result<std::optional<audit::Checkpoint>> read_kept(const std::string& file) {
  if (file.empty()) return std::optional<audit::Checkpoint>();
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) return base::Error{base::ErrorCode::kInvalidInput, file + tr(" cannot be read", " 无法读取")};
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  const auto checkpoint = failed ? std::nullopt : find_checkpoint(value);
  if (!checkpoint) return no_checkpoint_in(file);
  return checkpoint;
}

struct StoreCheckpoints {
  std::vector<audit::Checkpoint> checkpoints;
  std::optional<crypto::Ed25519PublicKey> public_key;
};

base::Result<StoreCheckpoints> read_checkpoints(Session& session) {
  StoreCheckpoints read;
  TRY(read_audit_pages(
      session, "ListAuditCheckpoints", 0, [] { return JsonWriter(); },
      [&](const json::value& page) -> base::Result<bool> {
        for (const json::value& item : items_of(page, "CheckpointList")) {
          const auto checkpoint = audit::parse_checkpoint(item);
          if (!checkpoint) return no_checkpoint_in("CheckpointList");
          read.checkpoints.push_back(*checkpoint);
        }
        const auto key = base::parse_hex(text_of(page, "PublicKey"));
        if (key && key->size() == crypto::kEd25519KeySize) {
          std::ranges::copy(*key, read.public_key.emplace().begin());
        }
        return true;
      }));
  return read;
}

using Kind = audit::Finding::Kind;
constexpr std::array<base::Word<Kind>, 10> kKinds{{
    {Kind::kChanged, "Changed"},
    {Kind::kRemoved, "Removed"},
    {Kind::kInserted, "Inserted"},
    {Kind::kReordered, "Reordered"},
    {Kind::kRewritten, "Rewritten"},
    {Kind::kCutTail, "CutTail"},
    {Kind::kOlder, "Older"},
    {Kind::kForgedCheckpoint, "ForgedCheckpoint"},
    {Kind::kForgedKept, "ForgedKeptCheckpoint"},
    {Kind::kKeptGone, "KeptCheckpointGone"},
}};
static_assert(base::has_all_words(kKinds, Kind::kKeptGone));

}  // namespace

// The checkpoints are read first: records that are written meanwhile only come behind them.
base::Result<audit::Report> verify_audit(Session& session, const std::string& kept_file) {
  TRY_ASSIGN(const auto kept, read_kept(kept_file));
  TRY_ASSIGN(StoreCheckpoints store, read_checkpoints(session));
  // A service that has made checkpoints has a key. Without it, whoever removed it may have signed them with a key of
  // his own, and the key of nobody proves none of them.
  if (!store.public_key && !kept && !store.checkpoints.empty()) store.public_key.emplace();
  audit::Verifier verifier(std::move(store.checkpoints), kept, store.public_key);
  TRY(read_audit_pages(
      session, "ListAudit", 0, [] { return JsonWriter(); },
      [&](const json::value& page) -> base::Result<bool> {
        for (const json::value& item : items_of(page, "AuditList")) {
          auto record = audit::parse_record(item);
          if (!record) return not_a_record("AuditList");
          verifier.add(*std::move(record));
        }
        return true;
      }));
  return verifier.finish();
}

base::Result<audit::Report> verify_audit_file(const std::string& file, const std::string& kept_file) {
  TRY_ASSIGN(const auto kept, read_kept(kept_file));
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return base::Error{base::ErrorCode::kInvalidInput, file + tr(" cannot be read", " 无法读取")};
  std::vector<audit::Checkpoint> checkpoints;
  std::vector<audit::Record> records;
  std::string line;
  for (std::int64_t number = 1; std::getline(stream, line); ++number) {
    if (line.empty()) continue;
    boost::system::error_code failed;
    const json::value value = json::parse(line, failed);
    if (failed) return not_a_record(file + ":" + std::to_string(number));
    if (const auto checkpoint = find_checkpoint(value)) {
      checkpoints.push_back(*checkpoint);
    } else if (auto record = audit::parse_record(value)) {
      records.push_back(*std::move(record));
    } else {
      return not_a_record(file + ":" + std::to_string(number));
    }
  }
  audit::Verifier verifier(std::move(checkpoints), kept, std::nullopt);
  for (audit::Record& record : records) verifier.add(std::move(record));
  return verifier.finish();
}

std::string to_sentence(const audit::Finding& finding) {
  const std::string from = std::to_string(finding.from);
  const std::string to = std::to_string(finding.to);
  const std::string range = from == to ? from : from + tr(" to ", " 至 ") + to;
  switch (finding.kind) {
    case Kind::kChanged:
      if (from == to) return tr("record ", "记录 ") + to + tr(" was changed", " 被更改");
      return tr("record ", "记录 ") + to + tr(" was changed, or record ", " 被更改，或记录 ") + from +
             tr(" together with its hash", " 连同其哈希被更改");
    case Kind::kRemoved:
      return tr("the records ", "记录 ") + range + tr(" were removed", " 被删除");
    case Kind::kInserted:
      return tr("record ", "记录 ") + to + tr(" was inserted", " 是后来插入的");
    case Kind::kReordered:
      return tr("the records ", "记录 ") + from + tr(" and ", " 与 ") + to +
             tr(" stand in each other's place", " 的位置被互换");
    case Kind::kRewritten:
      return tr("the records ", "记录 ") + range +
             tr(" were changed and their hashes made again: the checkpoint at ", " 被更改且哈希被重新计算：检查点 ") +
             to + tr(" does not fit", " 与之不符");
    case Kind::kCutTail:
      return tr("the records ", "记录 ") + range + tr(" are missing at the end", " 在末尾缺失");
    case Kind::kOlder:
      return tr("this is the store of an earlier day: the records ", "存储被换回较早日期的数据：记录 ") + range +
             tr(" and their checkpoints are missing", " 及其检查点缺失");
    case Kind::kForgedCheckpoint:
      return tr("the checkpoint at ", "检查点 ") + to + tr(" was not signed by this service", " 不是由本服务签名的");
    case Kind::kForgedKept:
      return tr("the given checkpoint (at ", "所给的检查点（位置 ") + to +
             tr(") was not signed by this service", "）不是由本服务签名的");
    case Kind::kKeptGone:
      return tr("the given checkpoint (at ", "所给的检查点（位置 ") + to +
             tr(") is about records that were cut, and the store has no such checkpoint",
                "）所涉及的记录已被清理，而存储中没有该检查点");
  }
  return "";
}

int show_report(const audit::Report& report, bool as_json) {
  if (as_json) {
    json::object object;
    json::array& list = object["Findings"].emplace_array();
    for (const audit::Finding& finding : report.findings) {
      const std::string_view word = base::text_of(kKinds, finding.kind);
      list.push_back(json::object{{"Kind", json::string_view(word.data(), word.size())},
                                  {"From", finding.from},
                                  {"To", finding.to},
                                  {"Message", to_sentence(finding)}});
    }
    object["AllFindings"] = report.all_findings;
    object["Records"] = report.records;
    object["Last"] = report.last;
    object["SignedTo"] = report.signed_to;
    object["CutThrough"] = report.cut_through;
    print_json(object);
  } else {
    for (const audit::Finding& finding : report.findings) std::cout << to_sentence(finding) << "\n";
    const auto shown = static_cast<std::int64_t>(report.findings.size());
    if (report.all_findings > shown) {
      std::cout << tr("and more: ", "其余：") << report.all_findings - shown << "\n";
    }
    std::cout << tr("records: ", "记录数：") << report.records
              << tr("; proved by checkpoints up to record ", "；检查点证明到记录 ") << report.signed_to
              << tr(" of ", "，末条为 ") << report.last << "\n";
    if (report.cut_through > 0) {
      std::cout << tr("the service removed the records up to ", "服务已移除至此为止的记录：") << report.cut_through
                << "\n";
    }
    if (report.findings.empty()) std::cout << tr("The audit is whole.", "审计记录完整。") << "\n";
  }
  return report.findings.empty() ? 0 : 1;
}

}  // namespace livecert::cli
