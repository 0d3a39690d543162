#include "edge/drivers/haproxy_runtime.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

#include <openssl/evp.h>

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

// Returns the digest as `show ssl cert` prints it. HAProxy shows no better one, and it only has to tell our certificate
// from another.
std::string sha1_fingerprint(const x509::Certificate& certificate) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const base::ByteView der = certificate.der();
  LIVECERT_CHECK(EVP_Digest(der.data(), der.size(), digest.data(), &size, EVP_sha1(), nullptr) == 1);
  std::string hex = base::to_hex(base::ByteView(digest).first(size));
  std::ranges::transform(hex, hex.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return hex;
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

// Reads "... several entries, please specify a line number preceded by colons (3, 4)!"
std::string_view first_of_several(std::string_view answer) {
  const std::string_view numbers = rest_of_line(answer, "preceded by colons (");
  return numbers.substr(0, numbers.find_first_not_of("0123456789"));
}

}  // namespace

HaproxyRuntime::HaproxyRuntime(HaproxySocket socket, std::filesystem::path folder, HaproxyTimes times)
    : socket_(std::move(socket)), folder_(std::move(folder)), times_(times) {}

std::string HaproxyRuntime::path_of(const CrtListEntry& entry) const {
  return folder_.string() + "/" + entry.file;
}

std::string HaproxyRuntime::crt_list() const {
  return folder_.string() + "/crt-list";
}

Result<void> HaproxyRuntime::check_size(const CrtListEntry& entry, base::ByteView pem) const {
  const std::size_t size = set_command(path_of(entry)).size() + pem.size() + 1;
  if (size <= kLongestHaproxyCommand) return {};
  TRY_ASSIGN(const base::WipedBuffer pools, socket_.ask("show pools\n"));
  const std::size_t longest = longest_command(base::as_text(pools));
  if (size <= longest) return {};
  return base::Error{ErrorCode::kUpstreamBadAnswer,
                     "the certificates and the key of " + entry.domain + " make " + std::to_string(size) +
                         " bytes, and HAProxy takes no more than " + std::to_string(longest) +
                         " at once: set tune.bufsize to at least " + std::to_string(size + 1) +
                         " in its section global and restart it; it reads the file of its folder then"};
}

Result<void> HaproxyRuntime::ask_for(const std::string& command, const std::string& expected,
                                     const std::string& what) const {
  TRY_ASSIGN(const base::WipedBuffer answer, socket_.ask(command + "\n"));
  if (text_of(answer) == expected) return {};
  return refusal("HAProxy refuses to " + what, base::as_text(answer));
}

Result<bool> HaproxyRuntime::serves(const CrtListEntry& entry) const {
  TRY_ASSIGN(const Held held, look_up(path_of(entry)));
  return held.state == State::kServed;
}

Result<void> HaproxyRuntime::put(const CrtListEntry& entry, base::ByteView pem, const x509::Certificate& leaf) {
  const std::string path = path_of(entry);
  TRY(close_transaction(path));
  TRY_ASSIGN(const Held before, look_up(path));
  auto done = [&]() -> Result<void> {
    if (before.state == State::kAbsent) {
      TRY(ask_for("new ssl cert " + path, "New empty certificate store '" + path + "'!", "make room for " + path));
    }
    TRY(replace(entry, pem));
    if (before.state != State::kServed) TRY(add_line(entry));
    return check_holds(path, leaf);
  }();
  if (!done) undo(path, before.state);
  return done;
}

// Returns the path of the open transaction if it is another one, which then stays open; empty when none is open.
Result<std::string> HaproxyRuntime::abort(const std::string& path) const {
  TRY_ASSIGN(const base::WipedBuffer answer, socket_.ask("abort ssl cert " + path + "\n"));
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
  TRY_ASSIGN(const base::WipedBuffer answer, socket_.ask("show ssl cert " + path + "\n"));
  const std::string_view text = base::as_text(answer);
  if (text.starts_with("Can't display the certificate: Not found")) return Held{};
  const std::string_view status = rest_of_line(text, "\nStatus: ");
  if (!text.starts_with("Filename: " + path + "\n") || (status != "Used" && status != "Unused" && status != "Empty")) {
    return refusal("HAProxy does not say what it has for " + path, text);
  }
  return Held{status == "Used" ? State::kServed : State::kNotServed,
              std::string(rest_of_line(text, "\nSHA1 FingerPrint: "))};
}

Result<void> HaproxyRuntime::replace(const CrtListEntry& entry, base::ByteView pem) const {
  TRY(set(entry, pem));
  return commit(entry);
}

Result<void> HaproxyRuntime::set(const CrtListEntry& entry, base::ByteView pem) const {
  const std::string path = path_of(entry);
  const std::string head = set_command(path);
  base::WipedBuffer command;
  command.reserve(head.size() + pem.size() + 1);
  command.insert(command.end(), head.begin(), head.end());
  command.insert(command.end(), pem.begin(), pem.end());
  command.push_back('\n');  // an empty line ends the payload
  TRY_ASSIGN(const base::WipedBuffer answer, socket_.ask(command));
  if (text_of(answer) == "Transaction created for certificate " + path + "!") return {};
  // Another program began a transaction since we looked, and this key is in it now: its commit must not serve the key.
  const std::string other(transaction_written(base::as_text(answer)));
  if (is_one_word(other) && other != path) static_cast<void>(socket_.ask("abort ssl cert " + other + "\n"));
  if (!other.empty()) {
    return base::Error{ErrorCode::kUpstreamFailure,
                       "something else changes certificates in HAProxy at this moment; "
                       "what was sent for " +
                           path + " went to " + quote(other, pem)};
  }
  return refusal("HAProxy refuses the certificate of " + entry.domain, base::as_text(answer), pem);
}

