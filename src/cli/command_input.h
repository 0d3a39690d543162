#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

// Inputs of commands that may hold a private key: built and read in memory that is wiped.
namespace livecert::cli {

// The file's content; `-` is standard input. kConfiguration with the file's name when it cannot be read or holds more
// than a request may.
[[nodiscard]] base::Result<base::WipedBuffer> read_input_file(const std::filesystem::path& file);

// The text as a member of JSON can hold it: in UTF-8 it stays as it is, else each byte becomes the character of that
// number. PEM blocks stay what they are, and the service recognises what else it is given (UTF-16, DER, PKCS#12).
[[nodiscard]] base::WipedBuffer to_utf8(base::WipedBuffer text);

// A JSON object written member by member.
class JsonWriter {
 public:
  // Members that are empty are left out: the API takes an empty string for an absent one.
  JsonWriter& text(std::string_view name, std::string_view value);
  JsonWriter& number(std::string_view name, std::int64_t value);
  JsonWriter& strings(std::string_view name, const std::vector<std::string>& values);
  JsonWriter& flag(std::string_view name, bool value);
  // An array of objects that other writers have finished; left out when there are none.
  JsonWriter& objects(std::string_view name, const std::vector<base::WipedBuffer>& finished);
  JsonWriter& begin_object(std::string_view name);
  JsonWriter& end_object();
  // The whole object. Once only.
  [[nodiscard]] base::WipedBuffer finish();

 private:
  void append(std::string_view raw);
  void append_name(std::string_view name);
  void append_quoted(std::string_view value);

  base::WipedBuffer json_{'{'};
  bool first_ = true;
};

}  // namespace livecert::cli
