#include "edge/drivers/haproxy_driver.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <memory>
#include <string_view>
#include <sys/un.h>
#include <tuple>
#include <utility>

#include "edge/drivers/claim.h"
#include "edge/drivers/drivers.h"
#include "edge/drivers/pem_text.h"

namespace livecert::edge {
namespace {

using base::ErrorCode;
using base::Result;

// Whether the path means nothing special to the parsers of HAProxy's configuration, of its crt-lists and of its runtime
// API.
bool is_plain_path(const std::string& path) {
  return path.starts_with('/') && std::ranges::all_of(path, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("/._+-").find(c) != std::string_view::npos;
         });
}

// HAProxy needs some 20 microseconds to tell which certificate it has for one file. A change waits for all of these.
constexpr std::size_t kFilesAtOnce = 10'000;
// A comparison of everything comes again after a hundred times the time that it took.
constexpr int kRest = 100;
constexpr std::chrono::seconds kShortestRest(10);
constexpr std::chrono::seconds kLongestRest(120);
constexpr std::chrono::seconds kLongestRestAfterOthers(60);
// Stands for the file of a default certificate that has its own content, and shows it to those without another line.
constexpr std::string_view kYields;

bool is_failure_of_haproxy(const Result<void>& result) {
  return !result && result.error().code == ErrorCode::kUpstreamFailure;
}

}  // namespace

HaproxyDriver::HaproxyDriver(const Definition& definition, HaproxyTimes times)
    : directory_(definition.directory),
      socket_(definition.socket),
      folder_(FileDrop(place_of(definition), definition.access)),
      runtime_(HaproxySocket(socket_place_of(definition), definition.socket.filename(), times.deadline, &stop_),
               definition.directory, times) {}

// If this fails, the first call that needs it fails too, and reports it.
void HaproxyDriver::prepare() {
  static_cast<void>(folder_.sync());
}

Result<void> HaproxyDriver::write(const Delivery& delivery) {
  return std::move(write_all({&delivery, 1}).front());
}

// A PEM that does not fit into a command is read when HAProxy starts.
std::vector<Result<void>> HaproxyDriver::write_all(std::span<const Delivery> deliveries) {
  for (const Delivery& delivery : deliveries) {
    if (!delivery.bundle.certificates.empty()) continue;
    return {deliveries.size(), Result<void>(base::Error{ErrorCode::kInvalidInput, "there is no certificate to serve"})};
  }
  return folder_.put_all(deliveries);
}

std::vector<HaproxyDriver::Group> HaproxyDriver::group(std::span<const Delivery> deliveries) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    CrtListFile file = make_crt_list_file(deliveries[i].order);
    const auto [place, is_new] = places.try_emplace(file.name, groups.size());
    if (is_new) groups.push_back({std::move(file), deliveries[i].bundle});
    groups[place->second].domains.emplace_back(deliveries[i].order.domain);
    groups[place->second].places.push_back(i);
  }
  // So that a later change finds the same neighbours in a line.
  for (Group& group : groups) std::ranges::sort(group.domains);
  return groups;
}

std::vector<Result<void>> HaproxyDriver::activate(std::span<const Delivery> deliveries) {
  std::vector<Result<void>> results(deliveries.size());
  Result<void> last = begin();
  if (last) last = check_owner();
  for (const Group& group : group(deliveries)) {
    // A fault of HAProxy as a whole concerns the others too; waiting for each of them would take hours.
    if (!is_failure_of_haproxy(last)) last = activate(group);
    if (!last) is_aligned_ = false;
    for (const std::size_t place : group.places) results[place] = last;
  }
  lines_.reset();
  return results;
}

// Finds out whether the lines of HAProxy are known.
Result<void> HaproxyDriver::begin() {
  lines_.reset();
  TRY_ASSIGN(const bool is_same, runtime_.is_same_process());
  if (!is_same) note_new_process();
  TRY(folder_.sync());
  if (is_same && is_aligned_ && folder_.reading() == reading_) return {};
  return align();
}

