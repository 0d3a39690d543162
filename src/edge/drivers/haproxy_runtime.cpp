#include "edge/drivers/haproxy_runtime.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include "base/check.h"
#include "base/secret.h"
#include "edge/drivers/haproxy_answer.h"

namespace livecert::edge {
namespace {

using base::ErrorCode;
using base::Result;

// The most lines of one certificate. Usually there is one; another program, or an answer that came too late, may add a
// second.
constexpr int kMostLines = 20;

std::string set_command(const std::string& path) {
  return "set ssl cert " + path + " <<\n";
}

// Returns the answer without the line breaks at its end.
std::string_view text_of(const base::WipedBuffer& answer) {
  std::string_view text = base::as_text(answer);
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

std::string_view rest_of_line(std::string_view text, std::string_view begin) {
  const std::size_t from = text.find(begin);
  if (from == std::string_view::npos) return {};
  text.remove_prefix(from + begin.size());
  return text.substr(0, text.find('\n'));
}

// Returns the digest as `show ssl cert` prints it.
std::string to_text(const Fingerprint& fingerprint) {
  std::string hex = base::to_hex(fingerprint);
  std::ranges::transform(hex, hex.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return hex;
}

std::optional<std::int64_t> number_after(std::string_view text, std::string_view begin) {
  const std::string_view rest = rest_of_line(text, begin);
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  return failure == std::errc() ? std::optional(number) : std::nullopt;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// The connections of all clients to all frontends, from the answer to `show stat` about frontends.
std::optional<std::int64_t> connections_of_clients(std::string_view statistics) {
  const std::vector<std::string_view> lines = split(statistics.substr(0, statistics.find("\n\n")), '\n');
  const std::vector<std::string_view> heads = split(lines.front(), ',');
  const auto head = std::ranges::find(heads, "conn_tot");
  if (head == heads.end()) return std::nullopt;
  const auto column = static_cast<std::size_t>(head - heads.begin());
  std::int64_t sum = 0;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string_view> cells = split(lines[i], ',');
    if (cells.size() != heads.size()) return std::nullopt;
    std::int64_t number = 0;
    const std::string_view cell = cells[column];
    if (std::from_chars(cell.data(), cell.data() + cell.size(), number).ec != std::errc()) return std::nullopt;
    sum += number;
  }
  return sum;
}

// Whether a path that HAProxy named can be one word of a command.
bool is_one_word(std::string_view path) {
  return !path.empty() && std::ranges::all_of(path, [](char c) {
    return c > ' ' && c <= '~' && std::string_view(";\\\"'<>#").find(c) == std::string_view::npos;
  });
}

// Reads "  - Pool buffer (16384 bytes) : ...". HAProxy needs one byte of the buffer itself.
std::size_t longest_command(std::string_view pools) {
  const std::string_view rest = rest_of_line(pools, "Pool buffer (");
  std::size_t size = 0;
  const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), size);
  const bool is_understood =
      failure == std::errc() && std::string_view(end, rest.data() + rest.size()).starts_with(" bytes");
  return is_understood && size > 0 ? size - 1 : kLongestHaproxyCommand;
}

// "… cannot be deleted, it is used as default certificate by the following frontends: …".
bool is_default(std::string_view answer) {
  return answer.find(" it is used as default certificate by ") != std::string_view::npos;
}

// Reads "... several entries, please specify a line number preceded by colons (3, 4)!"
std::string_view first_of_several(std::string_view answer) {
  const std::string_view numbers = rest_of_line(answer, "preceded by colons (");
  return numbers.substr(0, numbers.find_first_not_of("0123456789"));
}

}  // namespace

HaproxyRuntime::HaproxyRuntime(HaproxySocket socket, std::filesystem::path folder, HaproxyTimes times)
    : socket_(std::move(socket)), folder_(std::move(folder)), times_(times) {}

Result<base::WipedBuffer> HaproxyRuntime::ask(base::ByteView command) const {
  ++own_connections_;
  return socket_.ask(command);
}

Result<base::WipedBuffer> HaproxyRuntime::ask(std::string_view command) const {
  return ask(base::as_bytes(command));
}

std::string HaproxyRuntime::path_of(const std::string& file) const {
  return folder_.string() + "/" + file;
}

std::string HaproxyRuntime::crt_list() const {
  return folder_.string() + "/crt-list";
}

Result<void> HaproxyRuntime::check_size(const CrtListFile& file, base::ByteView pem) const {
  const std::size_t size = set_command(path_of(file.name)).size() + pem.size() + 1;
  if (size <= kLongestHaproxyCommand) return {};
  TRY_ASSIGN(const base::WipedBuffer pools, ask("show pools\n"));
  const std::size_t longest = longest_command(base::as_text(pools));
  if (size <= longest) return {};
  return base::Error{ErrorCode::kUpstreamBadAnswer,
                     "the certificates and the key make " + std::to_string(size) +
                         " bytes, and HAProxy takes no more than " + std::to_string(longest) +
                         " at once: set tune.bufsize to at least " + std::to_string(size + 1) +
                         " in its section global and restart it; it reads the file of its folder then"};
}

// A process in a container may have the number of its predecessor; its time and its counter begin again.
bool HaproxyRuntime::Process::may_follow(const Process& former) const {
  return id == former.id && uptime >= former.uptime && connections > former.connections;
}

Result<bool> HaproxyRuntime::note_process(std::string_view info) {
  const auto id = number_after(info, "\nPid: ");
  const auto uptime = number_after(info, "\nUptime_sec: ");
  const auto connections = number_after(info, "\nCumConns: ");
  if (!id || !uptime || !connections) return refusal("HAProxy does not say which process it is", info);
  const Process process{*id, *uptime, *connections};
  const bool is_same = process_ && process.may_follow(*process_);
  process_ = process;
  return is_same;
}

Result<bool> HaproxyRuntime::is_same_process() {
  TRY_ASSIGN(const base::WipedBuffer info, ask("show info\n"));
  return note_process(base::as_text(info));
}

// HAProxy counts all connections, and those of clients at each frontend. The others came to a runtime API. It reads
// those of clients last, so that a client who comes in between makes the result smaller, until the next time.
Result<HaproxyRuntime::Observed> HaproxyRuntime::observe() {
  TRY_ASSIGN(const base::WipedBuffer answer, ask("show info;show stat -1 1 -1\n"));
  const std::string_view text = base::as_text(answer);
  TRY_ASSIGN(const bool is_same, note_process(text));
  Observed observed{is_same, std::nullopt};
  const std::size_t statistics = text.find("# pxname,");
  if (statistics == std::string_view::npos) return observed;
  if (const auto clients = connections_of_clients(text.substr(statistics))) {
    observed.connections_of_others = process_->connections - *clients - own_connections_;
  }
  return observed;
}

Result<void> HaproxyRuntime::ask_for(const std::string& command, const std::string& expected,
                                     const std::string& what) const {
  TRY_ASSIGN(const base::WipedBuffer answer, ask(command + "\n"));
  if (text_of(answer) == expected) return {};
  return refusal("HAProxy refuses to " + what, base::as_text(answer));
}

Result<void> HaproxyRuntime::put(const Put& put) {
  const std::string path = path_of(put.file.name);
  TRY_ASSIGN(const Held before, look_up(path));
  const bool has_leaf = before.fingerprint == to_text(fingerprint_of(put.leaf));
  const bool sends = put.is_again || !has_leaf;
  if (sends) TRY(close_transaction(path));
  auto done = [&]() -> Result<void> {
    if (before.state == State::kAbsent) {
      TRY(ask_for("new ssl cert " + path, "New empty certificate store '" + path + "'!", "make room for " + path));
    }
    if (sends) TRY(replace(path, put.pem));
    TRY(add_lines(put.file, put.new_domains));
    return check_holds(path, put.leaf);
  }();
  if (!done) undo(path, before.state);
  return done;
}

Result<std::set<std::filesystem::path>> HaproxyRuntime::other_folders() const {
  TRY_ASSIGN(const base::WipedBuffer answer, ask("show ssl crt-list\n"));
  std::set<std::filesystem::path> folders;
  for (const std::string_view line : split(base::as_text(answer), '\n')) {
    const std::filesystem::path list(line);
    if (list.is_absolute() && list.parent_path() != folder_) folders.insert(list.parent_path());
  }
  return folders;
}

Result<void> HaproxyRuntime::add_lines(const CrtListFile& file, std::span<const std::string> domains) const {
  while (!domains.empty()) {
    const std::size_t count = std::min(kNamesInLine, domains.size());
    TRY(add_line(file, domains.first(count)));
    domains = domains.subspan(count);
  }
  return {};
}

// Returns the path of the open transaction if it is another one, which then stays open; empty when none is open.
Result<std::string> HaproxyRuntime::abort(const std::string& path) const {
  TRY_ASSIGN(const base::WipedBuffer answer, ask("abort ssl cert " + path + "\n"));
  const std::string_view text = text_of(answer);
  const std::string_view other = other_transaction(text);
  const bool is_closed =
      text == "No ongoing transaction!" || text == "Transaction aborted for certificate '" + path + "'!";
  if (is_closed || !other.empty()) return std::string(other);
  return refusal("HAProxy does not say whether a transaction is open", base::as_text(answer));
}

// A transaction that was left open, perhaps by livecert before a crash, would take in what we send.
Result<void> HaproxyRuntime::close_transaction(const std::string& path) {
  TRY_ASSIGN(const std::string other, abort(path));
  if (!other.empty()) return abort_foreign(other);
  foreign_.reset();
  return {};
}

// A transaction in our folder can only be a left-over of ours. Another one belongs to a program that may be about to
// commit it; but a forgotten one must not keep certificates from being renewed. No served certificate is lost with it.
Result<void> HaproxyRuntime::abort_foreign(const std::string& path) {
  const auto now = std::chrono::steady_clock::now();
  if (!foreign_ || foreign_->path != path) foreign_ = OpenTransaction{path, now};
  const bool is_ours = path.starts_with(folder_.string() + "/");
  const bool is_forgotten = now - foreign_->seen_since >= times_.patience;
  if (!is_one_word(path) || (!is_ours && !is_forgotten)) {
    return base::Error{ErrorCode::kUpstreamFailure,
                       "a change of the certificate " + quote(path) +
                           " that livecert did not begin is open in HAProxy, which "
                           "has room for one; it is given up when it is still open a little later, and at once with "
                           "`abort ssl cert` on the runtime API"};
  }
  foreign_.reset();
  return ask_for("abort ssl cert " + path, "Transaction aborted for certificate '" + path + "'!",
                 "give up the change of " + path);
}

Result<HaproxyRuntime::Held> HaproxyRuntime::look_up(const std::string& path) const {
  TRY_ASSIGN(const base::WipedBuffer answer, ask("show ssl cert " + path + "\n"));
  const std::string_view text = base::as_text(answer);
  if (text.starts_with("Can't display the certificate: Not found")) return Held{};
  const std::string_view status = rest_of_line(text, "\nStatus: ");
  if (!text.starts_with("Filename: " + path + "\n") || (status != "Used" && status != "Unused" && status != "Empty")) {
    return refusal("HAProxy does not say what it has for " + path, text);
  }
  return Held{status == "Used" ? State::kServed : State::kNotServed,
              std::string(rest_of_line(text, "\nSHA1 FingerPrint: "))};
}

Result<void> HaproxyRuntime::replace(const std::string& path, base::ByteView pem) const {
  TRY(set(path, pem));
  return commit(path);
}

Result<void> HaproxyRuntime::set(const std::string& path, base::ByteView pem) const {
  const std::string head = set_command(path);
  base::WipedBuffer command;
  command.reserve(head.size() + pem.size() + 1);
  command.insert(command.end(), head.begin(), head.end());
  command.insert(command.end(), pem.begin(), pem.end());
  command.push_back('\n');  // an empty line ends the payload
  TRY_ASSIGN(const base::WipedBuffer answer, ask(command));
  if (text_of(answer) == "Transaction created for certificate " + path + "!") return {};
  // Another program began a transaction since we looked, and this key is in it now: its commit must not serve the key.
  const std::string other(transaction_written(base::as_text(answer)));
  if (is_one_word(other) && other != path) static_cast<void>(ask("abort ssl cert " + other + "\n"));
  if (!other.empty()) {
    return base::Error{ErrorCode::kUpstreamFailure,
                       "something else changes certificates in HAProxy at this moment; "
                       "what was sent for " +
                           path + " went to " + quote(other, pem)};
  }
  return refusal("HAProxy refuses the certificate " + path, base::as_text(answer), pem);
}

// The answer is "Committing PATH", a dot for every ten places where it is in use, perhaps warnings, and "Success!".
Result<void> HaproxyRuntime::commit(const std::string& path) const {
  TRY_ASSIGN(const base::WipedBuffer answer, ask("commit ssl cert " + path + "\n"));
  const std::string_view text = text_of(answer);
  if (text.starts_with("Committing " + path) && text.ends_with("\nSuccess!")) return {};
  return refusal("HAProxy refuses the certificate " + path, base::as_text(answer));
}

Result<void> HaproxyRuntime::add_line(const CrtListFile& file, std::span<const std::string> domains) const {
  const std::string list = crt_list();
  TRY_ASSIGN(const base::WipedBuffer answer,
             ask("add ssl crt-list " + list + " <<\n" + to_line(folder_, file, domains) + "\n\n"));
  const std::string_view text = text_of(answer);
  const std::string expected = "Inserting certificate '" + path_of(file.name) + "' in crt-list '" + list + "'.";
  if (text.starts_with(expected) && text.ends_with("\nSuccess!")) return {};
  return refusal("HAProxy refuses the line of " + domains.front(), base::as_text(answer));
}

// Shows whether a second writer came in the middle of ours.
Result<void> HaproxyRuntime::check_holds(const std::string& path, const x509::Certificate& leaf) const {
  TRY_ASSIGN(const Held held, look_up(path));
  if (held.state == State::kServed && held.fingerprint == to_text(fingerprint_of(leaf))) return {};
  return base::Error{ErrorCode::kUpstreamFailure, "HAProxy took the certificate " + path +
                                                      " but has another one there now; something else changes "
                                                      "certificates at this moment"};
}

// HAProxy keeps a transaction open that it refused to commit, and the next `set` would go into it.
void HaproxyRuntime::undo(const std::string& path, State before) const {
  const auto aborted = abort(path);
  if (!aborted || before != State::kAbsent) return;
  static_cast<void>(remove_lines(path));
  static_cast<void>(ask("del ssl cert " + path + "\n"));
}

Result<std::vector<RunningLine>> HaproxyRuntime::lines() const {
  TRY_ASSIGN(const base::WipedBuffer answer, ask("show ssl crt-list -n " + crt_list() + "\n"));
  const std::string_view text = base::as_text(answer);
  if (auto lines = parse_running_lines(folder_, text)) return *std::move(lines);
  if (text.find("didn't find the specified filename") != std::string_view::npos) {
    return base::Error{ErrorCode::kUpstreamFailure,
                       "HAProxy has no crt-list '" + crt_list() +
                           "'; is it named, by exactly this path, in a `bind` line of the HAProxy that runs?"};
  }
  return refusal("HAProxy does not say which lines it has", text);
}

Result<std::set<std::string>> HaproxyRuntime::files() const {
  TRY_ASSIGN(const base::WipedBuffer answer, ask("show ssl cert\n"));
  std::string_view text = base::as_text(answer);
  // HAProxy 2.6 without any certificate answers nothing.
  const bool is_list = text.starts_with("# transaction\n") || text.starts_with("# filename\n");
  if (text != "\n" && !is_list) {
    return refusal("HAProxy does not say which certificates it has", text);
  }
  const std::string prefix = folder_.string() + "/";
  std::set<std::string> files;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with(prefix)) files.emplace_hint(files.end(), line.substr(prefix.size()));
  }
  return files;
}

