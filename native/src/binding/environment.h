// State of the addon in one JavaScript environment (the main thread or a worker): its opened devices and its mailbox.
// It ends with the environment: executors are joined and the mailbox closed before anything of JavaScript goes away,
// at whatever moment a worker is terminated.
#pragma once

#include <node_api.h>

#include <memory>
#include <unordered_map>
#include <vector>

#include "binding/external_memory.h"
#include "binding/mailbox.h"
#include "binding/tasks.h"
#include "runtime/executor.h"

namespace tessera {

struct OpenDevice {
  OpenDevice(napi_env env, std::unique_ptr<Device> device, Executor::Progress& progress, napi_ref progressArray)
      : executor(std::move(device), progress), externalMemory(env, executor.memory()), progressArray(progressArray) {}

  Executor executor;
  ExternalMemory externalMemory;
  napi_ref progressArray;  // Int32Array [submitted, completed]
  std::unordered_map<uint32_t, std::shared_ptr<Recording>> recordings;
  uint32_t nextRecording = 1;
};

class Environment {
 public:
  explicit Environment(napi_env env);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  uint32_t open(const std::string& type, int index);
  void close(uint32_t id, const char* function);
  // Throws Error CLOSED for an id that is not open.
  OpenDevice& device(uint32_t id, const char* function) const {
    if (id >= devices_.size() || devices_[id] == nullptr) notOpen(id, function);
    return *devices_[id];
  }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }

 private:
  [[noreturn]] static void notOpen(uint32_t id, const char* function);
  static void onCleanup(void* environment);

  napi_env env_;
  std::shared_ptr<Mailbox> mailbox_;
  std::vector<std::unique_ptr<OpenDevice>> devices_;  // by id; ids are not reused
};

}  // namespace tessera