// The answer is "Committing PATH", a dot for every ten places where it is in use, perhaps warnings, and "Success!".
Result<void> HaproxyRuntime::commit(const CrtListEntry& entry) const {
  const std::string path = path_of(entry);
  TRY_ASSIGN(const base::WipedBuffer answer, socket_.ask("commit ssl cert " + path + "\n"));
  const std::string_view text = text_of(answer);
  if (text.starts_with("Committing " + path) && text.ends_with("\nSuccess!")) return {};
  return refusal("HAProxy refuses the certificate of " + entry.domain, base::as_text(answer));
}

Result<void> HaproxyRuntime::add_line(const CrtListEntry& entry) const {
  const std::string list = crt_list();
  TRY_ASSIGN(const base::WipedBuffer answer,
             socket_.ask("add ssl crt-list " + list + " <<\n" + to_line(folder_, entry) + "\n\n"));
  const std::string_view text = text_of(answer);
  const std::string expected = "Inserting certificate '" + path_of(entry) + "' in crt-list '" + list + "'.";
  if (text.starts_with(expected) && text.ends_with("\nSuccess!")) return {};
  return refusal("HAProxy refuses the line of " + entry.domain, base::as_text(answer));
}

// Shows whether a second writer came in the middle of ours.
Result<void> HaproxyRuntime::check_holds(const std::string& path, const x509::Certificate& leaf) const {
  TRY_ASSIGN(const Held held, look_up(path));
  if (held.state == State::kServed && held.fingerprint == sha1_fingerprint(leaf)) return {};
  return base::Error{ErrorCode::kUpstreamFailure, "HAProxy took the certificate " + path +
                                                      " but has another one there now; something else changes "
                                                      "certificates at this moment"};
}

// HAProxy keeps a transaction open that it refused to commit, and the next `set` would go into it.
void HaproxyRuntime::undo(const std::string& path, State before) const {
  const auto aborted = abort(path);
  if (!aborted || before != State::kAbsent) return;
  static_cast<void>(remove_lines(path));
  static_cast<void>(socket_.ask("del ssl cert " + path + "\n"));
}

Result<std::set<std::string>> HaproxyRuntime::list() const {
  TRY_ASSIGN(const base::WipedBuffer answer, socket_.ask("show ssl cert\n"));
  std::string_view text = base::as_text(answer);
  // HAProxy 2.6 without any certificate answers nothing.
  if (text != "\n" && text.find("# filename\n") == std::string_view::npos) {
    return refusal("HAProxy does not say which certificates it has", text);
  }
  const std::string prefix = folder_.string() + "/";
  std::set<std::string> files;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with(prefix)) files.emplace_hint(files.end(), line.substr(prefix.size()));
  }
  return files;
}

Result<void> HaproxyRuntime::remove(const CrtListEntry& entry) const {
  const std::string path = path_of(entry);
  // HAProxy does not delete the certificate of an open transaction. Other transactions do not matter here.
  TRY(abort(path));
  TRY(remove_lines(path));
  TRY_ASSIGN(const base::WipedBuffer answer, socket_.ask("del ssl cert " + path + "\n"));
  const std::string_view text = text_of(answer);
  if (text == "Certificate '" + path + "' deleted!" || text.ends_with("certificate '" + path + "' doesn't exist!")) {
    return {};
  }
  return refusal("HAProxy refuses to forget the certificate " + path, base::as_text(answer));
}

Result<void> HaproxyRuntime::remove_lines(const std::string& path) const {
  const std::string command = "del ssl crt-list " + crt_list() + " ";
  const std::string done = "Entry '" + path + "' deleted in crtlist '" + crt_list() + "'!";
  const std::string what = "take the line of " + path + " away";
  for (int i = 0; i < kMostLines; ++i) {
    TRY_ASSIGN(const base::WipedBuffer answer, socket_.ask(command + path + "\n"));
    const std::string_view text = text_of(answer);
    const std::string_view several = first_of_several(text);
    if (several.empty()) {
      const bool is_absent = text.starts_with("Can't delete the entry: certificate '" + path + "' ") &&
                             (text.ends_with(" does not exist!") || text.ends_with(" is empty!") ||
                              text.ends_with(" can't be found in crt-list '" + crt_list() + "'!"));
      if (text == done || is_absent) return {};
      return refusal("HAProxy refuses to " + what, base::as_text(answer));
    }
    TRY(ask_for(command + path + ":" + std::string(several), done, what));
  }
  return base::Error{ErrorCode::kUpstreamFailure, "HAProxy has too many lines for " + path};
}

}  // namespace livecert::edge
