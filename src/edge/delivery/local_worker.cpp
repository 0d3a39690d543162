#include "edge/delivery/local_worker.h"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "base/secret.h"
#include "base/thread_name.h"

namespace livecert::edge {
namespace {

using base::ErrorCode;

std::string text_of(const base::Error& error) {
  return error.detail.empty() || !error.message.empty() ? error.message : error.detail;
}

// The end of a task whose source failed.
Finished source_failed(const base::Error& error) {
  if (error.code == ErrorCode::kNotFound) return {End::kGone, "the version does not exist any more"};
  return {End::kFailed, "it cannot be read from the store: " + text_of(error)};
}

const char* const kStopped = "livecert stops";
const char* const kOtherFiles = "the files are not the ones that were delivered";

struct EndRow {
  Proof::State state;
  End end;
};
constexpr std::array kEnds{
    EndRow{Proof::State::kProved, End::kProved},           EndRow{Proof::State::kOther, End::kNotYet},
    EndRow{Proof::State::kWrongTls, End::kWrongTls},       EndRow{Proof::State::kRefused, End::kNotYet},
    EndRow{Proof::State::kUnreachable, End::kUnreachable},
};
static_assert(kEnds.size() == static_cast<std::size_t>(Proof::State::kUnreachable) + 1);

End end_of(Proof::State state) {
  return std::ranges::find(kEnds, state, &EndRow::state)->end;
}

}  // namespace

LocalWorker::LocalWorker(Definition definition, std::unique_ptr<Driver> driver, Source& source,
                         const base::Clock& clock, Probes probes)
    : definition_(std::move(definition)),
      driver_(std::move(driver)),
      source_(source),
      clock_(clock),
      probes_(std::move(probes)) {}

void LocalWorker::stop() {
  stop_.raise();
  driver_->stop();
}

Finished LocalWorker::driver_failed(const base::Error& error) const {
  if (stop_.is_raised()) return {End::kStopped, kStopped};
  switch (error.code) {
    case ErrorCode::kUpstreamFailure:
      return {End::kUnwritable, error.message};
    case ErrorCode::kUpstreamBadAnswer:
      return {End::kRefused, error.message};
    case ErrorCode::kInvalidInput:
      return {End::kUnfit, error.message};
    default:
      return source_failed(error);
  }
}

std::vector<Finished> LocalWorker::perform(const std::vector<Task>& tasks) {
  std::vector<Finished> finished(tasks.size());
  is_lost_ = false;
  withdraw(tasks, finished);
  std::vector<Work> works;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (tasks[i].step == Step::kDeliver) works.push_back({&tasks[i], &finished[i]});
  }
  std::vector<Look> looks;
  if (!works.empty()) deliver(works, looks);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (tasks[i].step == Step::kCheck) check(tasks[i], finished[i], looks);
    if (tasks[i].step == Step::kProve) plan_look({&tasks[i], &finished[i], {}}, looks);
  }
  make_looks(looks);
  bundles_.clear();
  chains_.clear();
  sound_.clear();
  tried_.clear();
  base::wipe_dead_stack();  // until the next task may be long
  return finished;
}

std::string LocalWorker::inspect() {
  if (!probes_.inspect) return {};
  const auto fit = probes_.inspect();
  return fit ? std::string() : text_of(fit.error());
}

Sighting LocalWorker::watch() {
  Sighting sighting;
  driver_->tidy();
  if (auto touched = driver_->find_touched()) {
    sighting.is_watched = true;
    sighting.touched = *std::move(touched);
  }
  if (!definition_.listen || !probes_.identify) return sighting;
  std::string server = probes_.identify();
  sighting.is_server_known = !server.empty();
  sighting.has_server_changed = server != server_;
  server_ = std::move(server);
  return sighting;
}

void LocalWorker::withdraw(const std::vector<Task>& tasks, std::vector<Finished>& finished) {
  std::vector<std::string> domains;
  for (const Task& task : tasks) {
    if (task.step == Step::kWithdraw) domains.push_back(task.domain);
  }
  if (domains.empty()) return;
  const Finished all = withdraw(domains);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (tasks[i].step != Step::kWithdraw) continue;
    // A domain that cannot be withdrawn must not keep the others' keys in their places.
    const bool is_again = all.end != End::kProved && domains.size() > 1;
    finished[i] = is_again ? withdraw({tasks[i].domain}) : all;
  }
}

