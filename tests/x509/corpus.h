#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "x509/hierarchy.h"
#include "x509/judge.h"

namespace livecert::x509 {

// One folder of the corpus, as data/README.md describes it.
struct CorpusCase {
  std::string name;
  std::string certificates_pem;
  std::string key_pem;
  bool accepted = false;
  std::vector<std::string> findings;  // "error key-unreadable key:1", sorted
  int stored = 0;                     // 0: not said
  base::Time now = test_now();
  KeyProof key_proof = KeyProof::kNone;
  std::vector<Certificate> issuers;
  std::vector<Certificate> known;
  std::vector<Certificate> required;

  // Judges it as the case says, with a source and roots made of its files. The warning about a validity that is too
  // long for Apple's clients is left out if the case is about something else.
  [[nodiscard]] base::Result<Judgement> judge_it(IssuerCache* cache = nullptr) const;
  [[nodiscard]] bool is_about_validity() const;
};

// The names of all folders, sorted.
[[nodiscard]] std::vector<std::string> corpus_names();
[[nodiscard]] CorpusCase load_case(const std::string& name);
// The findings in the form of CorpusCase::findings.
[[nodiscard]] std::vector<std::string> to_corpus_form(const ValidationReport& report);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

}  // namespace livecert::x509
