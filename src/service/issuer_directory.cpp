#include "service/issuer_directory.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/blocking.h"
#include "base/bytes.h"
#include "base/given_up.h"
#include "x509/issuer_answer.h"
#include "x509/issuer_rules.h"
#include "x509/signature_check.h"

namespace livecert::service {
namespace {

constexpr auto kKeepGoodAnswer = std::chrono::hours(1);
constexpr auto kKeepFailure = std::chrono::seconds(30);
constexpr std::size_t kMaxCachedAnswers = 256;
constexpr std::size_t kMaxKeptSubjects = 1024;
constexpr std::size_t kMaxKeptNamesakes = 8;
constexpr std::size_t kMaxKeptBytes = 32UL * 1024;  // of one subject
constexpr std::size_t kMaxOffered = 8;              // of the store, for one certificate
constexpr std::uintmax_t kMaxFolderFile = 1024UL * 1024;
constexpr std::array<std::string_view, 4> kFolderEndings{".pem", ".crt", ".cer", ".der"};

bool is_subject_of(const x509::Certificate& issuer, const x509::Certificate& child) {
  return std::ranges::equal(issuer.subject_der(), child.issuer_der());
}

bool is_certificate_file(const std::filesystem::directory_entry& entry) {
  std::error_code ignored;
  return entry.is_regular_file(ignored) && entry.file_size(ignored) <= kMaxFolderFile &&
         std::ranges::find(kFolderEndings, entry.path().extension().string()) != kFolderEndings.end();
}

base::Bytes read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return base::to_bytes(base::as_bytes(text));
}

}  // namespace

IssuerDirectory::IssuerDirectory(store::Store& store, const base::Clock& clock, Options options)
    : store_(store), clock_(clock), options_(std::move(options)), quota_(options_.fetches_at_once) {}

IssuerDirectory::ForUpload::ForUpload(IssuerDirectory& directory, base::AccountId account, base::SteadyTime deadline)
    : directory_(directory), account_(account), deadline_(deadline) {}

IssuerDirectory::ForUpload IssuerDirectory::for_upload(base::AccountId account, base::SteadyTime deadline) {
  return {*this, account, std::min(deadline, clock_.steady_now() + options_.fetch_time)};
}

base::Result<std::vector<x509::Certificate>> IssuerDirectory::ForUpload::issuers_of(const x509::Certificate& child) {
  if (base::is_given_up()) {
    return base::given_up_error();
  }
  TRY_ASSIGN(Certificates known, directory_.from_store(account_, child));
  // Among issuers with one name, those whose key the child names come first, then those that were uploaded last.
  std::ranges::stable_partition(known,
                                [&](const x509::Certificate& issuer) { return x509::names_key_of(child, issuer); });
  if (known.size() > kMaxOffered) known.erase(known.begin() + kMaxOffered, known.end());
  std::ranges::move(directory_.from_folder(child), std::back_inserter(known));
  if (directory_.has_issuer_of(child, known, budget_)) return known;
  auto asked = directory_.from_issuer(child, *this);
  const bool says_why = !asked && (known.empty() || asked.error().code == base::ErrorCode::kRateLimited);
  if (!asked) return says_why ? std::move(asked) : base::Result<Certificates>(std::move(known));
  std::ranges::move(*asked, std::back_inserter(known));
  return known;
}

// Matching by name is not enough: issuers change their keys and keep their names.
bool IssuerDirectory::has_issuer_of(const x509::Certificate& child, const Certificates& known,
                                    x509::WorkBudget& budget) {
  x509::SignatureChecker checker(&cache_, budget);
  const base::Time now = clock_.now();
  return std::ranges::any_of(known, [&](const x509::Certificate& candidate) {
    return candidate.not_before() <= now && now <= candidate.not_after() &&
           checker.check(child, candidate) == x509::SignatureState::kValid;
  });
}

