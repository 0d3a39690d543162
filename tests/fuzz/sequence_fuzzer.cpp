#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/check.h"
#include "crypto/random.h"
#include "service/administer_accounts.h"
#include "service/administer_domains.h"
#include "service/administer_keys.h"
#include "service/administer_policies.h"
#include "service/administer_projects.h"
#include "service/bind_cert.h"
#include "service/bind_certs.h"
#include "service/create_cert.h"
#include "service/create_domains.h"
#include "service/delete_cert.h"
#include "service/describe_cert.h"
#include "service/initialise.h"
#include "service/list_certs.h"
#include "service/list_domains.h"
#include "service/list_versions.h"
#include "service/prune_certs.h"
#include "service/rename_cert.h"
#include "service/rollback_cert.h"
#include "service/unbind_cert.h"
#include "store/sqlite/sqlite_store.h"
#include "support/fake_clock.h"
#include "support/pki.h"
#include "support/temporary_directory.h"

namespace {

using namespace livecert;
using base::ErrorCode;

template <typename T>
T must(base::Result<T> result) {
  LIVECERT_CHECK(result.has_value());
  return std::move(result).value();
}

// nullopt: it succeeded.
using Failure = std::optional<ErrorCode>;
template <typename T>
Failure failure_of(const base::Result<T>& result) {
  return result ? Failure() : Failure(result.error().code);
}

constexpr int kKeepVersions = 3;
constexpr std::size_t kMostSteps = 48;
constexpr std::size_t kStep = 4;  // bytes
const std::vector<std::string> kDomains{"a.example.net", "b.example.net", "c.example.net", "live.example.org"};
const std::vector<std::string> kProjects{"default", "second"};
// Of a key that may only change what lies within.
const std::string kPattern = "*.example.net";

// An upload that actions choose from.
struct Material {
  std::vector<std::string> names;
  base::Time not_before;
  base::Time not_after;
  test::PemPair pem;
};

// The actors: the accounts' own keys, and one key of the first account that is limited to its second project and has a
// policy that allows everything.
struct Actor {
  std::size_t account;
  domain::Caller caller;
};

// The service on a real store, made once; the effects of an input are undone after it.
class World {
 public:
  World()
      : clock_(must_time()),
        pki_(clock_.now()),
        store_(open_store()),
        vault_(make_vault()),
        callers_(*store_, *vault_, clock_),
        issuers_(*store_, clock_, {{}, {}}),
        ids_(clock_, random_, 0),
        services_{*store_, *vault_, clock_, random_, ids_, callers_, issuers_, settings(), nullptr} {
    const service::Initialisation prepared = must(service::prepare_initialisation(services_, header_));
    LIVECERT_CHECK(service::initialise(services_, prepared).has_value());
    root_ = prepared.context.caller;
    root_.account = prepared.command.root.id;
    root_.is_root = true;
    root_.access_key_id = prepared.command.access_key.id;
    for (const char* name : {"one", "two"}) {
      accounts_.push_back(must(service::create_account(services_, context(root_), name)).id);
      LIVECERT_CHECK(
          service::create_project(services_, context(root_), accounts_.back().to_string(), kProjects[1]).has_value());
    }
    add_actor(0, {});
    add_actor(1, {});
    add_actor(0, {kProjects[1]});
    LIVECERT_CHECK(service::attach_policy(services_, context(root_), "Administrator",
                                          {std::nullopt, actors_.back().caller.access_key_id})
                       .has_value());
    make_materials();
  }

  [[nodiscard]] store::Context context(const domain::Caller& caller) const {
    return {caller, "Fuzz", "", "127.0.0.1", clock_.now(), clock_.steady_now() + std::chrono::seconds(4)};
  }

