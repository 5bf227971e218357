// What the binding needs of JavaScript beyond node-addon-api: arguments that are checked, and errors with `code` and `op`.
//
// Any call may fail at any moment because the worker is being terminated. node-addon-api then throws a Napi::Error like
// any other. It leaves our frames, and the wrapper around the entry point drops it, because it can be thrown into
// JavaScript no more (NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS).
#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "runtime/error.h"

namespace tessera::js {

// An Error with `code` and, where there are any, `op` and `commands`.
Napi::Error error(Napi::Env env, const Failure& failure);

// The arguments of one call. Wrong ones throw Error INVALID_ARGUMENT, which the entry point turns into a TypeError.
class Arguments {
 public:
  Arguments(const Napi::CallbackInfo& info, const char* function) : info_(info), function_(function) {}

  Napi::Env env() const { return info_.Env(); }
  void* data() const { return info_.Data(); }
  const char* function() const { return function_; }
  Napi::Value operator[](size_t index) const { return info_[index]; }

  bool absent(size_t index) const { return info_[index].IsUndefined(); }
  uint32_t u32(size_t index, const char* name) const;
  uint64_t u64(size_t index, const char* name) const;  // an integer in [0, 2^53]
  std::string text(size_t index, const char* name) const;
  std::span<std::byte> view(size_t index, const char* name) const;        // any ArrayBufferView
  std::span<const uint32_t> words(size_t index, const char* name) const;  // Uint32Array
  // A view whose ArrayBuffer cannot be resized. Nothing when a getter threw: its exception is pending.
  std::optional<std::span<std::byte>> fixedView(size_t index, const char* name) const;
  [[noreturn]] void wrong(const char* name, const char* expected) const;

 private:
  const Napi::CallbackInfo& info_;
  const char* function_;
};

}  // namespace tessera::js