// Asks about many at once, because a connection costs HAProxy more than an answer.
Result<std::vector<std::string>> HaproxyRuntime::find_exchanged(
    std::span<const std::pair<std::string, Fingerprint>> files) const {
  constexpr std::size_t kAtOnce = 50;
  constexpr std::size_t kLongestLine = 12'000;
  std::vector<std::string> exchanged;
  while (!files.empty()) {
    std::string command;
    std::size_t count = 0;
    while (count < std::min(kAtOnce, files.size()) && command.size() < kLongestLine) {
      command += (count == 0 ? "" : ";") + ("show ssl cert " + path_of(files[count].first));
      ++count;
    }
    TRY_ASSIGN(const base::WipedBuffer answer, ask(command + "\n"));
    const std::string_view text = base::as_text(answer);
    for (const auto& [file, leaf] : files.first(count)) {
      const std::size_t begin = text.find("Filename: " + path_of(file) + "\n");
      const std::string_view from = begin == std::string_view::npos ? std::string_view() : text.substr(begin);
      const std::string_view about = from.substr(0, from.find("\n\n"));
      const bool is_right =
          rest_of_line(about, "\nStatus: ") == "Used" && rest_of_line(about, "\nSHA1 FingerPrint: ") == to_text(leaf);
      if (!is_right) exchanged.push_back(file);
    }
    files = files.subspan(count);
  }
  return exchanged;
}

