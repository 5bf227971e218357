// A shared library opened at run time. It stays open until the process ends: GPU libraries do not survive being unloaded.
#pragma once

#include <initializer_list>
#include <string>

namespace tessera::cuda {

class Library {
 public:
  // Opens the first of `names` that can be; `why` collects the loader's complaints otherwise.
  static Library open(std::initializer_list<std::string> names, std::string& why);

  explicit operator bool() const { return handle_ != nullptr; }
  void* symbol(const char* name) const;

 private:
  void* handle_ = nullptr;
};

// The folder of the library (or program) that contains this code.
std::string ownFolder();

}  // namespace tessera::cuda
