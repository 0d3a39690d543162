#include "edge/proof/proof.h"

#include <array>

#include <openssl/ssl.h>

#include "base/check.h"
#include "edge/proof/handshake.h"
#include "edge/proof/shown_chain.h"
#include "edge/proof/tls_version.h"

namespace livecert::edge {
namespace {

using State = Proof::State;
using domain::TlsVersion;
using Certificates = std::vector<x509::Certificate>;

constexpr long kMaxChainBytes = 100L * 1024;  // of a Certificate message; more is an error

// Trust is for clients to decide; we only compare.
int accept_every_chain(X509_STORE_CTX* /*chain*/, void* /*argument*/) {
  return 1;
}

// Sets everything that a system's configuration of OpenSSL may restrict, because what is not offered cannot be seen.
// TLS below 1.2 needs level 0, because its signatures use SHA-1.
void offer_everything(SSL_CTX* context) {
  SSL_CTX_set_security_level(context, 0);
  const bool is_set = SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1 &&
                      SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
                      SSL_CTX_set_cipher_list(context, "ALL:!aNULL:!eNULL:!PSK:!SRP") == 1 &&
                      SSL_CTX_set_ciphersuites(context, TLS_DEFAULT_CIPHERSUITES) == 1;
  LIVECERT_CHECK(is_set);
  SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
}

// Tells the operator where the bound versions are set.
constexpr std::string_view kWhere = " (nginx: ssl_protocols; HAProxy: ssl-min-ver, ssl-max-ver)";

// RFC 8996 forbids TLS below 1.2, and Debian's OpenSSL does not do it at its security level, whatever a server's
// configuration says. A binding that starts at TLSv1.0 therefore allows the old versions and demands none of them: no
// client is served worse than the operator's system decides. The same holds for the newest version, where the binding
// sets no upper limit: that allows it.
bool is_demanded(TlsVersion version, const domain::TlsSwitches& tls) {
  const bool is_bound = tls.max_version || version == tls.min_version;
  return version >= TlsVersion::k12 && is_bound;
}

// One proof of one target, with what all its handshakes have in common.
class Examination {
 public:
  Examination(SSL_CTX* context, const ProofTarget& target, const Certificates& expected, VersionRange bound)
      : context_(context), target_(target), expected_(expected), bound_(bound) {}

  [[nodiscard]] Proof run(ProofDepth depth) const {
    const Handshake first = attempt(bound_);
    if (auto advice = advise_about_proxy(first)) return *std::move(advice);
    Proof proof = judge_chain(first);
    if (proof.state != State::kProved || depth == ProofDepth::kChain) return proof;
    for (const TlsVersion end : {bound_.highest, bound_.lowest}) {
      if (end == first.version || (end == bound_.lowest && end == bound_.highest)) continue;
      if (proof = judge_end(end, attempt({end, end})); proof.state != State::kProved) return proof;
    }
    for (const std::optional<TlsVersion> outside : {version_below(bound_.lowest), version_above(bound_.highest)}) {
      if (!outside) continue;
      if (proof = judge_outside(*outside, attempt({*outside, *outside})); proof.state != State::kProved) return proof;
    }
    return proof;
  }

 private:
  [[nodiscard]] Handshake attempt(VersionRange versions) const { return attempt(versions, target_.proxy_protocol); }
  [[nodiscard]] Handshake attempt(VersionRange versions, bool proxy_line) const {
    return shake_hands(context_,
                       {target_.address, target_.domain, versions, target_.timeout, target_.stop, proxy_line});
  }

  // A listener that wants a line of the PROXY protocol breaks off without a byte; one that does not know it takes the
  // line for bad TLS. Reports that if the other way works; otherwise returns nullopt.
  [[nodiscard]] std::optional<Proof> advise_about_proxy(const Handshake& first) const {
    const bool is_suspect = first.is_refused() && (target_.proxy_protocol || !first.was_answered);
    if (!is_suspect || attempt(bound_, !target_.proxy_protocol).end != Handshake::End::kDone) return std::nullopt;
    const std::string address = target_.address.to_string();
    if (target_.proxy_protocol) {
      return Proof{State::kUnreachable,
                   address + " does not speak the PROXY protocol: remove proxy_protocol from the edge"};
    }
    return Proof{State::kUnreachable, address + " wants the PROXY protocol: set proxy_protocol = true for the edge"};
  }

  // A connection that breaks at once may be a server that is being restarted, so that it counts as not reached.
  [[nodiscard]] Proof judge_chain(const Handshake& handshake) const {
    if (handshake.end == Handshake::End::kRefused) return {State::kRefused, handshake.reason};
    if (handshake.end != Handshake::End::kDone) return {State::kUnreachable, handshake.reason};
    const auto difference = find_difference(handshake.chain, expected_);
    if (!difference) return {State::kProved, {}};
    return {State::kOther, target_.address.to_string() + " shows for " + target_.domain + " " + *difference};
  }

  // After a first handshake that worked, a connection that breaks is an answer to the version.
  [[nodiscard]] Proof judge_end(TlsVersion version, const Handshake& handshake) const {
    const std::string name(to_text(version));
    if (!handshake.is_refused()) {
      Proof proof = judge_chain(handshake);
      if (proof.state != State::kProved) proof.reason = "with " + name + ": " + proof.reason;
      return proof;
    }
    if (!is_demanded(version, target_.tls)) return {State::kProved, {}};
    return {State::kWrongTls, what("refuses " + name) + ": allow " + name + " there" + std::string(kWhere) +
                                  ", with a cipher for an " + expected_.front().key_text() + " key; " +
                                  handshake.reason};
  }

  [[nodiscard]] Proof judge_outside(TlsVersion version, const Handshake& handshake) const {
    const std::string name(to_text(version));
    if (handshake.is_refused()) return {State::kProved, {}};
    if (handshake.end != Handshake::End::kDone) {
      return {State::kUnreachable, "whether " + name + " is refused cannot be told: " + handshake.reason};
    }
    return {State::kWrongTls, what("offers " + name) + ": allow only these there" + std::string(kWhere)};
  }

  [[nodiscard]] std::string what(const std::string& does) const {
    return target_.address.to_string() + " " + does + " for " + target_.domain + ", whose binding asks for " +
           bound_.to_text();
  }

  SSL_CTX* context_;
  const ProofTarget& target_;
  const Certificates& expected_;
  VersionRange bound_;
};

}  // namespace

void Prover::Free::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

Prover::Prover() : context_(SSL_CTX_new(TLS_client_method())) {
  LIVECERT_CHECK(context_ != nullptr);
  offer_everything(context_.get());
  SSL_CTX_set_cert_verify_callback(context_.get(), accept_every_chain, nullptr);
  SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context_.get(), SSL_OP_NO_TICKET);
  SSL_CTX_set_max_cert_list(context_.get(), kMaxChainBytes);
}

Proof Prover::prove(const ProofTarget& target, const Certificates& expected, ProofDepth depth) const {
  LIVECERT_CHECK(!expected.empty());
  const auto bound = bound_versions(target.tls);
  if (!bound) {
    return {State::kWrongTls, "there is no TLS version between " + std::string(to_text(target.tls.min_version)) +
                                  " and " + std::string(to_text(target.tls.max_version)) + ", as " + target.domain +
                                  " is bound"};
  }
  return Examination(context_.get(), target, expected, *bound).run(depth);
}

}  // namespace livecert::edge
