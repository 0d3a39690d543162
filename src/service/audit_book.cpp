#include "service/audit_book.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "service/outcome_error.h"

namespace livecert::service {
namespace {

constexpr auto kRefusalWindow = std::chrono::minutes(1);
constexpr auto kOpeningWindow = std::chrono::minutes(10);
constexpr auto kTimeToWrite = std::chrono::seconds(5);
constexpr std::size_t kRecordsInOneWrite = 200;
// Openings of more versions than this are not counted but recorded again.
constexpr std::size_t kMostCounted = 20'000;
// Between two flushes: more than a machine opens within a second.
constexpr std::size_t kMostFresh = 50'000;

std::string opened_name(const KeyOpening& opening) {
  return opening.item.empty() ? opening.version.to_string() : opening.item;
}

std::string edge_clause(const std::string& edge) {
  return edge.empty() ? std::string() : ", for the edge " + edge;
}

audit::Record record_alone(const KeyOpening& opening, std::int64_t more) {
  audit::Record record;
  record.kind = audit::kOpening;
  record.account = opening.owner;
  record.action = opening.action;
  record.subject = opening.item.empty() ? opening.chain.to_string() : opening.item;
  if (more == 0) {
    record.access_key_id = opening.access_key_id;
    record.request_id = opening.request_id;
    record.peer_address = opening.peer_address;
  }
  if (opening.item.empty()) record.detail = "version " + opening.version.to_string();
  if (opening.item.empty()) record.detail += edge_clause(opening.edge);
  if (more > 0) {
    record.detail += (record.detail.empty() ? "" : ", ") + std::to_string(more) + " more within " +
                     std::to_string(kOpeningWindow.count()) + " minutes";
  }
  return record;
}

}  // namespace

// The openings for one edge, reason and owner.
struct AuditBook::Lot {
  std::string edge;
  std::string action;
  base::AccountId owner;
  auto operator<=>(const Lot&) const = default;
};

void AuditBook::note_sign_in(audit::Record record) {
  record.kind = audit::kSignIn;
  const std::lock_guard lock(mutex_);
  add(std::move(record));
}

void AuditBook::note_refusal(const std::string& caller, std::string_view reason, audit::Record record,
                             const std::function<std::string()>& find_subject) {
  record.kind = audit::kRefusal;
  // A stranger's address takes the place of a name.
  RefusalKind kind{caller.empty() ? record.peer_address : caller, record.action, reason};
  const auto admit = [&]() -> bool {
    if (clock_.steady_now() - refusals_since_ >= kRefusalWindow) end_refusals();
    if (const auto known = refusals_.find(kind); known != refusals_.end()) {
      ++known->second.more;
      return false;
    }
    const auto of_caller = kinds_of_.find(caller);
    const std::size_t most = caller.empty() ? kMostOfStrangers : kMostOfCaller;
    if (refusals_.size() >= kMostKinds || (of_caller != kinds_of_.end() && of_caller->second >= most)) {
      ++other_refusals_;
      return false;
    }
    return true;
  };
  {
    const std::lock_guard lock(mutex_);
    if (!admit()) return;
  }
  if (find_subject) record.subject = find_subject();
  const std::lock_guard lock(mutex_);
  if (!admit()) return;
  ++kinds_of_[caller];
  refusals_.emplace(std::move(kind), Refused{record});
  add(std::move(record));
}

void AuditBook::note_opening(KeyOpening opening) {
  const std::lock_guard lock(mutex_);
  if (fresh_.size() >= kMostFresh) {
    ++lost_;
    ++counts_.lost;
    return;
  }
  fresh_.push_back(std::move(opening));
}

void AuditBook::add(audit::Record record) {
  if (waiting_.size() >= kMostWaiting) {
    ++lost_;
    ++counts_.lost;
    return;
  }
  if (record.at == base::Time()) record.at = clock_.now();
  waiting_.push_back(std::move(record));
}

void AuditBook::add_count(std::string_view kind, std::int64_t& count, std::string_view what) {
  if (count == 0 || waiting_.size() >= kMostWaiting) return;
  audit::Record record;
  record.kind = kind;
  record.detail = std::to_string(count) + std::string(what);
  count = 0;
  add(std::move(record));
}

void AuditBook::end_refusals() {
  refusals_since_ = clock_.steady_now();
  for (auto& [kind, refused] : refusals_) {
    if (refused.more == 0) continue;
    refused.record.at = clock_.now();
    refused.record.request_id.clear();
    refused.record.subject.clear();
    refused.record.detail += ", " + std::to_string(refused.more) + " more within a minute";
    add(std::move(refused.record));
  }
  refusals_.clear();
  kinds_of_.clear();
  add_count(audit::kRefusal, other_refusals_, " more refusals, of more kinds than are recorded within a minute");
}

void AuditBook::end_openings() {
  openings_since_ = clock_.steady_now();
  std::vector<Opened> again;
  for (auto& [kind, opened] : openings_) {
    if (opened.more > 0) again.push_back(std::move(opened));
  }
  openings_.clear();
  add_openings(again);
}

// Separates what was opened for the first time from what was opened before.
void AuditBook::sort_openings() {
  std::vector<Opened> first;
  if (openings_.empty()) openings_since_ = clock_.steady_now();
  for (KeyOpening& opening : fresh_) {
    const OpeningKind kind{opening.edge, opening.action, opened_name(opening)};
    if (const auto known = openings_.find(kind); known != openings_.end()) {
      ++known->second.more;
      continue;
    }
    if (openings_.size() < kMostCounted) openings_.emplace(kind, Opened{opening});
    first.push_back({std::move(opening)});
  }
  fresh_.clear();
  add_openings(first);
}

void AuditBook::add_openings(const std::vector<Opened>& opened) {
  std::map<Lot, std::vector<const Opened*>> lots;
  for (const Opened& each : opened) {
    lots[{each.opening.edge, each.opening.action, each.opening.owner}].push_back(&each);
  }
  for (const auto& [lot, all] : lots) {
    if (all.size() <= kMostAlone) {
      for (const Opened* each : all) add(record_alone(each->opening, each->more));
      continue;
    }
    for (std::size_t begin = 0; begin < all.size(); begin += kVersionsInRecord) {
      const std::size_t end = std::min(all.size(), begin + kVersionsInRecord);
      audit::Record record;
      record.kind = audit::kOpening;
      record.account = lot.owner;
      record.action = lot.action;
      record.subject = lot.edge;
      record.detail = std::to_string(end - begin) + " versions" + edge_clause(lot.edge) + ":";
      for (std::size_t i = begin; i < end; ++i) {
        record.detail += " " + opened_name(all[i]->opening);
        if (all[i]->more > 0) record.detail += " (" + std::to_string(all[i]->more) + " times more)";
      }
      add(std::move(record));
    }
  }
}

std::vector<audit::Record> AuditBook::take(bool is_last) {
  const std::lock_guard lock(mutex_);
  const base::SteadyTime now = clock_.steady_now();
  sort_openings();
  if (is_last || now - refusals_since_ >= kRefusalWindow) end_refusals();
  if (is_last || now - openings_since_ >= kOpeningWindow) end_openings();
  add_count(audit::kRefusal, lost_, " records of refusals, openings and sign-ins were lost while the store took none");
  return std::exchange(waiting_, {});
}

base::Result<void> AuditBook::flush(bool is_last) {
  const std::lock_guard flushing(flushing_);
  std::vector<audit::Record> records = take(is_last);
  for (std::size_t begin = 0; begin < records.size(); begin += kRecordsInOneWrite) {
    const auto first = records.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last =
        records.begin() + static_cast<std::ptrdiff_t>(std::min(records.size(), begin + kRecordsInOneWrite));
    store::Context context;
    context.action = "KeepAudit";
    context.at = clock_.now();
    context.deadline = clock_.steady_now() + kTimeToWrite;
    const store::Outcome outcome = store_.submit(std::move(context), store::KeepAudit{std::vector(first, last)}).wait();
    const std::lock_guard lock(mutex_);
    if (took_effect(outcome)) {
      std::for_each(first, last, [&](const audit::Record& record) { ++counts_.written[record.kind]; });
      continue;
    }
    // They come before what was noted meanwhile. What may have been written is written again: twice is better than not.
    ++counts_.failures;
    waiting_.insert(waiting_.begin(), std::make_move_iterator(first), std::make_move_iterator(records.end()));
    if (waiting_.size() > kMostWaiting) {
      const std::size_t surplus = waiting_.size() - kMostWaiting;
      waiting_.resize(kMostWaiting);
      lost_ += static_cast<std::int64_t>(surplus);
      counts_.lost += static_cast<std::int64_t>(surplus);
    }
    return to_error(outcome);
  }
  return {};
}

AuditBook::Counts AuditBook::counts() const {
  const std::lock_guard lock(mutex_);
  Counts counts = counts_;
  counts.waiting = waiting_.size() + fresh_.size();
  return counts;
}

}  // namespace livecert::service
