#include "binding/mailbox.h"

namespace tessera {

Mailbox::Mailbox(Napi::Env env) : wake_(decltype(wake_)::New(env, "tessera", 0, 1, this)) { wake_.Unref(env); }

void Mailbox::post(std::unique_ptr<Delivery> delivery) {
  const std::lock_guard lock(mutex_);
  if (!open_) return;
  waiting_.push_back(std::move(delivery));
  // One wake-up is under way as long as something waits.
  if (waiting_.size() == 1) wake_.NonBlockingCall();
}

void Mailbox::expect(Napi::Env env) {
  if (expected_++ == 0) wake_.Ref(env);
}

void Mailbox::onWake(Napi::Env env, Napi::Function, Mailbox* mailbox, void*) {
  // Without an environment the mailbox may be gone too.
  if (env != nullptr) mailbox->deliverAll(env);
}

void Mailbox::deliverAll(Napi::Env env) {
  std::vector<std::unique_ptr<Delivery>> arrived;
  {
    const std::lock_guard lock(mutex_);
    arrived.swap(waiting_);
  }
  for (const std::unique_ptr<Delivery>& delivery : arrived) {
    const Napi::HandleScope scope(env);
    delivery->deliver(env);
    if (delivery->expected() && --expected_ == 0) wake_.Unref(env);
  }
}

void Mailbox::close() {
  const std::lock_guard lock(mutex_);
  open_ = false;
  waiting_.clear();
  wake_.Abort();
}

}  // namespace tessera
