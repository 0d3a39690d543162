#pragma once

namespace livecert::net {

// Makes OpenSSL overwrite every piece of memory before it gives it back: TLS records that held a private key, and the
// copies its decoders make. That x509/ reads private keys with templates of its own is for time and not for this: under
// this allocator d2i_PrivateKey leaves nothing either, but takes 120 µs and more (docs/adr/0004). To be called once,
// first thing in main(): OpenSSL refuses it after its first allocation, and the process aborts then.
void install_wiping_openssl_allocator();

}  // namespace livecert::net