// Keeps the answers: most uploads of an account have the same few issuers, and most of these are roots, which the store
// does not have.
base::Result<IssuerDirectory::Certificates> IssuerDirectory::from_store(base::AccountId account,
                                                                        const x509::Certificate& child) {
  const std::uint64_t generation = store_.generation(store::Topic::kIssuers);
  const std::pair key(account, crypto::sha256(child.issuer_der()));
  {
    const std::scoped_lock lock(mutex_);
    if (generation > store_generation_) {
      from_store_.clear();
      store_generation_ = generation;
    }
    if (const auto known = from_store_.find(key); known != from_store_.end()) return known->second;
  }
  TRY_ASSIGN(Certificates found, read_store(account, child.issuer_der()));
  const std::scoped_lock lock(mutex_);
  std::size_t bytes = 0;
  for (const x509::Certificate& each : found) bytes += each.der().size();
  const bool is_little = found.size() <= kMaxKeptNamesakes && bytes <= kMaxKeptBytes;
  if (generation != store_generation_ || !is_little) return found;
  if (from_store_.size() >= kMaxKeptSubjects) from_store_.clear();
  from_store_.insert_or_assign(key, found);
  return found;
}

base::Result<IssuerDirectory::Certificates> IssuerDirectory::read_store(base::AccountId account,
                                                                        base::ByteView subject_der) {
  TRY_ASSIGN(const std::vector<base::Bytes> ders, store_.ask(&store::Snapshot::find_issuers, account, subject_der));
  Certificates found;
  for (const base::Bytes& der : ders) {
    TRY_ASSIGN(x509::Certificate certificate, x509::Certificate::parse(der));
    found.push_back(std::move(certificate));
  }
  return found;
}

IssuerDirectory::Certificates IssuerDirectory::from_folder(const x509::Certificate& child) {
  if (options_.folder.empty()) return {};
  const std::scoped_lock lock(mutex_);
  reload_folder_if_changed();
  Certificates found;
  std::ranges::copy_if(folder_certificates_, std::back_inserter(found),
                       [&](const x509::Certificate& candidate) { return is_subject_of(candidate, child); });
  return found;
}

void IssuerDirectory::reload_folder_if_changed() {
  std::error_code failure;
  std::vector<FolderFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(options_.folder, failure)) {
    if (is_certificate_file(entry)) {
      files.push_back({entry.path(), entry.last_write_time(failure), entry.file_size(failure)});
    }
  }
  if (failure || files == folder_files_) return;
  folder_files_ = std::move(files);
  folder_certificates_.clear();
  for (const FolderFile& file : folder_files_) {
    std::ranges::move(x509::parse_issuer_answer(read_file(file.path)), std::back_inserter(folder_certificates_));
  }
}

base::Result<IssuerDirectory::Certificates> IssuerDirectory::from_issuer(const x509::Certificate& child,
                                                                         ForUpload& upload) {
  if (!options_.fetch) return Certificates();
  std::optional<base::Error> failure;
  const std::vector<std::string>& urls = child.ca_issuer_urls();
  for (std::size_t i = 0; i < std::min(urls.size(), kUrlsOfCertificate); ++i) {
    auto answer = fetch(urls[i], upload);
    if (answer && std::ranges::any_of(*answer, [&](const auto& issuer) { return is_subject_of(issuer, child); })) {
      return answer;
    }
    failure = answer ? base::Error{base::ErrorCode::kUpstreamBadAnswer,
                                   "the issuer's server at " + urls[i] + " answered with another certificate"}
                     : std::move(answer).error();
  }
  if (failure) return *std::move(failure);
  return Certificates();
}

