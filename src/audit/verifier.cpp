#include "audit/verifier.h"

#include <algorithm>
#include <utility>

namespace livecert::audit {
namespace {

// How many records that do not fit are looked at again for exchanges: the cost grows with the square.
constexpr std::size_t kMostSuspects = 64;

bool fits(const Hash& before, const Record& record) {
  return hash_of(before, record) == record.hash;
}

Record moved_to(Record record, std::int64_t position) {
  record.position = position;
  return record;
}

}  // namespace

Verifier::Verifier(std::vector<Checkpoint> checkpoints, std::optional<Checkpoint> kept,
                   std::optional<crypto::Ed25519PublicKey> public_key)
    : checkpoints_(std::move(checkpoints)), kept_(kept) {
  std::ranges::sort(checkpoints_, {}, &Checkpoint::position);
  check_signatures(public_key);
  if (!checkpoints_.empty()) report_.cut_through = checkpoints_.back().cut_through;
  if (kept_) report_.cut_through = std::max(report_.cut_through, kept_->cut_through);
}

void Verifier::check_signatures(const std::optional<crypto::Ed25519PublicKey>& public_key) {
  if (kept_ && (!has_valid_signature(*kept_) || (public_key && kept_->public_key != *public_key))) {
    note(Finding::Kind::kForgedKept, kept_->position, kept_->position);
    kept_.reset();
  }
  auto key = public_key;
  if (!key && kept_) key = kept_->public_key;
  if (!key && !checkpoints_.empty()) key = checkpoints_.back().public_key;
  std::erase_if(checkpoints_, [&](const Checkpoint& checkpoint) {
    const bool is_genuine = checkpoint.public_key == *key && has_valid_signature(checkpoint);
    if (!is_genuine) note(Finding::Kind::kForgedCheckpoint, checkpoint.position, checkpoint.position);
    return !is_genuine;
  });
}

void Verifier::note(Finding::Kind kind, std::int64_t from, std::int64_t to) {
  findings_.push_back({kind, from, to});
}

void Verifier::add(Record record) {
  ++report_.records;
  if (!waiting_) {
    waiting_ = std::move(record);
    return;
  }
  if (record.position == waiting_->position) return note(Finding::Kind::kInserted, record.position, record.position);
  if (record.position < waiting_->position) {
    note(Finding::Kind::kReordered, record.position, waiting_->position);
    // What was passed already cannot be put back into its place.
    if (has_begun_ && record.position <= position_) return;
    std::swap(record, *waiting_);
  }
  judge(*waiting_, &record);
  waiting_ = std::move(record);
}

Report Verifier::finish() {
  if (waiting_) judge(*waiting_, nullptr);
  find_exchanged();
  check_end();
  std::ranges::stable_sort(findings_, {}, &Finding::to);
  report_.all_findings = static_cast<std::int64_t>(findings_.size());
  if (findings_.size() > kMostFindings) findings_.resize(kMostFindings);
  report_.findings = std::move(findings_);
  return std::move(report_);
}

// The chain begins before all, or after the last record that the service itself has cut.
void Verifier::begin_at(const Record& first) {
  has_begun_ = true;
  first_ = first.position;
  for (const Checkpoint& checkpoint : checkpoints_) {
    if (checkpoint.position > report_.cut_through || checkpoint.position >= first.position) break;
    before_ = checkpoint.hash;
    position_ = checkpoint.position;
    report_.signed_to = checkpoint.position;
  }
  // Nothing was cut yet of what may be cut.
  if (fits(kBeforeAll, first)) {
    before_ = kBeforeAll;
    position_ = 0;
  }
  while (next_checkpoint_ < checkpoints_.size() && checkpoints_[next_checkpoint_].position <= position_) {
    ++next_checkpoint_;
  }
}

void Verifier::judge(const Record& record, const Record* next) {
  if (!has_begun_) begin_at(record);
  const bool is_right = fits(before_, record);
  const bool goes_on = next == nullptr || fits(record.hash, *next);
  if (!is_right && suspects_.size() < kMostSuspects) suspects_.push_back({record, before_, position_});
  if (next != nullptr && !goes_on && fits(before_, *next)) {
    return note(Finding::Kind::kInserted, record.position, record.position);
  }
  if (!is_right && record.position > position_ + 1) {
    note(Finding::Kind::kRemoved, position_ + 1, record.position - 1);
  } else if (!is_right) {
    note(Finding::Kind::kChanged, std::max(position_, first_), record.position);
  }
  step_to(record);
}

void Verifier::step_to(const Record& record) {
  if (kept_ && kept_->position > position_ && kept_->position < record.position) miss(kept_->position);
  while (next_checkpoint_ < checkpoints_.size() && checkpoints_[next_checkpoint_].position < record.position) {
    miss(checkpoints_[next_checkpoint_++].position);
  }
  before_ = record.hash;
  position_ = record.position;
  report_.last = record.position;
  // The kept one first: the store's own may have been made again with the records.
  if (kept_ && kept_->position == record.position) compare(*kept_, record);
  if (next_checkpoint_ < checkpoints_.size() && checkpoints_[next_checkpoint_].position == record.position) {
    compare(checkpoints_[next_checkpoint_++], record);
  }
}

// A checkpoint is about a record, so that one was there.
void Verifier::miss(std::int64_t position) {
  const bool is_known = std::ranges::any_of(findings_, [&](const Finding& finding) {
    return finding.kind == Finding::Kind::kRemoved && finding.from <= position && position <= finding.to;
  });
  if (!is_known) note(Finding::Kind::kRemoved, position, position);
}

void Verifier::compare(const Checkpoint& checkpoint, const Record& record) {
  const std::int64_t begin = report_.signed_to;
  if (checkpoint.hash == record.hash) {
    report_.signed_to = std::max(begin, checkpoint.position);
    return;
  }
  // A finding of this part says it more exactly.
  const bool is_known =
      std::ranges::any_of(findings_, [&](const Finding& finding) { return finding.to > begin && finding.from > 0; });
  if (!is_known) note(Finding::Kind::kRewritten, begin + 1, checkpoint.position);
}

// Two records that stand in each other's place do not fit, and neither does what follows them. Their hashes fit where
// they stood before, whether they were exchanged with their hashes or without.
void Verifier::find_exchanged() {
  for (std::size_t i = 0; i < suspects_.size(); ++i) {
    for (std::size_t j = i + 1; j < suspects_.size(); ++j) {
      const Suspect& first = suspects_[i];
      const Suspect& second = suspects_[j];
      const Hash was_first = hash_of(first.before, moved_to(second.record, first.record.position));
      if (was_first != second.record.hash && was_first != first.record.hash) continue;
      const bool are_neighbours = second.position_before == first.record.position;
      const Hash was_second =
          hash_of(are_neighbours ? was_first : second.before, moved_to(first.record, second.record.position));
      if (was_second != first.record.hash && was_second != second.record.hash) continue;
      const std::int64_t a = first.record.position;
      const std::int64_t b = second.record.position;
      // They explain what was found at them, and at the records behind them.
      std::erase_if(findings_, [&](const Finding& finding) {
        const bool is_about_one = finding.kind == Finding::Kind::kChanged || finding.kind == Finding::Kind::kInserted;
        return is_about_one && (finding.to == a || finding.to == b || finding.from == a || finding.from == b);
      });
      note(Finding::Kind::kReordered, a, b);
    }
  }
}

void Verifier::check_end() {
  const std::int64_t signed_end = checkpoints_.empty() ? 0 : checkpoints_.back().position;
  if (signed_end > report_.last) note(Finding::Kind::kCutTail, report_.last + 1, signed_end);
  if (!kept_) return;
  if (kept_->position > std::max(signed_end, report_.last)) {
    note(Finding::Kind::kOlder, std::max(signed_end, report_.last) + 1, kept_->position);
  } else if (kept_->position > report_.last) {
    return;  // the cut tail includes it
  } else if (kept_->position < first_) {
    const auto same = std::ranges::find(checkpoints_, kept_->position, &Checkpoint::position);
    if (same == checkpoints_.end() || same->hash != kept_->hash) {
      note(Finding::Kind::kKeptGone, kept_->position, kept_->position);
    }
  } else if (kept_->position > signed_end && report_.last >= kept_->position && report_.signed_to < kept_->position) {
    // compare() has found the reason, or there is no record at that position.
    const bool is_known = std::ranges::any_of(findings_, [&](const Finding& finding) { return finding.from > 0; });
    if (!is_known) note(Finding::Kind::kRewritten, report_.signed_to + 1, kept_->position);
  }
}

}  // namespace livecert::audit