Result<void> HaproxyRuntime::exchange(const std::string& file, base::ByteView pem) const {
  const std::string path = path_of(file);
  TRY(abort(path));
  return replace(path, pem);
}

Result<HaproxyRuntime::Removal> HaproxyRuntime::remove_line(const RunningLine& line) const {
  const std::string path = path_of(line.file);
  const std::string which = path + ":" + std::to_string(line.number);
  TRY_ASSIGN(const base::WipedBuffer answer, ask("del ssl crt-list " + crt_list() + " " + which + "\n"));
  const std::string_view text = text_of(answer);
  if (is_default(text)) return Removal::kIsDefault;
  const bool is_absent =
      text.starts_with("Can't delete the entry: certificate '" + path + "' ") &&
      (text.ends_with(" does not exist!") || text.ends_with("can't be found in crt-list '" + crt_list() + "'!"));
  if (is_absent || text == "Entry '" + path + "' deleted in crtlist '" + crt_list() + "'!") return Removal::kRemoved;
  return refusal("HAProxy refuses to take the line " + which + " away", base::as_text(answer));
}

Result<HaproxyRuntime::Removal> HaproxyRuntime::forget(const std::string& file) const {
  const std::string path = path_of(file);
  // HAProxy does not delete the certificate of an open transaction. Other transactions do not matter here.
  TRY(abort(path));
  TRY_ASSIGN(const Removal removal, remove_lines(path));
  if (removal == Removal::kIsDefault) return removal;
  TRY_ASSIGN(const base::WipedBuffer answer, ask("del ssl cert " + path + "\n"));
  const std::string_view text = text_of(answer);
  if (text == "Certificate '" + path + "' deleted!" || text.ends_with("certificate '" + path + "' doesn't exist!")) {
    return Removal::kRemoved;
  }
  return refusal("HAProxy refuses to forget the certificate " + path, base::as_text(answer));
}

