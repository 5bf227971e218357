// What executors send to the JavaScript thread of their environment: settled promises, memory to let go of. Deliveries
// are batched: one wake-up of the event loop hands over all that has arrived. Closing drops what was not delivered.
#pragma once

#include <napi.h>

#include <memory>
#include <mutex>
#include <vector>

namespace tessera {

// Destroyed on any thread, delivered or not.
class Delivery {
 public:
  virtual ~Delivery() = default;
  // On the JavaScript thread. Not called when the environment ends first.
  virtual void deliver(Napi::Env env) = 0;
  // True when somebody waits for it: then Mailbox::expect was called for it.
  virtual bool expected() const { return false; }
};

class Mailbox {
 public:
  explicit Mailbox(Napi::Env env);
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // From any thread.
  void post(std::unique_ptr<Delivery> delivery);

  // JavaScript thread. The event loop stays alive while somebody expects a delivery.
  void expect(Napi::Env env);
  void close();

 private:
  static void onWake(Napi::Env env, Napi::Function, Mailbox* mailbox, void*);
  void deliverAll(Napi::Env env);

  Napi::TypedThreadSafeFunction<Mailbox, void, onWake> wake_;
  size_t expected_ = 0;  // JavaScript thread
  std::mutex mutex_;
  bool open_ = true;
  std::vector<std::unique_ptr<Delivery>> waiting_;
};

}  // namespace tessera
