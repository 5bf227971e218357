#include "runtime/executor.h"

#include <cstring>
#include <future>

#if defined(__linux__)
#include <pthread.h>
#endif

namespace tessera {

namespace {

// Run-ahead. Enough to hide the latency of a round trip through JavaScript, little enough that an await is not far away.
constexpr uint32_t kMaxQueuedCommands = 16384;
constexpr uint64_t kMaxStagedBytes = uint64_t{256} << 20;
// A submitted block travels in messages of about this size, so that the executor starts on its beginning.
constexpr uint32_t kMessageWords = 4096;
constexpr uint32_t kMessageCommands = 256;

constexpr uint32_t kTaskTag = 0;  // other tags count the commands of a block

// Words of the command at `words`, or 0 when it is malformed.
uint32_t commandWords(const uint32_t* words, size_t available) {
  if (available < 2) return 0;
  const uint32_t count = wordsOf(words);
  return count >= 2 && count <= available && count <= kMaxCommandWords ? count : 0;
}

}  // namespace

std::optional<uint32_t> countCommands(const uint32_t* words, size_t count) {
  uint32_t commands = 0;
  for (size_t at = 0; at < count; ++commands) {
    const uint32_t size = commandWords(words + at, count - at);
    if (size == 0) return std::nullopt;
    at += size;
  }
  return commands;
}

Executor::Executor(std::unique_ptr<Device> device, Progress& progress) : device_(std::move(device)), progress_(progress) {
  std::promise<void> attached;
  std::future<void> ready = attached.get_future();
  thread_ = std::thread([this, attached = std::move(attached)]() mutable {
#if defined(__linux__)
    pthread_setname_np(pthread_self(), "tessera-device");
#endif
    try {
      device_->attach();
      interpreter_ = std::make_unique<Interpreter>(*device_);
    } catch (...) {
      device_->detach();
      attached.set_exception(std::current_exception());
      return;
    }
    attached.set_value();
    loop();
    interpreter_.reset();
    device_->detach();
  });
  try {
    ready.get();
  } catch (...) {
    thread_.join();
    throw;
  }
}

Executor::~Executor() { abandon(); }

void Executor::stop(State state) {
  if (!thread_.joinable()) return;
  state_.store(state, std::memory_order_seq_cst);
  ring_.wake();
  thread_.join();
  CommandRing::Message message;
  while (ring_.front(message)) {
    if (message.tag == kTaskTag) {
      Posted posted;
      std::memcpy(&posted, message.payload, sizeof posted);
      delete posted.task;
    }
    ring_.pop(message);
  }
}

void Executor::submit(const uint32_t* words, size_t count) {
  size_t begin = 0;
  size_t at = 0;
  uint32_t commands = 0;
  const auto flush = [&] {
    if (commands > 0) push(words + begin, static_cast<uint32_t>(at - begin), commands, commands);
    begin = at;
    commands = 0;
  };
  while (at < count) {
    const uint32_t size = commandWords(words + at, count - at);
    if (size == 0) {
      // Nothing after a malformed command can be trusted. Its first words travel on, for the executor to report.
      flush();
      push(words + at, static_cast<uint32_t>(count - at < 2 ? count - at : 2), 1, 1);
      return;
    }
    at += size;
    ++commands;
    if (at - begin >= kMessageWords || commands >= kMessageCommands) flush();
  }
  flush();
}

void Executor::post(std::unique_ptr<Task> task, uint32_t commands, uint64_t stagedBytes) {
  if (stagedBytes > 0) {
    stagedBytes_.fetch_add(stagedBytes, std::memory_order_relaxed);
    waitUntil([&] {
      const uint64_t staged = stagedBytes_.load(std::memory_order_seq_cst);
      return staged <= kMaxStagedBytes || staged == stagedBytes;
    });
  }
  uint32_t payload[sizeof(Posted) / sizeof(uint32_t)];
  const Posted posted{task.release(), stagedBytes, commands};
  std::memcpy(payload, &posted, sizeof posted);
  push(payload, sizeof payload / sizeof(uint32_t), kTaskTag, commands);
}

void Executor::push(const uint32_t* payload, uint32_t words, uint32_t tag, uint32_t commands) {
  // A queue that is empty takes any message, however many commands it stands for.
  const auto fits = [&] {
    const uint32_t queued = submitted_ - completedSeen_;
    return queued == 0 || (queued <= kMaxQueuedCommands && commands <= kMaxQueuedCommands - queued);
  };
  if (!fits()) {
    waitUntil([&] {
      completedSeen_ = completed_.load(std::memory_order_seq_cst);
      return fits();
    });
  }
  submitted_ += commands;
  progress_.submitted.store(static_cast<int32_t>(submitted_), std::memory_order_relaxed);
  while (!ring_.push(payload, words, tag)) {
    const uint32_t completed = completed_.load(std::memory_order_seq_cst);
    waitUntil([&] { return completed_.load(std::memory_order_seq_cst) != completed; });
  }
}

void Executor::complete(uint32_t commands) {
  const uint32_t completed = completed_.load(std::memory_order_relaxed) + commands;
  completed_.store(completed, std::memory_order_seq_cst);
  progress_.completed.store(static_cast<int32_t>(completed), std::memory_order_relaxed);
}

void Executor::loop() {
  CommandRing::Message message;
  for (;;) {
    if (abandoned()) return;
    if (ring_.front(message)) {
      message.tag == kTaskTag ? runTask(message) : runBlock(message);
      progressBell_.ring();
    } else if (state_.load(std::memory_order_seq_cst) == State::finishing) {
      return;
    } else {
      ring_.wait([this] { return state_.load(std::memory_order_seq_cst) != State::running; });
    }
  }
}

void Executor::runBlock(const CommandRing::Message& message) {
  const uint32_t* words = message.payload;
  size_t left = message.words;
  for (uint32_t command = 0; command < message.tag && !abandoned(); ++command) {
    interpreter_->execute(words, left);
    const uint32_t size = commandWords(words, left);
    words += size;
    left -= size;
    if (command + 1 < message.tag) complete(1);
    if (command % 64 == 63) progressBell_.ring();
  }
  ring_.pop(message);
  complete(1);  // after pop: a producer that waits for room looks when this changes
}

void Executor::runTask(const CommandRing::Message& message) {
  Posted posted;
  std::memcpy(&posted, message.payload, sizeof posted);
  ring_.pop(message);
  const std::unique_ptr<Task> task(posted.task);
  task->run(*interpreter_, *this);
  stagedBytes_.fetch_sub(posted.stagedBytes, std::memory_order_seq_cst);
  complete(posted.commands);
  task->finish();
}

void Executor::replay(const uint32_t* words, size_t count) {
  interpreter_->beginReplay(words);
  while (count > 0 && !abandoned()) {
    interpreter_->execute(words, count);
    const uint32_t size = commandWords(words, count);
    if (size == 0) break;
    words += size;
    count -= size;
  }
  interpreter_->endReplay();
}

}  // namespace tessera