base::Result<IssuerDirectory::Certificates> IssuerDirectory::fetch(const std::string& url, ForUpload& upload) {
  {
    const std::scoped_lock lock(mutex_);
    if (auto known = find_answer(url)) return *std::move(known);
  }
  // From here on the thread may wait. The quota keeps enough threads free for other requests.
  const FetchQuota::Place place(quota_, upload.account_);
  if (!place.is_granted()) {
    return base::Error{base::ErrorCode::kRateLimited,
                       "too many uploads of this account wait for issuers' servers now; upload it again"};
  }
  const base::Blocking waiting;
  {
    std::unique_lock lock(mutex_);
    // A thread that wants the same URL meanwhile waits for that answer instead of asking too.
    answered_.wait_for(lock, time_left(upload), [&] { return !asking_.contains(url); });
    if (auto known = find_answer(url)) return *std::move(known);
    if (asking_.contains(url) || time_left(upload) <= std::chrono::milliseconds(0)) {
      return base::Error{base::ErrorCode::kDeadlineExceeded, "no time was left to ask the issuer's server at " + url};
    }
    asking_.insert(url);
  }
  auto answer = ask(url, upload);
  {
    const std::scoped_lock lock(mutex_);
    asking_.erase(url);
  }
  answered_.notify_all();
  return answer;
}

std::chrono::milliseconds IssuerDirectory::time_left(const ForUpload& upload) const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(upload.deadline_ - clock_.steady_now());
}

base::Result<IssuerDirectory::Certificates> IssuerDirectory::ask(const std::string& url, ForUpload& upload) {
  if (upload.requests_left_ == 0) {
    return base::Error{base::ErrorCode::kUpstreamFailure, "this upload led to " + std::to_string(kRequestsOfUpload) +
                                                              " requests already, so that " + url + " was not asked"};
  }
  const std::size_t granted =
      quota_.take_requests(upload.account_, std::min(upload.requests_left_, kRequestsOfFetch), clock_.steady_now());
  if (granted == 0) {
    return base::Error{base::ErrorCode::kRateLimited,
                       "uploads of this account led to too many requests to issuers' servers; upload it again in a "
                       "minute"};
  }
  FetchAllowance allowance{time_left(upload), granted};
  const auto time = allowance.time_left;
  CachedAnswer fresh;
  if (auto answer = options_.fetch(url, allowance); !answer) {
    fresh.error = std::move(answer).error();
  } else if (Certificates parsed = x509::parse_issuer_answer(*answer); parsed.empty()) {
    fresh.error = base::Error{base::ErrorCode::kUpstreamBadAnswer,
                              "the issuer's server at " + url + " answered with something that is no certificate"};
  } else {
    fresh.certificates = std::move(parsed);
  }
  quota_.give_back(upload.account_, allowance.requests_left);
  upload.requests_left_ -= granted - allowance.requests_left;
  // Do not cache a failure for lack of this upload's time or requests: an upload with more may succeed.
  if (fresh.error && (time < options_.fetch_time / 2 || allowance.requests_left == 0)) return *std::move(fresh.error);
  fresh.until = clock_.steady_now() + (fresh.error ? std::chrono::seconds(kKeepFailure) : kKeepGoodAnswer);

  const std::scoped_lock lock(mutex_);
  keep_answer(url, std::move(fresh));
  return *find_answer(url);
}

std::optional<base::Result<IssuerDirectory::Certificates>> IssuerDirectory::find_answer(const std::string& url) const {
  const auto cached = answers_.find(url);
  if (cached == answers_.end() || clock_.steady_now() >= cached->second.until) return std::nullopt;
  if (cached->second.error) return *cached->second.error;
  return *cached->second.certificates;
}

// The answer that ends first makes room, so that failures, of which an uploader can cause many, do not displace
// issuers.
void IssuerDirectory::keep_answer(const std::string& url, CachedAnswer answer) {
  if (answers_.size() >= kMaxCachedAnswers && !answers_.contains(url)) {
    answers_.erase(std::ranges::min_element(answers_, {}, [](const auto& entry) { return entry.second.until; }));
  }
  answers_.insert_or_assign(url, std::move(answer));
}

}  // namespace livecert::service
