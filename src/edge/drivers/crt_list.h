#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "edge/order.h"

namespace livecert::edge {

// One domain for HAProxy: one line of its crt-list. The name of the file holds the switches. So HAProxy takes a file
// with other switches for another certificate, and has the old and the new one side by side while it changes over.
struct CrtListEntry {
  std::string domain;
  std::string file;     // its name in the folder: "live.example.net.tls12-tls13.h2.pem"
  std::string options;  // "ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.3 alpn h2,http/1.1"

  bool operator==(const CrtListEntry&) const = default;
};

[[nodiscard]] CrtListEntry make_crt_list_entry(const Order& order);
// The entry whose file has this name; nullopt when no order makes such a name.
[[nodiscard]] std::optional<CrtListEntry> parse_crt_list_file(std::string_view name);

// The entries of one domain among the names of files.
[[nodiscard]] std::vector<CrtListEntry> entries_of(const std::set<std::string>& files, const std::string& domain);

// "FOLDER/FILE [OPTIONS] DOMAIN", without a line break.
[[nodiscard]] std::string to_line(const std::filesystem::path& folder, const CrtListEntry& entry);

using CrtList = std::map<std::string, CrtListEntry>;  // by domain

[[nodiscard]] std::string to_text(const std::filesystem::path& folder, const CrtList& list);
// Skips every line that to_text() would not have written. If a domain has two lines, the last one counts.
[[nodiscard]] CrtList parse_crt_list(const std::filesystem::path& folder, std::string_view text);

}  // namespace livecert::edge
