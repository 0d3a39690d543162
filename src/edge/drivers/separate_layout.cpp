#include <map>

#include "edge/drivers/file_drop.h"
#include "edge/drivers/files_layout.h"
#include "edge/drivers/linked_versions.h"
#include "edge/drivers/pem_text.h"
#include "x509/pem.h"

namespace livecert::edge {
namespace {

using base::Result;

constexpr const char* kChain = "fullchain.pem";
constexpr const char* kKey = "privkey.pem";

Result<void> put_both(FileDrop& drop, const Bundle& bundle) {
  TRY(drop.sweep());
  TRY(drop.put(kChain, base::as_bytes(chain_pem(bundle))));
  return drop.put(kKey, x509::to_pem(bundle.key, base::SecretAccess()));
}

Result<bool> holds_both(FileDrop& drop, const Bundle& bundle) {
  TRY_ASSIGN(const bool holds_chain, drop.holds(kChain, base::as_bytes(chain_pem(bundle))));
  if (!holds_chain) return false;
  return drop.holds(kKey, x509::to_pem(bundle.key, base::SecretAccess()));
}

class SeparateLayout final : public FilesLayout {
 public:
  SeparateLayout(const Definition& definition, std::shared_ptr<const base::Clock> clock)
      : links_(place_of(definition), {.files = {kChain, kKey}}, std::move(clock)), access_(definition.access) {}

  Result<void> write(const Delivery& delivery) override {
    TRY(prepare());
    auto done = build_and_link(delivery);
    if (!done) remove_unlinked(delivery.order);
    return done;
  }

  Result<void> remove(const std::string& domain) override {
    drops_.erase(domain);
    TRY_ASSIGN(const std::vector<std::string> versions, links_.unlink(domain));
    for (const std::string& version : versions) TRY(links_.remove(version));
    return {};
  }

  Result<bool> is_written(const Order& order, const LoadBundle& load) override {
    TRY(prepare());
    if (!links_.is_linked(std::string(order.domain), links_.name_of(order))) return false;
    FileDrop& drop = drop_for(order);
    if (!Folder::open(drop.folder())) return false;
    if (drop.is_untouched(kChain) && drop.is_untouched(kKey)) return true;
    TRY_ASSIGN(const Bundle bundle, load(order));
    return holds_both(drop, bundle);
  }

  void tidy() override {
    for (const std::string& version : links_.take_disused()) {
      if (auto removed = links_.remove(version); !removed) links_.retire_again(version);
    }
  }

 private:
  Result<void> prepare() {
    TRY(links_.prepare());
    tidy();
    return {};
  }

  Result<void> build_and_link(const Delivery& delivery) {
    TRY(links_.make_folder(links_.name_of(delivery.order)));
    TRY(put_both(drop_for(delivery.order), delivery.bundle));
    return links_.link(std::string(delivery.order.domain), links_.name_of(delivery.order));
  }

  // Removes the version if it is not linked, so that a failure leaves no key.
  void remove_unlinked(const Order& order) {
    if (links_.is_linked(std::string(order.domain), links_.name_of(order))) return;
    drops_.erase(std::string(order.domain));
    static_cast<void>(links_.remove(links_.name_of(order)));
  }

  // Returns the FileDrop of the domain's current version, with what it knows about the files.
  FileDrop& drop_for(const Order& order) {
    const Place folder = links_.versions() / links_.name_of(order);
    const auto found = drops_.find(std::string(order.domain));
    if (found != drops_.end() && found->second.folder() == folder) return found->second;
    return drops_.insert_or_assign(std::string(order.domain), FileDrop(folder, access_)).first->second;
  }

  LinkedVersions links_;
  FileAccess access_;
  std::map<std::string, FileDrop> drops_;  // by domain
};

}  // namespace

std::unique_ptr<FilesLayout> make_separate_layout(const Definition& definition,
                                                  std::shared_ptr<const base::Clock> clock) {
  return std::make_unique<SeparateLayout>(definition, std::move(clock));
}

}  // namespace livecert::edge
