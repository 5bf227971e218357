// State of the addon in one JavaScript environment (the main thread or a worker): its opened devices and its mailbox.
// It ends with the environment: executors are joined and the mailbox closed before anything of JavaScript goes away,
// at whatever moment a worker is terminated.
#pragma once

#include <napi.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "binding/external_memory.h"
#include "binding/mailbox.h"
#include "binding/tasks.h"
#include "runtime/executor.h"

namespace tessera {

struct OpenDevice {
  OpenDevice(Napi::Env env, std::unique_ptr<Device> device, Napi::Int32Array progress);

  Napi::ObjectReference progress;  // Int32Array [submitted, completed], whose memory the executor counts in
  Executor executor;
  ExternalMemory externalMemory;
  std::unordered_map<uint32_t, std::shared_ptr<Recording>> recordings;
  uint32_t nextRecording = 1;
};

class Environment {
 public:
  explicit Environment(Napi::Env env);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  uint32_t open(Napi::Env env, const std::string& type, int index);
  void close(uint32_t id, const char* function);
  // Throws Error CLOSED for an id that is not open.
  OpenDevice& device(uint32_t id, const char* function) const {
    if (id >= devices_.size() || devices_[id] == nullptr) notOpen(id, function);
    return *devices_[id];
  }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }

 private:
  [[noreturn]] static void notOpen(uint32_t id, const char* function);
  void end();

  std::shared_ptr<Mailbox> mailbox_;
  std::vector<std::unique_ptr<OpenDevice>> devices_;  // by id; ids are not reused
};

}  // namespace tessera
