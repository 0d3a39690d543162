#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/check.h"
#include "edge/drivers/haproxy_answer.h"
#include "edge/drivers/haproxy_runtime.h"
#include "support/pki.h"
#include "support/temporary_directory.h"
#include "x509/key_generation.h"
#include "x509/pem.h"

namespace {

using namespace livecert;

constexpr const char* kFolder = "/etc/haproxy/livecert";
// Stands for the SHA-1 of the leaf that is put, which is another in every run.
constexpr std::string_view kFingerprint = "$F";

std::string_view take_part(std::string_view& text) {
  const std::size_t end = std::min(text.find('\0'), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

// Answers each command with the next of the prepared answers, whatever the command was; with nothing once they are used
// up. An answer that begins with '-' is cut off at its end, others end as HAProxy's do.
class Puppet {
 public:
  Puppet() : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path().native(), std::begin(address.sun_path));
    LIVECERT_CHECK(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    LIVECERT_CHECK(::listen(listener_, 8) == 0);
    std::thread([this] { run(); }).detach();  // until the process ends
  }

  [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "socket"; }

  void prepare(std::string answers) {
    const std::lock_guard lock(mutex_);
    answers_ = std::move(answers);
    rest_ = answers_;
  }

 private:
  std::string next_answer() {
    const std::lock_guard lock(mutex_);
    std::string answer(take_part(rest_));
    if (answer.empty()) return answer;
    if (answer.front() == '-') return answer.substr(1);
    return answer + "\n\n";
  }

  void run() {
    std::array<char, 65536> command{};
    while (true) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) continue;
      // Commands here fit into the socket's buffer, so that one reading takes all of it.
      static_cast<void>(::recv(connection, command.data(), command.size(), 0));
      const std::string answer = next_answer();
      static_cast<void>(::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL));
      ::close(connection);
    }
  }

  test::TemporaryDirectory directory_;
  int listener_;
  std::mutex mutex_;
  std::string answers_;
  std::string_view rest_;
};

struct Material {
  x509::Certificate leaf;
  base::WipedBuffer pem;
  std::string fingerprint;
  edge::CrtListFile file;
};

Material make_material() {
  const x509::PrivateKey key = x509::generate_ec_p256_key().value();
  x509::Certificate leaf = test::Pki(base::from_unix_seconds(1'780'000'000)).issue({}, key);
  std::array<std::uint8_t, 20> digest{};
  LIVECERT_CHECK(EVP_Digest(leaf.der().data(), leaf.der().size(), digest.data(), nullptr, EVP_sha1(), nullptr) == 1);
  std::string fingerprint = base::to_hex(digest);
  std::ranges::transform(fingerprint, fingerprint.begin(),
                         [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  const std::string text = x509::to_pem(leaf) + test::pem_of(key);
  edge::Order order;
  order.version = base::CertId(17);
  order.tls.max_version = domain::TlsVersion::k13;
  order.tls.http2 = true;
  return {std::move(leaf), base::WipedBuffer(text.begin(), text.end()), std::move(fingerprint),
          edge::make_crt_list_file(order)};
}

std::string with_fingerprint(std::string_view text, const std::string& fingerprint) {
  std::string out;
  for (std::size_t at = text.find(kFingerprint); at != std::string_view::npos; at = text.find(kFingerprint)) {
    (out += text.substr(0, at)) += fingerprint;
    text.remove_prefix(at + kFingerprint.size());
  }
  return out += text;
}

// A message to a log or to clients has one line, and nothing of what was sent with the command.
void check_message(const base::Error& error, std::string_view payload = {}) {
  LIVECERT_CHECK(!error.message.empty());
  LIVECERT_CHECK(std::ranges::all_of(error.message, [](char c) { return c >= ' ' && c <= '~'; }));
  constexpr std::size_t kPiece = 16;
  for (std::size_t at = 0; at + kPiece <= error.message.size(); ++at) {
    const std::string_view piece = std::string_view(error.message).substr(at, kPiece);
    const bool is_base64 = std::ranges::all_of(piece, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    });
    LIVECERT_CHECK(!is_base64 || payload.find(piece) == std::string_view::npos);
  }
}

// Checks the words of one answer, to a command whose payload was the text before it.
void check_words(std::string_view text) {
  const std::string_view payload = take_part(text);
  const std::string_view other = edge::other_transaction(text);
  const std::string_view written = edge::transaction_written(text);
  LIVECERT_CHECK(other.size() <= text.size() && written.size() <= text.size());
  check_message(edge::refusal("HAProxy refuses", text, base::as_bytes(payload)), payload);
}

void check_conversation(std::string_view text, unsigned choice) {
  static Puppet* const puppet = new Puppet;
  static const Material* const material = new Material(make_material());
  const std::string answers = with_fingerprint(text, material->fingerprint);
  puppet->prepare(answers);
  edge::HaproxyTimes times;
  const std::filesystem::path socket = puppet->path();
  edge::HaproxyRuntime runtime(edge::HaproxySocket({socket.parent_path()}, socket.filename(), times.deadline), kFolder,
                               times);
  const std::vector<std::string> domains{"live.example.net", "live.example.org"};
  if (choice % 8 == 0) {
    const auto files = runtime.files();
    if (!files) check_message(files.error());
  } else if (choice % 8 == 1) {
    const auto forgotten = runtime.forget(material->file.name);
    if (!forgotten) check_message(forgotten.error());
  } else if (choice % 8 == 2) {
    const auto lines = runtime.lines();
    if (!lines) check_message(lines.error());
  } else if (choice % 8 == 3) {
    const auto removed = runtime.remove_line({material->file.name, 3, domains});
    if (!removed) check_message(removed.error());
  } else if (choice % 8 == 4) {
    const auto observed = runtime.observe();
    if (!observed) return check_message(observed.error());
    LIVECERT_CHECK(!observed->is_same_process);
  } else if (choice % 8 == 5) {
    const std::vector<std::pair<std::string, edge::Fingerprint>> files{
        {material->file.name, edge::fingerprint_of(material->leaf)}};
    const auto exchanged = runtime.find_exchanged(files);
    if (!exchanged) return check_message(exchanged.error());
    LIVECERT_CHECK(!exchanged->empty() || answers.find(material->fingerprint) != std::string::npos);
  } else {
    const auto put = runtime.put({material->file, material->pem, material->leaf, domains, choice % 8 == 6});
    if (!put) return check_message(put.error());
    // The put is done only when HAProxy shows this very certificate.
    LIVECERT_CHECK(answers.find(material->fingerprint) != std::string::npos);
    LIVECERT_CHECK(answers.find("Status: Used\n") != std::string::npos);
  }
}

}  // namespace

// A byte that chooses the call, then HAProxy's answers with a NUL between them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = base::as_text({data + 1, size - 1});
  check_words(text);
  check_conversation(text, data[0]);
  return 0;
}
