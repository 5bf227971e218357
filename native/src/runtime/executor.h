// One opened device: its command queue and the thread that executes it. Everything public is called from the JavaScript
// thread that opened it. Commands and tasks run in the order in which they were queued.
//
// The queue is bounded in commands and in bytes staged for writes; who runs ahead of it waits in submit or post.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>

#include "runtime/command_ring.h"
#include "runtime/device.h"
#include "runtime/interpreter.h"

namespace tessera {

class Executor;

// Work that is no command of words: a read, a write, a replay. Destroyed without having run when the executor stops first.
class Task {
 public:
  virtual ~Task() = default;
  virtual void run(Interpreter& interpreter, Executor& executor) noexcept = 0;
  // Called once the task counts as completed: the place to tell whoever waits for it.
  virtual void finish() noexcept {}
};

// Commands in a block of words; nothing when one of them is malformed.
std::optional<uint32_t> countCommands(const uint32_t* words, size_t count);

class Executor {
 public:
  // Commands, modulo 2^32. JavaScript reads them as an Int32Array.
  struct Progress {
    std::atomic<int32_t> submitted{0};
    std::atomic<int32_t> completed{0};
  };

  // Throws Error when the device cannot be attached. `progress` outlives the executor.
  Executor(std::unique_ptr<Device> device, Progress& progress);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Copies a block of command words into the queue.
  void submit(const uint32_t* words, size_t count);
  // Queues a task that counts as `commands` commands and holds `stagedBytes` of memory until it has run.
  void post(std::unique_ptr<Task> task, uint32_t commands = 1, uint64_t stagedBytes = 0);

  // Ends the thread: after all that is queued, or after the running command.
  void finish() { stop(State::finishing); }
  void abandon() { stop(State::abandoned); }

  // Blocks the JavaScript thread until ready(), which turns true through a task or the progress of the queue and reads
  // with sequentially consistent loads.
  template <class Ready>
  void waitUntil(Ready ready) {
    spinner_.wait(ready, [&] { progressBell_.wait(ready); });
  }

  // For tasks, on the executor thread: executes a block as if it had been submitted, without counting its commands.
  void replay(const uint32_t* words, size_t count);
  bool abandoned() const { return state_.load(std::memory_order_acquire) == State::abandoned; }

  MemoryStatistics& memory() { return interpreter_->statistics(); }

 private:
  enum class State : int { running, finishing, abandoned };

  struct Posted {
    Task* task;
    uint64_t stagedBytes;
    uint32_t commands;
  };

  void loop();
  void runBlock(const CommandRing::Message& message);
  void runTask(const CommandRing::Message& message);
  void push(const uint32_t* payload, uint32_t words, uint32_t tag, uint32_t commands);
  void complete(uint32_t commands);
  void stop(State state);

  std::unique_ptr<Device> device_;
  std::unique_ptr<Interpreter> interpreter_;
  Progress& progress_;
  CommandRing ring_;
  uint32_t submitted_ = 0;      // JavaScript thread
  uint32_t completedSeen_ = 0;  // JavaScript thread: completed_ when last looked at
  std::atomic<uint32_t> completed_{0};
  std::atomic<uint64_t> stagedBytes_{0};
  Doorbell progressBell_;      // rings as commands complete
  Spinner spinner_{kBriefly};  // of the JavaScript thread
  std::atomic<State> state_{State::running};
  std::thread thread_;
};

}  // namespace tessera
