#pragma once

namespace livecert::net {

// Makes OpenSSL overwrite every piece of memory before it gives it back: TLS records that held a private key, and the
// copies its decoders make. To be called once, first thing in main(): OpenSSL refuses it after its first allocation,
// and the process aborts then.
void install_wiping_openssl_allocator();

}  // namespace livecert::net
