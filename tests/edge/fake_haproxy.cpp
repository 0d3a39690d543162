#include "edge/fake_haproxy.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <poll.h>
#include <sstream>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <tuple>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/bytes.h"
#include "base/check.h"
#include "x509/openssl_owner.h"

namespace livecert::edge {
namespace {

bool wait_readable(int socket, int stop) {
  std::array<pollfd, 2> watched{{{socket, POLLIN, 0}, {stop, POLLIN, 0}}};
  return ::poll(watched.data(), watched.size(), -1) > 0 && watched[1].revents == 0;
}

// Of the first certificate; empty when there is none.
std::string fingerprint_of(const std::string& pem) {
  const x509::Owned<BIO, ::BIO_free_all> source(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const x509::Owned<X509, ::X509_free> leaf(::PEM_read_bio_X509(source.get(), nullptr, nullptr, nullptr));
  if (leaf == nullptr) return "";
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  LIVECERT_CHECK(::X509_digest(leaf.get(), ::EVP_sha1(), digest.data(), &size) == 1);
  std::string hex = base::to_hex(base::ByteView(digest).first(size));
  std::ranges::transform(hex, hex.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return hex;
}

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace

FakeHaproxy::FakeHaproxy() {
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(socket().native(), std::begin(address.sun_path));
  LIVECERT_CHECK(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  LIVECERT_CHECK(::listen(listener_, 8) == 0);
  thread_ = std::thread([this] { run(); });
}

FakeHaproxy::~FakeHaproxy() {
  LIVECERT_CHECK(::eventfd_write(stop_, 1) == 0);
  thread_.join();
  ::close(listener_);
  ::close(stop_);
}

void FakeHaproxy::fail(int nth, Fault fault, bool stays) {
  const std::scoped_lock lock(mutex_);
  until_fault_ = nth;
  fault_ = fault;
  stays_ = stays;
  faulty_command_.clear();
}

void FakeHaproxy::interfere(int nth) {
  const std::scoped_lock lock(mutex_);
  until_interference_ = nth;
}

std::string FakeHaproxy::in_transaction() const {
  const std::scoped_lock lock(mutex_);
  return transaction_ ? transaction_->fingerprint : "";
}

std::string FakeHaproxy::faulty_command() const {
  const std::scoped_lock lock(mutex_);
  return faulty_command_;
}

void FakeHaproxy::heal() {
  const std::scoped_lock lock(mutex_);
  until_fault_ = 0;
}

std::string FakeHaproxy::served(std::string_view domain) const {
  const std::scoped_lock lock(mutex_);
  const auto line = std::ranges::find_if(
      lines_, [&](const Line& each) { return std::ranges::find(each.domains, domain) != each.domains.end(); });
  return line == lines_.end() ? "" : certificates_.at(line->path);
}

std::size_t FakeHaproxy::line_count() const {
  const std::scoped_lock lock(mutex_);
  return lines_.size();
}

std::vector<std::size_t> FakeHaproxy::names_in_lines() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::size_t> counts;
  for (const Line& line : lines_) counts.push_back(line.domains.size());
  return counts;
}

void FakeHaproxy::restart() {
  const std::scoped_lock lock(mutex_);
  ++process_;
  connections_ = 0;
}

void FakeHaproxy::be_asked() {
  const std::scoped_lock lock(mutex_);
  ++connections_;
}

void FakeHaproxy::exchange_all() {
  const std::scoped_lock lock(mutex_);
  for (auto& [path, fingerprint] : certificates_) fingerprint = kForeignCertificate;
}

std::size_t FakeHaproxy::certificate_count() const {
  const std::scoped_lock lock(mutex_);
  return certificates_.size();
}

bool FakeHaproxy::is_transaction_open() const {
  const std::scoped_lock lock(mutex_);
  return transaction_.has_value();
}

std::vector<std::string> FakeHaproxy::commands() const {
  const std::scoped_lock lock(mutex_);
  return commands_;
}

void FakeHaproxy::run() {
  while (wait_readable(listener_, stop_)) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    serve(connection);
    ::close(connection);
  }
}

// One command with its payload; nullopt when the client went away.
std::optional<std::string> FakeHaproxy::receive(int connection) const {
  std::string received;
  std::array<char, 4096> piece{};
  while (wait_readable(connection, stop_)) {
    const ssize_t count = ::recv(connection, piece.data(), piece.size(), 0);
    if (count <= 0) return std::nullopt;
    received.append(piece.data(), static_cast<std::size_t>(count));
    const bool has_payload = received.substr(0, received.find('\n')).ends_with(" <<");
    if (received.ends_with(has_payload ? "\n\n" : "\n")) return received;
  }
  return std::nullopt;
}

void FakeHaproxy::serve(int connection) {
  const auto command = receive(connection);
  if (!command) return;
  const std::optional<Fault> fault = next_fault(*command);
  const std::string answer = fault ? misbehave(*fault, *command) : behave(*command);
  if (fault == Fault::kSilence) static_cast<void>(receive(connection));
  if (!answer.empty()) static_cast<void>(::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL));
}

std::optional<FakeHaproxy::Fault> FakeHaproxy::next_fault(const std::string& command) {
  const std::scoped_lock lock(mutex_);
  commands_.push_back(command.substr(0, command.find('\n')));
  ++connections_;
  if (until_interference_ > 0 && --until_interference_ == 0) {
    if (!transaction_) transaction_ = Transaction{kForeignPath, ""};
    transaction_->fingerprint = kForeignCertificate;
  }
  if (until_fault_ == 0 || --until_fault_ > 0) return std::nullopt;
  if (stays_) until_fault_ = 1;
  if (faulty_command_.empty()) faulty_command_ = commands_.back();
  return fault_;
}

std::string FakeHaproxy::behave(const std::string& command) {
  const std::scoped_lock lock(mutex_);
  if (command.find(" <<") != std::string::npos) return obey(command) + "\n";
  std::string answers;
  std::istringstream commands(command.substr(0, command.find('\n')));
  for (std::string each; std::getline(commands, each, ';');) answers += obey(each + "\n") + "\n";
  return answers;
}

std::string FakeHaproxy::misbehave(Fault fault, const std::string& command) {
  switch (fault) {
    case Fault::kGarbage:
      return "Lorem ipsum\n\n";
    case Fault::kOtherPath: {
      const auto kept = std::tuple(certificates_, lines_, transaction_);
      const std::string answer = behave(command);
      std::tie(certificates_, lines_, transaction_) = kept;
      return replace_all(answer, ".pem", ".other.pem");
    }
    case Fault::kLostAnswer:
      static_cast<void>(behave(command));
      return "";
    case Fault::kHalfAnswer: {
      const std::string answer = behave(command);
      return answer.substr(0, answer.size() / 2);
    }
    case Fault::kHangUp:
    case Fault::kSilence:
      return "";
  }
  return "";
}

std::string FakeHaproxy::obey(const std::string& command) {
  const std::size_t end = command.find('\n');
  std::istringstream words(command.substr(0, end));
  std::string verb;
  std::string ssl;
  std::string noun;
  std::string first;
  std::string second;
  words >> verb >> ssl >> noun >> first >> second;
  const std::string what = verb + " " + noun;
  const std::string payload = command.substr(end + 1);
  if (verb + " " + ssl == "show info") return inform();
  if (verb + " " + ssl == "show stat") return "# pxname,svname,conn_tot,\ntls,FRONTEND,7,\n";
  if (what == "show cert") return first.empty() ? list() : show(first);
  if (what == "show crt-list") return list_lines(second);
  if (what == "new cert") return create(first);
  if (what == "set cert") return set(first, payload);
  if (what == "commit cert") return commit(first);
  if (what == "abort cert") return abort(first);
  if (what == "add crt-list") return add(first, payload);
  if (what == "del crt-list") return remove_line(first, second);
  if (what == "del cert") return remove(first);
  return "Unknown command.\n";
}

bool FakeHaproxy::is_used(const std::string& path) const {
  return std::ranges::find(lines_, path, &Line::path) != lines_.end();
}

std::string FakeHaproxy::show(const std::string& path) const {
  const auto found = certificates_.find(path);
  if (found == certificates_.end()) {
    return "Can't display the certificate: Not found or the certificate is a bundle!\n";
  }
  if (found->second.empty()) return "Filename: " + path + "\nStatus: Empty\n";
  return "Filename: " + path + "\nStatus: " + (is_used(path) ? "Used" : "Unused") +
         "\nSHA1 FingerPrint: " + found->second + "\n";
}

std::string FakeHaproxy::list() const {
  std::string text = transaction_ ? "# transaction\n*" + transaction_->path + "\n" : "";
  if (!certificates_.empty()) text += "# filename\n";
  for (const auto& [path, fingerprint] : certificates_) text += path + "\n";
  return text;
}

std::string FakeHaproxy::create(const std::string& path) {
  if (!certificates_.emplace(path, "").second) return "Certificate '" + path + "' already exists!\n";
  return "New empty certificate store '" + path + "'!\n";
}

std::string FakeHaproxy::set(const std::string& path, const std::string& payload) {
  if (!certificates_.contains(path)) {
    return "Can't replace a certificate which is not referenced by the configuration!\nCan't update " + path + "!\n";
  }
  const std::string fingerprint = fingerprint_of(payload);
  if (fingerprint.empty()) return "Can't load the payload\nCan't update " + path + "!\n";
  if (transaction_) {
    transaction_->fingerprint = fingerprint;
    return "Transaction updated for certificate " + transaction_->path + "!\n";
  }
  transaction_ = Transaction{path, fingerprint};
  return "Transaction created for certificate " + path + "!\n";
}

std::string FakeHaproxy::commit(const std::string& path) {
  if (!transaction_) return "No ongoing transaction! !\nCan't commit " + path + "!\n";
  if (transaction_->path != path) {
    return "The ongoing transaction is about '" + transaction_->path + "' but you are trying to set '" + path +
           "'\nCan't commit " + path + "!\n";
  }
  certificates_[path] = transaction_->fingerprint;
  transaction_.reset();
  return "Committing " + path + "\nSuccess!\n";
}

std::string FakeHaproxy::abort(const std::string& path) {
  if (!transaction_) return "No ongoing transaction!\n";
  if (transaction_->path != path) {
    return "The ongoing transaction is about '" + transaction_->path +
           "' but you are trying to abort a transaction for '" + path + "'\n";
  }
  transaction_.reset();
  return "Transaction aborted for certificate '" + path + "'!\n";
}

std::string FakeHaproxy::add(const std::string& list, const std::string& payload) {
  const std::string line = payload.substr(0, payload.find('\n'));
  const std::string path = line.substr(0, line.find(' '));
  const auto found = certificates_.find(path);
  if (found == certificates_.end()) {
    return "Can't edit the crt-list: certificate '" + path + "' does not exist!\n";
  }
  if (found->second.empty()) return "Can't edit the crt-list: certificate '" + path + "' is empty!\n";
  std::istringstream names(line.substr(line.rfind(']') + 1));
  std::vector<std::string> domains;
  for (std::string name; names >> name;) domains.push_back(name);
  lines_.push_back({path, ++last_line_, std::move(domains)});
  return "Inserting certificate '" + path + "' in crt-list '" + list + "'.\nSuccess!\n";
}

std::string FakeHaproxy::remove_line(const std::string& list, const std::string& which) {
  const std::size_t colon = which.rfind(':');
  const std::string path = which.substr(0, colon);
  const auto refused = [&](const std::string& why) {
    return "Can't delete the entry: certificate '" + path + "' " + why;
  };
  if (!certificates_.contains(path)) return refused("does not exist!\n");
  const auto is_meant = [&](const Line& line) {
    return line.path == path && (colon == std::string::npos || which.substr(colon + 1) == std::to_string(line.number));
  };
  if (colon == std::string::npos && std::ranges::count_if(lines_, is_meant) > 1) {
    std::string numbers;
    for (const Line& line : lines_) {
      if (is_meant(line)) numbers += (numbers.empty() ? "" : ", ") + std::to_string(line.number);
    }
    return "Can't delete the entry: found the certificate '" + path +
           "' in several entries, please specify a line number preceded by colons (" + numbers + ")!\n";
  }
  if (std::erase_if(lines_, is_meant) == 0) return refused("can't be found in crt-list '" + list + "'!\n");
  return "Entry '" + path + "' deleted in crtlist '" + list + "'!\n";
}

// HAProxy prints the options in an order of its own.
std::string FakeHaproxy::list_lines(const std::string& list) const {
  std::string text = "# " + list + "\n";
  for (const Line& line : lines_) {
    text += line.path + ":" + std::to_string(line.number) + " [alpn http/1.1  ssl-min-ver TLSv1.2]";
    for (const std::string& domain : line.domains) text += " " + domain;
    text += "\n";
  }
  return text;
}

std::string FakeHaproxy::inform() const {
  return "Name: HAProxy\nPid: " + std::to_string(process_) +
         "\nUptime_sec: 5\nCumConns: " + std::to_string(connections_ + 7) + "\n";
}

std::string FakeHaproxy::remove(const std::string& path) {
  const std::string refused = "Can't remove the certificate: certificate '" + path + "' ";
  if (!certificates_.contains(path)) return refused + "doesn't exist!\n\n";
  if (is_used(path)) return refused + "in use, can't be deleted!\n\n";
  if (transaction_ && transaction_->path == path) {
    return "Can't remove the certificate: ongoing transaction for the certificate '" + path + "'\n";
  }
  certificates_.erase(path);
  return "Certificate '" + path + "' deleted!\n";
}

}  // namespace livecert::edge
