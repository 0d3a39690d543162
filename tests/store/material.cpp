#include "store/material.h"

#include <algorithm>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace livecert::store::testing {
namespace {

// Bytes that look random and depend on both numbers alone (splitmix64).
base::Bytes noise(std::uint64_t purpose, std::uint64_t number, std::size_t size) {
  base::Bytes bytes;
  std::uint64_t state = purpose * 0x9E3779B97F4A7C15 + number;
  while (bytes.size() < size) {
    state += 0x9E3779B97F4A7C15;
    std::uint64_t mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    bytes.push_back(static_cast<std::uint8_t>(mixed >> 56));
  }
  return bytes;
}

template <std::size_t size>
std::array<std::uint8_t, size> fixed_noise(std::uint64_t purpose, std::uint64_t number) {
  std::array<std::uint8_t, size> array{};
  const base::Bytes bytes = noise(purpose, number, size);
  std::copy(bytes.begin(), bytes.end(), array.begin());
  return array;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  // Does the same as the service: a store refuses files that others may read.
  ::umask(S_IRWXG | S_IRWXO);
  std::string name = (std::filesystem::temp_directory_path() / "livecert-store-XXXXXX").string();
  LIVECERT_CHECK(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

base::ChainId chain_id(std::uint64_t number) {
  return base::ChainId(fixed_noise<16>(1, number));
}

domain::IssuerCertificate issuer(std::uint64_t number) {
  return {fixed_noise<32>(2, number), noise(3, number, 60), noise(4, number, 1100)};
}

domain::VersionContent content(std::uint64_t number) {
  domain::VersionContent content;
  content.leaf_der = noise(5, number, 900);
  content.issuers = {issuer(1), issuer(2)};
  content.content_digest = fixed_noise<32>(6, number);
  content.leaf_key_digest = fixed_noise<32>(7, number);
  content.key_kind = "ecdsa";
  content.not_before = kNow - std::chrono::days(1);
  content.not_after = kNow + std::chrono::days(365);
  content.sealed_key.bytes = noise(8, number, 200);
  return content;
}

std::optional<base::Time> read_chain_end(const std::vector<base::Bytes>& chain) {
  const auto ends = [](const base::Bytes& der) {
    return der == issuer(2).der ? kNow + std::chrono::days(30) : kNow + std::chrono::days(365);
  };
  return ends(*std::ranges::min_element(chain, {}, ends));
}

std::string representative(std::uint64_t number) {
  return "n" + std::to_string(number) + ".example.net";
}

std::optional<domain::LeafNames> read_leaf_names(base::ByteView leaf_der) {
  for (std::uint64_t number = 1; number < 200; ++number) {
    if (base::to_bytes(leaf_der) == content(number).leaf_der) {
      return domain::LeafNames{{representative(number), "*.example.net"}, representative(number)};
    }
  }
  return std::nullopt;
}

Context context_of(base::AccountId account) {
  Context context;
  context.caller.account = account;
  context.caller.is_root = account == kRoot;
  context.caller.access_key_id = account == kRoot ? "root-key" : "other-key";
  context.action = "Test";
  context.request_id = "request";
  context.peer_address = "192.0.2.1";
  context.at = kNow;
  context.deadline = base::SteadyTime::max();
  return context;
}

PutVersion creation(std::uint64_t number) {
  PutVersion command;
  command.chain = chain_id(number);
  command.version = base::CertId(static_cast<std::int64_t>(number));
  command.name = "name-" + std::to_string(number);
  command.representative = representative(number);
  command.content = content(number);
  return command;
}

PutVersion update(const base::ChainId& target, std::uint64_t number) {
  PutVersion command = creation(number);
  command.target = target;
  command.chain = target;
  command.name.reset();
  return command;
}

domain::LiveDomain live_domain(const domain::DomainName& name, base::AccountId account) {
  domain::LiveDomain made;
  made.name = name;
  made.account = account;
  made.project = "default";
  made.vhost = "show";
  made.type = "pull-flv";
  made.region = "cn";
  made.created_at = kNow;
  return made;
}

Bind bind_of(std::uint64_t number, const domain::DomainName& domain, std::vector<std::string> names) {
  Bind command;
  command.domain = domain;
  command.chain = chain_id(number);
  command.judged = base::CertId(static_cast<std::int64_t>(number));
  command.dns_names = std::move(names);
  command.tls.https = true;
  return command;
}

domain::Account account(base::AccountId id, const std::string& name) {
  return {id, name, id == kRoot, domain::AccountStatus::kActive, kNow};
}

domain::AccessKey access_key(base::AccountId account, const std::string& id) {
  return {id, account, true, {}, kNow, {noise(9, static_cast<std::uint64_t>(account.number()), 80)}};
}

Initialise initialisation() {
  return {noise(10, 0, 40), account(kRoot, "root"), {noise(11, 0, 61)}, access_key(kRoot, "root-key")};
}

bool populate(Store& store) {
  const Context root = context_of(kRoot);
  return store.submit(root, initialisation()).wait().kind == OutcomeKind::kDone &&
         store.submit(root, CreateAccount{account(kOther, "other"), {noise(11, 1, 61)}}).wait().kind ==
             OutcomeKind::kDone &&
         store.submit(root, CreateAccessKey{access_key(kOther, "other-key")}).wait().kind == OutcomeKind::kDone;
}

}  // namespace livecert::store::testing
