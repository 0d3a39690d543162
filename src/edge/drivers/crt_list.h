#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edge/order.h"

namespace livecert::edge {

// One file of the folder for HAProxy: a version with its switches. All domains with this version and these switches
// share the file, and their names stand together in lines of HAProxy's crt-list. A version belongs to one chain, and a
// chain to one account, so names of different accounts never share a line.
struct CrtListFile {
  std::string name;     // "17645310021.tls12-tls13.h2.pem"
  std::string options;  // "ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.3 alpn h2,http/1.1"
  // Earlier versions of livecert made a file for each domain: "live.example.net.tls12-tls13.h2.pem". Empty: it is none.
  std::string only_domain = {};

  bool operator==(const CrtListFile&) const = default;
};

[[nodiscard]] CrtListFile make_crt_list_file(const Order& order);
// The file of this name; nullopt when livecert makes no such name.
[[nodiscard]] std::optional<CrtListFile> parse_crt_list_file(std::string_view name);

// The most names in one line. HAProxy takes a line with fifty names as fast as one with one, and one name can be taken
// out of it at the price of a line with the others.
inline constexpr std::size_t kNamesInLine = 50;

// "FOLDER/FILE [OPTIONS] DOMAIN DOMAIN ...", without a line break.
[[nodiscard]] std::string to_line(const std::filesystem::path& folder, const CrtListFile& file,
                                  std::span<const std::string> domains);

// The file of each domain.
class CrtList {
 public:
  CrtList() = default;
  CrtList(CrtList&&) = default;
  CrtList& operator=(CrtList&&) = default;

  // nullptr: the domain is not in the list. Valid until the list changes.
  [[nodiscard]] const std::string* file_of(const std::string& domain) const;
  void set(const std::string& domain, const std::string& file);
  // Whether it was there.
  bool erase(const std::string& domain);
  // How many domains have the file.
  [[nodiscard]] std::size_t uses_of(const std::string& file) const;
  [[nodiscard]] std::size_t size() const { return files_of_domains_.size(); }
  // The domains of each file, both in order.
  [[nodiscard]] std::map<std::string, std::vector<std::string>> by_file() const;
  // The same; valid until the list changes.
  [[nodiscard]] std::map<std::string_view, std::vector<std::string_view>> views_by_file() const;
  [[nodiscard]] std::vector<std::string> domains_of(const std::set<std::string>& files) const;

 private:
  using Uses = std::map<std::string, std::size_t>;
  Uses uses_;  // by file; a file name is kept once, however many domains have it
  std::map<std::string, Uses::iterator> files_of_domains_;
};

[[nodiscard]] std::string to_text(const std::filesystem::path& folder, const CrtList& list);
// Skips every line that to_text() would not have written. If a domain has two lines, the last one counts.
[[nodiscard]] CrtList parse_crt_list(const std::filesystem::path& folder, std::string_view text);

// A line as a running HAProxy has it.
struct RunningLine {
  std::string file;          // its name in our folder
  std::uint32_t number = 0;  // HAProxy never gives a number twice; 0: it has not told us
  std::vector<std::string> domains;
};

// Reads the answer to `show ssl crt-list -n`. Skips lines of files that are not in our folder. nullopt: it is no such
// answer.
[[nodiscard]] std::optional<std::vector<RunningLine>> parse_running_lines(const std::filesystem::path& folder,
                                                                          std::string_view answer);

}  // namespace livecert::edge
