// uploader ENDPOINT CA_FILE CREDENTIALS CHAIN KEY KIND
//
// Uploads a chain with its key in a process of its own, so that a test that looks for the key in its own memory never
// held it otherwise. Prints the answer's status and keeps the connection open until it is ended.
//   good          as it is
//   broken-json   with a comma too many behind it
//   wrong-secret  signed with another secret
#include <cstdio>
#include <string>
#include <unistd.h>
#include <vector>

#include "app/command_input.h"
#include "base/time.h"
#include "client/client.h"
#include "client/credentials.h"

namespace {

using namespace livecert;

base::Result<int> upload(const std::vector<std::string>& words) {
  TRY_ASSIGN(signature::Credentials credentials, client::load_credentials_file(words[2]));
  TRY_ASSIGN(const base::WipedBuffer chain, app::read_input_file(words[3]));
  TRY_ASSIGN(const base::WipedBuffer key, app::read_input_file(words[4]));
  if (words[5] == "wrong-secret") credentials.secret = base::SecretBytes::copy_of("wrong");
  app::JsonWriter json;
  json.text("UseWay", "https").begin_object("Rsa");
  json.text("Pubkey", base::as_text(chain)).text("Prikey", base::as_text(key)).end_object();
  base::WipedBuffer body = json.finish();
  if (words[5] == "broken-json") body.push_back(',');

  const base::SystemClock clock;
  static client::Client client({words[0], words[1]}, std::move(credentials), clock);
  TRY_ASSIGN(const http::Response answer, client.call("CreateCert", "2023-01-01", body));
  return answer.status;
}

}  // namespace

int main(int argc, char** argv) {
  const auto status = upload(std::vector<std::string>(argv + 1, argv + argc));
  std::printf("%d\n", status ? *status : 0);
  if (!status) std::printf("%s\n", status.error().message.c_str());
  std::fflush(stdout);
  ::pause();
}
