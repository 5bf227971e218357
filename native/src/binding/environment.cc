#include "binding/environment.h"

#include "binding/js.h"

namespace tessera {

Environment::Environment(napi_env env) : env_(env), mailbox_(Mailbox::open(env)) {
  if (mailbox_ == nullptr) throw Error("CLOSED", "load", "load: the environment is shutting down");
  // Hooks run in reverse order, so this one runs before those of the mailbox's threadsafe function.
  napi_add_env_cleanup_hook(env, onCleanup, this);
}

Environment::~Environment() { napi_remove_env_cleanup_hook(env_, onCleanup, this); }

void Environment::onCleanup(void* opaque) {
  auto* self = static_cast<Environment*>(opaque);
  for (const auto& device : self->devices_) {
    if (device != nullptr) device->executor.abandon();
  }
  self->mailbox_->close();
}

uint32_t Environment::open(const std::string& type, int index) {
  std::unique_ptr<Device> device = createDevice(type, index);
  napi_value buffer = nullptr;
  napi_value array = nullptr;
  napi_ref reference = nullptr;
  void* memory = nullptr;
  static_assert(sizeof(Executor::Progress) == 2 * sizeof(int32_t) && std::atomic<int32_t>::is_always_lock_free);
  if (napi_create_arraybuffer(env_, sizeof(Executor::Progress), &memory, &buffer) != napi_ok ||
      napi_create_typedarray(env_, napi_int32_array, 2, buffer, 0, &array) != napi_ok ||
      napi_create_reference(env_, array, 1, &reference) != napi_ok) {
    throw Error("CLOSED", "open", "open: the environment is shutting down");
  }
  auto& progress = *new (memory) Executor::Progress;
  devices_.push_back(std::make_unique<OpenDevice>(env_, std::move(device), progress, reference));
  return static_cast<uint32_t>(devices_.size() - 1);
}

void Environment::close(uint32_t id, const char* function) {
  OpenDevice& open = device(id, function);
  open.executor.finish();
  napi_delete_reference(env_, open.progressArray);
  devices_[id] = nullptr;
}

void Environment::notOpen(uint32_t id, const char* function) {
  throw Error("CLOSED", function,
              std::string(function) + ": no open device has this id; got " + std::to_string(id) + ". It may have been closed.");
}

}  // namespace tessera
