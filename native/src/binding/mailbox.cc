#include "binding/mailbox.h"

#include "binding/js.h"

namespace tessera {

std::shared_ptr<Mailbox> Mailbox::open(napi_env env) {
  std::shared_ptr<Mailbox> mailbox(new Mailbox);
  napi_value name = js::string(env, "tessera");
  if (name == nullptr) return nullptr;
  const napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr,
                                                             mailbox.get(), onWake, &mailbox->wake_);
  if (status != napi_ok) return nullptr;
  napi_unref_threadsafe_function(env, mailbox->wake_);
  mailbox->env_ = env;
  mailbox->open_ = true;
  return mailbox;
}

void Mailbox::post(std::unique_ptr<Delivery> delivery) {
  const std::lock_guard lock(mutex_);
  if (!open_) return;
  waiting_.push_back(std::move(delivery));
  // One wake-up is under way as long as something waits.
  if (waiting_.size() == 1) napi_call_threadsafe_function(wake_, nullptr, napi_tsfn_nonblocking);
}

void Mailbox::expect() {
  if (expected_++ == 0) napi_ref_threadsafe_function(env_, wake_);
}

void Mailbox::onWake(napi_env env, napi_value, void* context, void*) {
  // Without an environment the context may be gone too.
  if (env != nullptr) static_cast<Mailbox*>(context)->deliverAll(env);
}

void Mailbox::deliverAll(napi_env env) {
  std::vector<std::unique_ptr<Delivery>> arrived;
  {
    const std::lock_guard lock(mutex_);
    arrived.swap(waiting_);
  }
  for (const std::unique_ptr<Delivery>& delivery : arrived) {
    napi_handle_scope scope;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return;
    delivery->deliver(env);
    napi_close_handle_scope(env, scope);
    if (delivery->expected() && --expected_ == 0) napi_unref_threadsafe_function(env, wake_);
  }
}

void Mailbox::close() {
  const std::lock_guard lock(mutex_);
  if (!open_) return;
  open_ = false;
  waiting_.clear();
  napi_release_threadsafe_function(wake_, napi_tsfn_abort);
}

}  // namespace tessera
