#include "cli/pem_bundle.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "cli/language.h"
#include "x509/certificate.h"
#include "x509/foreign_text.h"
#include "x509/key_reading.h"
#include "x509/pem_scanner.h"

namespace livecert::cli {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";

// One block, unchanged, within its text.
struct Block {
  std::string_view label;
  std::string_view text;
};

// A block without an end reaches to the end of the text; the service reports its fault.
std::vector<Block> find_blocks(std::string_view text) {
  std::vector<Block> blocks;
  for (std::size_t at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin, at)) {
    const std::size_t label_begin = at + kBegin.size();
    const std::size_t label_end = text.find(kDashes, label_begin);
    if (label_end == std::string_view::npos) break;
    const std::string_view label = text.substr(label_begin, label_end - label_begin);
    const std::size_t end_line = text.find(kEnd, label_end);
    const std::size_t end = end_line == std::string_view::npos ? end_line : text.find(kDashes, end_line + kEnd.size());
    const std::size_t stop = end == std::string_view::npos ? text.size() : end + kDashes.size();
    blocks.push_back({label, text.substr(at, stop - at)});
    at = stop;
  }
  return blocks;
}

void append(base::WipedBuffer& to, std::string_view text) {
  to.insert(to.end(), text.begin(), text.end());
  to.push_back('\n');
}

struct Candidate {
  std::string_view text;
  std::optional<x509::Certificate> certificate;  // nullopt: cannot be read
};

Candidate read_certificate(const Block& block) {
  const auto scanned = x509::scan_pem(block.text, 1);
  if (scanned.empty() || scanned.front().state != x509::PemState::kDecoded) return {block.text, std::nullopt};
  auto certificate = x509::Certificate::parse(scanned.front().der);
  return {block.text, certificate ? std::optional(*std::move(certificate)) : std::nullopt};
}

std::optional<x509::PrivateKey> read_key(const Block& block) {
  const auto scanned = x509::scan_pem(block.text, 1);
  if (scanned.empty() || scanned.front().state != x509::PemState::kDecoded) return std::nullopt;
  const x509::KeyEncoding encoding = block.label == "RSA PRIVATE KEY"  ? x509::KeyEncoding::kPkcs1
                                     : block.label == "EC PRIVATE KEY" ? x509::KeyEncoding::kSec1
                                                                       : x509::KeyEncoding::kPkcs8;
  auto reading = x509::read_private_key(encoding, scanned.front().der);
  auto* key = std::get_if<x509::PrivateKey>(&reading);
  return key == nullptr ? std::nullopt : std::optional(std::move(*key));
}

// The one the key belongs to, else the first that is no authority, else the first.
std::size_t find_leaf(const std::vector<Candidate>& all, const std::optional<x509::PrivateKey>& key) {
  const auto first = [&](const auto& fits) {
    const auto found =
        std::ranges::find_if(all, [&](const Candidate& each) { return each.certificate && fits(*each.certificate); });
    return static_cast<std::size_t>(found - all.begin());
  };
  if (key) {
    const std::size_t match = first([&](const x509::Certificate& each) { return key->belongs_to(each); });
    if (match < all.size()) return match;
  }
  const std::size_t plain = first([](const x509::Certificate& each) { return !each.is_ca(); });
  return plain < all.size() ? plain : 0;
}

base::WipedBuffer in_order(std::vector<Candidate> rest, std::size_t leaf) {
  base::WipedBuffer text;
  std::size_t next = leaf;
  while (next < rest.size()) {
    const Candidate current = std::move(rest[next]);
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(next));
    append(text, current.text);
    if (!current.certificate || current.certificate->is_self_issued()) break;
    const auto issuer = std::ranges::find_if(rest, [&](const Candidate& each) {
      return each.certificate && std::ranges::equal(each.certificate->subject_der(), current.certificate->issuer_der());
    });
    next = static_cast<std::size_t>(issuer - rest.begin());
  }
  for (const Candidate& each : rest) append(text, each.text);
  return text;
}

// ": it is DER and not PEM. Convert …" for the first text of which that is known.
std::string what_else(const std::vector<base::WipedBuffer>& texts) {
  for (const base::WipedBuffer& text : texts) {
    const auto known = x509::recognise_text(base::as_text(text), x509::Part::kCertificates);
    if (known) return tr(": it is ", "：") + known->what + ". " + known->remedy;
  }
  return {};
}

}  // namespace

base::Result<PemPair> sort_pem(const std::vector<base::WipedBuffer>& texts) {
  std::vector<Candidate> certificates;
  std::vector<Block> keys;
  std::set<std::string_view> seen;
  for (const base::WipedBuffer& text : texts) {
    for (const Block& block : find_blocks(base::as_text(text))) {
      if (!seen.insert(block.text).second) continue;
      if (block.label.ends_with("PRIVATE KEY")) keys.push_back(block);
      if (block.label.ends_with("CERTIFICATE")) certificates.push_back(read_certificate(block));
    }
  }
  if (certificates.empty()) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       tr("there is no certificate in what was given", "给出的内容中没有证书") + what_else(texts)};
  }
  if (keys.size() != 1) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       keys.empty()
                           ? tr("there is no private key in what was given", "给出的内容中没有私钥")
                           : tr("there is more than one private key in what was given", "给出的内容中有不止一个私钥")};
  }
  PemPair pair;
  append(pair.private_key, keys.front().text);
  const std::size_t leaf = find_leaf(certificates, read_key(keys.front()));
  pair.certificates = in_order(std::move(certificates), leaf);
  return pair;
}

}  // namespace livecert::cli
