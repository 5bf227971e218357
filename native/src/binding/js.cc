#include "binding/js.h"

#include <cmath>
#include <iterator>

namespace tessera::js {

namespace {

// Two calls of Node-API itself: the classes of node-addon-api make three or four to get the same, and with them a submission,
// which has three arguments, takes half as long again.

std::optional<double> integer(const Napi::Value& value, double limit) {
  double number;
  if (napi_get_value_double(value.Env(), value, &number) != napi_ok) return std::nullopt;
  if (!(number >= 0 && number <= limit) || number != std::floor(number)) return std::nullopt;
  return number;
}

struct TypedArray {
  napi_typedarray_type type;
  size_t length;
  void* data;
};

std::optional<TypedArray> typedArray(const Napi::Value& value) {
  TypedArray array;
  const napi_status status =
      napi_get_typedarray_info(value.Env(), value, &array.type, &array.length, &array.data, nullptr, nullptr);
  return status == napi_ok ? std::optional(array) : std::nullopt;
}

// By napi_typedarray_type.
constexpr size_t kElementBytes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 2};
static_assert(std::size(kElementBytes) == napi_float16_array + 1);

}  // namespace

Napi::Error error(Napi::Env env, const Failure& failure) {
  const bool wrongArgument = failure.code == "INVALID_ARGUMENT";
  Napi::Error error =
      wrongArgument ? Napi::TypeError::New(env, failure.message) : Napi::Error::New(env, failure.message);
  error.Value().Set("code", failure.code);
  if (!failure.op.empty()) error.Value().Set("op", failure.op);
  if (!failure.commands.empty()) {
    const auto commands = Napi::Array::New(env, failure.commands.size());
    for (uint32_t i = 0; i < failure.commands.size(); ++i) {
      const auto command = Napi::Object::New(env);
      command.Set("op", failure.commands[i].name);
      command.Set("origin", failure.commands[i].origin);
      commands.Set(i, command);
    }
    error.Value().Set("commands", commands);
  }
  return error;
}

uint32_t Arguments::u32(size_t index, const char* name) const {
  const std::optional<double> value = integer(info_[index], UINT32_MAX);
  if (!value) wrong(name, "an integer in [0, 2^32)");
  return static_cast<uint32_t>(*value);
}

uint64_t Arguments::u64(size_t index, const char* name) const {
  const std::optional<double> value = integer(info_[index], 0x1p53);
  if (!value) wrong(name, "an integer in [0, 2^53]");
  return static_cast<uint64_t>(*value);
}

std::string Arguments::text(size_t index, const char* name) const {
  if (!info_[index].IsString()) wrong(name, "a string");
  return info_[index].As<Napi::String>();
}

std::span<std::byte> Arguments::view(size_t index, const char* name) const {
  const std::optional<TypedArray> array = typedArray(info_[index]);
  if (array && array->type < std::size(kElementBytes)) {
    return {static_cast<std::byte*>(array->data), array->length * kElementBytes[array->type]};
  }
  if (info_[index].IsDataView()) {
    const auto view = info_[index].As<Napi::DataView>();
    return {static_cast<std::byte*>(view.Data()), view.ByteLength()};
  }
  wrong(name, "a typed array or a DataView");
}

std::span<const uint32_t> Arguments::words(size_t index, const char* name) const {
  const std::optional<TypedArray> array = typedArray(info_[index]);
  if (!array || array->type != napi_uint32_array) wrong(name, "a Uint32Array");
  return {static_cast<const uint32_t*>(array->data), array->length};
}

// Node-API itself here too: this can run a getter of the caller's own, and when the timeout of a vm stops that, nothing
// can be referred to as the exception, for want of which node-addon-api ends the process.
std::optional<std::span<std::byte>> Arguments::fixedView(size_t index, const char* name) const {
  view(index, name);
  napi_value buffer;
  napi_value resizable;
  if (napi_get_named_property(env(), info_[index], "buffer", &buffer) != napi_ok ||
      napi_get_named_property(env(), buffer, "resizable", &resizable) != napi_ok) {
    return std::nullopt;
  }
  if (Napi::Value(env(), resizable).StrictEquals(Napi::Boolean::New(env(), true))) {
    wrong(name, "a view of an ArrayBuffer that cannot be resized");
  }
  return view(index, name);  // again: a getter may have detached it
}

void Arguments::wrong(const char* name, const char* expected) const {
  throw Error("INVALID_ARGUMENT", function_,
              std::string(function_) + ": wrong argument '" + name + "'; expected " + expected + ".");
}

}  // namespace tessera::js
