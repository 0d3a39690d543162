#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/configuration_error.h"
#include "app/settings.h"
#include "base/address_block.h"
#include "net/endpoint.h"
#include "outgoing/fetcher.h"

// The forms that settings have. Each reads a text into its target (kConfiguration with the rest of a sentence that
// begins with the setting's name), shows a target as the text that reads into it, and names the texts that it reads.
namespace livecert::app::form {

// The elements of a list, which commas separate.
[[nodiscard]] std::vector<std::string> split_list(const std::string& text);
[[nodiscard]] std::string join_list(const std::vector<std::string>& elements);

// A whole number.
template <std::uint64_t low, std::uint64_t high>
struct Number {
  static constexpr std::string_view kPlaceholder = "NUMBER";

  template <typename Target>
  static base::Result<void> read(Target& target, const std::string& text) {
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size() || number < low || number > high) {
      return configuration_error("must be a number from " + range(base::Language::kEnglish));
    }
    target = static_cast<Target>(number);
    return {};
  }
  template <typename Target>
  static std::string show(const Target& target) {
    return std::to_string(target);
  }
  static std::string range(base::Language language) {
    return std::to_string(low).append(base::Bilingual{" to ", " 至 "}.in(language)) + std::to_string(high);
  }
};

// A whole number of a unit of time.
template <typename Unit, std::uint64_t low, std::uint64_t high>
struct Time {
  static constexpr std::string_view kPlaceholder =
      std::ratio_less_v<typename Unit::period, std::ratio<60>> ? "SECONDS" : "DAYS";

  template <typename Target>
  static base::Result<void> read(Target& target, const std::string& text) {
    std::int64_t number = 0;
    TRY((Number<low, high>::read(number, text)));
    target = Unit(number);
    return {};
  }
  template <typename Target>
  static std::string show(const Target& target) {
    return std::to_string(std::chrono::duration_cast<Unit>(target).count());
  }
  static std::string range(base::Language language) { return Number<low, high>::range(language); }
};
template <std::uint64_t low, std::uint64_t high>
using Seconds = Time<std::chrono::seconds, low, high>;
template <std::uint64_t low, std::uint64_t high>
using Days = Time<std::chrono::days, low, high>;

// Forms whose placeholder says all that there is to say.
struct WithoutRange {
  static std::string range(base::Language /*language*/) { return {}; }
};

struct Switch : WithoutRange {
  static constexpr SettingForm::Kind kKind = SettingForm::Kind::kSwitch;
  static constexpr std::string_view kPlaceholder = "true|false";

  static base::Result<void> read(bool& target, const std::string& text) {
    if (text != "true" && text != "false") return configuration_error("must be true or false");
    target = text == "true";
    return {};
  }
  static std::string show(bool target) { return target ? "true" : "false"; }
};

// One of the words of a placeholder such as info|error.
template <const std::string_view& words>
struct OneOf : WithoutRange {
  static constexpr std::string_view kPlaceholder = words;

  static base::Result<void> read(std::string& target, const std::string& text) {
    const std::string all = "|" + std::string(words) + "|";
    if (text.empty() || text.find('|') != std::string::npos || all.find("|" + text + "|") == std::string::npos) {
      return configuration_error("must be one of: " + list());
    }
    target = text;
    return {};
  }
  static std::string show(const std::string& target) { return target; }

 private:
  static std::string list() {
    std::string text;
    for (const char c : words) text += c == '|' ? ", " : std::string(1, c);
    return text;
  }
};

// One of two words: the first for true.
template <const std::string_view& words>
struct Either : WithoutRange {
  static constexpr std::string_view kPlaceholder = words;
  static constexpr std::string_view kTrue = words.substr(0, words.find('|'));
  static constexpr std::string_view kFalse = words.substr(words.find('|') + 1);

  static base::Result<void> read(bool& target, const std::string& text) {
    std::string word;
    TRY(OneOf<words>::read(word, text));
    target = word == kTrue;
    return {};
  }
  static std::string show(bool target) { return std::string(target ? kTrue : kFalse); }
};

struct Path : WithoutRange {
  static constexpr std::string_view kPlaceholder = "PATH";

  static base::Result<void> read(std::filesystem::path& target, const std::string& text) {
    target = text;
    return {};
  }
  static std::string show(const std::filesystem::path& target) { return target.string(); }
};

// A directory that is there: a wrong name would silently complete nothing.
struct Directory : Path {
  static base::Result<void> read(std::filesystem::path& target, const std::string& text);
};

// What the setting's help explains.
struct Text : WithoutRange {
  static constexpr std::string_view kPlaceholder = "TEXT";

  static base::Result<void> read(std::string& target, const std::string& text) {
    target = text;
    return {};
  }
  static std::string show(const std::string& target) { return target; }
};

struct Trust : Text {
  static std::string range(base::Language language);
};

struct Region : Text {
  static base::Result<void> read(std::string& target, const std::string& text);
  static std::string range(base::Language language);
};

struct ListenAddress : WithoutRange {
  static constexpr std::string_view kPlaceholder = "ADDR:PORT";

  static base::Result<void> read(std::optional<net::Endpoint>& target, const std::string& text);
  static std::string show(const std::optional<net::Endpoint>& target);
};

// Forms that a file may also give as an array.
struct List : WithoutRange {
  static constexpr SettingForm::Kind kKind = SettingForm::Kind::kList;
};

struct HostNames : List {
  static constexpr std::string_view kPlaceholder = "NAME,…";

  static base::Result<void> read(std::vector<std::string>& target, const std::string& text);
  static std::string show(const std::vector<std::string>& target) { return join_list(target); }
};

// One host name; empty: none.
struct HostName : WithoutRange {
  static constexpr std::string_view kPlaceholder = "NAME";

  static base::Result<void> read(std::string& target, const std::string& text);
  static std::string show(const std::string& target) { return target; }
};

struct Roots : List {
  static constexpr std::string_view kPlaceholder = "PATH,…";

  static base::Result<void> read(std::vector<std::filesystem::path>& target, const std::string& text);
  static std::string show(const std::vector<std::filesystem::path>& target);
};

struct Balancers : List {
  static constexpr std::string_view kPlaceholder = "CIDR,…";

  static base::Result<void> read(std::vector<base::AddressBlock>& target, const std::string& text);
  static std::string show(const std::vector<base::AddressBlock>& target);
};

// The ports from which a fetcher that trusts private addresses fetches.
struct InsecurePorts : List {
  static constexpr std::string_view kPlaceholder = "PORT,…";

  static base::Result<void> read(outgoing::FetchPolicy& target, const std::string& text);
  static std::string show(const outgoing::FetchPolicy& target);
};

}  // namespace livecert::app::form
