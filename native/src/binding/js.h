// The few things the binding needs from Node-API, which it uses directly: any call may fail at any moment because the
// worker is being terminated, and then there is nothing to throw and nobody to tell. So no call here throws or aborts;
// a failed one yields nullptr and the binding returns to JavaScript.
#pragma once

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "runtime/error.h"

namespace tessera::js {

struct View {
  std::byte* data;
  size_t bytes;
};

napi_value undefined(napi_env env);
napi_value number(napi_env env, double value);
napi_value string(napi_env env, const std::string& value);
void set(napi_env env, napi_value object, const char* name, napi_value value);
// An Error with `code` and, where there is one, `op`.
napi_value error(napi_env env, const Failure& failure);

// The arguments of one call. Wrong ones throw Error INVALID_ARGUMENT, which the entry point turns into a TypeError.
class Arguments {
 public:
  static constexpr size_t maxCount = 6;

  Arguments(napi_env env, napi_callback_info info, const char* function);

  napi_env env() const { return env_; }
  void* data() const { return data_; }
  const char* function() const { return function_; }
  size_t count() const { return count_; }
  napi_value operator[](size_t index) const { return values_[index]; }

  bool absent(size_t index) const;
  uint32_t u32(size_t index, const char* name) const;
  uint64_t u64(size_t index, const char* name) const;  // an integer in [0, 2^53]
  std::string text(size_t index, const char* name) const;
  View view(size_t index, const char* name) const;  // any ArrayBufferView
  bool resizable(size_t index) const;  // a view whose ArrayBuffer may shrink
  const uint32_t* words(size_t index, const char* name, size_t& count) const;  // Uint32Array
  [[noreturn]] void wrong(const char* name, const char* expected) const;

 private:
  napi_env env_;
  const char* function_;
  void* data_ = nullptr;
  size_t count_ = maxCount;
  napi_value values_[maxCount];
};

}  // namespace tessera::js
