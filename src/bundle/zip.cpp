#include <archive.h>
#include <archive_entry.h>
#include <array>
#include <memory>
#include <sys/stat.h>

#include "base/shared_library.h"
#include "base/utf8.h"
#include "bundle/reader.h"

namespace livecert::bundle {
namespace {

// libarchive, which Debian maintains. It is loaded for the first archive and only then: it brings an XML parser and
// tables of characters, which the server shall not hold.
struct Library {
  decltype(&archive_read_new) create;
  decltype(&archive_read_free) destroy;
  decltype(&archive_read_support_format_zip) take_zip;
  decltype(&archive_read_open_memory) open;
  decltype(&archive_read_next_header) next;
  decltype(&archive_read_data) read;
  decltype(&archive_entry_pathname) name;
  decltype(&archive_entry_filetype) type;
  decltype(&archive_entry_is_data_encrypted) is_encrypted;
  bool is_there = false;
};

Library load() {
  Library library{};
  void* handle = base::load_library("libarchive.so.13");
  if (handle == nullptr) return library;
  library.is_there = base::find_function(handle, "archive_read_new", library.create) &&
                     base::find_function(handle, "archive_read_free", library.destroy) &&
                     base::find_function(handle, "archive_read_support_format_zip", library.take_zip) &&
                     base::find_function(handle, "archive_read_open_memory", library.open) &&
                     base::find_function(handle, "archive_read_next_header", library.next) &&
                     base::find_function(handle, "archive_read_data", library.read) &&
                     base::find_function(handle, "archive_entry_pathname", library.name) &&
                     base::find_function(handle, "archive_entry_filetype", library.type) &&
                     base::find_function(handle, "archive_entry_is_data_encrypted", library.is_encrypted);
  return library;
}

const Library& library() {
  static const Library loaded = load();
  return loaded;
}

struct CloseArchive {
  void operator()(archive* opened) const { library().destroy(opened); }
};
using OwnedArchive = std::unique_ptr<archive, CloseArchive>;

// The name after the archive's; one in another encoding than UTF-8 is replaced, for it is only for messages.
std::string member_name(std::string_view origin, archive_entry* entry) {
  const char* name = library().name(entry);
  std::string text(name == nullptr ? "?" : name);
  for (char& c : text) {
    const bool is_plain = static_cast<unsigned char>(c) < 0x80;
    if (!is_plain && !base::is_utf8(base::as_bytes(name))) c = '?';
  }
  return std::string(origin) + ": " + text;
}

// Reads a member within the bounds; false, with a fault, when it is too large or damaged.
bool read_member(Reader& reader, archive* opened, const std::string& name, base::WipedBuffer& content) {
  std::array<std::uint8_t, 16384> piece{};
  while (true) {
    const la_ssize_t length = library().read(opened, piece.data(), piece.size());
    if (length == 0) return true;
    if (length < 0) {
      reader.add_fault(About::kOther, name,
                       {"is damaged, or packed in a way that is not known", "已损坏或压缩方式未知"},
                       {"Unpack the archive: unzip {}", "请解包：unzip {}"});
      return false;
    }
    content.insert(content.end(), piece.begin(), piece.begin() + length);
    base::wipe(piece.data(), piece.size());
    if (content.size() > kMaxSourceBytes) {
      return reader.take_member(name, kMaxUnpackedBytes + 1);
    }
  }
}

void read_members(Reader& reader, std::string_view origin, archive* opened, int depth) {
  archive_entry* entry = nullptr;
  int status = ARCHIVE_OK;
  while ((status = library().next(opened, &entry)) == ARCHIVE_OK || status == ARCHIVE_WARN) {
    const std::string name = member_name(origin, entry);
    if (!reader.take_member(name, 0)) return;
    if (library().type(entry) != S_IFREG) continue;
    if (library().is_encrypted(entry) != 0) {
      reader.add_fault(About::kProtected, origin, {"is an archive with a password", "是加密的压缩包"},
                       {"Unpack it: unzip {}", "请解包：unzip {}"});
      return;
    }
    base::WipedBuffer content;
    if (!read_member(reader, opened, name, content)) return;
    if (!reader.take_member(name, content.size())) return;
    reader.read(name, content, depth + 1);
  }
  if (status != ARCHIVE_EOF) {
    reader.add_fault(About::kOther, origin, {"is a zip archive that is damaged", "是已损坏的 zip 压缩包"},
                     {"Get it again, or unpack it: unzip {}", "请重新获取，或先解包：unzip {}"});
  }
}

}  // namespace

void read_zip(Reader& reader, std::string_view origin, base::ByteView bytes, int depth) {
  if (!library().is_there) {
    reader.add_fault(
        About::kOther, origin,
        {"is a zip archive, for which this machine has no libarchive", "是 zip 压缩包，但本机没有 libarchive"},
        {"Install the package libarchive13, or unpack it: unzip {}", "请安装 libarchive13 软件包，或先解包：unzip {}"});
    return;
  }
  const OwnedArchive opened(library().create());
  if (!opened || library().take_zip(opened.get()) < ARCHIVE_WARN ||
      library().open(opened.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    reader.add_fault(About::kOther, origin, {"is a zip archive that is damaged", "是已损坏的 zip 压缩包"},
                     {"Get it again, or unpack it: unzip {}", "请重新获取，或先解包：unzip {}"});
    return;
  }
  read_members(reader, origin, opened.get(), depth);
}

}  // namespace livecert::bundle
