#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "x509/corpus.h"
#include "x509/openssl_owner.h"
#include "x509/signing_key.h"

namespace livecert::x509 {
namespace {

using OwnedTlsContext = Owned<SSL_CTX, SSL_CTX_free>;
using OwnedTls = Owned<SSL, SSL_free>;

OwnedCertificate to_openssl(const Certificate& certificate) {
  const unsigned char* position = certificate.der().data();
  return OwnedCertificate(d2i_X509(nullptr, &position, static_cast<long>(certificate.der().size())));
}

std::string openssl_error() {
  std::string text;
  while (const unsigned long code = ERR_get_error()) text += std::string(ERR_error_string(code, nullptr)) + "; ";
  return text;
}

OwnedTlsContext make_server(const AcceptedChain& chain) {
  OwnedTlsContext context(SSL_CTX_new(TLS_server_method()));
  const OwnedKey key = to_signing_key(chain.key, base::SecretAccess());
  EXPECT_EQ(SSL_CTX_use_certificate(context.get(), to_openssl(chain.certificates.front()).get()), 1);
  EXPECT_EQ(SSL_CTX_use_PrivateKey(context.get(), key.get()), 1);
  EXPECT_EQ(SSL_CTX_check_private_key(context.get()), 1);
  for (std::size_t i = 1; i < chain.certificates.size(); ++i) {
    EXPECT_EQ(SSL_CTX_add1_chain_cert(context.get(), to_openssl(chain.certificates[i]).get()), 1);
  }
  return context;
}

// The end of the accepted chain: its root, otherwise its last certificate. After a root there are only certificates
// that were not needed.
const Certificate& end_of(const AcceptedChain& chain) {
  const auto root = std::ranges::find_if(chain.certificates, &Certificate::is_self_issued);
  return root != chain.certificates.end() ? *root : chain.certificates.back();
}

bool warns_of(const AcceptedChain& chain, const std::string& id) {
  return std::ranges::any_of(chain.warnings, [&](const std::string& warning) { return warning.starts_with(id); });
}

// Whether the warnings include a reason for which OpenSSL's clients refuse the chain.
bool warns_of_openssl(const AcceptedChain& chain) {
  return warns_of(chain, "[issuer-key-id-differs]") || warns_of(chain, "[issuer-any-purpose-only]") ||
         warns_of(chain, "[leaf-netscape-type]");
}

// The certificates that clients may trust: the roots that the case knows and, if none of them is reached, the end of
// the chain.
std::vector<Certificate> trusted_by_clients(const CorpusCase& upload, const AcceptedChain& chain) {
  std::vector<Certificate> trusted = upload.known;
  trusted.insert(trusted.end(), upload.required.begin(), upload.required.end());
  for (const Certificate& each : upload.issuers) {
    if (each.is_self_issued()) trusted.push_back(each);
  }
  if (trusted.empty() || warns_of(chain, "[chain-incomplete]")) trusted.push_back(end_of(chain));
  return trusted;
}

// A client that trusts one certificate: of several roots with one name, OpenSSL tries only one.
OwnedTlsContext make_client(const CorpusCase& upload, const AcceptedChain& chain, const Certificate& trusted) {
  OwnedTlsContext context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), to_openssl(trusted).get());
  X509_VERIFY_PARAM* parameters = SSL_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  base::Time when = upload.now;
  for (const Certificate& each : chain.certificates) {
    if (each.not_before() > when) when = each.not_before();  // accepted with a warning: works once it is valid
  }
  X509_VERIFY_PARAM_set_time(parameters, base::to_unix_seconds(when));
  return context;
}

std::string host_for(const Certificate& leaf) {
  const std::string& name = leaf.dns_names().front();
  return name.starts_with("*") ? "www" + name.substr(1) : name;
}

// Empty when both sides finish; otherwise the failure.
std::string shake_hands(SSL_CTX* server_context, SSL_CTX* client_context, const std::string& host) {
  const OwnedTls server(SSL_new(server_context));
  const OwnedTls client(SSL_new(client_context));
  BIO* server_side = nullptr;
  BIO* client_side = nullptr;
  BIO_new_bio_pair(&server_side, 65536, &client_side, 65536);
  SSL_set_bio(server.get(), server_side, server_side);
  SSL_set_bio(client.get(), client_side, client_side);
  SSL_set_accept_state(server.get());
  SSL_set_connect_state(client.get());
  std::string server_name = host;
  SSL_ctrl(client.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, server_name.data());
  SSL_set1_host(client.get(), host.c_str());
  for (int step = 0; step < 20; ++step) {
    for (SSL* side : {client.get(), server.get()}) {
      const int result = SSL_do_handshake(side);
      const int reason = SSL_get_error(side, result);
      if (result != 1 && reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE) {
        return openssl_error() + X509_verify_cert_error_string(SSL_get_verify_result(client.get()));
      }
    }
    if (SSL_is_init_finished(client.get()) && SSL_is_init_finished(server.get())) return {};
  }
  return "the handshake does not end";
}

TEST(Handshake, WorksWithEverythingThatIsAccepted) {
  int count = 0;
  for (const std::string& name : corpus_names()) {
    const CorpusCase upload = load_case(name);
    const auto judgement = upload.judge_it();
    ASSERT_TRUE(judgement);
    if (!judgement->accepted) continue;
    const AcceptedChain& chain = *judgement->accepted;
    const OwnedTlsContext server = make_server(chain);
    std::string failure = "no client";
    for (const Certificate& trusted : trusted_by_clients(upload, chain)) {
      const OwnedTlsContext client = make_client(upload, chain, trusted);
      failure = shake_hands(server.get(), client.get(), host_for(chain.certificates.front()));
      if (failure.empty()) break;
    }
    if (warns_of_openssl(chain)) {
      EXPECT_NE(failure, "") << name << ": the warning says that OpenSSL's clients refuse it";
      continue;
    }
    EXPECT_EQ(failure, "") << name;
    ++count;
  }
  EXPECT_GE(count, 40);
}

// The control: the client does check the leaf.
TEST(Handshake, FailsForAnotherHost) {
  const CorpusCase upload = load_case("good-ecdsa-p256");
  const auto judgement = upload.judge_it();
  ASSERT_TRUE(judgement->accepted);
  const OwnedTlsContext server = make_server(*judgement->accepted);
  const OwnedTlsContext client =
      make_client(upload, *judgement->accepted, trusted_by_clients(upload, *judgement->accepted).front());
  EXPECT_NE(shake_hands(server.get(), client.get(), "other.example.com"), "");
}

}  // namespace
}  // namespace livecert::x509
