// What a running CPU kernel may use: scratch memory and the thread pool. One Context lives for one command.
// Its members are either out of line or force-inlined, because this header is compiled at every ISA level (see types.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "types.h"

namespace tessera {

class Scratch;

class Context {
 public:
  explicit Context(Scratch& scratch);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // 64-byte aligned, uninitialised, freed when the command ends, counted in the memory statistics.
  // Call it before parallelFor, never inside. Never null: running out of memory ends the command.
  void* scratch(size_t bytes);

  template <class T>
  TESSERA_INLINE T* scratch(size_t count) {
    return static_cast<T*>(scratch(count > SIZE_MAX / sizeof(T) ? SIZE_MAX : count * sizeof(T)));
  }

  // Ends the command with an error: "message; got G; expected 0 to limit - 1". Call it outside parallelFor.
  [[noreturn]] void fail(const char* code, const char* message, int64_t got, uint64_t limit);

  // How many threads may run chunks at once. Size per-thread buffers with it; never derive chunk boundaries from it.
  TESSERA_INLINE int threads() const { return threads_; }

  // Runs body(chunk) or body(chunk, thread) for every chunk in [0, chunks), in any order, on any threads; thread is in
  // [0, threads()) and no two running bodies share it. One chunk runs on the caller.
  template <class F>
  TESSERA_INLINE void parallelFor(uint32_t chunks, F&& body) {
    using Body = std::remove_reference_t<F>;
    if (chunks == 1) {
      call(body, 0, 0);
    } else if (chunks > 1) {
      run(chunks, &body, [](void* state, uint32_t chunk, int thread) { call(*static_cast<Body*>(state), chunk, thread); });
    }
  }

  // Scratch memory taken since scratchMark() gave `mark` is freed early: for kernels made of many products.
  size_t scratchMark() const;
  void releaseScratch(size_t mark);

 private:
  template <class Body>
  TESSERA_INLINE static void call(Body& body, uint32_t chunk, int thread) {
    if constexpr (requires { body(chunk, thread); }) {
      body(chunk, thread);
    } else {
      body(chunk);
    }
  }

  void run(uint32_t chunks, void* state, void (*body)(void* state, uint32_t chunk, int thread));

  Scratch& scratch_;
  const int threads_;
};

}  // namespace tessera
