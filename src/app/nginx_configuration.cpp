#include "app/nginx_configuration.h"

#include <algorithm>
#include <fstream>
#include <glob.h>
#include <iterator>
#include <set>
#include <sstream>
#include <system_error>

namespace livecert::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 1000;
constexpr const char* kUsualFile = "/etc/nginx/nginx.conf";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Reads words as nginx does: blanks separate, quotation marks enclose, a backslash takes the next character as it is.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::vector<NginxDirective> run() {
    while (at_ < text_.size()) step();
    end_directive();
    return std::move(directives_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == ';' || c == '{' || c == '}') {
      end_directive();
      ++at_;
    } else if (is_blank(c)) {
      ++at_;
    } else if (c == '"' || c == '\'') {
      read_quoted(c);
    } else {
      read_bare();
    }
  }

  void read_quoted(char mark) {
    std::string word;
    for (++at_; at_ < text_.size() && text_[at_] != mark; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      word += text_[at_];
    }
    ++at_;
    directive_.push_back(std::move(word));
  }

  void read_bare() {
    std::string word;
    for (; at_ < text_.size() && !is_blank(text_[at_]); ++at_) {
      const char c = text_[at_];
      const bool begins_variable = c == '{' && !word.empty() && word.back() == '$';
      if (c == ';' || (c == '{' && !begins_variable)) break;
      if (c == '\\' && at_ + 1 < text_.size()) word += text_[at_++];
      word += text_[at_];
    }
    if (word.empty()) ++at_;  // cannot be: every other character was taken before
    directive_.push_back(std::move(word));
  }

  void end_directive() {
    if (!directive_.empty()) directives_.push_back(std::move(directive_));
    directive_.clear();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  NginxDirective directive_;
  std::vector<NginxDirective> directives_;
};

class Reading {
 public:
  Reading(fs::path file, fs::path folder) : folder_(std::move(folder)) { found_.file = std::move(file); }

  NginxConfiguration run() {
    add(found_.file);
    found_.files.assign(seen_.begin(), seen_.end());
    return std::move(found_);
  }

 private:
  void add(const fs::path& file) {
    std::error_code missing;
    const fs::path real = fs::canonical(file, missing);
    if (seen_.size() >= kMostFiles || !seen_.insert(missing ? file : real).second) return;
    std::ifstream stream(file);
    if (!stream) {
      // An included file that is gone holds nothing, and being root would not help.
      const bool is_gone = missing == std::errc::no_such_file_or_directory && file != found_.file;
      if (!is_gone) found_.unreadable.push_back(file);
      return;
    }
    const std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    for (NginxDirective& directive : parse_nginx(text)) {
      if (directive.size() == 2 && directive[0] == "include") include(folder_ / directive[1]);
      found_.directives.push_back(std::move(directive));
    }
  }

  void include(const fs::path& pattern) {
    glob_t matches{};
    // Without a match, the pattern itself: a file that nginx would miss too.
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread changes the environment or the user database.
    if (::glob(pattern.c_str(), GLOB_NOCHECK, nullptr, &matches) == 0) {
      for (std::size_t i = 0; i < matches.gl_pathc; ++i) {
        const fs::path file = matches.gl_pathv[i];
        const bool is_pattern = pattern.native().find_first_of("*?[") != std::string::npos;
        if (!is_pattern || fs::exists(file)) add(file);
      }
    }
    ::globfree(&matches);
  }

  fs::path folder_;  // that relative names begin in: the one of the main file
  std::set<fs::path> seen_;
  NginxConfiguration found_;
};

// The words of a command line; a process that set its title has one text with blanks instead.
std::vector<std::string> command_line(const fs::path& process) {
  std::ifstream stream(process / "cmdline");
  std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  std::ranges::replace(text, '\0', ' ');
  std::istringstream words(text);
  return {std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()};
}

std::string option_of(const std::vector<std::string>& words, std::string_view option) {
  const auto found = std::ranges::find(words, option);
  return found == words.end() || found + 1 == words.end() ? std::string() : *(found + 1);
}

bool is_nginx(const fs::path& process) {
  std::ifstream stream(process / "comm");
  std::string name;
  return std::getline(stream, name) && name == "nginx";
}

}  // namespace

std::vector<NginxDirective> parse_nginx(std::string_view text) {
  return Parser(text).run();
}

NginxConfiguration read_nginx(const fs::path& file, const fs::path& prefix) {
  const fs::path named = prefix.empty() ? file : prefix / file;
  return Reading(named, named.parent_path()).run();
}

std::vector<NginxConfiguration> find_nginx() {
  std::set<std::pair<std::string, std::string>> places;
  std::error_code failure;
  fs::directory_iterator processes("/proc", failure);
  for (; !failure && processes != fs::directory_iterator(); processes.increment(failure)) {
    if (!is_nginx(processes->path())) continue;
    const std::vector<std::string> words = command_line(processes->path());
    // "nginx: worker process" and the like read what their master reads.
    const bool has_title = !words.empty() && words.front() == "nginx:";
    if (has_title && std::ranges::find(words, "master") == words.end()) continue;
    const std::string file = option_of(words, "-c");
    places.emplace(file.empty() ? kUsualFile : file, option_of(words, "-p"));
  }
  std::error_code missing;
  if (places.empty() && fs::exists(kUsualFile, missing)) places.emplace(kUsualFile, "");
  std::vector<NginxConfiguration> found;
  found.reserve(places.size());
  for (const auto& [file, prefix] : places) found.push_back(read_nginx(file, prefix));
  return found;
}

}  // namespace livecert::app
