#pragma once

namespace livecert::net {

// Makes OpenSSL overwrite every piece of memory before it frees it: TLS records that held a private key, and copies in
// its decoders. (x509/ reads private keys with its own templates for speed: with this allocator d2i_PrivateKey leaves
// nothing either, but takes 120 µs and more; docs/adr/0004.) Call it once, first in main(): OpenSSL refuses it after
// its first allocation, and the process then aborts.
void install_wiping_openssl_allocator();

}  // namespace livecert::net
