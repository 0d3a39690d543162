#pragma once

#include <dlfcn.h>

namespace livecert::base {

// A library that is loaded when it is first needed, so that a process which never needs it does not hold it. `name` is
// its soname. nullptr: this machine does not have it. It stays loaded.
[[nodiscard]] inline void* load_library(const char* name) {
  return ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
}

// Sets a pointer to a function of the library, whose type its header tells. False: the library has no such function.
template <typename Function>
[[nodiscard]] bool find_function(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

}  // namespace livecert::base
