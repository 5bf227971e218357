#include "binding/tasks.h"

#include <cstring>

#include "binding/js.h"

namespace tessera {

namespace {

// From here on an external ArrayBuffer, which has a finalizer, is cheaper than a copy.
constexpr uint64_t kExternalBytes = uint64_t{256} << 10;

}  // namespace

void ReadTask::run(Interpreter& interpreter, Executor&) noexcept {
  bytes_.reset(count_ <= SIZE_MAX / 2 ? std::malloc(count_ + 1) : nullptr);
  if (bytes_ == nullptr) {
    failure_ = std::make_shared<Failure>(
        Failure{"OUT_OF_MEMORY", "read", "read: no host memory for the result; got " + std::to_string(count_) + " bytes."});
  } else {
    failure_ = interpreter.read(handle_, offset_, count_, bytes_.get());
  }
}

void ReadTask::finish() noexcept {
  mailbox_->post(std::make_unique<Settlement>(deferred_, std::move(failure_), std::move(bytes_), count_, true));
}

void SynchronizeTask::finish() noexcept {
  mailbox_->post(std::make_unique<Settlement>(deferred_, std::move(failure_), nullptr, 0, false));
}

void Settlement::deliver(napi_env env) {
  if (failure_ != nullptr) {
    if (napi_value error = js::error(env, *failure_)) napi_reject_deferred(env, deferred_, error);
  } else if (napi_value value = hasBytes_ ? arrayBuffer(env) : js::undefined(env)) {
    napi_resolve_deferred(env, deferred_, value);
  }
}

napi_value Settlement::arrayBuffer(napi_env env) {
  napi_value buffer = nullptr;
  if (count_ >= kExternalBytes) {
    const auto release = [](napi_env, void* data, void*) { std::free(data); };
    // Environments with a memory cage refuse external memory; they get a copy.
    if (napi_create_external_arraybuffer(env, bytes_.get(), count_, release, nullptr, &buffer) == napi_ok) {
      (void)bytes_.release();
      return buffer;
    }
  }
  void* data = nullptr;
  if (napi_create_arraybuffer(env, count_, &data, &buffer) != napi_ok) return nullptr;
  if (count_ > 0) std::memcpy(data, bytes_.get(), count_);
  return buffer;
}

}  // namespace tessera
