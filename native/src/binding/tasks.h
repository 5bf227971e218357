// What the binding queues between blocks of commands.
#pragma once

#include <napi.h>

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "binding/mailbox.h"
#include "runtime/executor.h"

namespace tessera {

// Bytes of a buffer on their way to JavaScript.
struct HostBytes {
  HostMemory memory;
  uint64_t count = 0;

  // Executor thread.
  FailurePointer read(Interpreter& interpreter, uint32_t handle, uint64_t offset, uint64_t bytes) noexcept {
    count = bytes;
    return interpreter.read(handle, offset, bytes, memory);
  }
  // JavaScript thread, once.
  Napi::ArrayBuffer arrayBuffer(Napi::Env env);
};

class WriteTask final : public Task {
 public:
  WriteTask(uint32_t handle, uint64_t offset, HostMemory bytes, uint64_t count)
      : handle_(handle), offset_(offset), bytes_(std::move(bytes)), count_(count) {}
  void run(Interpreter& interpreter, Executor&) noexcept override {
    interpreter.write(handle_, offset_, bytes_.get(), count_);
  }

 private:
  uint32_t handle_;
  uint64_t offset_;
  HostMemory bytes_;
  uint64_t count_;
};

class AdoptTask final : public Task {
 public:
  AdoptTask(uint32_t handle, void* data, uint64_t bytes, std::shared_ptr<void> owner)
      : handle_(handle), data_(data), bytes_(bytes), owner_(std::move(owner)) {}
  void run(Interpreter& interpreter, Executor&) noexcept override {
    interpreter.adopt(handle_, data_, bytes_, std::move(owner_));
  }

 private:
  uint32_t handle_;
  void* data_;
  uint64_t bytes_;
  std::shared_ptr<void> owner_;
};

// What became of a promise: a failure, bytes, or nothing.
class Settlement final : public Delivery {
 public:
  explicit Settlement(Napi::Promise::Deferred deferred) : deferred_(deferred) {}
  void deliver(Napi::Env env) override;
  bool expected() const override { return true; }

  FailurePointer failure;
  std::optional<HostBytes> bytes;

 private:
  Napi::Promise::Deferred deferred_;
};

class SettlingTask : public Task {
 public:
  SettlingTask(std::shared_ptr<Mailbox> mailbox, std::unique_ptr<Settlement> settlement)
      : settlement_(std::move(settlement)), mailbox_(std::move(mailbox)) {}
  void finish() noexcept final { mailbox_->post(std::move(settlement_)); }

 protected:
  std::unique_ptr<Settlement> settlement_;

 private:
  std::shared_ptr<Mailbox> mailbox_;
};

class ReadTask final : public SettlingTask {
 public:
  ReadTask(std::shared_ptr<Mailbox> mailbox, std::unique_ptr<Settlement> settlement, uint32_t handle, uint64_t offset,
           uint64_t count)
      : SettlingTask(std::move(mailbox), std::move(settlement)), handle_(handle), offset_(offset), count_(count) {}
  void run(Interpreter& interpreter, Executor&) noexcept override {
    settlement_->failure = settlement_->bytes.emplace().read(interpreter, handle_, offset_, count_);
  }

 private:
  uint32_t handle_;
  uint64_t offset_;
  uint64_t count_;
};

class SynchronizeTask final : public SettlingTask {
 public:
  using SettlingTask::SettlingTask;
  void run(Interpreter& interpreter, Executor&) noexcept override { settlement_->failure = interpreter.synchronize(); }
};

// Runs body on the executor while the caller waits for it.
template <class F>
void runAndWait(Executor& executor, F body) {
  class Call final : public Task {
   public:
    Call(F& body, std::atomic<bool>& done) : body_(body), done_(done) {}
    void run(Interpreter& interpreter, Executor&) noexcept override { body_(interpreter); }
    void finish() noexcept override { done_.store(true, std::memory_order_seq_cst); }

   private:
    F& body_;
    std::atomic<bool>& done_;
  };
  std::atomic<bool> done{false};
  executor.post(std::make_unique<Call>(body, done));
  executor.waitUntil([&] { return done.load(std::memory_order_seq_cst); });
}

// Queues body without waiting for it.
template <class F>
void runLater(Executor& executor, F body) {
  class Call final : public Task {
   public:
    explicit Call(F body) : body_(std::move(body)) {}
    void run(Interpreter& interpreter, Executor& executor) noexcept override { body_(interpreter, executor); }

   private:
    F body_;
  };
  executor.post(std::make_unique<Call>(std::move(body)));
}

// Recorded commands. Patches change the recorded words for good.
struct Recording {
  std::vector<uint32_t> words;
  uint32_t commands;
};

struct Patch {
  uint32_t word;
  uint32_t value;
};

class ReplayTask final : public Task {
 public:
  ReplayTask(std::shared_ptr<Recording> recording, std::vector<Patch> patches)
      : recording_(std::move(recording)), patches_(std::move(patches)) {}
  void run(Interpreter&, Executor& executor) noexcept override {
    for (const Patch& patch : patches_) recording_->words[patch.word] = patch.value;
    executor.replay(recording_->words.data(), recording_->words.size());
  }

 private:
  std::shared_ptr<Recording> recording_;
  std::vector<Patch> patches_;
};

}  // namespace tessera