void HaproxyDriver::note_new_process() {
  stand_ins_.clear();
  other_folders_.reset();
}

// Two services at one HAProxy would give up each other's changes, and a restored copy would show its old versions. The
// lists that HAProxy reads change only when it starts. A folder is marked once, so that the one that was marked first
// stays the owner until somebody removes its mark.
Result<void> HaproxyDriver::check_owner() {
  const auto own = find_store_mark(directory_);
  if (!own) return {};
  if (!other_folders_) {
    TRY_ASSIGN(other_folders_, runtime_.other_folders());
  }
  for (const std::filesystem::path& folder : *other_folders_) {
    const auto other = find_store_mark(folder);
    const bool is_owner =
        other && other->store != own->store && std::tie(other->at, other->store) < std::tie(own->at, own->store);
    if (!is_owner) continue;
    return base::Error{ErrorCode::kUpstreamFailure,
                       "the HAProxy at " + socket_.string() + " belongs to another store of livecert, " + other->store +
                           ", whose folder " + folder.string() + " it reads too (this one is " + own->store +
                           "): two services that deliver there would undo each other's work. If the other one is "
                           "gone, take it over: rm " +
                           (folder / ".livecert-store").string()};
  }
  return {};
}

// Reads what HAProxy has, and removes the certificates without a line that a crash left there.
Result<void> HaproxyDriver::align() {
  is_aligned_ = false;
  TRY(folder_.sync());
  TRY(read_lines());
  std::set<std::string> in_lines;
  for (const RunningLine& line : *lines_) in_lines.insert(line.file);
  TRY_ASSIGN(const std::set<std::string> files, runtime_.files());
  for (const std::string& file : files) {
    const bool is_left_over =
        parse_crt_list_file(file) && !in_lines.contains(file) && folder_.list().uses_of(file) == 0;
    if (is_left_over) TRY(runtime_.forget(file));
  }
  compare(*lines_);
  reading_ = folder_.reading();
  is_aligned_ = true;
  return {};
}

Result<void> HaproxyDriver::read_lines() {
  TRY_ASSIGN(lines_, runtime_.lines());
  return {};
}

// Finds the domains that do not have exactly the line which the list says.
void HaproxyDriver::compare(const Lines& lines) {
  std::map<std::string_view, std::size_t> right;
  std::set<std::string_view> wrong;
  for (const RunningLine& line : lines) {
    const auto stand_in = stand_ins_.find(line.file);
    for (const std::string& domain : line.domains) {
      const std::string* const file = folder_.list().file_of(domain);
      if (file != nullptr && *file == line.file) ++right[domain];
      const bool shows_it =
          stand_in != stand_ins_.end() && file != nullptr && (stand_in->second == kYields || stand_in->second == *file);
      if (file != nullptr && *file != line.file && !shows_it) wrong.insert(domain);
    }
  }
  unfinished_.clear();
  for (const auto& [file, domains] : folder_.list().by_file()) {
    for (const std::string& domain : domains) {
      if (!right.contains(domain) || wrong.contains(domain)) unfinished_.insert(domain);
    }
  }
}

Result<void> HaproxyDriver::activate(const Group& group) {
  const base::WipedBuffer pem = key_first_pem(group.bundle, base::SecretAccess());
  TRY(runtime_.check_size(group.file, pem));
  const bool is_any_unfinished =
      std::ranges::any_of(group.domains, [&](const std::string& domain) { return unfinished_.contains(domain); });
  if (!lines_ && is_any_unfinished) TRY(read_lines());
  const std::vector<std::string> added = find_new(group);
  const bool is_again = added.size() < group.domains.size();
  if (auto done = runtime_.put({group.file, pem, group.bundle.certificates.front(), added, is_again}); !done) {
    // With a refused certificate in its folder, HAProxy would not start again. If a domain has been served from this
    // file, the caller writes the former version again; otherwise nothing may stay.
    if (done.error().code == ErrorCode::kUpstreamBadAnswer && !added.empty()) TRY(folder_.take_back(added));
    return done;
  }
  if (lines_ && !added.empty()) lines_->push_back({group.file.name, 0, added});
  std::set<std::string> former;
  for (const std::string& domain : group.domains) {
    if (const std::string* const file = folder_.former_of(domain)) former.insert(*file);
  }
  TRY(retire(group.domains, former, {group.file.name, pem}));
  for (const std::string& domain : group.domains) unfinished_.erase(domain);
  return folder_.confirm(group.domains);
}