Finished LocalWorker::withdraw(const std::vector<std::string>& domains) {
  if (auto done = driver_->withdraw(domains); !done) return driver_failed(done.error());
  if (auto forgotten = source_.forget(definition_.name, domains); !forgotten) return source_failed(forgotten.error());
  return {End::kProved};
}

void LocalWorker::deliver(std::vector<Work>& works, std::vector<Look>& looks) {
  try_bundles(works);
  for (Work& work : works) prepare(work);
  if (auto kept = keep_first_receipts(works); !kept) {
    for (Work& work : works) {
      if (work.is_open) *work.finished = source_failed(kept.error());
    }
    return;
  }
  write_all(works);
  activate(works);
  // Where many are placed, those that come after them do not wait until each was looked at. Versions of few domains are
  // looked at all the same: an account with one domain does not wait for another one with thousands.
  std::map<base::CertId, std::size_t> sizes;
  for (const Work& work : works) ++sizes[work.task->order.version];
  std::vector<const Work*> by_size;
  by_size.reserve(works.size());
  for (const Work& work : works) by_size.push_back(&work);
  std::ranges::stable_sort(by_size, {}, [&](const Work* work) { return sizes.at(work->task->order.version); });
  const bool is_bulk = works.size() > kLooksAtOnce;
  for (const Work* work : by_size) {
    if (!work->is_open) continue;
    const bool is_one_of_many =
        is_bulk && (sizes.at(work->task->order.version) > kLooksAtOnce || looks.size() >= kLooksAtOnce);
    if (definition_.listen && (work->task->is_edge_lost || is_one_of_many)) {
      work->finished->end = End::kUnasked;
      continue;
    }
    looks.push_back(
        {work->task, work->finished, std::shared_ptr<const Chain>(work->bundle, &work->bundle->certificates)});
  }
}

void LocalWorker::write_all(std::vector<Work>& works) {
  std::vector<Delivery> deliveries;
  std::vector<Work*> open;
  for (Work& work : works) {
    if (!work.is_open) continue;
    deliveries.push_back({work.task->order, *work.bundle});
    open.push_back(&work);
  }
  if (deliveries.empty()) return;
  const auto results = driver_->write_all(deliveries);
  for (std::size_t i = 0; i < open.size(); ++i) {
    Work& work = *open[i];
    if (results.at(i)) {
      work.finished->written_at = clock_.now();
      continue;
    }
    const bool is_checked = work.finished->is_checked;
    *work.finished = driver_failed(results[i].error());
    work.finished->is_checked = is_checked;
    work.is_open = false;
  }
}

base::Result<std::shared_ptr<const Bundle>> LocalWorker::load(const Order& order) {
  std::shared_ptr<const Bundle>& known = bundles_[order.version];
  if (known == nullptr) {
    TRY_ASSIGN(Bundle bundle, source_.load(order, {definition_.name, KeyUse::kDelivery}));
    known = std::make_shared<const Bundle>(std::move(bundle));
  }
  return known;
}

base::Result<std::shared_ptr<const LocalWorker::Chain>> LocalWorker::load_chain(base::CertId version) {
  std::shared_ptr<const Chain>& known = chains_[version];
  if (known == nullptr) {
    TRY_ASSIGN(Chain chain, source_.load_chain(version));
    known = std::make_shared<const Chain>(std::move(chain));
  }
  return known;
}

