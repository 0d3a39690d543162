#include "edge/drivers/haproxy_driver.h"

#include <algorithm>
#include <memory>
#include <sys/un.h>
#include <utility>

#include "edge/drivers/combined_file.h"
#include "edge/drivers/drivers.h"
#include "edge/drivers/pem_text.h"

namespace livecert::edge {
namespace {

using base::ErrorCode;
using base::Result;

// Whether the path means nothing special to the parsers of HAProxy's configuration, of its crt-lists and of its runtime
// API.
bool is_plain_path(const std::string& path) {
  return path.starts_with('/') && std::ranges::all_of(path, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("/._+-").find(c) != std::string_view::npos;
         });
}

Result<base::WipedBuffer> pem_of(const Bundle& bundle) {
  if (bundle.certificates.empty()) return base::Error{ErrorCode::kInvalidInput, "there is no certificate to serve"};
  return combined_pem(bundle, base::SecretAccess());
}

}  // namespace

HaproxyDriver::HaproxyDriver(const Definition& definition, HaproxyTimes times)
    : folder_(FileDrop(place_of(definition), definition.access)),
      runtime_(HaproxySocket(socket_place_of(definition), definition.socket.filename(), times.deadline, &stop_),
               definition.directory, times) {}

// If this fails, the first call that needs it fails too, and reports it.
void HaproxyDriver::prepare() {
  static_cast<void>(folder_.sync());
}

Result<void> HaproxyDriver::write(const Delivery& delivery) {
  const CrtListEntry entry = make_crt_list_entry(delivery.order);
  TRY_ASSIGN(const base::WipedBuffer pem, pem_of(delivery.bundle));
  // A PEM that does not fit into a command is read when HAProxy starts.
  return folder_.put(entry, pem, delivery.order.version);
}

std::vector<Result<void>> HaproxyDriver::activate(std::span<const Delivery> deliveries) {
  std::vector<Result<void>> results;
  results.reserve(deliveries.size());
  running_.reset();
  for (const Delivery& delivery : deliveries) {
    // A fault of HAProxy as a whole concerns the others too; waiting for each of them would take hours.
    const bool is_hopeless =
        !results.empty() && !results.back() && results.back().error().code == ErrorCode::kUpstreamFailure;
    results.push_back(is_hopeless ? results.back() : activate_one(delivery));
  }
  return results;
}

Result<void> HaproxyDriver::activate_one(const Delivery& delivery) {
  const CrtListEntry entry = make_crt_list_entry(delivery.order);
  TRY_ASSIGN(const base::WipedBuffer pem, pem_of(delivery.bundle));
  TRY(runtime_.check_size(entry, pem));
  TRY_ASSIGN(const bool was_served, runtime_.serves(entry));
  if (auto done = runtime_.put(entry, pem, delivery.bundle.certificates.front()); !done) {
    // With a refused certificate in its folder, HAProxy would not start again. If one was served before, the caller
    // writes that one again; otherwise nothing may stay.
    if (done.error().code == ErrorCode::kUpstreamBadAnswer && !was_served) TRY(folder_.take_back(entry));
    return done;
  }
  TRY_ASSIGN(const bool is_only, folder_.has_only(entry));
  if (was_served && is_only) return {};
  return retire_others(entry);
}

// Removes entries of the same domain with other switches, which HAProxy continues to serve until they are gone.
Result<void> HaproxyDriver::retire_others(const CrtListEntry& entry) {
  if (!running_) {
    TRY_ASSIGN(std::set<std::string> running, runtime_.list());
    if (!running.contains(entry.file)) {
      return base::Error{ErrorCode::kUpstreamFailure,
                         "HAProxy took the certificate of " + entry.domain + " but does not list it"};
    }
    running_ = std::move(running);
  }
  for (const CrtListEntry& other : entries_of(*running_, entry.domain)) {
    if (other == entry) continue;
    TRY(runtime_.remove(other));
    running_->erase(other.file);
  }
  running_->insert(entry.file);
  return folder_.drop_others(entry);
}

// Cleans the folder first: a HAProxy that starts in between must not read what it is about to be told to forget.
Result<void> HaproxyDriver::withdraw(std::span<const std::string> domains) {
  auto on_disk = folder_.remove(domains);
  auto running = withdraw_running(domains);
  return on_disk ? running : on_disk;
}

Result<void> HaproxyDriver::withdraw_running(std::span<const std::string> domains) const {
  TRY_ASSIGN(const std::set<std::string> running, runtime_.list());
  for (const std::string& domain : domains) {
    for (const CrtListEntry& entry : entries_of(running, domain)) TRY(runtime_.remove(entry));
  }
  return {};
}

Result<bool> HaproxyDriver::is_written(const Order& order, const LoadBundle& load) {
  const CrtListEntry entry = make_crt_list_entry(order);
  TRY_ASSIGN(const bool is_only, folder_.has_only(entry));
  if (!is_only) return false;
  return holds_combined(folder_.drop(), entry.file, order, load);
}

Result<void> check_haproxy(const Definition& definition) {
  const auto wrong = [](const std::string& what) { return base::Error{ErrorCode::kConfiguration, what}; };
  if (!is_plain_path(definition.directory.native())) {
    return wrong(
        "directory must be an absolute path of letters, digits and the characters . _ + - /, for HAProxy reads "
        "others in its own way; not " +
        definition.directory.string());
  }
  if (definition.socket.native().size() >= sizeof(sockaddr_un::sun_path) || !definition.socket.is_absolute()) {
    return wrong("socket must be an absolute path of at most 107 bytes, not " + definition.socket.string());
  }
  return {};
}

Result<std::unique_ptr<Driver>> make_haproxy_driver(const Definition& definition) {
  TRY(check_haproxy(definition));
  auto driver = std::make_unique<HaproxyDriver>(definition, HaproxyTimes());
  driver->prepare();
  return std::unique_ptr<Driver>(std::move(driver));
}

}  // namespace livecert::edge
