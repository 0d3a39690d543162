#include "edge/drivers/crt_list.h"

#include <algorithm>
#include <array>
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

// Everything that a file name says.
struct Label {
  TlsVersion lowest = domain::kOldestTls;
  std::optional<TlsVersion> highest = {};  // nullopt: no limit
  const Protocols* protocols = nullptr;
};

CrtListEntry make_entry(std::string domain, const Label& label) {
  CrtListEntry entry{std::move(domain), {}, {}};
  std::string versions(base::text_of(kLabels, label.lowest));
  entry.options = "ssl-min-ver " + std::string(to_text(label.lowest));
  if (label.highest) {
    versions += "-" + std::string(base::text_of(kLabels, *label.highest));
    entry.options += " ssl-max-ver " + std::string(to_text(*label.highest));
  }
  entry.options += " alpn " + std::string(label.protocols->alpn);
  entry.file = entry.domain + "." + versions + "." + std::string(label.protocols->label) + std::string(kSuffix);
  return entry;
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

void append_line(std::string& text, const std::filesystem::path& folder, const CrtListEntry& entry) {
  for (const std::string_view part :
       {std::string_view(folder.native()), std::string_view("/"), std::string_view(entry.file), std::string_view(" ["),
        std::string_view(entry.options), std::string_view("] "), std::string_view(entry.domain)}) {
    text += part;
  }
}

}  // namespace

CrtListEntry make_crt_list_entry(const Order& order) {
  const Protocols* const protocols = find_row(kProtocols, &Protocols::http2, order.tls.http2);
  return make_entry(std::string(order.domain), {order.tls.min_version, order.tls.max_version, protocols});
}

std::optional<CrtListEntry> parse_crt_list_file(std::string_view name) {
  if (!name.ends_with(kSuffix)) return std::nullopt;
  name.remove_suffix(kSuffix.size());
  Label label;
  label.protocols = find_row(kProtocols, &Protocols::label, take_last_label(name));
  if (label.protocols == nullptr || !parse_versions(take_last_label(name), label)) return std::nullopt;
  const auto domain = domain::DomainName::parse(name);
  if (!domain || *domain != name) return std::nullopt;
  return make_entry(std::string(*domain), label);
}

std::vector<CrtListEntry> entries_of(const std::set<std::string>& files, const std::string& domain) {
  const std::string begin = domain + ".";
  std::vector<CrtListEntry> entries;
  for (auto file = files.lower_bound(begin); file != files.end() && file->starts_with(begin); ++file) {
    auto entry = parse_crt_list_file(*file);
    if (entry && entry->domain == domain) entries.push_back(*std::move(entry));
  }
  return entries;
}

std::string to_line(const std::filesystem::path& folder, const CrtListEntry& entry) {
  std::string line;
  append_line(line, folder, entry);
  return line;
}

std::string to_text(const std::filesystem::path& folder, const CrtList& list) {
  std::string text(kHeader);
  for (const auto& [domain, entry] : list) {
    append_line(text, folder, entry);
    text += '\n';
  }
  return text;
}

CrtList parse_crt_list(const std::filesystem::path& folder, std::string_view text) {
  const std::string prefix = folder.string() + "/";
  CrtList list;
  // A last line without its break was cut off.
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    const std::string_view path = line.substr(0, line.find(' '));
    if (!path.starts_with(prefix)) continue;
    const auto entry = parse_crt_list_file(path.substr(prefix.size()));
    if (entry && to_line(folder, *entry) == line) list.insert_or_assign(entry->domain, *entry);
  }
  return list;
}

}  // namespace livecert::edge