// Where a batch has many versions, most of its time goes into opening and checking their bundles.
void LocalWorker::try_bundles(const std::vector<Work>& works) {
  struct Attempt {
    const Task* task;
    std::shared_ptr<const Bundle> bundle = {};
    std::optional<base::Result<void>> result = {};
  };
  std::vector<Attempt> attempts;
  std::set<base::CertId> versions;
  for (const Work& work : works) {
    const Task& task = *work.task;
    if (task.is_checked || task.is_sound || !versions.insert(task.order.version).second) continue;
    attempts.push_back({&task});
  }
  if (attempts.size() < 2) return;
  std::atomic<std::size_t> next = 0;
  const auto try_some = [&] {
    for (std::size_t i = next++; i < attempts.size() && !stop_.is_raised(); i = next++) {
      Attempt& attempt = attempts[i];
      auto bundle = source_.load(attempt.task->order, {definition_.name, KeyUse::kDelivery});
      // prepare() reads it again, and tells the reason.
      if (!bundle) continue;
      attempt.bundle = std::make_shared<const Bundle>(*std::move(bundle));
      attempt.result = probes_.check(*attempt.bundle, attempt.task->domain);
    }
  };
  std::thread other([&] {
    base::name_this_thread("edge check");
    try_some();
    base::wipe_dead_stack();
  });
  try_some();
  other.join();
  for (Attempt& attempt : attempts) {
    if (!attempt.result) continue;
    const base::CertId version = attempt.task->order.version;
    bundles_[version] = std::move(attempt.bundle);
    tried_.emplace(std::pair(version, attempt.task->domain), *std::move(attempt.result));
  }
}

// Reads the bundle and checks whether it works, before anything is written.
void LocalWorker::prepare(Work& work) {
  const auto end = [&](Finished finished) {
    finished.is_checked = work.finished->is_checked;
    *work.finished = std::move(finished);
    work.is_open = false;
  };
  if (stop_.is_raised()) return end({End::kStopped, kStopped});
  auto bundle = load(work.task->order);
  if (!bundle) return end(source_failed(bundle.error()));
  work.bundle = *std::move(bundle);
  const base::CertId version = work.task->order.version;
  const bool is_sound = work.task->is_sound || sound_.contains(version);
  // What works for one domain works for every one that it is for.
  const bool is_known = work.task->is_checked ||
                        (is_sound && domain::covers(work.bundle->certificates.front().dns_names(), work.task->domain));
  if (!is_known) {
    const auto tried = tried_.find({version, work.task->domain});
    auto works = tried != tried_.end() ? tried->second : probes_.check(*work.bundle, work.task->domain);
    if (!works) {
      return end({End::kBroken, works.error().message});
    }
    sound_.insert(version);
  }
  work.finished->is_checked = true;
  if (auto refused = refuse_expired(*work.task, *work.bundle)) end(*std::move(refused));
}

// An expired version never replaces a valid one.
std::optional<Finished> LocalWorker::refuse_expired(const Task& task, const Bundle& bundle) {
  const base::Time now = clock_.now();
  const bool is_known = task.order.ends_at != base::Time{};
  const base::Time end = is_known ? task.order.ends_at : bundle.certificates.front().not_after();
  if (end >= now) return std::nullopt;
  if (task.other_ends_at != base::Time{} && task.other_ends_at < now) return std::nullopt;
  for (const auto& other : {task.in_place, task.replaces}) {
    if (!other || *other == task.order.version) continue;
    const auto chain = source_.load_chain(*other);
    if (!chain || chain->front().not_after() < now) continue;
    return Finished{End::kBroken, "it expired " + base::to_rfc3339(end) + ", and version " + other->to_string() +
                                      ", which is valid, is in place"};
  }
  return std::nullopt;
}

// Stores these receipts first, so that the files are known as ours even after a crash.
base::Result<void> LocalWorker::keep_first_receipts(const std::vector<Work>& works) {
  std::vector<domain::Receipt> receipts;
  for (const Work& work : works) {
    if (work.is_open && work.task->first_receipt) receipts.push_back(*work.task->first_receipt);
  }
  if (receipts.empty()) return {};
  return source_.keep(std::move(receipts));
}

void LocalWorker::activate(std::vector<Work>& works) {
  std::vector<Delivery> deliveries;
  std::vector<Work*> active;
  for (Work& work : works) {
    if (!work.is_open) continue;
    deliveries.push_back({work.task->order, *work.bundle});
    active.push_back(&work);
  }
  if (deliveries.empty()) return;
  const auto results = driver_->activate(deliveries);
  for (std::size_t i = 0; i < active.size(); ++i) {
    if (results.at(i)) {
      active[i]->finished->acknowledged_at = clock_.now();
      continue;
    }
    const Finished failed = driver_failed(results[i].error());
    active[i]->finished->end = failed.end;
    active[i]->finished->reason = failed.reason;
    active[i]->is_open = false;
  }
}

