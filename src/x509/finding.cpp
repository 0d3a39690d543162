#include "x509/finding.h"

#include <algorithm>
#include <utility>

namespace livecert::x509 {
namespace {

std::string place_of(const Finding& finding) {
  const std::string block = finding.block > 0 ? " block " + std::to_string(finding.block) : std::string();
  switch (finding.part) {
    case Part::kCertificates:
      return finding.block > 0 ? "certificate" + block : "certificates";
    case Part::kPrivateKey:
      return "private key" + block;
    case Part::kUpload:
      break;
  }
  return "upload";
}

}  // namespace

void ValidationReport::add(Finding finding) {
  has_errors_ = has_errors_ || finding.severity == Severity::kError;
  if (findings_.size() < kMaxFindings) findings_.push_back(std::move(finding));
}

void ValidationReport::withdraw(std::string_view id) {
  std::erase_if(findings_, [&](const Finding& finding) { return finding.id == id; });
}

bool ValidationReport::has(std::string_view id) const {
  return std::any_of(findings_.begin(), findings_.end(), [&](const Finding& finding) { return finding.id == id; });
}

std::string ValidationReport::message() const {
  std::string text;
  for (const Finding& finding : findings_) {
    if (finding.severity != Severity::kError) continue;
    if (!text.empty()) text += '\n';
    text += to_line(finding);
  }
  return text;
}

std::vector<std::string> ValidationReport::warnings() const {
  std::vector<std::string> lines;
  for (const Finding& finding : findings_) {
    if (finding.severity == Severity::kWarning) lines.push_back(to_line(finding));
  }
  return lines;
}

std::string to_line(const Finding& finding) {
  std::string line = "[" + finding.id + "] " + place_of(finding) + ": " + finding.message + ".";
  if (!finding.remedy.empty()) line += " " + finding.remedy + ".";
  return line;
}

}  // namespace livecert::x509
