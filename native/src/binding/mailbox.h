// What executors send to the JavaScript thread of their environment: settled promises, memory to let go of. Deliveries
// are batched: one wake-up of the event loop hands over all that has arrived. Closing drops what was not delivered.
#pragma once

#include <node_api.h>

#include <memory>
#include <mutex>
#include <vector>

namespace tessera {

class Delivery {
 public:
  virtual ~Delivery() = default;
  // On the JavaScript thread. Not called when the environment ends first.
  virtual void deliver(napi_env env) = 0;
  // True when somebody waits for it: then Mailbox::expect was called for it.
  virtual bool expected() const { return false; }
};

class Mailbox {
 public:
  // Null when the environment is already ending.
  static std::shared_ptr<Mailbox> open(napi_env env);

  // From any thread.
  void post(std::unique_ptr<Delivery> delivery);

  // JavaScript thread. The event loop stays alive while somebody expects a delivery.
  void expect();
  void close();

 private:
  Mailbox() = default;
  static void onWake(napi_env env, napi_value, void* context, void*);
  void deliverAll(napi_env env);

  napi_env env_ = nullptr;
  napi_threadsafe_function wake_ = nullptr;
  size_t expected_ = 0;  // JavaScript thread
  std::mutex mutex_;
  bool open_ = false;
  std::vector<std::unique_ptr<Delivery>> waiting_;
};

}  // namespace tessera
