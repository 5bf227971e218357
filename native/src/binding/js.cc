#include "binding/js.h"

#include <cmath>

namespace tessera::js {

napi_value undefined(napi_env env) {
  napi_value value = nullptr;
  napi_get_undefined(env, &value);
  return value;
}

napi_value number(napi_env env, double value) {
  napi_value result = nullptr;
  napi_create_double(env, value, &result);
  return result;
}

napi_value string(napi_env env, const std::string& value) {
  napi_value result = nullptr;
  napi_create_string_utf8(env, value.data(), value.size(), &result);
  return result;
}

void set(napi_env env, napi_value object, const char* name, napi_value value) {
  if (object != nullptr && value != nullptr) napi_set_named_property(env, object, name, value);
}

napi_value error(napi_env env, const Failure& failure) {
  napi_value result = nullptr;
  napi_value message = string(env, failure.message);
  if (message == nullptr) return nullptr;
  const auto create = failure.code == "INVALID_ARGUMENT" ? napi_create_type_error : napi_create_error;
  if (create(env, string(env, failure.code), message, &result) != napi_ok) return nullptr;
  if (!failure.op.empty()) set(env, result, "op", string(env, failure.op));
  return result;
}

Arguments::Arguments(napi_env env, napi_callback_info info, const char* function) : env_(env), function_(function) {
  if (napi_get_cb_info(env, info, &count_, values_, nullptr, &data_) != napi_ok) count_ = 0;
}

void Arguments::wrong(const char* name, const char* expected) const {
  throw Error("INVALID_ARGUMENT", function_,
              std::string(function_) + ": wrong argument '" + name + "'; expected " + expected + ".");
}

bool Arguments::absent(size_t index) const {
  if (index >= count_) return true;
  napi_valuetype type = napi_undefined;
  return napi_typeof(env_, values_[index], &type) != napi_ok || type == napi_undefined;
}

uint32_t Arguments::u32(size_t index, const char* name) const {
  double value;
  if (index >= count_ || napi_get_value_double(env_, values_[index], &value) != napi_ok || !(value >= 0) ||
      value > UINT32_MAX || value != std::floor(value)) {
    wrong(name, "an integer in [0, 2^32)");
  }
  return static_cast<uint32_t>(value);
}

uint64_t Arguments::u64(size_t index, const char* name) const {
  double value;
  if (index >= count_ || napi_get_value_double(env_, values_[index], &value) != napi_ok || !(value >= 0) ||
      value > 9007199254740992.0 || value != std::floor(value)) {
    wrong(name, "an integer in [0, 2^53]");
  }
  return static_cast<uint64_t>(value);
}

std::string Arguments::text(size_t index, const char* name) const {
  char buffer[256];
  size_t length = 0;
  if (index >= count_ || napi_get_value_string_utf8(env_, values_[index], buffer, sizeof buffer, &length) != napi_ok) {
    wrong(name, "a string");
  }
  return {buffer, length};
}

View Arguments::view(size_t index, const char* name) const {
  static constexpr size_t elementBytes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};  // by napi_typedarray_type
  if (index < count_) {
    void* data = nullptr;
    size_t length = 0;
    napi_typedarray_type type;
    if (napi_get_typedarray_info(env_, values_[index], &type, &length, &data, nullptr, nullptr) == napi_ok) {
      return {static_cast<std::byte*>(data), length * elementBytes[type]};
    }
    if (napi_get_dataview_info(env_, values_[index], &length, &data, nullptr, nullptr) == napi_ok) {
      return {static_cast<std::byte*>(data), length};
    }
  }
  wrong(name, "a typed array or a DataView");
}

bool Arguments::resizable(size_t index) const {
  napi_value buffer = nullptr;
  napi_value property = nullptr;
  bool value = false;
  return napi_get_named_property(env_, values_[index], "buffer", &buffer) == napi_ok &&
         napi_get_named_property(env_, buffer, "resizable", &property) == napi_ok &&
         napi_get_value_bool(env_, property, &value) == napi_ok && value;
}

const uint32_t* Arguments::words(size_t index, const char* name, size_t& count) const {
  void* data = nullptr;
  napi_typedarray_type type;
  if (index >= count_ ||
      napi_get_typedarray_info(env_, values_[index], &type, &count, &data, nullptr, nullptr) != napi_ok ||
      type != napi_uint32_array) {
    wrong(name, "a Uint32Array");
  }
  return static_cast<const uint32_t*>(data);
}

}  // namespace tessera::js