// The domains that HAProxy has no line for with this file.
std::vector<std::string> HaproxyDriver::find_new(const Group& group) const {
  std::set<std::string_view> served;
  if (lines_) {
    for (const RunningLine& line : *lines_) {
      if (line.file == group.file.name) served.insert(line.domains.begin(), line.domains.end());
    }
  }
  const auto is_served = [&](const std::string& domain) {
    if (lines_) return served.contains(domain);
    const std::string* const listed = folder_.list().file_of(domain);
    return listed != nullptr && *listed == group.file.name && !folder_.is_pending(domain);
  };
  std::vector<std::string> added;
  std::ranges::remove_copy_if(group.domains, std::back_inserter(added), is_served);
  return added;
}

// Takes the domains' lines away but for those with the kept file. `former` has the files in which they are as far as is
// known.
Result<void> HaproxyDriver::retire(const std::vector<std::string>& domains, const std::set<std::string>& former,
                                   const Kept& kept) {
  const std::set<std::string> gone(domains.begin(), domains.end());
  if (!lines_) {
    const bool is_any_shared =
        std::ranges::any_of(former, [&](const std::string& file) { return folder_.is_needed_by_others(file, gone); });
    bool is_done = !is_any_shared && stand_ins_.empty();
    for (auto file = former.begin(); is_done && file != former.end(); ++file) {
      TRY_ASSIGN(const auto removal, runtime_.forget(*file));
      is_done = removal == HaproxyRuntime::Removal::kRemoved;
    }
    if (is_done) return {};
    TRY(read_lines());
  }
  return retire_lines(gone, kept);
}

// HAProxy shows the certificate of the first line of a name, and puts a line behind all others when the content of its
// file is exchanged. So the file of a line that cannot be taken away gets the content of the kept one; while others
// need the file, it gets its own content again. Either way every name shows what its other line has.
Result<void> HaproxyDriver::retire_lines(const std::set<std::string>& domains, const Kept& kept) {
  const auto concerns = [&](const RunningLine& line) {
    return line.file != kept.file &&
           std::ranges::any_of(line.domains, [&](const auto& domain) { return domains.contains(domain); });
  };
  const bool is_any_unknown =
      std::ranges::any_of(*lines_, [&](const RunningLine& line) { return line.number == 0 && concerns(line); });
  if (is_any_unknown) TRY(read_lines());
  std::set<std::string> files;
  Lines rests;
  Lines defaults;
  for (const RunningLine& line : *lines_) {
    if (!concerns(line)) continue;
    files.insert(line.file);
    std::vector<std::string> rest = neighbours_in(line, domains);
    const auto file = parse_crt_list_file(line.file);
    if (!rest.empty() && file) {
      TRY(runtime_.add_lines(*file, rest));
      rests.push_back({line.file, 0, std::move(rest)});
    }
    TRY_ASSIGN(const auto removal, runtime_.remove_line(line));
    if (removal == HaproxyRuntime::Removal::kRemoved) continue;
    if (kept.file.empty()) {
      return base::Error{ErrorCode::kUpstreamFailure,
                         "HAProxy shows " + line.domains.front() +
                             "'s certificate to strangers, and forgets it at its next start; strict-sni in the bind "
                             "line avoids this"};
    }
    const bool is_shared = folder_.is_needed_by_others(line.file, domains);
    TRY_ASSIGN(const std::string own, is_shared ? folder_.content_of(line.file) : Result<std::string>(""));
    if (is_shared && own.empty()) {
      return base::Error{ErrorCode::kUpstreamFailure,
                         line.file + " is missing in the folder, and other domains need it"};
    }
    TRY(runtime_.exchange(line.file, own.empty() ? kept.pem : base::as_bytes(own)));
    stand_ins_[line.file] = own.empty() ? kept.file : std::string(kYields);
    defaults.push_back(line);
  }
  std::erase_if(*lines_, concerns);
  std::ranges::move(defaults, std::back_inserter(*lines_));
  std::ranges::move(rests, std::back_inserter(*lines_));
  for (const std::string& file : files) {
    const bool is_in_use = std::ranges::find(*lines_, file, &RunningLine::file) != lines_->end();
    if (!is_in_use) TRY(runtime_.forget(file));
  }
  return {};
}

