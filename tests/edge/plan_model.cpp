#include "edge/plan_model.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <utility>

namespace livecert::edge::testing {
namespace {

using std::chrono::milliseconds;
using Action = ModelStep::Action;

constexpr std::size_t kEdges = 3;
constexpr std::size_t kDomains = 2;
constexpr std::int64_t kForeign = 1'000'000;  // a certificate that is not livecert's
constexpr base::Time kStart{std::chrono::microseconds(1'790'000'000'000'000)};
constexpr std::chrono::hours kLong(2000);
constexpr milliseconds kSettle(2000);

std::string domain_name(std::size_t domain) {
  return std::string(1, static_cast<char>('a' + domain)) + ".example.net";
}

struct Version {
  base::Time not_after;
  std::uint64_t bad_at = 0;      // bits of edges that do not show it
  std::uint64_t refused_at = 0;  // bits of edges whose driver refuses it
};

// The file that a server has, and the version that it shows, for one domain.
struct Served {
  std::optional<std::int64_t> file;
  std::optional<std::int64_t> shown;
};

struct Server {
  bool has_changed = false;              // since the plan was told
  std::array<bool, kDomains> touched{};  // files, since the plan was told
  bool is_there = true;
  bool is_up = true;
  bool is_writable = true;
  bool is_stuck = false;
  bool has_wrong_tls = false;
  std::array<bool, kDomains> knows{true, true};
  std::array<Served, kDomains> served;
  int epoch = 0;
};

// What the plan was told about one domain at one edge, and what it did then, as the model itself remembers it.
struct Told {
  std::set<std::int64_t> seen;            // by a look, in this epoch
  std::optional<std::int64_t> last_seen;  // by the last look; nullopt: something else, or no answer
  base::Time last_look;
  bool has_shown_order = false;  // since the order
  bool is_look_lost = false;     // the last look was interrupted
  bool has_lost_memory = false;  // since the order or the loss of receipts
  // The steps towards a verdict.
  bool was_ordered_tried = false;
  std::optional<std::int64_t> put_back;  // written after the ordered version failed
  bool is_put_back_seen = false;
  bool was_lost = false;         // since the ordered version was tried
  bool was_interrupted = false;  // while the ordered version was placed, which was not tried again since
  bool is_disturbed = false;     // the plan was told since the last look that something may have changed
  base::Time undisturbed_until;  // the last sighting before that
  Phase phase = Phase::kAlone;
};

class Model {
 public:
  Model(std::uint64_t seed, const ModelOptions& options) : options_(options), random_(seed) {
    for (std::size_t domain = 0; domain < kDomains; ++domain) orders_.at(domain) = new_version(kLong);
    // Both domains use one certificate.
    orders_.at(1) = orders_.at(0);
    Server& special = servers_.at(options_.special_edge);
    if (options_.manner == Manner::kIgnorant) special.knows = {false, false};
    if (options_.manner == Manner::kSilent) special.is_up = false;
    start_plan();
    run_until(now_ + std::chrono::seconds(5));
    if (options_.manner == Manner::kStuck) special.is_stuck = true;
  }

  ModelResult run(const std::vector<ModelStep>& steps) {
    for (const ModelStep& step : steps) {
      const bool is_fixed = options_.manner != Manner::kAsStepsSay && step.edge == options_.special_edge;
      if (!is_fixed || !concerns_edge(step.action)) apply(step);
      run_until(now_ + milliseconds(1));
      for (std::size_t edge = 0; edge < kEdges; ++edge) {
        if (auto seen = plan_->seen(edge)) seen_.at(edge) = std::move(seen);
      }
      if (options_.restarts_after_every_step) restart();
      if (!result_.violations.empty()) return result_;
    }
    if (options_.heals && options_.manner == Manner::kAsStepsSay) heal();
    return result_;
  }

 private:
  static bool concerns_edge(Action action) {
    return (action >= Action::kDown && action <= Action::kAdd) || action == Action::kInterrupt;
  }

  std::int64_t new_version(std::chrono::milliseconds lasts) {
    versions_.push_back({now_ + lasts, 0, 0});
    return static_cast<std::int64_t>(versions_.size());
  }
  Version& version(std::int64_t number) { return versions_.at(static_cast<std::size_t>(number) - 1); }
  bool is_ours(std::optional<std::int64_t> number) const { return number && *number < kForeign; }
  bool is_valid(std::int64_t number) { return version(number).not_after >= now_; }

  Order order_of(std::size_t domain) {
    Order order;
    order.domain = domain::DomainName::parse(domain_name(domain)).value();
    order.project = "default";
    order.version = base::CertId(*orders_.at(domain));
    order.ends_at = version(*orders_.at(domain)).not_after;
    order.tls.https = true;
    return order;
  }

  bool is_absent(std::size_t edge) const {
    return !servers_.at(edge).is_there || (options_.manner == Manner::kAbsent && edge == options_.special_edge);
  }

  void start_plan() {
    std::vector<Plan::Edge> edges;
    for (std::size_t edge = 0; edge < kEdges; ++edge) {
      Plan::Edge made{"e" + std::to_string(edge), {}};
      made.settle = kSettle;
      made.epoch = std::to_string(servers_.at(edge).epoch);
      if (is_absent(edge)) made.selection.domains = {"nothing.example.org"};
      edges.push_back(std::move(made));
    }
    PlanOptions plan_options;
    plan_options.proof_interval = std::chrono::minutes(5);
    plan_options.look_pace = std::chrono::minutes(10);
    plan_ = std::make_unique<Plan>(edges, plan_options, options_.mutation);
    std::vector<Order> orders;
    for (std::size_t domain = 0; domain < kDomains; ++domain) {
      if (orders_.at(domain)) orders.push_back(order_of(domain));
    }
    plan_->take_orders(orders, steady());
    for (std::size_t edge = 0; edge < kEdges; ++edge) {
      std::vector<domain::Receipt> rows;
      for (const auto& [key, row] : rows_) {
        if (std::get<0>(key) != edge) continue;
        rows.push_back(row);
        if (seen_.at(edge)) domain::note_seen(rows.back(), *seen_.at(edge));
      }
      for (const domain::Receipt& corrected : plan_->begin(edge, rows, now_, steady())) keep(edge, corrected);
    }
  }

  void restart() {
    ++life_;
    start_plan();
  }

  base::SteadyTime steady() const {
    return base::SteadyTime{} + std::chrono::hours(1) +
           std::chrono::duration_cast<base::SteadyTime::duration>(now_ - kStart);
  }

  void violate(const std::string& what, std::size_t edge, std::size_t domain) {
    result_.violations.push_back(what + " (edge " + std::to_string(edge) + ", " + domain_name(domain) + ", " +
                                 std::to_string((now_ - kStart).count() / 1000) + " ms)");
  }

  // Tells the plan what changed at the servers without asking them.
  void tell_sightings() {
    for (std::size_t edge = 0; edge < kEdges; ++edge) {
      Server& server = servers_.at(edge);
      Sighting sighting{.is_watched = true, .is_server_known = server.is_up};
      sighting.has_server_changed = std::exchange(server.has_changed, false);
      for (std::size_t domain = 0; domain < kDomains; ++domain) {
        const bool is_touched = std::exchange(server.touched.at(domain), false);
        if (is_touched) sighting.touched.push_back(domain_name(domain));
        Told& told = told_.at(edge).at(domain);
        if (!told.is_disturbed) told.undisturbed_until = sighted_at_;
        if (is_touched || sighting.has_server_changed) told.is_disturbed = true;
      }
      plan_->note_sighting(edge, sighting, now_, steady());
    }
    sighted_at_ = now_;
    check_receipts();
  }

  // Runs everything that is due until then, each at its time.
  void run_until(base::Time end) {
    tell_sightings();
    for (;;) {
      while (run_due()) {
      }
      std::optional<base::SteadyTime> next;
      for (std::size_t edge = 0; edge < kEdges; ++edge) {
        const auto due = plan_->due(edge);
        if (due && (!next || *due < *next)) next = due;
      }
      if (!next || *next > steady() + (end - now_)) break;
      const auto step = std::chrono::ceil<std::chrono::microseconds>(*next - steady());
      now_ += std::max(step, std::chrono::microseconds(1));
    }
    now_ = std::max(now_, end);
  }

  bool run_due() {
    bool has_run = false;
    for (std::size_t edge = 0; edge < kEdges; ++edge) {
      const std::vector<Task> tasks = plan_->take(edge, 8, now_, steady());
      for (const Task& task : tasks) {
        has_run = true;
        if (++result_.tasks > 200'000) {
          violate("it never comes to rest", edge, 0);
          return false;
        }
        if (!result_.violations.empty()) return false;
        const int life = life_;
        perform(edge, task);
        if (life != life_) return true;  // the other tasks belong to a plan that is gone
      }
      check_receipts();
    }
    return has_run;
  }

  static std::size_t domain_of(const std::string& name) { return static_cast<std::size_t>(name.front() - 'a'); }

  void perform(std::size_t edge, const Task& task) {
    const std::size_t domain = domain_of(task.domain);
    if (task.first_receipt && task.step == Step::kDeliver) keep(edge, *task.first_receipt);
    const Finished finished = carry_out(edge, domain, task);
    if (interrupted_edge_ == edge) {
      interrupted_edge_.reset();
      const auto receipt = first_receipt(edge, domain);
      const bool was_delivering = task.step == Step::kDeliver && receipt && receipt->phase == Phase::kDelivering;
      told_.at(edge).at(domain).was_interrupted = was_delivering && receipt->version.number() == orders_.at(domain);
      told_.at(edge).at(domain).has_lost_memory = true;
      // The plan never gets the result of that look.
      told_.at(edge).at(domain).is_look_lost = true;
      return restart();
    }
    const News news = plan_->finish(task, finished, now_, steady());
    for (const domain::Receipt& receipt : news.receipts) keep(edge, receipt);
    if (task.step == Step::kWithdraw && finished.end == End::kProved) {
      std::erase_if(rows_, [&](const auto& entry) {
        return std::get<0>(entry.first) == edge && std::get<1>(entry.first) == task.domain;
      });
    }
    check_verdict(edge, domain);
  }

  void keep(std::size_t edge, const domain::Receipt& receipt) {
    rows_[{edge, receipt.domain, receipt.version.number()}] = receipt;
  }

  Finished carry_out(std::size_t edge, std::size_t domain, const Task& task) {
    Server& server = servers_.at(edge);
    Served& served = server.served.at(domain);
    const std::int64_t target = task.order.version.number();
    if (task.step == Step::kWithdraw) {
      if (!server.is_writable) return {End::kUnwritable, "not writable"};
      served.file.reset();
      if (!server.is_stuck) served.shown.reset();
      told_.at(edge).at(domain) = {};
      return {End::kProved};
    }
    if (task.step == Step::kCheck && served.file != target) {
      Finished seen = look(edge, domain, task);
      if (seen.end == End::kProved) seen.shown = task.order.version;
      return {End::kNotServed, "the file is another one", false, {}, {}, seen.shown};
    }
    if (task.step != Step::kDeliver) {
      Finished seen = look(edge, domain, task);
      if (task.step == Step::kCheck && seen.end == End::kNotYet) seen.end = End::kNotServed;
      return seen;
    }
    return deliver(edge, domain, task);
  }

  Finished deliver(std::size_t edge, std::size_t domain, const Task& task) {
    Server& server = servers_.at(edge);
    Served& served = server.served.at(domain);
    Told& told = told_.at(edge).at(domain);
    const std::int64_t target = task.order.version.number();
    for (const auto& other : {task.in_place, task.replaces}) {
      const bool is_other_valid = other && is_ours(other->number()) && is_valid(other->number());
      if (!is_valid(target) && is_other_valid) return {End::kBroken, "it has ended", true};
    }
    if (!server.is_writable) return {End::kUnwritable, "not writable"};
    note_write(edge, domain, target);
    const std::uint64_t bit = 1ULL << edge;
    const bool is_order = target == orders_.at(domain);
    if (is_order) {
      told.was_ordered_tried = true;
      told.was_interrupted = false;
      told.put_back.reset();
      told.is_put_back_seen = false;
      told.was_lost = false;
    } else if (told.was_ordered_tried) {
      told.put_back = target;
      told.is_put_back_seen = false;
    }
    if ((version(target).refused_at & bit) != 0) return {End::kRefused, "refused"};
    served.file = target;
    const bool can_show = server.knows.at(domain) && (version(target).bad_at & bit) == 0;
    if (!server.is_stuck && server.is_up) served.shown = can_show ? std::optional(target) : std::nullopt;
    Finished finished = task.is_edge_lost ? Finished{End::kUnasked} : look(edge, domain, task);
    finished.is_checked = true;
    finished.written_at = finished.acknowledged_at = now_;
    return finished;
  }

  Finished look(std::size_t edge, std::size_t domain, const Task& task) {
    const Server& server = servers_.at(edge);
    Told& told = told_.at(edge).at(domain);
    told.last_look = now_;
    told.is_look_lost = false;
    if (server.is_up) told.is_disturbed = false;
    told.last_seen.reset();
    if (!server.is_up) {
      told.was_lost = true;
      // One edge is lost for all its domains.
      for (Told& other : told_.at(edge)) other.was_lost = true;
      return {End::kUnreachable, "no answer"};
    }
    const auto shown = server.served.at(domain).shown;
    if (is_ours(shown)) {
      told.last_seen = shown;
      told.seen.insert(*shown);
      if (shown == orders_.at(domain)) told.has_shown_order = true;
      if (told.put_back == shown) told.is_put_back_seen = true;
    }
    if (shown == task.order.version.number())
      return server.has_wrong_tls ? Finished{End::kWrongTls, "wrong TLS"} : Finished{End::kProved};
    Finished finished{End::kNotYet, "shows another one"};
    for (const base::CertId known : task.known) {
      if (shown == known.number()) finished.shown = known;
    }
    // The plan cannot know a version that it did not ask for.
    if (!finished.shown) told.last_seen.reset();
    return finished;
  }

  void note_write(std::size_t edge, std::size_t domain, std::int64_t target) {
    const Told& told = told_.at(edge).at(domain);
    const Served& served = servers_.at(edge).served.at(domain);
    const auto order = orders_.at(domain);
    const bool is_order = target == order;
    result_.writes.push_back({now_, edge, domain, target});
    if (!order) return violate("I2: a version is written without an order", edge, domain);
    if (!is_order && told.has_shown_order && !told.has_lost_memory && is_valid(*order))
      violate("I1: another version is written where the ordered one was shown", edge, domain);
    if (!is_order && !is_valid(target)) violate("I2: a version is written that has ended", edge, domain);
    if (!is_order && !told.seen.contains(target))
      violate("I2: a version is written that this server never showed", edge, domain);
    if (!is_order && told.was_interrupted && is_valid(*order))
      violate("I11: a start puts another version in place of the one that was on its way", edge, domain);
    const bool replaces_valid = is_ours(served.shown) && told.last_seen == served.shown && is_valid(*served.shown);
    if (!is_valid(target) && replaces_valid && served.shown != target && !told.has_lost_memory)
      violate("I4: what has ended is written over what is valid", edge, domain);
    check_trials(edge, domain, target);
  }

  // I10: of all domains with one certificate, only one at a time tries it at an edge that has not shown it.
  void check_trials(std::size_t edge, std::size_t domain, std::int64_t target) {
    for (std::size_t other = 0; other < kDomains; ++other) {
      if (other == domain || orders_.at(other) != orders_.at(domain) || target != orders_.at(domain)) continue;
      const auto mine = first_receipt(edge, domain);
      const auto theirs = first_receipt(edge, other);
      if (!mine || !theirs || mine->phase != Phase::kDelivering) continue;
      const bool is_trying = theirs->phase == Phase::kDelivering || theirs->phase == Phase::kPuttingBack;
      // A domain whose former version has ended loses nothing.
      if (is_trying && can_lose(edge, domain) && can_lose(edge, other))
        violate("I10: two domains try a version at one edge", edge, domain);
    }
  }

  bool can_lose(std::size_t edge, std::size_t domain) {
    const auto receipts = plan_->receipts(edge, domain_name(domain));
    return receipts.size() > 1 && is_valid(receipts.at(1).version.number());
  }

  std::optional<domain::Receipt> first_receipt(std::size_t edge, std::size_t domain) const {
    const auto all = plan_->receipts(edge, domain_name(domain));
    return all.empty() ? std::nullopt : std::optional(all.front());
  }

  void check_verdict(std::size_t edge, std::size_t domain) {
    Told& told = told_.at(edge).at(domain);
    const auto receipt = first_receipt(edge, domain);
    const Phase phase = receipt ? receipt->phase : Phase::kAlone;
    if (phase == Phase::kHeld && told.phase != Phase::kHeld) {
      ++result_.verdicts;
      const bool has_evidence = told.was_ordered_tried && told.put_back && told.is_put_back_seen && !told.was_lost;
      if (!has_evidence) violate("I5: a verdict without its evidence", edge, domain);
    }
    told.phase = phase;
  }

  // I8: a receipt claims only what the last look saw.
  void check_receipts() {
    for (std::size_t edge = 0; edge < kEdges; ++edge) {
      for (std::size_t domain = 0; domain < kDomains; ++domain) {
        for (const domain::Receipt& receipt : plan_->receipts(edge, domain_name(domain))) {
          check_claim(edge, domain, receipt);
        }
      }
      const auto seen = plan_->seen(edge);
      if (!seen) continue;
      for (const auto& [key, row] : rows_) {
        if (std::get<0>(key) != edge) continue;
        domain::Receipt told = row;
        domain::note_seen(told, *seen);
        if (told.last_seen != row.last_seen) check_claim(edge, domain_of(told.domain), told);
      }
    }
  }

  void check_claim(std::size_t edge, std::size_t domain, const domain::Receipt& receipt) {
    const Told& told = told_.at(edge).at(domain);
    if (!receipt.is_shown() || told.is_look_lost) return;
    const std::int64_t number = receipt.version.number();
    if (told.last_seen != number)
      violate("I8: a receipt claims what the last look did not see: version " + std::to_string(number), edge, domain);
    if (receipt.last_seen <= told.last_look) return;
    if (receipt.seen_by != domain::Evidence::kUnchanged)
      return violate("I8: a receipt tells of a look that was not", edge, domain);
    if (told.is_disturbed && receipt.last_seen > told.undisturbed_until)
      violate("I8: a receipt says that nothing has changed since a look, and something may have", edge, domain);
  }

  void begin_order(std::size_t domain, std::optional<std::int64_t> number) {
    const bool is_other = orders_.at(domain) != number;
    orders_.at(domain) = number;
    for (auto& domains : told_) {
      Told& told = domains.at(domain);
      // Also the same order again takes back what the rows say.
      told.was_interrupted = false;
      if (!is_other) continue;
      told.has_shown_order = told.has_lost_memory = told.was_ordered_tried = told.is_put_back_seen = false;
      told.put_back.reset();
    }
    // The store does the same in one transaction (law 11).
    for (auto& [key, row] : rows_) {
      if (std::get<1>(key) != domain_name(domain) || std::get<2>(key) != number) continue;
      row.written_at = row.acknowledged_at = row.proved_at = row.failing_since = row.next_try = std::nullopt;
      row.attempts = 0;
      row.failure.clear();
      row.is_final = false;
      row.phase = Phase::kWaiting;
    }
    plan_->set(domain_name(domain), number ? std::optional(order_of(domain)) : std::nullopt, now_, steady());
  }

  void order_for(const ModelStep& step, std::int64_t number) {
    // Half of the orders are for both domains, as a wildcard certificate is.
    begin_order(step.domain, number);
    if (step.value % 2 == 0) begin_order(1 - step.domain, number);
  }

  void forget_rows(std::size_t edge, std::uint64_t bits) {
    std::size_t index = 0;
    std::erase_if(rows_, [&](const auto& entry) {
      return std::get<0>(entry.first) == edge && (bits >> (index++ % 60) & 1U) == 1;
    });
    for (Told& told : told_.at(edge)) {
      told.has_lost_memory = true;
      told.was_interrupted = false;
    }
  }

  void apply(const ModelStep& step) {
    Server& server = servers_.at(step.edge);
    Served& served = server.served.at(step.domain);
    switch (step.action) {
      case Action::kOrder:
        return order_for(step, new_version(kLong));
      case Action::kOrderOlder: {
        const auto number = static_cast<std::int64_t>(step.value % versions_.size()) + 1;
        return order_for(step, number);
      }
      case Action::kOrderBad: {
        const std::int64_t number = new_version(kLong);
        ((step.value & 1U) != 0 ? version(number).bad_at : version(number).refused_at) = step.value >> 1U & 7U;
        return order_for(step, number);
      }
      case Action::kOrderEnded:
        return order_for(step, new_version(-std::chrono::hours(1)));
      case Action::kOrderEnding:
        return order_for(step, new_version(std::chrono::hours(1)));
      case Action::kUnbind:
        return begin_order(step.domain, std::nullopt);
      case Action::kDown:
        server.is_up = false;
        server.has_changed = true;
        return;
      case Action::kUp:
        return start_server(server);
      case Action::kUnwritable:
      case Action::kWritable:
        server.is_writable = step.action == Action::kWritable;
        return;
      case Action::kForget:
        server.knows.at(step.domain) = false;
        server.has_changed = true;
        served.shown.reset();
        return;
      case Action::kKnow:
        server.knows.at(step.domain) = true;
        return start_server(server);
      case Action::kStick:
      case Action::kLoosen:
        server.is_stuck = step.action == Action::kStick;
        return;
      case Action::kForeignFile:
        served.file = served.shown = kForeign;
        server.touched.at(step.domain) = true;
        return;
      case Action::kForeignMemory:
        served.shown = kForeign;
        return;
      case Action::kWipe:
        server.served = {};
        server.touched = {true, true};
        return;
      case Action::kWrongTls:
      case Action::kRightTls:
        server.has_wrong_tls = step.action == Action::kWrongTls;
        return;
      case Action::kChangeEpoch:
        ++server.epoch;
        server.served = {};
        told_.at(step.edge) = {};
        return restart();
      case Action::kRemove:
        server.is_there = false;
        forget_rows(step.edge, ~0ULL);
        told_.at(step.edge) = {};
        server.served = {};
        return restart();
      case Action::kAdd:
        server.is_there = true;
        return restart();
      case Action::kRestart:
        return restart();
      case Action::kLoseRows:
        forget_rows(step.edge, step.value);
        return restart();
      case Action::kInterrupt:
        interrupted_edge_ = step.edge;
        return;
      case Action::kWait:
        return run_until(now_ + milliseconds(step.value));
    }
  }

  // A server that starts shows its files.
  void start_server(Server& server) {
    server.is_up = true;
    server.has_changed = true;
    for (std::size_t domain = 0; domain < kDomains; ++domain) {
      Served& served = server.served.at(domain);
      const auto edge = static_cast<std::size_t>(&server - servers_.data());
      const bool can_show = server.knows.at(domain) && served.file &&
                            (*served.file >= kForeign || (version(*served.file).bad_at >> edge & 1U) == 0);
      served.shown = can_show ? served.file : std::nullopt;
    }
  }

  void heal() {
    interrupted_edge_.reset();
    for (Version& each : versions_) each.bad_at = each.refused_at = 0;
    for (std::size_t edge = 0; edge < kEdges; ++edge) {
      Server& server = servers_.at(edge);
      server.is_stuck = server.has_wrong_tls = false;
      server.is_writable = true;
      server.knows = {true, true};
      start_server(server);
    }
    // Waits for the present orders first, because a hold ends by itself.
    run_until(now_ + std::chrono::minutes(75));
    for (std::size_t domain = 0; domain < kDomains; ++domain) {
      if (orders_.at(domain) && is_valid(*orders_.at(domain))) check_all_good(domain, "I6: not good in 75 minutes");
    }
    const std::int64_t last = new_version(kLong);
    for (std::size_t domain = 0; domain < kDomains; ++domain) begin_order(domain, last);
    run_until(now_ + std::chrono::seconds(10) + kSettle);
    for (std::size_t domain = 0; domain < kDomains; ++domain) check_all_good(domain, "I6: not good after an order");
  }

  void check_all_good(std::size_t domain, const std::string& what) {
    for (std::size_t edge = 0; edge < kEdges; ++edge) {
      if (is_absent(edge)) continue;
      const auto receipt = first_receipt(edge, domain);
      const bool is_good = receipt && receipt->phase == Phase::kGood && receipt->is_shown() && receipt->failure.empty();
      const bool is_served = servers_.at(edge).served.at(domain).shown == orders_.at(domain);
      if (!is_good || !is_served) {
        violate(what + ", but " +
                    (receipt ? std::string(domain::to_text(receipt->phase)) + ": " + receipt->failure : "unknown"),
                edge, domain);
      }
    }
  }

  const ModelOptions options_;
  std::mt19937_64 random_;
  base::Time now_ = kStart;
  std::vector<Version> versions_;
  std::array<std::optional<std::int64_t>, kDomains> orders_;
  std::array<Server, kEdges> servers_;
  std::array<std::array<Told, kDomains>, kEdges> told_;
  std::map<std::tuple<std::size_t, std::string, std::int64_t>, domain::Receipt> rows_;
  std::array<std::optional<domain::EdgeSeen>, kEdges> seen_;
  base::Time sighted_at_ = kStart;
  std::unique_ptr<Plan> plan_;
  int life_ = 0;
  std::optional<std::size_t> interrupted_edge_;
  ModelResult result_;
};

struct Chance {
  Action action;
  int weight;
};

constexpr std::array<Chance, 26> kChances{{
    {Action::kOrder, 12},      {Action::kOrderOlder, 6}, {Action::kOrderBad, 14},   {Action::kOrderEnded, 2},
    {Action::kOrderEnding, 3}, {Action::kUnbind, 2},     {Action::kDown, 4},        {Action::kUp, 6},
    {Action::kUnwritable, 2},  {Action::kWritable, 4},   {Action::kForget, 3},      {Action::kKnow, 5},
    {Action::kStick, 3},       {Action::kLoosen, 5},     {Action::kForeignFile, 2}, {Action::kForeignMemory, 2},
    {Action::kWipe, 1},        {Action::kWrongTls, 1},   {Action::kRightTls, 2},    {Action::kChangeEpoch, 2},
    {Action::kRemove, 1},      {Action::kAdd, 3},        {Action::kRestart, 5},     {Action::kLoseRows, 4},
    {Action::kInterrupt, 4},   {Action::kWait, 60},
}};

std::uint64_t some_time(std::mt19937_64& random) {
  // From ten milliseconds to forty minutes, each order of magnitude as often as the others.
  const double power = static_cast<double>(random() % 1000) / 1000 * 5.38;
  double time = 10;
  for (double step = power; step > 0; step -= 0.1) time *= 1.2589;
  return static_cast<std::uint64_t>(time);
}

}  // namespace

std::vector<ModelStep> make_steps(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  int all = 0;
  for (const Chance& chance : kChances) all += chance.weight;
  std::vector<ModelStep> steps;
  while (steps.size() < count) {
    int drawn = static_cast<int>(random() % static_cast<std::uint64_t>(all));
    const auto* chosen = kChances.begin();
    while (drawn >= chosen->weight) drawn -= (chosen++)->weight;
    ModelStep step{chosen->action, random() % kEdges, random() % kDomains, random()};
    if (step.action == Action::kWait) step.value = some_time(random);
    steps.push_back(step);
  }
  return steps;
}

std::vector<ModelStep> make_calm_steps(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::vector<ModelStep> steps;
  while (steps.size() < count) {
    steps.push_back({Action::kOrder, 0, random() % kDomains, random()});
    steps.push_back({Action::kWait, 0, 0, 60'000 + some_time(random)});
  }
  return steps;
}

ModelResult run_model(std::uint64_t seed, const std::vector<ModelStep>& steps, const ModelOptions& options) {
  return Model(seed, options).run(steps);
}

std::string shrink(std::uint64_t seed, std::vector<ModelStep> steps, const ModelOptions& options) {
  const auto kind_of = [&](const std::vector<ModelStep>& some) {
    const ModelResult result = run_model(seed, some, options);
    return result.violations.empty() ? "" : result.violations.front().substr(0, result.violations.front().find(':'));
  };
  const std::string kind = kind_of(steps);
  for (std::size_t width = steps.size() / 2; width > 0; width /= 2) {
    for (std::size_t at = 0; at + width <= steps.size();) {
      std::vector<ModelStep> fewer = steps;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                  fewer.begin() + static_cast<std::ptrdiff_t>(at + width));
      if (kind_of(fewer) != kind) {
        at += width;
      } else {
        steps = std::move(fewer);
      }
    }
  }
  std::string text;
  for (const ModelStep& step : steps) {
    text += "action " + std::to_string(static_cast<int>(step.action)) + " edge " + std::to_string(step.edge) +
            " domain " + std::to_string(step.domain) + " value " + std::to_string(step.value) + "\n";
  }
  for (const std::string& violation : run_model(seed, steps, options).violations) text += violation + "\n";
  return text;
}

}  // namespace livecert::edge::testing
