// Fibers: stacks that one operating-system thread switches between, a few nanoseconds per switch.
// This file knows nothing of CUDA. A fiber never moves to another thread, and what still lies on the stack of a fiber
// that is dropped is never destroyed: only trivially destructible values may live across a switch.
#pragma once

#include <cstddef>
#include <cstdint>

// Initial-exec thread-locals cost one load where the general model costs a call; glibc keeps room for a few of them in
// libraries that are opened at run time.
#if defined(__GLIBC__) && defined(__GNUC__)
#define TESSERA_EMULATOR_TLS __attribute__((tls_model("initial-exec"))) thread_local
#else
#define TESSERA_EMULATOR_TLS thread_local
#endif

#if defined(__SANITIZE_ADDRESS__)
#define TESSERA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TESSERA_ASAN 1
#endif
#endif

namespace tessera::emulator {

// One stack and the point where it was left. A default-constructed Fiber stands for the stack of the thread itself.
class Fiber {
 public:
  using Entry = void (*)(void* argument);

  Fiber() = default;
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  // Gives the fiber a stack (once) and makes the next switch to it start `entry(argument)`, which must never return.
  // Calling it on a fiber that was left in the middle drops what it was doing.
  void prepare(Entry entry, void* argument, uint32_t color);

  // Leaves `from`, which must be the running fiber, and continues `to`.
  static void transfer(Fiber& from, Fiber& to);

 private:
  static void start();

  void* stackPointer_ = nullptr;
  char* stack_ = nullptr;  // lowest usable byte
  char* mapping_ = nullptr;
  size_t mappingBytes_ = 0;
  Entry entry_ = nullptr;
  void* argument_ = nullptr;
  void* native_ = nullptr;     // ucontext or Windows fiber where there is no switch of our own
  void* fakeStack_ = nullptr;  // AddressSanitizer's bookkeeping
  const void* asanStack_ = nullptr;
  size_t asanStackBytes_ = 0;
};

}  // namespace tessera::emulator