// The other domains of a line that need it. A domain that is to have another file keeps this line until it has one. One
// that has its file in a line that stays needs no more: a default line is asked to go again and again.
std::vector<std::string> HaproxyDriver::neighbours_in(const RunningLine& line,
                                                      const std::set<std::string>& domains) const {
  const auto has = [](const RunningLine& of, const std::string& domain) {
    return std::ranges::find(of.domains, domain) != of.domains.end();
  };
  std::vector<std::string> rest;
  for (const std::string& domain : line.domains) {
    const std::string* const listed = folder_.list().file_of(domain);
    if (listed == nullptr || domains.contains(domain)) continue;
    const bool is_served = std::ranges::any_of(*lines_, [&](const RunningLine& other) {
      if (other.file != *listed || !has(other, domain)) return false;
      return other.file != line.file ||
             std::ranges::none_of(other.domains, [&](const std::string& each) { return domains.contains(each); });
    });
    if (!is_served) rest.push_back(domain);
  }
  return rest;
}

// Cleans the folder first: a HAProxy that starts in between must not read what it is about to be told to forget.
Result<void> HaproxyDriver::withdraw(std::span<const std::string> domains) {
  std::set<std::string> files;
  for (const std::string& domain : domains) {
    if (const std::string* const listed = folder_.list().file_of(domain)) files.insert(*listed);
    if (const std::string* const former = folder_.former_of(domain)) files.insert(*former);
  }
  const bool is_any_pending =
      std::ranges::any_of(domains, [&](const std::string& domain) { return folder_.is_pending(domain); });
  if (is_any_pending) is_aligned_ = false;
  auto on_disk = folder_.remove(domains);
  auto running = withdraw_running(domains, files);
  if (!running) is_aligned_ = false;
  lines_.reset();
  return on_disk ? running : on_disk;
}

Result<void> HaproxyDriver::withdraw_running(std::span<const std::string> domains, const std::set<std::string>& files) {
  TRY(begin());
  const std::vector<std::string> gone(domains.begin(), domains.end());
  const bool is_any_unfinished =
      std::ranges::any_of(gone, [&](const std::string& domain) { return unfinished_.contains(domain); });
  // A name that was withdrawn in vain is in no list any more, and may be in a line.
  if (!lines_ && (is_any_unfinished || files.empty())) TRY(read_lines());
  TRY(retire(gone, files, {}));
  for (const std::string& domain : gone) unfinished_.erase(domain);
  return {};
}

Result<bool> HaproxyDriver::is_written(const Order& order, const LoadBundle& load) {
  const std::string file = make_crt_list_file(order).name;
  TRY_ASSIGN(const bool is_listed, folder_.is_listed(std::string(order.domain), file));
  if (!is_listed || unfinished_.contains(std::string(order.domain))) return false;
  return folder_.holds(file, order, load);
}

