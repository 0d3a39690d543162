// uploader ENDPOINT CA_FILE CREDENTIALS CHAIN KEY KIND
//
// Uploads a chain with its key in a process of its own, so that a test that looks for the key in its own memory never
// held it otherwise. Prints the answer's status and keeps the connection open until it is ended.
//   good          as it is
//   broken-json   with a comma too many behind it
//   wrong-secret  signed with another secret
//   as-…, bare-…, in-…  the key where none belongs, see misplace(); over plain HTTP
#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include "base/time.h"
#include "cli/command_input.h"
#include "client/client.h"
#include "client/credentials.h"
#include "http/uri.h"
#include "integration/raw_connection.h"
#include "signature/sign.h"

namespace {

using namespace livecert;

base::Result<int> upload(const std::vector<std::string>& words) {
  TRY_ASSIGN(client::LoadedCredentials loaded, client::load_credentials_file(words[2]));
  signature::Credentials credentials = std::move(loaded.credentials);
  TRY_ASSIGN(const base::WipedBuffer chain, cli::read_input_file(words[3]));
  TRY_ASSIGN(const base::WipedBuffer key, cli::read_input_file(words[4]));
  if (words[5] == "wrong-secret") credentials.secret = base::SecretBytes::copy_of("wrong");
  cli::JsonWriter json;
  json.text("UseWay", "https").begin_object("Rsa");
  json.text("Pubkey", base::as_text(chain)).text("Prikey", base::as_text(key)).end_object();
  base::WipedBuffer body = json.finish();
  if (words[5] == "broken-json") body.push_back(',');

  const base::SystemClock clock;
  static client::Client client({words[0], words[1]}, std::move(credentials), clock);
  TRY_ASSIGN(const http::Response answer, client.call("CreateCert", "2023-01-01", body));
  return answer.status;
}

std::string without_breaks(const base::WipedBuffer& key) {
  std::string text;
  for (const std::uint8_t byte : key) {
    if (byte != '\n') text += static_cast<char>(byte);
  }
  return text;
}

// The second half of the key's base64 text without its line breaks, or `size` characters of it: what people paste who
// leave out BEGIN and END. The first half is public.
std::string bare(const base::WipedBuffer& key, std::size_t size = std::string::npos) {
  const std::string text = without_breaks(key);
  const std::size_t end = text.find("-----END");
  return text.substr(end / 2, std::min(size, end - end / 2));
}

// `size` characters of the key from a line of which a URL leaves a piece of 32 characters as it is. The test looks for
// such pieces, and by chance every piece of other lines can have a character that a URL escapes.
std::string piece_for_url(const base::WipedBuffer& key, std::size_t size) {
  const std::string text = without_breaks(key);
  const std::size_t begin = text.find("-----", 5) + 5;
  const std::size_t end = text.find("-----END");
  const auto stays = [&](std::size_t at) { return text.find_first_of("+/", at) >= at + 32; };
  // The first seven lines are public.
  for (std::size_t at = begin + std::size_t{7} * 64; at + size <= end; at += 64) {
    if (stays(at) || stays(at + 16) || stays(at + 32)) return text.substr(at, size);
  }
  return {};
}

std::string without_slashes(std::string text) {
  std::erase(text, '/');
  return text;
}

// A request that is signed over its target and body, and then changed.
struct Misplacing {
  std::string method = "POST";
  std::string target = "/?Action=ListCertV2&Version=2023-01-01";
  std::string body = {};
  http::Headers more = {};
  // The part of the Authorization header to replace, and its replacement.
  std::string part = {};
  std::string by = {};
};

std::string object(std::string_view name, std::string_view value, bool in_list = false) {
  cli::JsonWriter json;
  json.text("ChainID", name == "ChainID" ? "" : std::string(32, '0'));
  if (in_list) {
    json.strings(name, {std::string(value)}).number("PageNum", 1).number("PageSize", 1);
  } else {
    json.text(name, value);
  }
  const base::WipedBuffer text = json.finish();
  return std::string(base::as_text(text));
}

std::optional<Misplacing> misplace(const std::string& kind, const base::WipedBuffer& key) {
  const std::string whole(base::as_text(key));
  const std::string_view live = "&Version=2023-01-01";
  const auto with = [&](std::string_view action, std::string body) {
    return Misplacing{.target = ("/?Action=" + std::string(action)).append(live), .body = std::move(body)};
  };
  const auto target = [](std::string text) { return Misplacing{.target = std::move(text)}; };
  const auto header = [&](std::string name) {
    Misplacing request;
    request.more.add(std::move(name), bare(key));
    return request;
  };
  const auto claim = [&](std::string part, std::string by) {
    return Misplacing{.part = std::move(part), .by = std::move(by)};
  };
  if (kind == "as-chain-id") return with("DeleteCert", object("ChainID", whole));
  if (kind == "as-domain") return with("BindCert", object("Domain", whole));
  if (kind == "as-name") return with("ListCertV2", object("CertName", whole));
  if (kind == "as-unknown-member") return with("ListCertV2", object("PrivateKey", whole));
  if (kind == "as-member-name") return with("ListCertV2", object(bare(key), "x"));
  if (kind == "as-list-item") return with("ListDomainDetail", object("DomainNameList", whole, true));
  if (kind == "bare-as-chain-id") return with("DeleteCert", object("ChainID", bare(key)));
  if (kind == "bare-as-domain") return with("BindCert", object("Domain", bare(key)));
  if (kind == "bare-as-name-filter") return with("ListCertV2", object("CertName", bare(key, 200)));
  if (kind == "bare-as-project") return with("ListCertV2", object("ProjectName", bare(key)));
  if (kind == "bare-in-list") return with("ListDomainDetail", object("VhostList", bare(key), true));
  if (kind == "in-query")
    return target("/?Action=ListCertV2&Version=2023-01-01&Key=" + http::percent_encode(bare(key)));
  if (kind == "in-query-of-get") {
    Misplacing request =
        target("/?Action=ListCertV2&Version=2023-01-01&CertName=" + http::percent_encode(piece_for_url(key, 200)));
    request.method = "GET";
    return request;
  }
  if (kind == "as-action") return target("/?Action=" + http::percent_encode(bare(key)) + "&Version=2023-01-01");
  if (kind == "in-path") return target("/" + http::percent_encode(bare(key)));
  if (kind == "in-header") return header("X-Note");
  if (kind == "as-session-token") return header("X-Security-Token");
  if (kind == "as-access-key") return claim("Credential=", "Credential=" + without_slashes(bare(key)));
  if (kind == "as-signed-headers") return claim("SignedHeaders=", "SignedHeaders=" + bare(key, 200) + ";");
  if (kind == "as-signature") return claim("Signature=", "Signature=" + bare(key, 200));
  if (kind == "as-service") return claim("/live/", "/" + without_slashes(bare(key)) + "/");
  return std::nullopt;
}

base::Result<int> send(const Misplacing& request, const std::string& endpoint,
                       const signature::Credentials& credentials) {
  const std::string host = endpoint.substr(std::string_view("http://").size());
  const signature::Unsigned signed_part{request.method, request.target, host, "application/json",
                                        base::as_bytes(request.body)};
  const http::Headers headers =
      signature::sign(signed_part, credentials, base::SystemClock().now(), "cn-north-1", "live");
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: " + host +
                     "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(request.body.size()) +
                     "\r\n";
  for (const auto* part : {&headers.fields(), &request.more.fields()}) {
    for (const http::Header& header : *part) {
      std::string value = header.value;
      if (header.name == "Authorization" && !request.part.empty()) {
        value.replace(value.find(request.part), request.part.size(), request.by);
      }
      text += header.name + ": " + value + "\r\n";
    }
  }
  static test::RawConnection connection(host);
  return connection.ask(text + "\r\n" + request.body).status;
}

base::Result<int> run(const std::vector<std::string>& words) {
  TRY_ASSIGN(const base::WipedBuffer key, cli::read_input_file(words[4]));
  const auto misplacing = misplace(words[5], key);
  if (!misplacing) return upload(words);
  TRY_ASSIGN(const client::LoadedCredentials loaded, client::load_credentials_file(words[2]));
  return send(*misplacing, words[0], loaded.credentials);
}

}  // namespace

int main(int argc, char** argv) {
  const auto status = run(std::vector<std::string>(argv + 1, argv + argc));
  std::printf("%d\n", status ? *status : 0);
  if (!status) std::printf("%s\n", status.error().message.c_str());
  std::fflush(stdout);
  ::pause();
}
