#include "x509/corpus.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "x509/pem_scanner.h"

namespace livecert::x509 {
namespace {

std::filesystem::path corpus_folder() {
  return std::filesystem::path(LIVECERT_TEST_DATA) / "corpus";
}

std::vector<Certificate> load_certificates(const std::filesystem::path& path) {
  std::vector<Certificate> certificates;
  for (const PemBlock& block : scan_pem(read_file(path), 100)) certificates.push_back(*Certificate::parse(block.der));
  return certificates;
}

void apply(CorpusCase& result, const std::string& member, const std::string& value) {
  const auto file = corpus_folder() / result.name / value;
  if (member == "verdict") {
    result.accepted = value == "accepted";
  } else if (member == "finding") {
    result.findings.push_back(value);
  } else if (member == "stored") {
    result.stored = std::stoi(value);
  } else if (member == "now") {
    result.now = *base::parse_basic_time(value);
  } else if (member == "proof") {
    result.key_proof = value == "signature" ? KeyProof::kSignature : KeyProof::kNone;
  } else if (member == "issuers") {
    result.issuers = load_certificates(file);
  } else if (member == "known") {
    result.known = load_certificates(file);
  } else if (member == "required") {
    result.required = load_certificates(file);
  } else {
    throw std::runtime_error(result.name + ": expected.txt has the unknown member " + member);
  }
}

void leave_out(Judgement& judgement, const std::string& id) {
  judgement.report.withdraw(id);
  if (judgement.accepted) judgement.accepted->warnings = judgement.report.warnings();
}

}  // namespace

bool CorpusCase::is_about_validity() const {
  return name.find("-validity-") != std::string::npos;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

base::Result<Judgement> CorpusCase::judge_it(IssuerCache* cache) const {
  const RootSet known_roots(known);
  const RootSet required_roots(required);
  Policy policy{.now = now, .known_roots = &known_roots, .issuer_cache = cache, .key_proof = key_proof};
  if (!required.empty()) policy.required_roots = &required_roots;
  FixedSource source(issuers);
  auto judgement = judge(certificates_pem, key_pem, policy, source);
  // Nearly all of the corpus is valid for a hundred years.
  if (judgement && !is_about_validity()) leave_out(*judgement, "leaf-validity-long");
  return judgement;
}

std::vector<std::string> corpus_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(corpus_folder())) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

CorpusCase load_case(const std::string& name) {
  CorpusCase result;
  result.name = name;
  result.certificates_pem = read_file(corpus_folder() / name / "certificates.pem");
  result.key_pem = read_file(corpus_folder() / name / "key.pem");
  std::istringstream expected(read_file(corpus_folder() / name / "expected.txt"));
  for (std::string line; std::getline(expected, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with('#') || colon == std::string::npos) continue;
    apply(result, line.substr(0, colon), line.substr(colon + 2));
  }
  std::ranges::sort(result.findings);
  return result;
}

std::vector<std::string> to_corpus_form(const ValidationReport& report) {
  std::vector<std::string> lines;
  for (const Finding& finding : report.findings()) {
    const char* part = finding.part == Part::kCertificates ? "certificates"
                       : finding.part == Part::kPrivateKey ? "key"
                                                           : "upload";
    lines.push_back(std::string(finding.severity == Severity::kError ? "error " : "warning ") + finding.id + " " +
                    part + ":" + std::to_string(finding.block));
  }
  std::ranges::sort(lines);
  return lines;
}

}  // namespace livecert::x509
