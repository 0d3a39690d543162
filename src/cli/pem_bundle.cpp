#include "cli/pem_bundle.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "cli/command_input.h"
#include "cli/command_output.h"
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
constexpr std::size_t kMaxFiles = 100;  // of a folder

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
  std::string file;
  std::string_view text;
  std::optional<x509::Certificate> certificate;  // nullopt: cannot be read
};

struct KeyCandidate {
  std::string file;
  std::string_view text;
  base::WipedBuffer der;                // empty: cannot be decoded
  std::optional<x509::PrivateKey> key;  // nullopt: cannot be read
};

struct Found {
  std::vector<Candidate> certificates;
  std::vector<KeyCandidate> keys;
};

base::WipedBuffer decode(const Block& block) {
  auto scanned = x509::scan_pem(block.text, 1);
  if (scanned.empty() || scanned.front().state != x509::PemState::kDecoded) return {};
  return std::move(scanned.front().der);
}

void add_certificate(Found& found, const std::string& file, const Block& block) {
  auto read = x509::Certificate::parse(decode(block));
  std::optional<x509::Certificate> certificate = read ? std::optional(*std::move(read)) : std::nullopt;
  const bool is_there = std::ranges::any_of(found.certificates, [&](const Candidate& each) {
    return each.text == block.text || (certificate && each.certificate && *each.certificate == *certificate);
  });
  if (!is_there) found.certificates.push_back({file, block.text, std::move(certificate)});
}

std::optional<x509::PrivateKey> read_key(std::string_view label, const base::WipedBuffer& der) {
  const x509::KeyEncoding encoding = label == "RSA PRIVATE KEY"  ? x509::KeyEncoding::kPkcs1
                                     : label == "EC PRIVATE KEY" ? x509::KeyEncoding::kSec1
                                                                 : x509::KeyEncoding::kPkcs8;
  auto reading = x509::read_private_key(encoding, der);
  auto* key = std::get_if<x509::PrivateKey>(&reading);
  return key == nullptr ? std::nullopt : std::optional(std::move(*key));
}

void add_key(Found& found, const std::string& file, const Block& block) {
  base::WipedBuffer der = decode(block);
  const bool is_there = std::ranges::any_of(found.keys, [&](const KeyCandidate& each) {
    return each.text == block.text || (!der.empty() && each.der == der);
  });
  if (is_there) return;
  auto key = read_key(block.label, der);
  found.keys.push_back({file, block.text, std::move(der), std::move(key)});
}

Found find_all(const std::vector<PemText>& texts) {
  Found found;
  for (const PemText& text : texts) {
    for (const Block& block : find_blocks(base::as_text(text.text))) {
      if (block.label.ends_with("PRIVATE KEY")) add_key(found, text.name, block);
      if (block.label.ends_with("CERTIFICATE")) add_certificate(found, text.name, block);
    }
  }
  return found;
}

bool belongs(const KeyCandidate& key, const Candidate& candidate) {
  return key.key && candidate.certificate && key.key->belongs_to(*candidate.certificate);
}

// The certificates that have their keys here, without authorities if there are others.
std::vector<std::size_t> find_leaves(const Found& found) {
  std::vector<std::size_t> leaves;
  for (std::size_t i = 0; i < found.certificates.size(); ++i) {
    const Candidate& each = found.certificates[i];
    if (std::ranges::any_of(found.keys, [&](const KeyCandidate& key) { return belongs(key, each); }))
      leaves.push_back(i);
  }
  const auto is_ca = [&](std::size_t i) { return found.certificates[i].certificate->is_ca(); };
  if (!std::ranges::all_of(leaves, is_ca)) std::erase_if(leaves, is_ca);
  return leaves;
}

// The first that is no authority, else the first.
std::size_t likely_leaf(const std::vector<Candidate>& all) {
  const auto plain =
      std::ranges::find_if(all, [](const Candidate& each) { return each.certificate && !each.certificate->is_ca(); });
  return plain == all.end() ? 0 : static_cast<std::size_t>(plain - all.begin());
}

// "a.pem, b.pem", each once.
template <typename Candidates>
std::string files_of(const Candidates& candidates) {
  std::vector<std::string> files;
  for (const auto& each : candidates) {
    if (std::ranges::find(files, each.file) == files.end()) files.push_back(each.file);
  }
  std::string text;
  for (const std::string& file : files) text += (text.empty() ? "" : ", ") + file;
  return text;
}

