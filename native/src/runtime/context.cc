#include "runtime/context.h"

#include <string>

#include "runtime/allocator.h"
#include "runtime/error.h"
#include "runtime/thread_pool.h"

namespace tessera {

Context::Context(Scratch& scratch) : scratch_(scratch), threads_(ThreadPool::instance().threads()) {}

void* Context::scratch(size_t bytes) { return scratch_.allocate(bytes); }

size_t Context::scratchMark() const { return scratch_.mark(); }

void Context::releaseScratch(size_t mark) { scratch_.release(mark); }

void Context::fail(const char* code, const char* message, int64_t got, uint64_t limit) {
  const std::string expected = limit == 0 ? "none" : "0 to " + std::to_string(limit - 1);
  throw Error(code, "", std::string(message) + "; got " + std::to_string(got) + "; expected " + expected + ".");
}

void Context::run(uint32_t chunks, void* state, void (*body)(void*, uint32_t, int)) {
  ThreadPool::instance().run(chunks, threads_, state, body);
}

}  // namespace tessera
