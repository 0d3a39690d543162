#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "audit/record.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "store/store.h"

namespace livecert::service {

// One opening of a private key. Members that do not apply are empty.
struct KeyOpening {
  std::string action;          // why: an action of the API, or "Deliver", "CompareFiles", "HandOut", "OwnCertificate"
  std::string edge = {};       // for which the key was opened
  base::AccountId owner = {};  // of the key
  base::ChainId chain = {};
  base::CertId version = {};
  std::string item = {};  // instead of chain and version: the setting that holds a key of the service itself
  // Of the call that needs it.
  std::string access_key_id = {};
  std::string request_id = {};
  std::string peer_address = {};
};

// The records of the audit that are not about a write: refusals, openings of private keys, and sign-ins. They wait here
// until flush(), so that no call waits for the disk, and a full disk stops none. A process that is killed loses those
// since the last flush.
//
// Neither strangers nor loops fill the disk with them. In one minute, each kind of refusal (by caller, action and
// reason) makes one record at once, and one more with the count at the minute's end; so does each opening of one
// version for one edge and reason, within ten minutes. Many openings at once share records, which list their versions.
// Callable from every thread.
class AuditBook {
 public:
  // The most kinds of refusals that get records of their own in one minute: of all callers, of one caller, and of all
  // that were not authenticated. One more record has the count of the others.
  static constexpr std::size_t kMostKinds = 200;
  static constexpr std::size_t kMostOfCaller = 20;
  static constexpr std::size_t kMostOfStrangers = 20;
  // The most openings for one edge and reason that get records of their own in one flush.
  static constexpr std::size_t kMostAlone = 20;
  static constexpr std::size_t kVersionsInRecord = 100;
  // The most records that wait while the store takes nothing. The number of the others is recorded.
  static constexpr std::size_t kMostWaiting = 5000;

  // Both must outlive the book.
  AuditBook(store::Store& store, const base::Clock& clock) : store_(store), clock_(clock) {}

  void note_sign_in(audit::Record record);
  // `caller`: who was refused: an access key or an account; empty for strangers. `reason`: one of few words, unlike the
  // record's detail. `find_subject` is called, without a lock, when the record gets written; it may be empty.
  void note_refusal(const std::string& caller, std::string_view reason, audit::Record record,
                    const std::function<std::string()>& find_subject = {});
  void note_opening(KeyOpening opening);

  // Writes what waits. `is_last`: also the counts of the minutes that have not ended. Errors: those of the store; what
  // it did not take waits again.
  [[nodiscard]] base::Result<void> flush(bool is_last = false);

  struct Counts {
    std::map<std::string, std::int64_t> written;  // records by kind
    std::int64_t failures = 0;                    // flushes that the store did not take
    std::int64_t lost = 0;                        // records that did not fit while it took none
    std::size_t waiting = 0;
  };
  // Since the start of the process.
  [[nodiscard]] Counts counts() const;

 private:
  // A refusal of one kind in the current minute, and how many more of them came.
  struct Refused {
    audit::Record record;
    std::int64_t more = 0;
  };
  using RefusalKind = std::tuple<std::string, std::string, std::string>;  // caller, action, reason
  struct Opened {
    KeyOpening opening;
    std::int64_t more = 0;
  };
  using OpeningKind = std::tuple<std::string, std::string, std::string>;  // edge, action, version or item
  struct Lot;

  void add(audit::Record record);
  void add_count(std::string_view kind, std::int64_t& count, std::string_view what);
  void sort_openings();
  void add_openings(const std::vector<Opened>& opened);
  void end_refusals();
  void end_openings();
  [[nodiscard]] std::vector<audit::Record> take(bool is_last);

  store::Store& store_;
  const base::Clock& clock_;
  std::mutex flushing_;  // held by the one that writes, so that the order stays
  mutable std::mutex mutex_;
  std::vector<audit::Record> waiting_;
  std::vector<KeyOpening> fresh_;  // since the last flush
  std::map<RefusalKind, Refused> refusals_;
  std::map<std::string, std::size_t> kinds_of_;  // by caller
  std::map<OpeningKind, Opened> openings_;
  base::SteadyTime refusals_since_{};
  base::SteadyTime openings_since_{};
  std::int64_t other_refusals_ = 0;
  std::int64_t lost_ = 0;  // not recorded yet
  Counts counts_;
};

}  // namespace livecert::service