void LocalWorker::check(const Task& task, Finished& finished, std::vector<Look>& looks) {
  const auto written = driver_->is_written(task.order, [&](const Order& order) {
    return source_.load(order, {definition_.name, KeyUse::kComparison});
  });
  if (!written) {
    finished = driver_failed(written.error());
    return;
  }
  if (task.is_unknown && !*written) {
    finished = {End::kNotServed, kOtherFiles};
    return;
  }
  // Many may be unknown because receipts were lost. A change must not wait for all of them.
  if (task.is_unknown && definition_.listen && looks.size() >= kLooksAtOnce) {
    finished = {End::kUnasked};
    return;
  }
  plan_look({&task, &finished, {}, *written}, looks);
}

void LocalWorker::plan_look(Look look, std::vector<Look>& looks) {
  if (definition_.listen) {
    auto expected = load_chain(look.task->order.version);
    if (!expected) {
      *look.finished = source_failed(expected.error());
      return;
    }
    look.expected = *std::move(expected);
  }
  looks.push_back(std::move(look));
}

// Makes several at once, because a handshake is mostly waiting. The first one alone finds out whether the edge answers.
void LocalWorker::make_looks(const std::vector<Look>& looks) {
  constexpr std::size_t kAtOnce = 4;
  if (looks.empty()) return;
  make_look(looks.front());
  std::atomic<std::size_t> next = 1;
  const auto make_some = [&] {
    for (std::size_t i = next++; i < looks.size(); i = next++) make_look(looks[i]);
  };
  std::vector<std::thread> others;
  for (std::size_t i = 2; i < std::min(looks.size(), kAtOnce + 1); ++i) others.emplace_back(make_some);
  make_some();
  for (std::thread& other : others) other.join();
}

void LocalWorker::make_look(const Look& look) {
  const Task& task = *look.task;
  Finished seen = look_at(task, look.expected);
  if (task.step == Step::kDeliver) {
    look.finished->end = seen.end;
    look.finished->reason = seen.reason;
    return;
  }
  const bool is_written = look.is_written.value_or(true);
  if (look.is_written == true && seen.end == End::kNotYet) seen.end = End::kNotServed;
  if (is_written || seen.end == End::kStopped) {
    *look.finished = std::move(seen);
    return;
  }
  // The edge may still show the version until it starts again.
  const bool is_shown = definition_.listen && (seen.end == End::kProved || seen.end == End::kWrongTls);
  *look.finished = {End::kNotServed, kOtherFiles};
  look.finished->shown = is_shown ? std::optional(task.order.version) : seen.shown;
}

Finished LocalWorker::look_at(const Task& task, const std::shared_ptr<const Chain>& expected) {
  if (!definition_.listen) return {End::kProved};
  const std::string address = definition_.listen->to_string();
  if (is_lost_) return {End::kUnreachable, address + " does not answer"};
  if (stop_.is_raised()) return {End::kStopped, kStopped};
  ProofTarget target{*definition_.listen, task.domain, task.order.tls};
  target.stop = &stop_;
  target.proxy_protocol = definition_.proxy_protocol;
  const Proof proof = probes_.prove(target, *expected, task.depth);
  const bool is_lost = proof.state == Proof::State::kUnreachable;
  if (is_lost) is_lost_ = true;
  if (is_lost && stop_.is_raised()) return {End::kStopped, kStopped};
  Finished finished{end_of(proof.state), proof.reason};
  if (proof.state == Proof::State::kRefused && probes_.explain) {
    if (const auto cause = probes_.explain(task.domain)) finished.reason += "; " + *cause;
  }
  if (proof.state == Proof::State::kOther) finished.shown = recognise(task, target);
  return finished;
}

// Returns which of the other versions the edge shows. Each one costs a handshake, and only if the ordered one is not
// shown.
std::optional<base::CertId> LocalWorker::recognise(const Task& task, const ProofTarget& target) {
  for (const base::CertId version : task.known) {
    const auto chain = source_.load_chain(version);
    if (!chain) continue;
    const Proof proof = probes_.prove(target, *chain, ProofDepth::kChain);
    if (proof.state == Proof::State::kProved || proof.state == Proof::State::kWrongTls) return version;
  }
  return std::nullopt;
}

}  // namespace livecert::edge
