#pragma once

#include <memory>
#include <string_view>

#include <curl/curl.h>

#include "base/result.h"

// libcurl, which brings some thirty other libraries. It is loaded by the first process that needs it, at its first
// need, so that the serving process, which holds keys, never has them.
namespace livecert::libcurl {

// The functions in use, named as curl.h names them without "curl_".
struct Library {
  decltype(&curl_global_init_mem) global_init_mem = nullptr;
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_perform) easy_perform = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
  decltype(&curl_slist_append) slist_append = nullptr;
  decltype(&curl_slist_free_all) slist_free_all = nullptr;
  decltype(&curl_url) url = nullptr;
  decltype(&curl_url_cleanup) url_cleanup = nullptr;
  decltype(&curl_url_set) url_set = nullptr;
  decltype(&curl_url_get) url_get = nullptr;
  decltype(&curl_free) free = nullptr;
  bool is_there = false;
};

// Loads it into this process if that was not done yet. All memory that it frees is overwritten, because requests hold
// keys and secrets. kUpstreamFailure with a sentence when this machine has no libcurl 7.85 or later. Callable from many
// threads at once.
[[nodiscard]] base::Result<void> load();

// The functions, after a load() that succeeded.
[[nodiscard]] const Library& library();

// Owners of what the library makes.
struct FreeHandle {
  void operator()(CURL* handle) const { library().easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

struct FreeUrl {
  void operator()(CURLU* url) const { library().url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

struct FreeText {
  void operator()(char* text) const { library().free(text); }
};
using Text = std::unique_ptr<char, FreeText>;

struct FreeList {
  void operator()(curl_slist* list) const { library().slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

// Adds a copy of the line.
void append(List& list, const std::string& line);

// Sets an option of a kind that this release of libcurl knows.
template <typename Value>
[[nodiscard]] bool try_set(const Handle& handle, CURLoption option, Value value) {
  return library().easy_setopt(handle.get(), option, value) == CURLE_OK;
}

}  // namespace livecert::libcurl
