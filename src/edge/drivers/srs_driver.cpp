#include <algorithm>
#include <string_view>

#include "base/time.h"
#include "edge/drivers/combined_file.h"
#include "edge/drivers/drivers.h"

namespace livecert::edge {
namespace {

using base::Result;

constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";

// SRS reads its two files for each connection: the certificates with SSL_use_certificate_chain_file(), the key with
// SSL_use_RSAPrivateKey_file(), which takes no other kind. Both find their part in one PEM file and pass over the rest;
// the key may be PKCS#8, as ours is: OpenSSL reads whatever kind of key there is and then takes the RSA key out of it.
class SrsDriver final : public Driver {
 public:
  explicit SrsDriver(const Definition& definition)
      : domains_(definition.selection.domains),
        name_(definition.file.filename()),
        drop_(place_of(definition), definition.access) {
    // While there is no folder, there is nothing to sweep.
    static_cast<void>(drop_.sweep());
  }

  Result<void> write(const Delivery& delivery) override {
    const x509::PrivateKey& key = delivery.bundle.key;
    if (key.kind() != x509::KeyKind::kRsa) {
      return base::Error{base::ErrorCode::kInvalidInput,
                         "SRS reads RSA keys only, and the key of " + std::string(delivery.order.domain) + " is " +
                             x509::to_text(key.kind(), key.bits()) + "; upload an RSA certificate for it"};
    }
    TRY(refuse_foreign_file());
    return put_combined(drop_, name_, delivery);
  }

  std::vector<Result<void>> activate(std::span<const Delivery> deliveries) override {
    return std::vector<Result<void>>(deliveries.size());
  }

  // The file belongs to the only domain of the definition. A domain that had it before has no file any more.
  Result<void> withdraw(std::span<const std::string> domains) override {
    const auto is_ours = [&](const std::string& domain) {
      return std::ranges::find(domains_, domain) != domains_.end();
    };
    if (std::ranges::none_of(domains, is_ours)) return {};
    TRY(refuse_foreign_file());
    return drop_.remove(name_);
  }

  Result<bool> is_written(const Order& order, const LoadBundle& load) override {
    return holds_combined(drop_, name_, order, load);
  }

  std::optional<std::vector<std::string>> find_touched() override {
    return drop_.find_touched(clock_.steady_now()).empty() ? std::vector<std::string>() : domains_;
  }

 private:
  // A mistake in `file` must not destroy the file there: only certificates are ever replaced or removed.
  Result<void> refuse_foreign_file() const {
    TRY_ASSIGN(const std::string begin, drop_.read_begin(name_, kBegin.size()));
    if (begin.empty() || begin == kBegin) return {};
    return base::Error{base::ErrorCode::kUpstreamFailure, (drop_.folder().full() / name_).string() +
                                                              " holds something else than certificates; move it away, "
                                                              "or name another file"};
  }

  std::vector<std::string> domains_;
  std::string name_;
  FileDrop drop_;
  base::SystemClock clock_;
};

}  // namespace

Result<std::unique_ptr<Driver>> make_srs_driver(const Definition& definition) {
  return std::unique_ptr<Driver>(std::make_unique<SrsDriver>(definition));
}

}  // namespace livecert::edge
