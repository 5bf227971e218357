#include "binding/tasks.h"

#include <cstring>

#include "binding/js.h"

namespace tessera {

namespace {

// From here on an external ArrayBuffer, which has a finalizer, is cheaper than a copy.
constexpr uint64_t kExternalBytes = uint64_t{256} << 10;

}  // namespace

napi_value ReadResult::arrayBuffer(napi_env env) {
  napi_value buffer = nullptr;
  if (count >= kExternalBytes) {
    const auto release = [](napi_env, void* data, void*) { std::free(data); };
    // Environments with a memory cage refuse external memory; they get a copy.
    if (napi_create_external_arraybuffer(env, bytes.get(), count, release, nullptr, &buffer) == napi_ok) {
      (void)bytes.release();
      return buffer;
    }
  }
  void* data = nullptr;
  if (napi_create_arraybuffer(env, count, &data, &buffer) != napi_ok) return nullptr;
  if (count > 0) std::memcpy(data, bytes.get(), count);
  return buffer;
}

void Settlement::deliver(napi_env env) {
  if (result_.failure != nullptr) {
    if (napi_value error = js::error(env, *result_.failure)) napi_reject_deferred(env, deferred_, error);
  } else if (napi_value value = isRead_ ? result_.arrayBuffer(env) : js::undefined(env)) {
    napi_resolve_deferred(env, deferred_, value);
  }
}

}  // namespace tessera