base::Error several_leaves(const Found& found, const std::vector<std::size_t>& leaves) {
  std::vector<Candidate> candidates;
  candidates.reserve(leaves.size());
  for (const std::size_t i : leaves) candidates.push_back(found.certificates[i]);
  return {base::ErrorCode::kInvalidInput,
          tr("there is more than one certificate with its key, in ", "有不止一张证书带有自己的私钥，位于 ") +
              files_of(candidates) + tr(". Name the files of one", "。请只给出其中一张的文件")};
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
std::string what_else(const std::vector<PemText>& texts) {
  for (const PemText& text : texts) {
    const auto known = x509::recognise_text(base::as_text(text.text), x509::Part::kCertificates);
    if (known) return ": " + text.name + tr(" is ", " 是 ") + known->what + ". " + known->remedy;
  }
  return {};
}

base::Error nothing_there(const std::string& what, const std::vector<PemText>& texts) {
  return {base::ErrorCode::kInvalidInput, what + what_else(texts)};
}

// Puts the files of a folder at the end of `files`.
base::Result<void> list_folder(const std::filesystem::path& folder, std::vector<std::filesystem::path>& files) {
  std::vector<std::filesystem::path> inside;
  std::error_code failure;
  for (std::filesystem::directory_iterator each(folder, failure), end; !failure && each != end;
       each.increment(failure)) {
    std::error_code unknown;
    if (each->path().filename().string().starts_with('.') || !each->is_regular_file(unknown)) continue;
    inside.push_back(each->path());
    if (inside.size() <= kMaxFiles) continue;
    return base::Error{base::ErrorCode::kConfiguration,
                       folder.string() + tr(" holds more than 100 files: name those of one certificate",
                                            " 中有一百多个文件：请只给出一张证书的文件")};
  }
  if (failure) {
    return base::Error{base::ErrorCode::kConfiguration, folder.string() + " cannot be read: " + failure.message()};
  }
  std::ranges::sort(inside);
  files.insert(files.end(), inside.begin(), inside.end());
  return {};
}

}  // namespace

base::Result<std::vector<PemText>> read_pem_texts(const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> files;
  for (const std::string& path : paths) {
    std::error_code unknown;
    if (path != "-" && std::filesystem::is_directory(path, unknown)) {
      TRY(list_folder(path, files));
    } else {
      files.emplace_back(path);
    }
  }
  std::vector<PemText> texts;
  for (const std::filesystem::path& file : files) {
    TRY_ASSIGN(base::WipedBuffer text, read_input_file(file));
    texts.push_back({file == "-" ? tr("standard input", "标准输入") : file.string(), std::move(text)});
  }
  return texts;
}

base::Result<PemPair> sort_pem(const std::vector<PemText>& texts) {
  Found found = find_all(texts);
  if (found.certificates.empty()) {
    return nothing_there(tr("there is no certificate in what was given", "给出的内容中没有证书"), texts);
  }
  if (found.keys.empty()) {
    return nothing_there(tr("there is no private key in what was given", "给出的内容中没有私钥"), texts);
  }
  const std::vector<std::size_t> leaves = find_leaves(found);
  if (leaves.size() > 1) return several_leaves(found, leaves);
  if (leaves.empty() && found.keys.size() > 1) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       tr("there is more than one private key, in ", "有不止一个私钥，位于 ") + files_of(found.keys) +
                           tr(", and none belongs to a certificate that was given", "，但都不属于给出的证书")};
  }
  const std::size_t leaf = leaves.empty() ? likely_leaf(found.certificates) : leaves.front();
  const Candidate& chosen = found.certificates[leaf];
  PemPair pair;
  if (chosen.certificate) pair.dns_names = chosen.certificate->dns_names();
  for (const KeyCandidate& key : found.keys) {
    const bool fits = leaves.empty() || belongs(key, chosen);
    if (fits && pair.private_key.empty()) append(pair.private_key, key.text);
    if (!fits) pair.left_out.push_back(key.file);
  }
  pair.certificates = in_order(std::move(found.certificates), leaf);
  return pair;
}

base::WipedBuffer to_upload(const PemPair& pair, std::string_view name, std::string_view project,
                            std::string_view chain) {
  JsonWriter json;
  json.text("CertName", name).text("ProjectName", project).text("ChainID", chain);
  json.text("UseWay", "https").begin_object("Rsa");
  json.text("Pubkey", base::as_text(pair.certificates)).text("Prikey", base::as_text(pair.private_key)).end_object();
  return json.finish();
}

void warn_of_other_keys(const PemPair& pair) {
  for (const std::string& file : pair.left_out) {
    print_warning(file + tr(" holds a private key that does not belong to the certificate; it is left out",
                            " 中有一个不属于该证书的私钥，已忽略"));
  }
}

}  // namespace livecert::cli
