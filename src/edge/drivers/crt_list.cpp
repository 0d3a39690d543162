#include "edge/drivers/crt_list.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace livecert::edge {
namespace {

using domain::TlsVersion;

constexpr std::string_view kHeader = "# Written by livecert. Whatever else is put here will be lost.\n";
constexpr std::string_view kSuffix = ".pem";

// The versions in a file name. HAProxy's own words for them are the API's.
constexpr std::array<base::Word<TlsVersion>, 4> kLabels{{
    {TlsVersion::k10, "tls10"},
    {TlsVersion::k11, "tls11"},
    {TlsVersion::k12, "tls12"},
    {TlsVersion::k13, "tls13"},
}};
static_assert(base::has_all_words(kLabels, domain::kNewestTls));

struct Protocols {
  bool http2;
  std::string_view label;
  std::string_view alpn;
};
constexpr std::array kProtocols{
    Protocols{true, "h2", "h2,http/1.1"},
    Protocols{false, "h1", "http/1.1"},
};

template <typename Table, typename Member, typename Value>
const typename Table::value_type* find_row(const Table& table, Member member, const Value& value) {
  const auto* const row = std::ranges::find(table, value, member);
  return row == table.end() ? nullptr : row;
}

// Everything that a file name says about the switches.
struct Label {
  TlsVersion lowest = domain::kOldestTls;
  std::optional<TlsVersion> highest = {};  // nullopt: no limit
  const Protocols* protocols = nullptr;
};

CrtListFile make_file(std::string_view begin, const Label& label) {
  CrtListFile file;
  std::string versions(base::text_of(kLabels, label.lowest));
  file.options = "ssl-min-ver " + std::string(to_text(label.lowest));
  if (label.highest) {
    versions += "-" + std::string(base::text_of(kLabels, *label.highest));
    file.options += " ssl-max-ver " + std::string(to_text(*label.highest));
  }
  file.options += " alpn " + std::string(label.protocols->alpn);
  file.name = std::string(begin) + "." + versions + "." + std::string(label.protocols->label) + std::string(kSuffix);
  return file;
}

// Cuts off the text after the last dot, and returns it; empty when there is no dot.
std::string_view take_last_label(std::string_view& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  const std::string_view last = name.substr(dot + 1);
  name = name.substr(0, dot);
  return last;
}

bool parse_versions(std::string_view text, Label& label) {
  const std::size_t hyphen = text.find('-');
  const auto lowest = base::value_of(kLabels, text.substr(0, hyphen));
  if (!lowest) return false;
  label.lowest = *lowest;
  if (hyphen == std::string_view::npos) return true;
  label.highest = base::value_of(kLabels, text.substr(hyphen + 1));
  return label.highest.has_value();
}

// Takes the next word off a text whose words are separated by single blanks.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

// Takes the next line off the text; nullopt when it has no break, because then it was cut off.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

bool is_domain(std::string_view text) {
  const auto domain = domain::DomainName::parse(text);
  return domain && *domain == text;
}

// The domains of a line that to_line() may have written; none when it has not.
std::vector<std::string> domains_in(std::string_view words, const CrtListFile& file) {
  std::vector<std::string> domains;
  while (!words.empty()) {
    const std::string_view word = take_word(words);
    const bool is_right = is_domain(word) && (file.only_domain.empty() || word == file.only_domain);
    if (!is_right || domains.size() == kNamesInLine) return {};
    domains.emplace_back(word);
  }
  return domains;
}

void read_line(const std::filesystem::path& folder, const std::string& prefix, std::string_view line, CrtList& list) {
  if (!line.starts_with(prefix)) return;
  std::string_view words = line.substr(prefix.size());
  const auto file = parse_crt_list_file(take_word(words));
  if (!file) return;
  const std::string options = "[" + file->options + "] ";
  if (!words.starts_with(options)) return;
  words.remove_prefix(options.size());
  const std::vector<std::string> domains = domains_in(words, *file);
  if (domains.empty() || to_line(folder, *file, domains) != line) return;
  for (const std::string& domain : domains) list.set(domain, file->name);
}

// "FILE:NUMBER [OPTIONS] DOMAIN ...", after the folder.
std::optional<RunningLine> parse_running_line(std::string_view words) {
  const std::string_view begin = take_word(words);
  const std::size_t colon = begin.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  RunningLine line;
  line.file = begin.substr(0, colon);
  const std::string_view digits = begin.substr(colon + 1);
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), line.number);
  if (failure != std::errc() || end != digits.data() + digits.size() || line.number == 0) return std::nullopt;
  if (words.starts_with('[')) {
    const std::size_t close = words.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    words.remove_prefix(std::min(close + 2, words.size()));
  }
  while (!words.empty()) line.domains.emplace_back(take_word(words));
  return line;
}

}  // namespace