  [[nodiscard]] service::Services& services() { return services_; }
  [[nodiscard]] test::FakeClock& clock() { return clock_; }
  [[nodiscard]] const domain::Caller& root() const { return root_; }
  [[nodiscard]] const std::vector<base::AccountId>& accounts() const { return accounts_; }
  [[nodiscard]] const std::vector<Actor>& actors() const { return actors_; }
  [[nodiscard]] const std::vector<Material>& materials() const { return materials_; }

 private:
  static base::Time must_time() { return *base::parse_basic_time("20260601T120000Z"); }
  static service::Settings settings() {
    service::Settings settings;
    settings.keep_versions = kKeepVersions;
    return settings;
  }
  static base::SecretBytes master_key() { return base::SecretBytes(base::WipedBuffer(32, 0x5a)); }

  std::unique_ptr<store::Store> open_store() {
    store::sqlite::Options options;
    options.directory = directory_.path();
    options.readers = 1;
    return must(store::sqlite::SqliteStore::open(options, clock_));
  }
  std::unique_ptr<vault::Vault> make_vault() {
    header_ = must(vault::LocalVault::make_header(master_key(), random_));
    return must(vault::LocalVault::open(master_key(), header_, random_));
  }
  void add_actor(std::size_t account, std::vector<std::string> projects) {
    const auto key = must(service::create_access_key(services_, context(root_), accounts_[account].to_string(),
                                                     {.projects = std::move(projects)}));
    domain::Caller caller;
    caller.account = accounts_[account];
    caller.access_key_id = key.access_key.id;
    caller.projects = key.access_key.projects;
    actors_.push_back({account, caller});
  }
  void add_material(std::vector<std::string> names, int first_day, int last_day) {
    test::Pki::Leaf leaf;
    leaf.common_name = names.front();
    leaf.dns_names = names;
    leaf.not_before = clock_.now() + std::chrono::days(first_day);
    leaf.not_after = clock_.now() + std::chrono::days(last_day);
    materials_.push_back({std::move(names), leaf.not_before, leaf.not_after, pki_.upload(leaf)});
  }
  void make_materials() {
    add_material({kDomains[0]}, -1, 90);
    add_material({kDomains[0], kDomains[1]}, -1, 90);
    add_material({"*.example.net"}, -1, 400);
    add_material({"*.example.net"}, -1, 20);
    add_material({kDomains[0], kDomains[3]}, -1, 20);
    add_material({kDomains[0]}, 10, 300);
    add_material({kDomains[1], kDomains[3]}, -1, 400);
    add_material({kDomains[0], kDomains[1], kDomains[2], kDomains[3]}, -10, 400);
  }

  test::TemporaryDirectory directory_;
  test::FakeClock clock_;
  crypto::SystemRandom random_;
  test::Pki pki_;
  base::Bytes header_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<vault::Vault> vault_;
  service::CallerDirectory callers_;
  service::IssuerDirectory issuers_;
  service::IdSource ids_;
  service::Services services_;
  domain::Caller root_;
  std::vector<base::AccountId> accounts_;
  std::vector<Actor> actors_;
  std::vector<Material> materials_;
};

// The expected state of the store, in plain data and without a database.

struct Version {
  base::CertId id;
  std::size_t material;
};

struct Chain {
  base::ChainId id;
  std::size_t account = 0;
  std::string project;
  std::string name;
  std::vector<Version> versions;  // in the order they were made
  base::CertId current;
  bool superseded = false;
  bool deleted = false;

  [[nodiscard]] const Version& version(base::CertId wanted) const {
    return *std::ranges::find(versions, wanted, &Version::id);
  }
};

struct LiveDomain {
  std::size_t account = 0;
  std::string project;
  std::optional<std::size_t> chain;
  domain::TlsSwitches tls;
};

class Model {
 public:
  explicit Model(World& world) : world_(world), key_enabled_(world.actors().size(), true), active_{true, true} {}

  void step(const std::uint8_t* bytes);
  // Compares everything that the service tells, for both accounts.
  void compare();
  void clean_up();

