#include "cli/upload_files.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>

#include "base/join.h"
#include "bundle/read.h"
#include "cli/command_input.h"
#include "cli/command_output.h"
#include "cli/language.h"
#include "cli/table.h"

namespace livecert::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 1000;
constexpr std::size_t kMaxTotal = std::size_t{64} << 20;  // of all files, since they are in memory together
constexpr int kMaxFolders = 4;                            // one within another
constexpr std::size_t kMaxPassword = 1024;

// The entries of a folder in the order of their names, without hidden ones.
base::Result<std::vector<fs::path>> entries_of(const fs::path& folder) {
  std::vector<fs::path> inside;
  std::error_code failure;
  for (fs::directory_iterator each(folder, failure), end; !failure && each != end; each.increment(failure)) {
    if (!each->path().filename().string().starts_with('.')) inside.push_back(each->path());
  }
  if (failure) {
    return base::Error{base::ErrorCode::kConfiguration,
                       folder.string() + tr(" cannot be read: ", " 无法读取：") + failure.message()};
  }
  std::ranges::sort(inside);
  return inside;
}

// Puts the files of a folder at the end of `files`. Skips what is too large for a certificate or a key.
base::Result<void> list_folder(const fs::path& folder, int level, std::vector<fs::path>& files) {
  TRY_ASSIGN(const std::vector<fs::path> inside, entries_of(folder));
  for (const fs::path& each : inside) {
    std::error_code unknown;
    const bool is_folder = fs::is_directory(each, unknown) && !fs::is_symlink(each, unknown);
    if (is_folder && level < kMaxFolders) TRY(list_folder(each, level + 1, files));
    if (!fs::is_regular_file(each, unknown) || fs::file_size(each, unknown) > bundle::kMaxSourceBytes) continue;
    files.push_back(each);
    if (files.size() <= kMaxFiles) continue;
    return base::Error{base::ErrorCode::kConfiguration,
                       folder.string() + tr(" holds more than 1000 files: name those of the certificates",
                                            " 中有一千多个文件：请只给出证书的文件")};
  }
  return {};
}

// The lines of the file, each a password.
base::Result<std::vector<base::SecretBytes>> read_passwords(const std::string& file) {
  std::vector<base::SecretBytes> passwords;
  if (file.empty()) return passwords;
  TRY_ASSIGN(const base::WipedBuffer content, read_input_file(file));
  std::string_view rest = base::as_text(content);
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && line.size() <= kMaxPassword) passwords.push_back(base::SecretBytes::copy_of(line));
  }
  return passwords;
}

std::optional<base::SecretBytes> ask_password(const std::string& origin, int attempt) {
  return ask_secret((attempt == 1 ? std::string() : tr("That is not the password. ", "密码不正确。")) +
                    tr("Password of ", "请输入密码（") + printable(origin) + tr(": ", "）："));
}

// "a.pfx is a PKCS#12 file …. Convert it: …".
std::string fault_text(const bundle::Fault& fault) {
  const std::string what = printable(fault.origin) + " " + std::string(fault.what.in(language()));
  if (!fault.detail.empty()) return what + tr(": ", "：") + printable(fault.detail);
  return what + tr(". ", "。") + printable(bundle::remedy_text(fault, language()));
}

using Faults = std::vector<bundle::Fault>;

base::Error refused(std::string message, const Faults& faults) {
  for (const bundle::Fault& fault : faults) message += "\n  " + fault_text(fault);
  return {base::ErrorCode::kInvalidInput, std::move(message)};
}

Faults only(const Faults& faults, std::initializer_list<bundle::About> kinds) {
  Faults selected;
  std::ranges::copy_if(faults, std::back_inserter(selected),
                       [&](const bundle::Fault& each) { return std::ranges::find(kinds, each.about) != kinds.end(); });
  return selected;
}

// The faults without which nothing can be sent. A key that cannot be read matters only if no other one fits.
std::optional<base::Error> refuse_unreadable(const bundle::Contents& contents) {
  using enum bundle::About;
  const bool is_complete = bundle::is_complete(contents);
  const Faults faults = is_complete ? only(contents.faults, {kCertificate, kLimit})
                                    : only(contents.faults, {kCertificate, kLimit, kKey, kProtected});
  if (faults.empty()) return std::nullopt;
  return refused(tr("nothing was sent, for some of what was given cannot be read:",
                    "给出的内容中有无法读取的部分，没有发送任何内容："),
                 faults);
}

