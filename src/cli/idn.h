#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/result.h"

// Names of domains in the scripts of people (IDNA 2008, RFC 5891). On the wire and in certificates they are in ASCII,
// "xn--…". Needs libidn2, which is loaded when a name is not ASCII; libcurl brings it along.
namespace livecert::cli {

// The name in ASCII; a name that is in ASCII stays as it is, for the service to judge. kInvalidInput with a sentence
// when it cannot be a name, or when libidn2 is not there.
[[nodiscard]] base::Result<std::string> to_ascii_domain(const std::string& name);

// The name for people: "xn--fiq228c.example (中文.example)", or the name alone when it has one form only. What it holds
// of others is made printable.
[[nodiscard]] std::string shown_domain(const std::string& name);

// Lets an option or positional take such names; what cannot be one is a usage error.
CLI::Option* take_domains(CLI::Option* option);

}  // namespace livecert::cli
