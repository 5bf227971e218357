// The bounded queue between the JavaScript thread (producer) and an executor (consumer): a ring of words that carries
// messages of contiguous payload. The fast path of either side makes no system call and takes no lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>

#include "runtime/futex.h"
#include "runtime/spin.h"

namespace tessera {

class CommandRing {
 public:
  struct Message {
    const uint32_t* payload;
    uint32_t words;
    uint32_t tag;
  };

  static constexpr uint32_t capacity = uint32_t{1} << 19;

  // Producer: false when there is no room for so many words now. Messages are far smaller than the ring.
  bool push(const uint32_t* payload, uint32_t words, uint32_t tag) {
    const uint64_t tail = tail_.load(std::memory_order_relaxed);
    const auto at = static_cast<uint32_t>(tail % capacity);
    const uint32_t size = sizeOf(words);
    // A message does not wrap: where it would, the rest of the ring is skipped.
    const uint32_t skipped = capacity - at < size ? capacity - at : 0;
    const uint32_t total = skipped + size;
    if (capacity - (tail - headSeen_) < total) {
      headSeen_ = head_.load(std::memory_order_acquire);
      if (capacity - (tail - headSeen_) < total) return false;
    }
    if (skipped > 0) words_[at] = skip;
    uint32_t* message = &words_[(at + skipped) % capacity];
    message[0] = words;
    message[1] = tag;
    std::memcpy(message + headerWords, payload, sizeof(uint32_t) * words);
    tail_.store(tail + total, std::memory_order_seq_cst);
    bell_.ring();
    return true;
  }

  // Either side: makes a sleeping consumer look again.
  void wake() { bell_.ring(); }

  // Consumer: the oldest message, if any. It stays valid until pop.
  bool front(Message& message) {
    uint64_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return false;
    if (words_[head % capacity] == skip) {
      head += capacity - head % capacity;
      head_.store(head, std::memory_order_release);
    }
    const uint32_t* header = &words_[head % capacity];
    message = {header + headerWords, header[0], header[1]};
    return true;
  }

  void pop(const Message& message) {
    head_.store(head_.load(std::memory_order_relaxed) + sizeOf(message.words), std::memory_order_seq_cst);
  }

  // Consumer: returns when there is a message, or when interrupted() holds, which is looked at again after wake().
  template <class Interrupted>
  void wait(Interrupted interrupted) {
    const auto ready = [&] {
      return head_.load(std::memory_order_relaxed) != tail_.load(std::memory_order_seq_cst) || interrupted();
    };
    spinner_.wait(ready, [&] { bell_.wait(ready); });
  }

 private:
  static constexpr uint32_t headerWords = 2;
  static constexpr uint32_t skip = UINT32_MAX;

  // Even, so that a header never wraps.
  static constexpr uint32_t sizeOf(uint32_t words) { return (headerWords + words + 1) & ~1u; }

  std::unique_ptr<uint32_t[]> words_{new uint32_t[capacity]};
  alignas(64) std::atomic<uint64_t> head_{0};
  alignas(64) std::atomic<uint64_t> tail_{0};
  uint64_t headSeen_ = 0;  // producer: spares it the consumer's cache line while there is room
  alignas(64) Doorbell bell_;
  Spinner spinner_{kBriefly};  // consumer
};

}  // namespace tessera
