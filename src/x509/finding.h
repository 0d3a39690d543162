#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace livecert::x509 {

enum class Severity : std::uint8_t { kError, kWarning };

// The text of the upload that a finding is about.
enum class Part : std::uint8_t { kUpload, kCertificates, kPrivateKey };

// One fault of an upload, or a warning about it. `id` is stable: scripts may match it. `block` counts the PEM blocks of
// the part from 1; 0 means the whole part. Neither text holds a secret.
struct Finding {
  Severity severity = Severity::kError;
  std::string id;
  Part part = Part::kUpload;
  int block = 0;
  std::string message;
  std::string remedy;
};

// All findings about one upload, in the order of the checks. At most kMaxFindings are kept, so that a hostile upload
// cannot make a report longer than a page; errors beyond that are still counted by has_errors().
class ValidationReport {
 public:
  static constexpr std::size_t kMaxFindings = 40;

  void add(Finding finding);
  // Removes the warnings with this id, because later findings made them untrue.
  void withdraw(std::string_view id);
  [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }
  [[nodiscard]] bool has_errors() const { return has_errors_; }
  [[nodiscard]] bool has(std::string_view id) const;

  // Every error, one a line, for the client: "[id] where: what. Remedy." Warnings are left out; empty without errors.
  [[nodiscard]] std::string message() const;
  // Every warning in the same form.
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  std::vector<Finding> findings_;
  bool has_errors_ = false;
};

// "[id] certificate block 2: message. Remedy."
[[nodiscard]] std::string to_line(const Finding& finding);

}  // namespace livecert::x509
