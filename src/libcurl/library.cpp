#include "libcurl/library.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <malloc.h>

#include "base/check.h"
#include "base/secret.h"
#include "base/shared_library.h"

namespace livecert::libcurl {
namespace {

void release(void* memory) {
  if (memory == nullptr) return;
  base::wipe(memory, ::malloc_usable_size(memory));
  std::free(memory);
}

// realloc() may move the content and leave the old copy behind; this function never does.
void* reallocate(void* memory, std::size_t size) {
  if (memory == nullptr) return std::malloc(size);
  void* const moved = std::malloc(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, memory, std::min(size, ::malloc_usable_size(memory)));
  release(memory);
  return moved;
}

Library load_once() {
  Library found;
  void* const handle = base::load_library("libcurl.so.4");
  if (handle == nullptr) return found;
  found.is_there =
      base::find_function(handle, "curl_global_init_mem", found.global_init_mem) &&
      base::find_function(handle, "curl_easy_init", found.easy_init) &&
      base::find_function(handle, "curl_easy_cleanup", found.easy_cleanup) &&
      base::find_function(handle, "curl_easy_setopt", found.easy_setopt) &&
      base::find_function(handle, "curl_easy_perform", found.easy_perform) &&
      base::find_function(handle, "curl_easy_getinfo", found.easy_getinfo) &&
      base::find_function(handle, "curl_easy_strerror", found.easy_strerror) &&
      base::find_function(handle, "curl_slist_append", found.slist_append) &&
      base::find_function(handle, "curl_slist_free_all", found.slist_free_all) &&
      base::find_function(handle, "curl_url", found.url) &&
      base::find_function(handle, "curl_url_cleanup", found.url_cleanup) &&
      base::find_function(handle, "curl_url_set", found.url_set) &&
      base::find_function(handle, "curl_url_get", found.url_get) &&
      base::find_function(handle, "curl_free", found.free) &&
      found.global_init_mem(CURL_GLOBAL_DEFAULT, std::malloc, release, reallocate, ::strdup, std::calloc) == CURLE_OK;
  return found;
}

}  // namespace

const Library& library() {
  static const Library loaded = load_once();
  return loaded;
}

base::Result<void> load() {
  if (library().is_there) return {};
  return base::Error{base::ErrorCode::kUpstreamFailure,
                     "this machine has no libcurl.so.4 that can be used: install the package libcurl4"};
}

void append(List& list, const std::string& line) {
  curl_slist* const longer = library().slist_append(list.get(), line.c_str());
  LIVECERT_CHECK(longer != nullptr);
  static_cast<void>(list.release());
  list.reset(longer);
}

}  // namespace livecert::libcurl
