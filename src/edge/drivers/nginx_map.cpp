#include "edge/drivers/nginx_map.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace livecert::edge {
namespace {

// The names that domain::DomainName::parse() takes. It matches in linear time, because a name matches in one way only.
constexpr std::string_view kShape = R"((?=.{3,60}\z)[a-z0-9](?:-*[a-z0-9])*(?:\.[a-z0-9](?:-*[a-z0-9])*)+\z)";

// nginx has no function that lowers a text. But the keys of a map are compared without regard to case, so one map
// lowers one character; a regular expression hands nine at a time to nine such maps, and seven of those are 63.
constexpr int kCharactersOfPart = 9;
constexpr int kParts = 7;

// nginx has no escape for `$`.
bool can_be_quoted(const std::string& path) {
  return std::ranges::none_of(
      path, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f || c == '$' || c == '"' || c == '\\'; });
}

std::string numbered(std::string_view name, int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) text += std::string(name) + std::to_string(i);
  return text;
}

struct Line {
  std::string key;
  std::string value;
};

std::string block(const std::string& source, const std::string& variable, const std::vector<Line>& lines,
                  const std::string& options = "") {
  std::string text = "map " + source + " " + variable + " {\n" + options;
  for (const Line& line : lines) text += "    " + line.key + " \"" + line.value + "\";\n";
  return text + "}\n";
}

std::string link_block(const std::string& folder) {
  const std::string shape(kShape);
  return block("$ssl_server_name", "$livecert_link",
               {{"default", folder + "/livecert.refused"},
                {"\"~^" + shape + "\"", folder + "/$ssl_server_name.pem"},
                {"\"~*^" + shape + "\"", folder + "/" + numbered("$livecert_part", kParts) + ".pem"}});
}

// The value of a map lasts for the whole handshake: with `root $livecert_link` the link is resolved once, for the
// certificate and the key. Without it, nginx opens the link itself, twice.
std::string certificate_blocks(const std::string& folder) {
  return block(
             "$realpath_root", "$livecert_resolved",
             {{"default", folder + "/livecert.refused"}, {R"("~/\.versions/[a-z0-9.-]+\.pem\z")", "$realpath_root"}}) +
         block(
             "$document_root", "$livecert_certificate",
             {{"default", "$livecert_link"}, {"\"~^\\Q" + folder + R"(/\E[a-z0-9.-]+\.pem\z")", "$livecert_resolved"}});
}

std::string part_block(int part) {
  std::string pattern = "\"~^";
  if (part > 0) pattern += ".{" + std::to_string(part * kCharactersOfPart) + "}";
  pattern += "(.)";
  for (int i = 1; i < kCharactersOfPart; ++i) pattern += "(.)?+";
  return block("$ssl_server_name", "$livecert_part" + std::to_string(part + 1),
               {{"default", ""}, {pattern + "\"", numbered("$livecert_lower", kCharactersOfPart)}});
}

// Volatile, because each part evaluates it again.
std::string lower_block(int place) {
  const std::string captured = "$" + std::to_string(place);
  std::vector<Line> lines{{"default", captured}};
  for (char letter = 'a'; letter <= 'z'; ++letter) lines.push_back({std::string(1, letter), std::string(1, letter)});
  return block(captured, "$livecert_lower" + std::to_string(place), lines, "    volatile;\n");
}

}  // namespace

base::Result<std::string> make_nginx_map(const std::filesystem::path& folder) {
  if (!can_be_quoted(folder.string())) {
    return base::Error{base::ErrorCode::kConfiguration,
                       "directory must be a path without $, quotation marks, backslashes and control characters, "
                       "which nginx cannot express"};
  }
  std::string text = "# Written by livecert. Include it in nginx's http block; do not edit it.\n" +
                     link_block(folder.string()) + certificate_blocks(folder.string());
  for (int part = 0; part < kParts; ++part) text += part_block(part);
  for (int place = 1; place <= kCharactersOfPart; ++place) text += lower_block(place);
  return text;
}

}  // namespace livecert::edge