 private:
  [[nodiscard]] const Actor& actor() const { return world_.actors()[actor_]; }
  [[nodiscard]] store::Context context() const { return world_.context(actor().caller); }
  [[nodiscard]] store::Context root_context() const { return world_.context(world_.root()); }
  [[nodiscard]] base::Time now() const { return world_.clock().now(); }
  [[nodiscard]] const Material& material_of(const Chain& chain) const {
    return world_.materials()[chain.version(chain.current).material];
  }
  [[nodiscard]] std::vector<std::string> bound_to(std::size_t chain) const;
  [[nodiscard]] Failure access(const Chain& chain) const;
  [[nodiscard]] Failure inactive() const {
    return active_[actor().account] ? Failure() : Failure(ErrorCode::kAccountInactive);
  }
  [[nodiscard]] Failure change(const std::string& name) const;
  [[nodiscard]] bool covers_all(const Material& material, const std::vector<std::string>& names) const {
    return std::ranges::all_of(names, [&](const std::string& name) { return domain::covers(material.names, name); });
  }
  [[nodiscard]] bool is_too_early(const Material& material) const {
    return material.not_before > now() + domain::kClockSkew;
  }
  // nullptr as long as there is none; deleted chains can still be asked for.
  [[nodiscard]] Chain* chain(std::uint8_t choice) {
    return chains_.empty() ? nullptr : &chains_[choice % chains_.size()];
  }
  [[nodiscard]] std::size_t index_of(const Chain& chain) const {
    return static_cast<std::size_t>(&chain - chains_.data());
  }

  void create(std::uint8_t choice, std::uint8_t more);
  void update(Chain& chain, std::uint8_t choice);
  void create_domain(std::uint8_t choice, std::uint8_t project);
  void delete_domain(const std::string& name);
  void bind(Chain& chain, std::uint8_t choice);
  [[nodiscard]] Failure why_not_bound(const Chain& chain, const std::string& name);
  void note_bound(Chain& chain, const std::string& name, const domain::TlsSwitches& tls);
  void unbind(const std::string& name);
  void rollback(Chain& chain, std::uint8_t choice);
  void remove(Chain& chain);
  void prune(bool dry_run, int days, bool is_limited);
  void rename(Chain& chain, std::uint8_t choice);
  void move_domain(const std::string& name, std::size_t account);
  void switch_key(std::size_t actor);
  void switch_account(std::size_t account);
  void ask_for(const Chain& chain);

  [[nodiscard]] base::Result<service::CreateCertOutput> upload(const Material& material,
                                                               const std::optional<std::string>& project,
                                                               const std::optional<std::string>& name,
                                                               const std::optional<std::string>& chain_id);
  void compare_chains(std::size_t account);
  void compare_domains(std::size_t account);

