#include "api/file_actions.h"

#include <array>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "api/binder.h"
#include "api/upload_files.h"
#include "base/bytes.h"
#include "base/language.h"
#include "base/word.h"
#include "bundle/arrange.h"
#include "x509/pem.h"

namespace livecert::api {
namespace {

namespace json = boost::json;

// The most certificates that are answered when none has its key.
constexpr std::size_t kMaxLoose = 50;
// The most bytes of certificates in the chains of an answer. An issuer is in the chain of each leaf that it issued, so
// that a small upload could ask for a thousand times its size.
constexpr std::size_t kMaxChainBytes = 4UL * 1024 * 1024;

constexpr std::array<base::Word<base::Language>, 2> kLanguages{{
    {base::Language::kEnglish, "en"},
    {base::Language::kChinese, "zh"},
}};
static_assert(base::has_all_words(kLanguages, base::Language::kChinese));

constexpr std::array<base::Word<bundle::About>, 5> kAbouts{{
    {bundle::About::kCertificate, "certificate"},
    {bundle::About::kKey, "key"},
    {bundle::About::kProtected, "protected"},
    {bundle::About::kOther, "other"},
    {bundle::About::kLimit, "limit"},
}};
static_assert(base::has_all_words(kAbouts, bundle::About::kLimit));

constexpr std::array<base::Word<bundle::Lack>, 4> kLacks{{
    {bundle::Lack::kNothing, ""},
    {bundle::Lack::kCertificate, "certificate"},
    {bundle::Lack::kKey, "key"},
    {bundle::Lack::kFittingKey, "fitting-key"},
}};
static_assert(base::has_all_words(kLacks, bundle::Lack::kFittingKey));

constexpr std::array<base::Word<bundle::LeftOut>, 3> kLeftOuts{{
    {bundle::LeftOut::kOtherKey, "other-key"},
    {bundle::LeftOut::kOlderCertificate, "older-certificate"},
    {bundle::LeftOut::kOtherCertificate, "other-certificate"},
}};
static_assert(base::has_all_words(kLeftOuts, bundle::LeftOut::kOtherCertificate));

json::object fault_item(const bundle::Fault& fault, base::Language language) {
  json::object object;
  object["Origin"] = fault.origin;
  object["About"] = base::text_of(kAbouts, fault.about);
  object["Message"] = fault.what.in(language);
  object["Detail"] = fault.detail;
  object["Remedy"] = bundle::remedy_text(fault, language);
  return object;
}

std::string origin_of(const bundle::Contents& contents, const x509::Certificate& certificate) {
  const auto found = std::ranges::find(contents.certificates, certificate, &bundle::FoundCertificate::certificate);
  return found == contents.certificates.end() ? std::string() : found->origin;
}

std::size_t chain_bytes(const std::vector<bundle::Upload>& uploads) {
  std::size_t bytes = 0;
  for (const bundle::Upload& upload : uploads) {
    bytes += upload.leaf.der().size();
    for (const x509::Certificate& issuer : upload.issuers) bytes += issuer.der().size();
  }
  return bytes;
}

json::object upload_item(const bundle::Contents& contents, const bundle::Upload& upload) {
  json::object object;
  object["Leaf"] = base::to_hex(upload.leaf.sha256());
  object["KeyOrigin"] = upload.key_origin;
  json::array chain;
  json::array origins;
  const auto add = [&](const x509::Certificate& certificate) {
    chain.emplace_back(x509::to_pem(certificate));
    origins.emplace_back(origin_of(contents, certificate));
  };
  add(upload.leaf);
  for (const x509::Certificate& issuer : upload.issuers) add(issuer);
  object["Chain"] = std::move(chain);
  object["Origins"] = std::move(origins);
  return object;
}

}  // namespace

base::Result<Output> inspect_upload(service::Services& /*services*/, const service::Context& /*context*/,
                                    const JsonInput& json) {
  const Binder binder(json);
  const UploadFiles files = bind_files(binder);
  const std::string word = binder.optional_string("Language").value_or("en");
  binder.check_one_of("Language", word, base::words_of(kLanguages));
  TRY(binder.finish());
  const base::Language language = base::value_of(kLanguages, word).value_or(base::Language::kEnglish);
  const bundle::Contents contents = files.read();
  const bundle::Arrangement arrangement = bundle::arrange(contents);
  if (chain_bytes(arrangement.uploads) > kMaxChainBytes) {
    return base::Error{base::ErrorCode::kInvalidInput,
                       "Files hold " + std::to_string(arrangement.uploads.size()) +
                           " certificates with their private keys, and their chains are larger than an answer holds (" +
                           std::to_string(kMaxChainBytes) + " bytes): send fewer of them at once"};
  }

  json::object result;
  result["Lack"] = base::text_of(kLacks, arrangement.lack);
  json::array& uploads = result["Uploads"].emplace_array();
  for (const bundle::Upload& upload : arrangement.uploads) uploads.push_back(upload_item(contents, upload));
  json::array& certificates = result["Certificates"].emplace_array();
  for (const bundle::FoundCertificate& each : contents.certificates) {
    json::object item{{"Origin", each.origin}};
    if (arrangement.uploads.empty() && certificates.size() < kMaxLoose)
      item["Certificate"] = x509::to_pem(each.certificate);
    certificates.push_back(std::move(item));
  }
  json::array& keys = result["Keys"].emplace_array();
  for (const bundle::FoundKey& key : contents.keys) keys.push_back(json::object{{"Origin", key.origin}});
  json::array& faults = result["Faults"].emplace_array();
  for (const bundle::Fault& fault : contents.faults) faults.push_back(fault_item(fault, language));
  json::array& left_out = result["LeftOut"].emplace_array();
  for (const bundle::LeftOutItem& item : arrangement.left_out) {
    left_out.push_back(json::object{{"Why", base::text_of(kLeftOuts, item.why)}, {"Origin", item.origin}});
  }
  return Output(std::move(result));
}

}  // namespace livecert::api