std::optional<std::vector<std::string>> HaproxyDriver::find_touched() {
  const base::SteadyTime now = clock_.steady_now();
  for (std::string& domain : folder_.find_touched(now)) touched_.insert(std::move(domain));
  const Result<void> done = look_around(now);
  lines_.reset();
  if (!done) {
    is_aligned_ = is_sweeping_ = false;
    return std::nullopt;
  }
  const std::set<std::string> touched = std::exchange(touched_, {});
  return std::vector<std::string>(touched.begin(), touched.end());
}

// Compares everything that HAProxy has with what it should have: in a new process, after somebody else was at its
// runtime API, and now and then.
Result<void> HaproxyDriver::look_around(base::SteadyTime now) {
  TRY_ASSIGN(const HaproxyRuntime::Observed observed, runtime_.observe());
  if (!observed.is_same_process) {
    note_new_process();
    is_aligned_ = is_sweeping_ = false;
    sweep_at_ = now;
    others_.reset();
  }
  if (observed.connections_of_others) {
    const bool was_somebody_there = others_ && *observed.connections_of_others > *others_;
    others_ = std::max(others_.value_or(*observed.connections_of_others), *observed.connections_of_others);
    if (was_somebody_there) sweep_at_ = std::min(sweep_at_, std::max(now, next_sweep_));
  }
  if (!is_sweeping_ && now < sweep_at_) return {};
  return sweep(now);
}

Result<void> HaproxyDriver::sweep(base::SteadyTime now) {
  if (!is_sweeping_) {
    TRY(align());
    touched_.insert(unfinished_.begin(), unfinished_.end());
    is_sweeping_ = true;
    sweep_from_.clear();
    sweep_took_ = {};
  }
  std::vector<std::pair<std::string, Fingerprint>> files;
  const HaproxyFolder::Leaves& leaves = folder_.leaves();
  auto leaf = leaves.lower_bound(sweep_from_);
  for (; leaf != leaves.end() && files.size() < kFilesAtOnce; ++leaf) {
    if (folder_.list().uses_of(leaf->first) > 0) files.emplace_back(*leaf);
  }
  TRY_ASSIGN(const std::vector<std::string> exchanged, runtime_.find_exchanged(files));
  for (std::string& domain : folder_.list().domains_of({exchanged.begin(), exchanged.end()})) {
    touched_.insert(std::move(domain));
  }
  is_sweeping_ = leaf != leaves.end();
  if (is_sweeping_) sweep_from_ = leaf->first;
  sweep_took_ += clock_.steady_now() - now;
  const base::SteadyTime::duration rest = std::max<base::SteadyTime::duration>(kRest * sweep_took_, kShortestRest);
  sweep_at_ = now + std::min<base::SteadyTime::duration>(rest, kLongestRest);
  next_sweep_ = now + std::min<base::SteadyTime::duration>(kRest * sweep_took_, kLongestRestAfterOthers);
  return {};
}

Result<void> check_haproxy(const Definition& definition) {
  const auto wrong = [](const std::string& what) { return base::Error{ErrorCode::kConfiguration, what}; };
  if (!is_plain_path(definition.directory.native())) {
    return wrong(
        "directory must be an absolute path of letters, digits and the characters . _ + - /, for HAProxy reads "
        "others in its own way; not " +
        definition.directory.string());
  }
  if (definition.socket.native().size() >= sizeof(sockaddr_un::sun_path) || !definition.socket.is_absolute()) {
    return wrong("socket must be an absolute path of at most 107 bytes, not " + definition.socket.string());
  }
  return {};
}

Result<std::unique_ptr<Driver>> make_haproxy_driver(const Definition& definition) {
  TRY(check_haproxy(definition));
  auto driver = std::make_unique<HaproxyDriver>(definition, HaproxyTimes());
  driver->prepare();
  return std::unique_ptr<Driver>(std::move(driver));
}

}  // namespace livecert::edge
