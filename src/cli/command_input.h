#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

// Inputs of commands that may hold a private key; built and read in memory that is wiped.
namespace livecert::cli {

// The file's content; `-` is standard input. kConfiguration with the file's name when it cannot be read or is larger
// than a request may be.
[[nodiscard]] base::Result<base::WipedBuffer> read_input_file(const std::filesystem::path& file);

// Asks on the terminal, without showing what is typed; nullopt if there is no terminal or nobody answers.
[[nodiscard]] std::optional<base::SecretBytes> ask_secret(const std::string& prompt);

// A JSON object written member by member.
class JsonWriter {
 public:
  // Leaves out empty members: for the API an empty string is the same as an absent one.
  JsonWriter& text(std::string_view name, std::string_view value);
  JsonWriter& number(std::string_view name, std::int64_t value);
  JsonWriter& strings(std::string_view name, const std::vector<std::string>& values);
  JsonWriter& flag(std::string_view name, bool value);
  // Adds an array of objects that other writers have finished; left out when there are none.
  JsonWriter& objects(std::string_view name, const std::vector<base::WipedBuffer>& finished);
  JsonWriter& begin_object(std::string_view name);
  JsonWriter& end_object();
  // Returns the whole object. Call it once.
  [[nodiscard]] base::WipedBuffer finish();

 private:
  void append(std::string_view raw);
  void append_name(std::string_view name);
  void append_quoted(std::string_view value);

  base::WipedBuffer json_{'{'};
  bool first_ = true;
};

}  // namespace livecert::cli
