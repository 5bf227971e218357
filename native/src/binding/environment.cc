#include "binding/environment.h"

#include <atomic>
#include <new>

namespace tessera {

namespace {

Executor::Progress& countersIn(Napi::Int32Array array) {
  static_assert(sizeof(Executor::Progress) == 2 * sizeof(int32_t) && std::atomic<int32_t>::is_always_lock_free);
  return *new (array.Data()) Executor::Progress;
}

}  // namespace

OpenDevice::OpenDevice(Napi::Env env, std::unique_ptr<Device> device, Napi::Int32Array progress)
    : progress(Napi::Persistent<Napi::Object>(progress)),
      executor(std::move(device), countersIn(progress)),
      externalMemory(env, executor.memory()) {}

Environment::Environment(Napi::Env env) : mailbox_(std::make_shared<Mailbox>(env)) {
  // Hooks run in reverse order, so this one runs before that of the mailbox's threadsafe function.
  env.AddCleanupHook([this] { end(); });
}

void Environment::end() {
  for (const auto& device : devices_) {
    if (device != nullptr) device->executor.abandon();
  }
  mailbox_->close();
}

uint32_t Environment::open(Napi::Env env, const std::string& type, int index) {
  devices_.push_back(std::make_unique<OpenDevice>(env, createDevice(type, index), Napi::Int32Array::New(env, 2)));
  return static_cast<uint32_t>(devices_.size() - 1);
}

void Environment::close(uint32_t id, const char* function) {
  device(id, function).executor.finish();
  devices_[id] = nullptr;
}

void Environment::notOpen(uint32_t id, const char* function) {
  throw Error("CLOSED", function,
              std::string(function) + ": no open device has this id; got " + std::to_string(id) + ". It may have been closed.");
}

}  // namespace tessera