// "a.pem, b.pem", each once.
std::string key_files(const bundle::Contents& contents) {
  std::vector<std::string> files;
  for (const bundle::FoundKey& key : contents.keys) {
    if (std::ranges::find(files, key.origin) == files.end()) files.push_back(printable(key.origin));
  }
  return base::join(files, ", ");
}

base::Error lacking(bundle::Lack lack, const bundle::Contents& contents) {
  switch (lack) {
    case bundle::Lack::kCertificate:
      return refused(tr("there is no certificate in what was given", "给出的内容中没有证书"), contents.faults);
    case bundle::Lack::kKey:
      return refused(tr("there is no private key in what was given", "给出的内容中没有私钥"), contents.faults);
    case bundle::Lack::kFittingKey:
    case bundle::Lack::kNothing:
      break;
  }
  return refused(tr("there is more than one private key, in ", "有不止一个私钥，位于 ") + key_files(contents) +
                     tr(", and none belongs to a certificate that was given", "，但都不属于给出的证书"),
                 {});
}

base::Error several(const std::vector<bundle::Upload>& uploads) {
  std::string message =
      tr("there is more than one certificate with its key. Name the files of one, or use "
         "`cert create --all` to upload each:",
         "有不止一张证书带有自己的私钥。请只给出其中一张的文件，或用 `cert create --all` 逐一上传：");
  for (const bundle::Upload& upload : uploads) {
    message += "\n  " + name_of(upload) + "  " + upload.leaf.key_text() + "  " + printable(upload.leaf_origin);
  }
  return {base::ErrorCode::kInvalidInput, std::move(message)};
}

// The time of the last change of the file that it came from; nullopt for standard input and the like.
std::optional<fs::file_time_type> changed_at(const std::string& origin) {
  std::error_code unknown;
  const auto changed = fs::last_write_time(fs::path(origin.substr(0, origin.find(": "))), unknown);
  return unknown ? std::nullopt : std::optional(changed);
}

// A renewal may be in a file whose password is not known, while a complete pair beside it is the former one. Sending
// that pair would look like a renewal.
std::optional<base::Error> refuse_former(const bundle::Contents& contents, const std::vector<bundle::Upload>& uploads) {
  constexpr auto kOneRun = std::chrono::minutes(10);  // in which a client writes all files of a certificate
  using enum bundle::About;
  const Faults unread = only(contents.faults, {kProtected, kKey});
  if (unread.empty()) return std::nullopt;
  const std::string advice = tr("Give the password (--password-file), or name the files of that pair alone to send it:",
                                "请给出密码（--password-file）；如确实要发送该证书，请只给出它的文件：");
  const std::vector<std::string> newer = bundle::newer_without_key(contents, uploads);
  if (!newer.empty()) {
    return refused(printable(newer.front()) +
                       tr(" is newer than the certificate whose key can be read, and nothing was sent. ",
                          " 比私钥可读的那张证书更新，没有发送任何内容。") +
                       advice,
                   unread);
  }
  for (const bundle::Fault& fault : only(unread, {kProtected})) {
    const auto changed = changed_at(fault.origin);
    const bool is_newest = changed && std::ranges::all_of(uploads, [&](const bundle::Upload& upload) {
                             const auto leaf = changed_at(upload.leaf_origin);
                             const auto key = changed_at(upload.key_origin);
                             return leaf && key && *changed - std::max(*leaf, *key) > kOneRun;
                           });
    if (!is_newest) continue;
    return refused(
        printable(fault.origin) +
            tr(" was written after the files that can be read, so it may hold the renewal; nothing was sent. ",
               " 的写入时间晚于其他可读的文件，可能是续期后的证书，没有发送任何内容。") +
            advice,
        {fault});
  }
  return std::nullopt;
}

