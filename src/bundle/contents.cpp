#include "bundle/contents.h"

namespace livecert::bundle {
namespace {

// The file on disk: what comes before the name of an archive's member.
std::string file_of(const std::string& origin) {
  return origin.substr(0, origin.find(": "));
}

std::string quoted(const std::string& name) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./=+,@%^";
  if (!name.empty() && name.find_first_not_of(kPlain) == std::string::npos) return name;
  std::string text = "'";
  for (const char c : name) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

std::string remedy_text(const Fault& fault, base::Language language) {
  std::string text(fault.remedy.in(language));
  const std::size_t at = text.find("{}");
  if (at != std::string::npos) text.replace(at, 2, quoted(file_of(fault.origin)));
  return text;
}

}  // namespace livecert::bundle
