#include "cli/idn.h"

#include <algorithm>
#include <idn2.h>
#include <optional>

#include "base/shared_library.h"
#include "cli/language.h"
#include "cli/table.h"

namespace livecert::cli {
namespace {

struct Library {
  decltype(&idn2_to_ascii_8z) to_ascii = nullptr;
  decltype(&idn2_to_unicode_8z8z) to_unicode = nullptr;
  decltype(&idn2_strerror) strerror = nullptr;
  decltype(&idn2_free) free = nullptr;
  bool is_there = false;
};

const Library& library() {
  static const Library loaded = [] {
    Library found;
    void* const handle = base::load_library("libidn2.so.0");
    if (handle == nullptr) return found;
    found.is_there = base::find_function(handle, "idn2_to_ascii_8z", found.to_ascii) &&
                     base::find_function(handle, "idn2_to_unicode_8z8z", found.to_unicode) &&
                     base::find_function(handle, "idn2_strerror", found.strerror) &&
                     base::find_function(handle, "idn2_free", found.free);
    return found;
  }();
  return loaded;
}

bool is_ascii(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// What libidn2 made, in memory of its own.
std::string taken(char* text) {
  std::string copy(text);
  library().free(text);
  return copy;
}

// nullopt: the name has no other form, or not one that leads back to it.
std::optional<std::string> unicode_of(const std::string& name) {
  if (name.find("xn--") == std::string::npos || !library().is_there) return std::nullopt;
  char* text = nullptr;
  if (library().to_unicode(name.c_str(), &text, 0) != IDN2_OK) return std::nullopt;
  std::string unicode = taken(text);
  const auto back = to_ascii_domain(unicode);
  if (unicode == name || !back || *back != name) return std::nullopt;
  return unicode;
}

}  // namespace

base::Result<std::string> to_ascii_domain(const std::string& name) {
  if (is_ascii(name)) return name;
  if (!library().is_there) {
    return base::Error{
        base::ErrorCode::kInvalidInput,
        printable(name) + tr(": names that are not ASCII need libidn2 (apt install libidn2-0). Or write "
                             "the name in its form with xn--",
                             "：非 ASCII 域名需要 libidn2（apt install libidn2-0），也可以写成 xn-- 形式")};
  }
  char* text = nullptr;
  // As browsers do it: case and widths are mapped (UTS 46), and "ß" stays itself.
  const int failure = library().to_ascii(name.c_str(), &text, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (failure == IDN2_OK) return taken(text);
  return base::Error{
      base::ErrorCode::kInvalidInput,
      printable(name) + tr(" is no name of a domain: ", " 不是有效的域名：") + library().strerror(failure)};
}

std::string shown_domain(const std::string& name) {
  const auto unicode = unicode_of(name);
  return printable(name) + (unicode ? " (" + printable(*unicode) + ")" : std::string());
}

CLI::Option* take_domains(CLI::Option* option) {
  return option->transform([](const std::string& word) {
    const auto ascii = to_ascii_domain(word);
    if (!ascii) throw CLI::ValidationError(ascii.error().message);
    return *ascii;
  });
}

}  // namespace livecert::cli
