#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace livecert::app {

// A result of the check of a configuration and its surroundings.
struct CheckLine {
  enum class Grade : std::uint8_t {
    kGood,
    kUnknown,  // the calling user cannot find it out
    kWarning,  // the service starts, but something does not work or needs action
    kError,    // the service does not start, or an edge gets nothing
  };
  Grade grade = Grade::kGood;
  std::string_view check;    // the name of the check, as in docs/doctor.md
  std::string text;          // a sentence
  std::string command = {};  // mends it, perhaps with a path that the operator has to fill in; only with trouble

  [[nodiscard]] bool is_trouble() const { return grade == Grade::kWarning || grade == Grade::kError; }
};

// The lines of a check, in order.
class CheckList {
 public:
  void good(std::string_view check, std::string text) { add(CheckLine::Grade::kGood, check, std::move(text), {}); }
  void cannot_tell(std::string_view check, std::string text) {
    add(CheckLine::Grade::kUnknown, check, std::move(text), {});
  }
  // `text` may hold what a stranger wrote, such as a name in a certificate, so nothing in it becomes a command.
  void warn(std::string_view check, std::string text, std::string command) {
    add(CheckLine::Grade::kWarning, check, std::move(text), std::move(command));
  }
  void fail(std::string_view check, std::string text, std::string command) {
    add(CheckLine::Grade::kError, check, std::move(text), std::move(command));
  }

  // For a message of our own lower layers, which often ends with "run: COMMAND": that is the command then. `otherwise`
  // counts where the text names none, or where a path in it makes that doubtful.
  void fail_as_told(std::string_view check, std::string text, std::string otherwise);

  [[nodiscard]] std::vector<CheckLine>& lines() { return lines_; }
  [[nodiscard]] std::size_t troubles() const;
  [[nodiscard]] bool has_error() const;

 private:
  void add(CheckLine::Grade grade, std::string_view check, std::string text, std::string command);

  std::vector<CheckLine> lines_;
};

// The grade for people, padded to one width; "good", "unknown", "warning" and "error".
[[nodiscard]] std::string label_of(CheckLine::Grade grade);
[[nodiscard]] std::string_view name_of(CheckLine::Grade grade);

}  // namespace livecert::app
