#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/record.h"

namespace livecert::audit {

// What is wrong with the records from `from` to `to` (positions; equal for one record).
struct Finding {
  enum class Kind : std::uint8_t {
    kChanged,           // the second one was changed, or the first one together with its hash
    kRemoved,           // they are missing
    kInserted,          // it was put in
    kReordered,         // these two stand in each other's place
    kRewritten,         // they were changed and all their hashes made again
    kCutTail,           // they are missing at the end
    kOlder,             // they are missing with the store's checkpoints: it is the store of an earlier day
    kForgedCheckpoint,  // no key, or another one, signed the checkpoint at this position
    kForgedKept,        // the same of the checkpoint that was kept elsewhere
    kKeptGone,          // the kept checkpoint is about records that were cut, and the store has another one there
  };
  Kind kind = Kind::kChanged;
  std::int64_t from = 0;
  std::int64_t to = 0;

  bool operator==(const Finding&) const = default;
};

struct Report {
  std::vector<Finding> findings;  // at most kMostFindings
  std::int64_t all_findings = 0;
  std::int64_t records = 0;
  std::int64_t last = 0;         // the position of the last record
  std::int64_t cut_through = 0;  // the service removed the records up to this one
  std::int64_t signed_to = 0;    // the checkpoints prove the records up to this one
};

// Checks a chain, record by record. Only the hashes that signed checkpoints hold are proof: whoever can write the store
// can change the records after the last checkpoint and make their hashes again.
class Verifier {
 public:
  static constexpr std::size_t kMostFindings = 100;

  // `checkpoints`: those of the store. `kept`: one that was kept where nobody could change it. `public_key`: of the
  // service; without it, the kept checkpoint's counts, or else the newest one's.
  Verifier(std::vector<Checkpoint> checkpoints, std::optional<Checkpoint> kept,
           std::optional<crypto::Ed25519PublicKey> public_key);

  // The next record, in the order of the store or the file.
  void add(Record record);
  // After the last record.
  [[nodiscard]] Report finish();

 private:
  // A record whose hash does not fit, with what stood before it.
  struct Suspect {
    Record record;
    Hash before{};
    std::int64_t position_before = 0;
  };

  void note(Finding::Kind kind, std::int64_t from, std::int64_t to);
  void check_signatures(const std::optional<crypto::Ed25519PublicKey>& public_key);
  void begin_at(const Record& first);
  // `next`: the record after it; nullptr: it is the last one.
  void judge(const Record& record, const Record* next);
  void step_to(const Record& record);
  void miss(std::int64_t position);
  void compare(const Checkpoint& checkpoint, const Record& record);
  void find_exchanged();
  void check_end();

  std::vector<Checkpoint> checkpoints_;  // the genuine ones, by position
  std::optional<Checkpoint> kept_;       // if it is genuine
  std::vector<Finding> findings_;
  std::vector<Suspect> suspects_;
  Report report_;

  std::optional<Record> waiting_;  // judged when the one after it is known
  bool has_begun_ = false;
  Hash before_ = kBeforeAll;
  std::int64_t position_ = 0;
  std::size_t next_checkpoint_ = 0;
  std::int64_t first_ = 0;
};

}  // namespace livecert::audit
