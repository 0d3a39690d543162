#include <algorithm>
#include <array>
#include <string>

#include "bundle/reader.h"

namespace livecert::bundle {
namespace {

using namespace std::literals;

constexpr std::size_t kMaxPasswordFile = 1024;
constexpr std::size_t kMaxPassword = 256;

// Things that hold certificates or keys and that others have to convert.
struct Foreign {
  std::string_view magic;
  base::Bilingual what;
  base::Bilingual remedy;
};
constexpr base::Bilingual kUseKeytool{
    "Convert it: keytool -importkeystore -srckeystore {} -destkeystore new.p12 -deststoretype PKCS12",
    "请转换：keytool -importkeystore -srckeystore {} -destkeystore new.p12 -deststoretype PKCS12"};
constexpr std::array kForeign{
    Foreign{"\xCE\xCE\xCE\xCE"sv, {"is a Java keystore of the kind JCEKS", "是 JCEKS 类型的 Java 密钥库"}, kUseKeytool},
    Foreign{
        "PuTTY-User-Key-File-"sv,
        {"is a private key in PuTTY's own form", "是 PuTTY 格式的私钥"},
        {"Convert it: puttygen {} -O private-openssh -o key.pem", "请转换：puttygen {} -O private-openssh -o key.pem"}},
    Foreign{"\x1E\xF1\xB5\xB0"sv,
            {"is a private key in Microsoft's form PVK", "是微软 PVK 格式的私钥"},
            {"Convert it: openssl rsa -inform PVK -in {} -out key.pem",
             "请转换：openssl rsa -inform PVK -in {} -out key.pem"}},
    Foreign{"7z\xBC\xAF\x27\x1C"sv, {"is a 7z archive", "是 7z 压缩包"}, {"Unpack it: 7z x {}", "请解包：7z x {}"}},
    Foreign{"Rar!\x1A\x07"sv, {"is a RAR archive", "是 RAR 压缩包"}, {"Unpack it: unrar x {}", "请解包：unrar x {}"}},
    Foreign{"\x1F\x8B"sv,
            {"is compressed with gzip", "经 gzip 压缩"},
            {"Unpack it: tar -xzf {} (or gunzip)", "请解包：tar -xzf {}（或 gunzip）"}},
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

bool speaks_of_a_password(std::string_view origin) {
  const std::string name = base::to_ascii_lower(origin.substr(origin.find_last_of("/ ") + 1));
  constexpr std::array<std::string_view, 4> kWords{"pass", "pwd", "密码", "口令"};
  return std::ranges::any_of(kWords, [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

// A line that is the password, or one that names it before a colon.
void add_line(Reader& reader, std::string_view line) {
  constexpr std::array<std::string_view, 2> kColons{":", "："};
  if (line.empty() || line.size() > kMaxPassword) return;
  reader.add_password(base::as_bytes(line));
  for (const std::string_view colon : kColons) {
    const std::size_t at = line.find(colon);
    if (at == std::string_view::npos) continue;
    const std::string_view value = trimmed(line.substr(at + colon.size()));
    if (!value.empty()) reader.add_password(base::as_bytes(value));
  }
}

struct LockedText {
  base::Bilingual what;
  base::Bilingual remedy;
};

constexpr LockedText closed_text(LockForm form) {
  constexpr base::Bilingual kKey{"[key-encrypted] holds a private key that is protected with a password",
                                 "[key-encrypted] 中的私钥有密码保护"};
  constexpr base::Bilingual kKeyRemedy{
      "Name a file with the password (--password-file), or remove it: openssl pkey -in {} -out plain.pem",
      "请用 --password-file 给出密码文件，或去除密码：openssl pkey -in {} -out plain.pem"};
  switch (form) {
    case LockForm::kPkcs12:
      return {{"is a PKCS#12 file whose password is not known", "是 PKCS#12 文件，密码未知"},
              {"Name a file with the password (--password-file), or convert it: openssl pkcs12 -in {} -nodes -out "
               "all.pem",
               "请用 --password-file 给出密码文件，或转换：openssl pkcs12 -in {} -nodes -out all.pem"}};
    case LockForm::kKeystoreKey:
      return {{"is a Java keystore whose password is not known", "是 Java 密钥库，密码未知"},
              {"Name a file with the password (--password-file), or convert it: keytool -importkeystore -srckeystore "
               "{} -destkeystore new.p12 -deststoretype PKCS12",
               "请用 --password-file 给出密码文件，或转换：keytool -importkeystore -srckeystore {} -destkeystore "
               "new.p12 -deststoretype PKCS12"}};
    case LockForm::kPkcs8Key:
    case LockForm::kPemKey:
      break;
  }
  return {kKey, kKeyRemedy};
}

constexpr LockedText unsupported_text(LockForm form) {
  switch (form) {
    case LockForm::kPkcs12:
      return {{"is a PKCS#12 file that is damaged, or protected in a way that is not known",
               "是 PKCS#12 文件，已损坏或保护方式未知"},
              {"Convert it: openssl pkcs12 -legacy -in {} -nodes -out all.pem",
               "请转换：openssl pkcs12 -legacy -in {} -nodes -out all.pem"}};
    case LockForm::kKeystoreKey:
      return {{"is a Java keystore with a key that is protected in a way that is not known",
               "是 Java 密钥库，其中私钥的保护方式未知"},
              kUseKeytool};
    case LockForm::kPkcs8Key:
    case LockForm::kPemKey:
      break;
  }
  return {{"[key-encrypted] holds a private key that is damaged, or protected in a way that is not known",
           "[key-encrypted] 中的私钥已损坏或保护方式未知"},
          {"Remove the password: openssl pkey -provider legacy -provider default -in {} -out plain.pem",
           "请去除密码：openssl pkey -provider legacy -provider default -in {} -out plain.pem"}};
}

}  // namespace

bool name_foreign(Reader& reader, std::string_view origin, base::ByteView bytes) {
  if (trimmed(base::as_text(bytes)).empty()) {
    reader.add_fault(About::kOther, origin, {"is empty", "是空文件"},
                     {"Name the file that holds the certificate", "请给出含证书的文件"});
    return true;
  }
  const auto* row =
      std::ranges::find_if(kForeign, [&](const Foreign& each) { return base::as_text(bytes).starts_with(each.magic); });
  if (row == kForeign.end()) return false;
  reader.add_fault(About::kOther, origin, row->what, row->remedy);
  return true;
}

void read_password_file(Reader& reader, std::string_view origin, std::string_view text) {
  if (!speaks_of_a_password(origin) || text.size() > kMaxPasswordFile) return;
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    add_line(reader, trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void add_locked_fault(Reader& reader, const Locked& locked, Opening why) {
  const bool is_closed = why == Opening::kWrongPassword;
  const LockedText text = is_closed ? closed_text(locked.form) : unsupported_text(locked.form);
  reader.add_fault(About::kProtected, locked.origin, text.what, text.remedy);
}

}  // namespace livecert::bundle
