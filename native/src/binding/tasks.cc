#include "binding/tasks.h"

#include <cstdlib>
#include <cstring>

#include "binding/js.h"

namespace tessera {

namespace {

// From here on an external ArrayBuffer, which has a finalizer, is cheaper than a copy.
constexpr uint64_t kExternalBytes = uint64_t{256} << 10;

}  // namespace

Napi::ArrayBuffer HostBytes::arrayBuffer(Napi::Env env) {
  if (count >= kExternalBytes) {
    try {
      const auto buffer = Napi::ArrayBuffer::New(env, memory.get(), count, [](Napi::Env, void* data) { std::free(data); });
      (void)memory.release();
      return buffer;
    } catch (const Napi::Error&) {
      // Environments with a memory cage refuse external memory; they get a copy.
    }
  }
  auto buffer = Napi::ArrayBuffer::New(env, count);
  if (count > 0) std::memcpy(buffer.Data(), memory.get(), count);
  return buffer;
}

void Settlement::deliver(Napi::Env env) {
  if (failure != nullptr) {
    deferred_.Reject(js::error(env, *failure).Value());
  } else {
    deferred_.Resolve(bytes ? bytes->arrayBuffer(env) : env.Undefined());
  }
}

}  // namespace tessera