CrtListFile make_crt_list_file(const Order& order) {
  const Protocols* const protocols = find_row(kProtocols, &Protocols::http2, order.tls.http2);
  return make_file(order.version.to_string(), {order.tls.min_version, order.tls.max_version, protocols});
}

std::optional<CrtListFile> parse_crt_list_file(std::string_view name) {
  if (!name.ends_with(kSuffix)) return std::nullopt;
  std::string_view begin = name;
  begin.remove_suffix(kSuffix.size());
  Label label;
  label.protocols = find_row(kProtocols, &Protocols::label, take_last_label(begin));
  if (label.protocols == nullptr || !parse_versions(take_last_label(begin), label)) return std::nullopt;
  const auto version = base::CertId::parse(begin);
  const bool is_of_version = version && version->to_string() == begin;
  if (!is_of_version && !is_domain(begin)) return std::nullopt;
  CrtListFile file = make_file(begin, label);
  if (!is_of_version) file.only_domain = begin;
  return file.name == name ? std::optional(std::move(file)) : std::nullopt;
}

std::string to_line(const std::filesystem::path& folder, const CrtListFile& file,
                    std::span<const std::string> domains) {
  std::string line = folder.native() + "/" + file.name + " [" + file.options + "]";
  for (const std::string& domain : domains) line.append(" ").append(domain);
  return line;
}

const std::string* CrtList::file_of(const std::string& domain) const {
  const auto found = files_of_domains_.find(domain);
  return found == files_of_domains_.end() ? nullptr : &found->second->first;
}

void CrtList::set(const std::string& domain, const std::string& file) {
  const auto uses = uses_.try_emplace(file, 0).first;
  ++uses->second;
  erase(domain);
  files_of_domains_.emplace(domain, uses);
}

bool CrtList::erase(const std::string& domain) {
  const auto found = files_of_domains_.find(domain);
  if (found == files_of_domains_.end()) return false;
  if (--found->second->second == 0) uses_.erase(found->second);
  files_of_domains_.erase(found);
  return true;
}

std::size_t CrtList::uses_of(const std::string& file) const {
  const auto found = uses_.find(file);
  return found == uses_.end() ? 0 : found->second;
}

std::map<std::string, std::vector<std::string>> CrtList::by_file() const {
  std::map<std::string, std::vector<std::string>> all;
  for (const auto& [domain, uses] : files_of_domains_) all[uses->first].push_back(domain);
  return all;
}

std::map<std::string_view, std::vector<std::string_view>> CrtList::views_by_file() const {
  std::map<std::string_view, std::vector<std::string_view>> all;
  for (const auto& [domain, uses] : files_of_domains_) all[uses->first].push_back(domain);
  return all;
}

std::vector<std::string> CrtList::domains_of(const std::set<std::string>& files) const {
  std::vector<std::string> domains;
  if (files.empty()) return domains;
  for (const auto& [domain, uses] : files_of_domains_) {
    if (files.contains(uses->first)) domains.push_back(domain);
  }
  return domains;
}

// Without a copy of the names, because the list is written for each change, however long it is.
std::string to_text(const std::filesystem::path& folder, const CrtList& list) {
  std::string text(kHeader);
  for (const auto& [name, domains] : list.views_by_file()) {
    const auto file = parse_crt_list_file(name);
    if (!file) continue;
    const std::string begin = to_line(folder, *file, {});
    for (std::size_t i = 0; i < domains.size(); ++i) {
      if (i % kNamesInLine == 0) text.append(i == 0 ? "" : "\n").append(begin);
      text.append(" ").append(domains[i]);
    }
    text += '\n';
  }
  return text;
}

CrtList parse_crt_list(const std::filesystem::path& folder, std::string_view text) {
  const std::string prefix = folder.string() + "/";
  CrtList list;
  while (const auto line = take_line(text)) read_line(folder, prefix, *line, list);
  return list;
}

std::optional<std::vector<RunningLine>> parse_running_lines(const std::filesystem::path& folder,
                                                            std::string_view answer) {
  const std::string prefix = folder.string() + "/";
  const std::string head = "# " + prefix + "crt-list\n";
  if (!answer.starts_with(head)) return std::nullopt;
  answer.remove_prefix(head.size());
  std::vector<RunningLine> lines;
  while (const auto text = take_line(answer)) {
    if (!text->starts_with(prefix)) continue;
    if (auto line = parse_running_line(text->substr(prefix.size()))) lines.push_back(*std::move(line));
  }
  return lines;
}

}  // namespace livecert::edge
