#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace livecert::app {

// One directive of nginx with its parameters, without quotation marks: {"include", "/etc/nginx/conf.d/*.conf"}.
using NginxDirective = std::vector<std::string>;

// The directives of a text, those of blocks too, in order. It takes every text: a broken one gives what can be read.
[[nodiscard]] std::vector<NginxDirective> parse_nginx(std::string_view text);

// The configuration that an nginx reads, with everything that it includes.
struct NginxConfiguration {
  std::filesystem::path file;
  std::vector<std::filesystem::path> files;  // all that were found, canonical
  std::vector<NginxDirective> directives;
  std::vector<std::filesystem::path> unreadable;  // for the calling user
};

// Reads the file and what it includes, at most a thousand files.
[[nodiscard]] NginxConfiguration read_nginx(const std::filesystem::path& file, const std::filesystem::path& prefix);

// The configurations of the nginx processes that run, by their command lines, or else of /etc/nginx/nginx.conf if it
// exists.
[[nodiscard]] std::vector<NginxConfiguration> find_nginx();

}  // namespace livecert::app
