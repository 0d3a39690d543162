#pragma once

#include <vector>

#include <boost/asio/ssl/context.hpp>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

namespace livecert::net {

// The TLS side of a server: TLS 1.2 and 1.3, forward secrecy and AEAD only, no renegotiation, decrypted records wiped.
// The key goes from PKCS#8 DER directly into OpenSSL; no copy stays when OpenSSL's memory is wiped (wiping_openssl.h).
// kConfiguration when chain or key cannot be read or do not match.
[[nodiscard]] base::Result<boost::asio::ssl::context> make_tls_context(const std::vector<base::Bytes>& chain_der,
                                                                       const base::SecretBytes& private_key_pkcs8);

}  // namespace livecert::net
