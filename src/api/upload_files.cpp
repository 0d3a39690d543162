#include "api/upload_files.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/language.h"
#include "bundle/arrange.h"
#include "crypto/secret_base64.h"

namespace livecert::api {
namespace {

constexpr std::size_t kMaxFileName = 255;   // in characters
constexpr std::size_t kMaxPassword = 1024;  // in characters

UploadFiles bind_items(const Binder& binder, const std::vector<Binder>& items) {
  UploadFiles files;
  const std::string password = binder.optional_string("Password").value_or("");
  binder.check_length("Password", password, 0, kMaxPassword);
  if (!password.empty()) files.passwords.known.push_back(base::SecretBytes::copy_of(password));
  for (const Binder& item : items) {
    bundle::Source source{item.required_string("Name"), {}};
    item.check_length("Name", source.name, 0, kMaxFileName);
    auto content = crypto::parse_secret_base64(item.required_text("Data"));
    if (!content) item.unbindable("Data", "must be base64 with padding");
    if (content) source.content = *std::move(content);
    files.sources.push_back(std::move(source));
  }
  return files;
}

std::string text_of(const bundle::Fault& fault) {
  std::string text = fault.origin + " " + std::string(fault.what.english);
  if (!fault.detail.empty()) return text + ": " + fault.detail;
  return text + ". " + bundle::remedy_text(fault, base::Language::kEnglish);
}

base::Error nothing_complete(const bundle::Contents& contents) {
  std::string message = "Files hold no certificate with its private key";
  const auto reason = std::ranges::find_if(
      contents.faults, [](const bundle::Fault& fault) { return fault.about != bundle::About::kOther; });
  if (reason != contents.faults.end()) message += "; " + text_of(*reason);
  return {base::ErrorCode::kInvalidInput, std::move(message)};
}

base::Result<bundle::Upload> choose(const bundle::Contents& contents, const std::optional<std::string>& leaf) {
  bundle::Arrangement arrangement = bundle::arrange(contents);
  std::vector<bundle::Upload>& uploads = arrangement.uploads;
  if (uploads.empty()) return nothing_complete(contents);
  if (!leaf && uploads.size() == 1) return std::move(uploads.front());
  if (!leaf) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       "Files hold " + std::to_string(uploads.size()) +
                           " certificates with their private keys: name one in Leaf by its SHA-256"};
  }
  const auto found = std::ranges::find_if(uploads, [&](const bundle::Upload& each) {
    return base::equals_ignoring_ascii_case(base::to_hex(each.leaf.sha256()), *leaf);
  });
  if (found != uploads.end()) return std::move(*found);
  return base::Error{base::ErrorCode::kInvalidInput,
                     "Files hold no certificate with the SHA-256 of Leaf and its private key"};
}

}  // namespace

bundle::Contents UploadFiles::read() const {
  // A fifth of what a command may spend: some second.
  constexpr bundle::Bounds kBounds{.takes_archives = false, .rounds = 1'200'000};
  return bundle::read(sources, passwords, kBounds);
}

UploadFiles bind_files(const Binder& binder) {
  return bind_items(binder, binder.required_objects("Files", {1, kMaxFiles}));
}

base::Result<UploadInput> bind_upload_or_files(const Binder& binder) {
  const std::vector<Binder> items = binder.optional_objects("Files", {1, kMaxFiles});
  if (items.empty()) {
    UploadInput input = bind_upload(binder);
    TRY(binder.finish());
    return input;
  }
  UploadInput input = bind_upload_target(binder);
  if (binder.optional_object("Rsa")) binder.unbindable("Rsa", "cannot stand beside Files");
  const UploadFiles files = bind_items(binder, items);
  const auto leaf = binder.optional_string("Leaf");
  TRY(binder.finish());
  TRY_ASSIGN(bundle::Upload chosen, choose(files.read(), leaf));
  input.certificates = chosen.certificates_pem();
  input.private_key = std::move(chosen.private_key);
  input.cert.certificates_pem = base::as_text(input.certificates);
  input.cert.private_key_pem = base::as_text(input.private_key);
  return input;
}

}  // namespace livecert::api