Result<HaproxyRuntime::Removal> HaproxyRuntime::remove_lines(const std::string& path) const {
  const std::string command = "del ssl crt-list " + crt_list() + " ";
  const std::string done = "Entry '" + path + "' deleted in crtlist '" + crt_list() + "'!";
  const std::string what = "take the line of " + path + " away";
  for (int i = 0; i < kMostLines; ++i) {
    TRY_ASSIGN(const base::WipedBuffer answer, ask(command + path + "\n"));
    const std::string_view text = text_of(answer);
    if (is_default(text)) return Removal::kIsDefault;
    const std::string_view several = first_of_several(text);
    if (several.empty()) {
      const bool is_absent = text.starts_with("Can't delete the entry: certificate '" + path + "' ") &&
                             (text.ends_with(" does not exist!") || text.ends_with(" is empty!") ||
                              text.ends_with(" can't be found in crt-list '" + crt_list() + "'!"));
      if (text == done || is_absent) return Removal::kRemoved;
      return refusal("HAProxy refuses to " + what, base::as_text(answer));
    }
    TRY_ASSIGN(const base::WipedBuffer one, ask(command + path + ":" + std::string(several) + "\n"));
    if (is_default(text_of(one))) return Removal::kIsDefault;
    if (text_of(one) != done) return refusal("HAProxy refuses to " + what, base::as_text(one));
  }
  return base::Error{ErrorCode::kUpstreamFailure, "HAProxy has too many lines for " + path};
}

}  // namespace livecert::edge
