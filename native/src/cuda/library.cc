#include "cuda/library.h"

#if defined(_WIN32)
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace tessera::cuda {

Library Library::open(std::initializer_list<std::string> names, std::string& why) {
  Library library;
  why.clear();
  for (const std::string& name : names) {
#if defined(_WIN32)
    library.handle_ = reinterpret_cast<void*>(LoadLibraryA(name.c_str()));
    if (library.handle_) break;
    why += (why.empty() ? "" : "; ") + name + ": error " + std::to_string(GetLastError());
#else
    library.handle_ = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library.handle_) break;
    const char* error = dlerror();
    why += (why.empty() ? "" : "; ") + std::string(error ? error : name.c_str());
#endif
  }
  return library;
}

void* Library::symbol(const char* name) const {
#if defined(_WIN32)
  return reinterpret_cast<void*>(GetProcAddress(reinterpret_cast<HMODULE>(handle_), name));
#else
  return dlsym(handle_, name);
#endif
}

std::string ownFolder() {
#if defined(_WIN32)
  HMODULE module = nullptr;
  char path[MAX_PATH] = "";
  GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                     reinterpret_cast<const char*>(&ownFolder), &module);
  GetModuleFileNameA(module, path, sizeof path);
  const std::string file = path;
  const size_t slash = file.find_last_of("\\/");
#else
  Dl_info info{};
  dladdr(reinterpret_cast<const void*>(&ownFolder), &info);
  const std::string file = info.dli_fname ? info.dli_fname : "";
  const size_t slash = file.find_last_of('/');
#endif
  return slash == std::string::npos ? "." : file.substr(0, slash);
}

}  // namespace tessera::cuda
