#pragma once

// OpenSSL's template macros are written for C. Between these two macros, the warnings that they raise in C++ are off.
// clang-format off
#define LIVECERT_ASN1_TEMPLATES_BEGIN                    \
  _Pragma("GCC diagnostic push")                         \
  _Pragma("GCC diagnostic ignored \"-Wold-style-cast\"") \
  _Pragma("GCC diagnostic ignored \"-Wpedantic\"")       \
  _Pragma("GCC diagnostic ignored \"-Wsign-conversion\"")
#define LIVECERT_ASN1_TEMPLATES_END _Pragma("GCC diagnostic pop")
// clang-format on