  World& world_;
  std::size_t actor_ = 0;
  std::vector<Chain> chains_;  // in the order they were made
  std::map<std::string, LiveDomain> domains_;
  std::vector<bool> key_enabled_;
  std::vector<bool> active_;  // accounts
};

std::vector<std::string> Model::bound_to(std::size_t chain) const {
  std::vector<std::string> names;
  for (const auto& [name, live] : domains_) {
    if (live.chain == chain) names.push_back(name);
  }
  return names;
}

// The reason why the actor may not see it.
Failure Model::access(const Chain& chain) const {
  if (chain.deleted) return ErrorCode::kNotFound;
  if (chain.account != actor().account) return ErrorCode::kForeignResource;
  if (!actor().caller.may_use_project(chain.project)) return ErrorCode::kProjectForbidden;
  return std::nullopt;
}

// The reason why the actor may not change the domain.
Failure Model::change(const std::string& name) const {
  if (const Failure failure = inactive()) return failure;
  const auto found = domains_.find(name);
  if (found == domains_.end()) return ErrorCode::kNotFound;
  if (found->second.account != actor().account) return ErrorCode::kForeignResource;
  if (!actor().caller.may_use_project(found->second.project)) return ErrorCode::kProjectForbidden;
  return std::nullopt;
}

base::Result<service::CreateCertOutput> Model::upload(const Material& material,
                                                      const std::optional<std::string>& project,
                                                      const std::optional<std::string>& name,
                                                      const std::optional<std::string>& chain_id) {
  service::CreateCertInput input;
  input.project = project;
  input.name = name;
  input.chain_id = chain_id;
  input.certificates_pem = material.pem.certificates;
  input.private_key_pem = material.pem.key;
  return service::create_cert(world_.services(), context(), input).wait();
}

void Model::create(std::uint8_t choice, std::uint8_t more) {
  const std::size_t chosen = choice % world_.materials().size();
  const Material& material = world_.materials()[chosen];
  const std::string project = kProjects[more % 2];
  const auto name = more % 4 < 2 ? std::nullopt : std::optional("name" + std::to_string(more));
  const auto output = upload(material, more % 8 < 4 ? std::optional(project) : std::nullopt, name, std::nullopt);
  const std::string in = more % 8 < 4 ? project : kProjects[0];
  Failure expected;
  if (!actor().caller.may_use_project(in)) {
    expected = ErrorCode::kProjectForbidden;
  } else if (now() > material.not_after) {
    expected = ErrorCode::kInvalidInput;
  } else {
    expected = inactive();
  }
  LIVECERT_CHECK(failure_of(output) == expected);
  if (!output) return;
  // The chain that has held the same content the longest is the answer.
  const Chain* holder = nullptr;
  for (const Chain& chain : chains_) {
    const bool holds = !chain.deleted && chain.account == actor().account && chain.project == in &&
                       chain.version(chain.current).material == chosen;
    if (holds && (holder == nullptr || chain.current < holder->current)) holder = &chain;
  }
  if (holder != nullptr) {
    LIVECERT_CHECK(output->chain == holder->id && output->version == holder->current);
    return;
  }
  for (const Chain& chain : chains_) LIVECERT_CHECK(chain.id != output->chain);
  Chain made;
  made.id = output->chain;
  made.account = actor().account;
  made.project = in;
  made.name = name.value_or("");
  made.versions = {{output->version, chosen}};
  made.current = output->version;
  chains_.push_back(std::move(made));
}

void Model::update(Chain& chain, std::uint8_t choice) {
  const std::size_t chosen = choice % world_.materials().size();
  const Material& material = world_.materials()[chosen];
  const auto output = upload(material, std::nullopt, std::nullopt, chain.id.to_string());
  const std::vector<std::string> bound = bound_to(index_of(chain));
  Failure expected = access(chain);
  if (!expected && now() > material.not_after) expected = ErrorCode::kInvalidInput;
  if (!expected) expected = inactive();
  const bool is_same = !expected && chain.version(chain.current).material == chosen;
  const bool fits = covers_all(material, bound) && !(is_too_early(material) && !bound.empty());
  if (!expected && !is_same && !fits) expected = ErrorCode::kInvalidInput;
  LIVECERT_CHECK(failure_of(output) == expected);
  if (expected) return;
  LIVECERT_CHECK(output->chain == chain.id);
  if (is_same) {
    LIVECERT_CHECK(output->version == chain.current);
    return;
  }
  for (const Version& version : chain.versions) LIVECERT_CHECK(version.id < output->version);
  chain.versions.push_back({output->version, chosen});
  chain.current = output->version;
  chain.superseded = false;
  if (chain.versions.size() > kKeepVersions) chain.versions.erase(chain.versions.begin());
}

void Model::create_domain(std::uint8_t choice, std::uint8_t project) {
  const std::string& name = kDomains[choice % kDomains.size()];
  service::CreateDomainsInput input;
  input.project = kProjects[project % 2];
  input.domains = {{.name = name}};
  const auto done = service::create_domains(world_.services(), context(), input);
  const auto found = domains_.find(name);
  Failure expected;
  if (!actor().caller.may_use_project(*input.project)) {
    expected = ErrorCode::kProjectForbidden;
  } else if (inactive()) {
    expected = inactive();
  } else if (found != domains_.end() && found->second.account != actor().account) {
    expected = ErrorCode::kForeignResource;
  } else if (found != domains_.end() && found->second.project != *input.project) {
    expected = ErrorCode::kInvalidInput;
  }
  LIVECERT_CHECK(failure_of(done) == expected);
  if (done && found == domains_.end()) domains_[name] = {actor().account, *input.project, std::nullopt, {}};
}

void Model::delete_domain(const std::string& name) {
  const auto done = service::delete_domain(world_.services(), context(), name);
  LIVECERT_CHECK(failure_of(done) == change(name));
  if (done) domains_.erase(name);
}

void Model::bind(Chain& chain, std::uint8_t choice) {
  const std::string& name = kDomains[choice % kDomains.size()];
  domain::TlsSwitches tls;
  tls.https = (choice & 0x10U) != 0;
  tls.http2 = (choice & 0x20U) != 0;
  if ((choice & 0x40U) != 0) tls.max_version = domain::TlsVersion::k13;
  // Two domains at once: both of them or none.
  const std::string& other = kDomains[(choice + 1U) % kDomains.size()];
  const bool is_pair = (choice & 0x80U) != 0 && other != name;
  Failure expected = why_not_bound(chain, name);
  if (is_pair) {
    const auto done =
        service::bind_certs(world_.services(), context(), {chain.id.to_string(), {name, other}, tls, false});
    if (!expected) expected = why_not_bound(chain, other);
    LIVECERT_CHECK(failure_of(done) == expected);
  } else {
    const auto done = service::bind_cert(world_.services(), context(), {chain.id.to_string(), name, tls});
    LIVECERT_CHECK(failure_of(done) == expected);
  }
  if (expected) return;
  note_bound(chain, name, tls);
  if (is_pair) note_bound(chain, other, tls);
}

Failure Model::why_not_bound(const Chain& chain, const std::string& name) {
  Failure expected = access(chain);
  if (!expected) expected = change(name);
  if (expected) return expected;
  const Material& material = material_of(chain);
  const bool fits = domain::covers(material.names, name) && now() <= material.not_after && !is_too_early(material);
  return fits ? expected : ErrorCode::kInvalidInput;
}

void Model::note_bound(Chain& chain, const std::string& name, const domain::TlsSwitches& tls) {
  LiveDomain& live = domains_[name];
  const std::optional<std::size_t> before = live.chain;
  const bool is_same = before == index_of(chain) && live.tls == tls;
  live.chain = index_of(chain);
  live.tls = tls;
  if (is_same) return;
  chain.superseded = false;
  if (before && *before < index_of(chain) && bound_to(*before).empty()) chains_[*before].superseded = true;
}

void Model::unbind(const std::string& name) {
  const auto done = service::unbind_cert(world_.services(), context(), name);
  LIVECERT_CHECK(failure_of(done) == change(name));
  if (done) domains_[name].chain.reset();
}

void Model::rollback(Chain& chain, std::uint8_t choice) {
  // One of its own versions by name, one of another chain, or the version before.
  const Chain& named = choice % 4 == 3 ? chains_[choice / 4U % chains_.size()] : chain;
  std::optional<base::CertId> wanted;
  if (choice % 2 == 1) wanted = named.versions[choice / 4U % named.versions.size()].id;
  const auto output = service::rollback_cert(world_.services(), context(), chain.id.to_string(),
                                             wanted ? std::optional(wanted->to_string()) : std::nullopt);
  Failure expected = access(chain);
  if (!expected && wanted) expected = access(named);
  if (!expected && wanted && named.id != chain.id) expected = ErrorCode::kNotFound;
  if (!expected && !wanted) {
    for (const Version& version : chain.versions) {
      if (version.id < chain.current) wanted = version.id;
    }
    if (!wanted) expected = ErrorCode::kNotFound;
  }
  if (!expected) expected = inactive();
  if (!expected && *wanted != chain.current) {
    const Material& material = world_.materials()[chain.version(*wanted).material];
    const std::vector<std::string> bound = bound_to(index_of(chain));
    const bool fits = covers_all(material, bound) && !(is_too_early(material) && !bound.empty());
    if (now() > material.not_after || !fits) expected = ErrorCode::kInvalidInput;
  }
  LIVECERT_CHECK(failure_of(output) == expected);
  if (expected) return;
  LIVECERT_CHECK(output->chain == chain.id && output->current == *wanted);
  chain.current = *wanted;
}

void Model::remove(Chain& chain) {
  const auto done = service::delete_cert(world_.services(), context(), chain.id.to_string());
  Failure expected = inactive();
  if (!expected) expected = access(chain);
  if (!expected && !bound_to(index_of(chain)).empty()) expected = ErrorCode::kInvalidInput;
  LIVECERT_CHECK(failure_of(done) == expected);
  if (done) chain.deleted = true;
}

void Model::prune(bool dry_run, int days, bool is_limited) {
  service::PruneCertsInput input;
  input.dry_run = dry_run;
  input.expired_for = std::chrono::days(days);
  std::set<base::ChainId> expected;
  for (Chain& chain : chains_) {
    if (access(chain) || !chain.superseded || material_of(chain).not_after >= now() - input.expired_for) continue;
    const auto is_within = [](const std::string& name) { return domain::matches_domain_pattern(kPattern, name); };
    if (is_limited && !std::ranges::all_of(material_of(chain).names, is_within)) continue;
    expected.insert(chain.id);
  }
  store::Context asked = context();
  if (is_limited) asked.caller.domains = {kPattern};
  const auto output = service::prune_certs(world_.services(), asked, input);
  if (!dry_run && !expected.empty() && inactive()) {
    LIVECERT_CHECK(failure_of(output) == inactive());
    return;
  }
  LIVECERT_CHECK(output && !output->has_more && output->chains.size() == expected.size());
  for (const domain::ChainSummary& pruned : output->chains) LIVECERT_CHECK(expected.contains(pruned.id));
  for (Chain& chain : chains_) chain.deleted = chain.deleted || (!dry_run && expected.contains(chain.id));
}

void Model::rename(Chain& chain, std::uint8_t choice) {
  const std::string name = "renamed" + std::to_string(choice);
  const auto done = service::rename_cert(world_.services(), context(), chain.id.to_string(), name);
  Failure expected = access(chain);
  if (!expected) expected = inactive();
  LIVECERT_CHECK(failure_of(done) == expected);
  if (done) chain.name = name;
}

void Model::move_domain(const std::string& name, std::size_t account) {
  const auto done =
      service::move_domain(world_.services(), root_context(), name, world_.accounts()[account].to_string());
  const auto found = domains_.find(name);
  LIVECERT_CHECK(failure_of(done) == (found == domains_.end() ? Failure(ErrorCode::kNotFound) : Failure()));
  if (!done || found->second.account == account) return;
  found->second = {account, kProjects[0], std::nullopt, found->second.tls};
}

void Model::switch_key(std::size_t actor) {
  const std::string& id = world_.actors()[actor].caller.access_key_id;
  key_enabled_[actor] = !key_enabled_[actor];
  LIVECERT_CHECK(
      service::set_access_key_enabled(world_.services(), root_context(), id, key_enabled_[actor]).has_value());
}

void Model::switch_account(std::size_t account) {
  active_[account] = !active_[account];
  const auto status = active_[account] ? domain::AccountStatus::kActive : domain::AccountStatus::kSuspended;
  LIVECERT_CHECK(
      service::set_account_status(world_.services(), root_context(), world_.accounts()[account].to_string(), status)
          .has_value());
}

void Model::ask_for(const Chain& chain) {
  const auto output = service::describe_cert(world_.services(), context(), {chain.id.to_string(), std::nullopt});
  LIVECERT_CHECK(failure_of(output) == access(chain));
  if (!output) return;
  const Material& material = material_of(chain);
  LIVECERT_CHECK(output->detail.summary.current == chain.current);
  // The leaf of the upload, and the intermediate that came with it.
  LIVECERT_CHECK(output->chain_pem.size() == 2 && material.pem.certificates.starts_with(output->chain_pem.front()));
}

void Model::step(const std::uint8_t* bytes) {
  actor_ = bytes[1] % world_.actors().size();
  const std::string& name = kDomains[bytes[3] % kDomains.size()];
  Chain* const chosen = chain(bytes[2]);
  const unsigned action = bytes[0] % 16;
  if (action == 0 || action == 1) return create(bytes[2], bytes[3]);
  if (action == 2) return create_domain(bytes[3], bytes[2]);
  if (action == 3) return delete_domain(name);
  if (action == 4) return unbind(name);
  if (action == 5) return prune(bytes[2] % 2 == 0, bytes[3] % 2 == 0 ? 0 : 30, bytes[3] % 4 >= 2);
  if (action == 6) return switch_key(bytes[2] % world_.actors().size());
  if (action == 7) return switch_account(bytes[2] % world_.accounts().size());
  if (action == 8) return move_domain(name, bytes[2] % world_.accounts().size());
  // Far enough that short certificates expire, but not all of them.
  if (action == 9) return world_.clock().advance(std::chrono::days(bytes[2] % 16));
  if (chosen == nullptr) return;
  if (action == 10 || action == 11) return update(*chosen, bytes[3]);
  if (action == 12) return bind(*chosen, bytes[3]);
  if (action == 13) return rollback(*chosen, bytes[3]);
  if (action == 14) return bytes[3] % 2 == 0 ? remove(*chosen) : rename(*chosen, bytes[3]);
  ask_for(*chosen);
}

void Model::compare_chains(std::size_t account) {
  actor_ = account;  // the first actors are the accounts' own keys
  service::ListCertsOutput list = must(service::list_certs(world_.services(), context(), {}));
  std::vector<domain::ChainSummary> shown;
  for (auto batch = must(list.next_batch()); !batch.empty(); batch = must(list.next_batch())) {
    shown.insert(shown.end(), batch.begin(), batch.end());
  }
  store::ChainCounts counts;
  std::size_t at = 0;
  for (auto chain = chains_.rbegin(); chain != chains_.rend(); ++chain) {  // newest first
    if (chain->deleted || chain->account != account) continue;
    LIVECERT_CHECK(at < shown.size());
    const domain::ChainSummary& summary = shown[at++];
    LIVECERT_CHECK(summary.id == chain->id && summary.current == chain->current && summary.name == chain->name &&
                   summary.project == chain->project && summary.superseded.has_value() == chain->superseded);
    std::vector<std::string> bound = domain::texts_of(summary.domains);
    std::ranges::sort(bound);
    LIVECERT_CHECK(bound == bound_to(index_of(*chain)));
    const base::Time not_after = material_of(*chain).not_after;
    LIVECERT_CHECK(summary.not_after == not_after);
    ++counts.total;
    ++(not_after < now() ? counts.expired : counts.active);
    if (not_after >= now() && not_after <= now() + domain::kClosingWindow) ++counts.closing;
    const auto versions = must(service::list_versions(world_.services(), context(), chain->id.to_string())).versions;
    LIVECERT_CHECK(versions.size() == chain->versions.size());
    for (std::size_t i = 0; i < versions.size(); ++i) {
      const Version& version = chain->versions[versions.size() - 1 - i];
      LIVECERT_CHECK(versions[i].summary.id == version.id &&
                     versions[i].summary.is_current == (version.id == chain->current));
      LIVECERT_CHECK(versions[i].dns_names == world_.materials()[version.material].names);
    }
  }
  LIVECERT_CHECK(at == shown.size());
  LIVECERT_CHECK(list.counts().total == counts.total && list.counts().active == counts.active &&
                 list.counts().expired == counts.expired && list.counts().closing == counts.closing);
}

void Model::compare_domains(std::size_t account) {
  actor_ = account;
  service::ListDomainsInput input;
  input.page_size = 100;
  const store::DomainPage output = must(service::list_domains(world_.services(), context(), input));
  const auto is_own = [&](const auto& entry) { return entry.second.account == account; };
  LIVECERT_CHECK(output.total == std::ranges::count_if(domains_, is_own));
  LIVECERT_CHECK(output.domains.size() == static_cast<std::size_t>(output.total));
  for (const store::DomainDetail& detail : output.domains) {
    const LiveDomain& live = domains_.at(std::string(detail.domain.name));
    LIVECERT_CHECK(live.account == account && detail.domain.project == live.project);
    LIVECERT_CHECK(detail.binding.has_value() == live.chain.has_value());
    if (!live.chain) continue;
    const Chain& chain = chains_[*live.chain];
    LIVECERT_CHECK(!chain.deleted && chain.account == account && detail.binding->chain == chain.id &&
                   detail.binding->tls == live.tls);
    // A served version always covers its domain.
    LIVECERT_CHECK(domain::covers(material_of(chain).names, detail.domain.name));
    LIVECERT_CHECK(!detail.cert_domain.empty());
  }
}

void Model::compare() {
  for (std::size_t account = 0; account < world_.accounts().size(); ++account) {
    compare_chains(account);
    compare_domains(account);
  }
  for (std::size_t i = 0; i < world_.actors().size(); ++i) {
    const auto found = world_.services().callers.find_caller(world_.actors()[i].caller.access_key_id);
    LIVECERT_CHECK(failure_of(found) == (key_enabled_[i] ? Failure() : Failure(ErrorCode::kInvalidAccessKey)));
    if (!found) continue;
    LIVECERT_CHECK((*found)->policies.to_key.size() == (i == world_.actors().size() - 1 ? 1U : 0U));
    world_.services().callers.note_use(**found);
    const bool is_active = (*found)->account_status == domain::AccountStatus::kActive;
    LIVECERT_CHECK(is_active == active_[world_.actors()[i].account]);
  }
}

// Uses the same actions, so that this is tried too.
void Model::clean_up() {
  for (std::size_t i = 0; i < key_enabled_.size(); ++i) {
    if (!key_enabled_[i]) switch_key(i);
  }
  for (std::size_t account = 0; account < active_.size(); ++account) {
    if (!active_[account]) switch_account(account);
    actor_ = account;
    for (const std::string& name : kDomains) {
      const auto found = domains_.find(name);
      if (found != domains_.end() && found->second.account == account) delete_domain(name);
    }
    for (Chain& chain : chains_) {
      if (!chain.deleted && chain.account == account) remove(chain);
    }
  }
  compare();
}

}  // namespace

// Four bytes for each step: the action, the actor and the parameters. After the last step, and after some in between,
// the service must tell exactly what the model tells.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World* const world = new World;
  Model model(*world);
  const base::Time begin = world->clock().now();
  const std::size_t steps = std::min(size / kStep, kMostSteps);
  for (std::size_t i = 0; i < steps; ++i) {
    model.step(data + i * kStep);
    if (i % 8 == 7) model.compare();
  }
  model.compare();
  model.clean_up();
  world->clock().advance(begin - world->clock().now());
  return 0;
}
