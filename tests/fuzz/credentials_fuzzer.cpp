#include <cstddef>
#include <cstdint>
#include <string>

#include <boost/json.hpp>

#include "base/check.h"
#include "client/credentials.h"
#include "fuzz/memory_file.h"

// A credentials file, such as the first start writes: the credentials that are read are the ones in the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace livecert;
  namespace json = boost::json;
  const base::ByteView bytes(data, size);
  const fuzz::MemoryFile file(bytes);
  const auto loaded = client::load_credentials_file(file.path());
  if (!loaded) {
    LIVECERT_CHECK(loaded.error().code == base::ErrorCode::kConfiguration);
    LIVECERT_CHECK(loaded.error().message.find(file.path()) != std::string::npos);
    return 0;
  }
  const signature::Credentials* const credentials = &loaded->credentials;
  const json::object object = json::parse(base::as_text(bytes)).as_object();
  LIVECERT_CHECK(!credentials->access_key_id.empty() &&
                 credentials->access_key_id == object.at("AccessKeyId").as_string());
  LIVECERT_CHECK(!credentials->secret.empty() && base::as_text(credentials->secret.reveal(base::SecretAccess())) ==
                                                     std::string_view(object.at("SecretAccessKey").as_string()));
  LIVECERT_CHECK(!credentials->session_token || *credentials->session_token == object.at("SessionToken").as_string());
  return 0;
}