void warn_of_left_out(const bundle::Contents& contents, const bundle::Arrangement& arrangement) {
  for (const bundle::LeftOutItem& item : arrangement.left_out) {
    const std::string why =
        item.why == bundle::LeftOut::kOtherKey
            ? tr(" holds a private key that does not belong to the certificate; it is left out",
                 " 中有一个不属于该证书的私钥，已忽略")
        : item.why == bundle::LeftOut::kOlderCertificate
            ? tr(" holds an older certificate for the same names; it is left out", " 中有同名的旧证书，已忽略")
            : tr(" holds a certificate that is no part of the chain and has no key here; it is left out",
                 " 中有一张不属于该证书链、也没有私钥的证书，已忽略");
    print_warning(printable(item.origin) + why);
  }
  for (const bundle::Fault& fault : contents.faults) {
    if (fault.about != bundle::About::kOther) print_warning(fault_text(fault));
  }
}

}  // namespace

CLI::App& UploadFiles::add_to(CLI::App& command) {
  command.add_option("paths", paths,
                     tr("Files or folders with leaf, chain and key in any order: PEM, DER, PKCS#7, PKCS#12, Java "
                        "keystore, zip; - for standard input",
                        "含叶证书、证书链与私钥的文件或目录，顺序不限：PEM、DER、PKCS#7、PKCS#12、Java 密钥库、zip；- "
                        "表示标准输入"));
  command.add_option("--password-file", password_file,
                     tr("File with the password of a protected key or keystore; else the terminal asks",
                        "含密码的文件，用于有密码保护的私钥或密钥库；默认在终端询问"));
  return command;
}

base::Result<std::vector<bundle::Source>> read_sources(const std::vector<std::string>& paths) {
  std::vector<fs::path> files;
  for (const std::string& path : paths) {
    std::error_code unknown;
    if (path != "-" && fs::is_directory(path, unknown)) {
      TRY(list_folder(path, 1, files));
    } else {
      files.emplace_back(path);
    }
  }
  std::vector<bundle::Source> sources;
  std::size_t total = 0;
  for (const fs::path& file : files) {
    TRY_ASSIGN(base::WipedBuffer content, read_input_file(file));
    total += content.size();
    if (total > kMaxTotal) {
      return base::Error{base::ErrorCode::kConfiguration,
                         tr("these files hold more than 64 MiB together: name those of the certificates",
                            "这些文件合计超过 64 MiB：请只给出证书的文件")};
    }
    sources.push_back({file == "-" ? tr("standard input", "标准输入") : file.string(), std::move(content)});
  }
  return sources;
}

base::Result<std::vector<bundle::Upload>> read_uploads(const UploadFiles& files, bool all) {
  if (files.paths.empty()) {
    return base::Error{
        base::ErrorCode::kConfiguration,
        tr("name the files of the certificate and its key, or their folder", "请给出证书与私钥的文件或目录")};
  }
  bundle::Passwords passwords;
  TRY_ASSIGN(passwords.known, read_passwords(files.password_file));
  passwords.ask = ask_password;
  TRY_ASSIGN(const std::vector<bundle::Source> sources, read_sources(files.paths));
  const bundle::Contents contents = bundle::read(sources, passwords);
  if (auto error = refuse_unreadable(contents)) return *std::move(error);
  bundle::Arrangement arrangement = bundle::arrange(contents);
  if (arrangement.lack != bundle::Lack::kNothing) return lacking(arrangement.lack, contents);
  if (arrangement.uploads.size() > 1 && !all) return several(arrangement.uploads);
  if (auto error = refuse_former(contents, arrangement.uploads)) return *std::move(error);
  warn_of_left_out(contents, arrangement);
  return std::move(arrangement.uploads);
}

base::Result<bundle::Upload> read_upload(const UploadFiles& files) {
  TRY_ASSIGN(std::vector<bundle::Upload> uploads, read_uploads(files, false));
  return std::move(uploads.front());
}

base::WipedBuffer to_request(const bundle::Upload& upload, std::string_view name, std::string_view project,
                             std::string_view chain) {
  const base::WipedBuffer certificates = upload.certificates_pem();
  JsonWriter json;
  json.text("CertName", name).text("ProjectName", project).text("ChainID", chain);
  json.text("UseWay", "https").begin_object("Rsa");
  json.text("Pubkey", base::as_text(certificates)).text("Prikey", base::as_text(upload.private_key)).end_object();
  return json.finish();
}

std::string name_of(const bundle::Upload& upload) {
  const x509::Certificate& leaf = upload.leaf;
  if (!leaf.dns_names().empty()) return printable(leaf.dns_names().front());
  return printable(leaf.ip_addresses().empty() ? leaf.subject_text() : leaf.ip_addresses().front());
}

}  // namespace livecert::cli
