#include "runtime/interpreter.h"

#include <cstring>
#include <string>

#include "runtime/kernel_table.h"

namespace tessera {

namespace {

uint64_t wide(const uint32_t* words) { return words[0] | static_cast<uint64_t>(words[1]) << 32; }

std::string hex(uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", value);
  return text;
}

[[noreturn]] void unknownHandle(const char* op, const std::string& what, uint32_t handle) {
  throw Error("INVALID_HANDLE", op,
              std::string(op) + ": " + what + " is not a live buffer; got handle " + hex(handle) +
                  "; expected one that was allocated and not freed.");
}

}  // namespace

// Runs body and turns whatever it throws into a failure of `op`, which is recorded and returned.
template <class F>
FailurePointer Interpreter::attempt(const char* op, F&& body) noexcept {
  Failure failure;
  try {
    body();
    return nullptr;
  } catch (const Error& error) {
    failure = *error.failure();
  } catch (const std::bad_alloc&) {
    failure = {"OUT_OF_MEMORY", "", "the process has no memory left"};
  } catch (const std::exception& error) {
    failure = {"DEVICE", "", error.what()};
  }
  // From below the interpreter, which alone knows the op and where it came from.
  if (failure.op.empty() && *op != '\0') {
    failure.op = op;
    failure.message = failure.op + ": " + failure.message;
  }
  if (failure.commands.empty() && device_.origin != 0) failure.commands = {{op, device_.origin}};
  const FailurePointer shared = std::make_shared<const Failure>(std::move(failure));
  record(shared);
  return shared;
}

void Interpreter::record(const FailurePointer& failure) {
  if (first_ == nullptr) first_ = failure;
}

void Interpreter::execute(const uint32_t* words, size_t available) noexcept {
  const uint32_t op = available > 0 ? words[0] & 0xffff : 0;
  const uint32_t variant = available > 0 ? words[0] >> 16 : 0;
  const uint32_t count = available > 1 ? wordsOf(words) : 0;
  device_.origin = available > 1 ? words[1] >> 16 : 0;
  attempt("", [&] {
    const auto expect = [&](const char* name, uint32_t expected) {
      if (count == expected && variant == 0) return;
      throw Error("INVALID_COMMAND", name,
                  std::string(name) + ": malformed command; got " + std::to_string(count) + " words, variant " +
                      std::to_string(variant) + "; expected " + std::to_string(expected) + " words, variant 0.");
    };
    if (count < 2 || count > available || count > kMaxCommandWords) {
      throw Error("INVALID_COMMAND", "submit",
                  "submit: a command does not fit its block; got op " + std::to_string(op) + " with " +
                      std::to_string(count) + " words where " + std::to_string(available) + " are left.");
    }
    switch (op) {
      case kAlloc:
        expect("alloc", 5);
        alloc(words[2], wide(words + 3));
        break;
      case kFree:
        expect("free", 3);
        free(words[2]);
        break;
      case kCopy:
        expect("copy", 10);
        copy(words + 2);
        break;
      case kFillZero:
        expect("fillZero", 7);
        fillZero(words + 2);
        break;
      default:
        kernel(words, op, variant, count);
    }
  });
  device_.origin = 0;
}

void Interpreter::kernel(const uint32_t* words, uint32_t op, uint32_t variant, uint32_t count) {
  const auto table = kernelTable();
  if (op < kFirstKernelOp || op - kFirstKernelOp >= table.size()) {
    throw Error("INVALID_COMMAND", "submit", "submit: unknown op; got " + std::to_string(op) + ".");
  }
  const KernelInfo& info = table[op - kFirstKernelOp];
  if (variant >= info.variants || count != 2 + 3 * info.bufferCount + info.paramWords) {
    throw Error("INVALID_COMMAND", info.name,
                std::string(info.name) + ": malformed command; got variant " + std::to_string(variant) + ", " +
                    std::to_string(count) + " words; expected a variant below " + std::to_string(info.variants) + ", " +
                    std::to_string(2 + 3 * info.bufferCount + info.paramWords) + " words.");
  }

  alignas(8) char args[sizeof(void*) * kMaxBuffers + sizeof(uint32_t) * kMaxParamWords];
  Slot* slots[kMaxBuffers];
  const auto poisonOutputs = [&](const FailurePointer& cause) {
    for (uint32_t i = 0; i < info.bufferCount; ++i) {
      if (slots[i] != nullptr && info.buffers[i].role != BufferRole::in) slots_.poison(*slots[i], cause);
    }
  };
  const Slot* poisoned = nullptr;
  for (uint32_t i = 0; i < info.bufferCount; ++i) {
    slots[i] = slots_.find(words[2 + 3 * i]);
    if (poisoned == nullptr && slots[i] != nullptr && slots[i]->poisoned) poisoned = slots[i];
  }
  if (poisoned != nullptr) {
    const FailurePointer cause = slots_.cause(*poisoned);
    poisonOutputs(cause);
    return;
  }

  const FailurePointer failure = attempt(info.name, [&] {
    char* params = args + sizeof(void*) * info.bufferCount;
    std::memcpy(params, words + 2 + 3 * info.bufferCount, sizeof(uint32_t) * info.paramWords);
    uint64_t elements[kMaxBuffers];
    info.extents(args, elements);
    const uint8_t* sizes = info.elementSizes + variant * info.bufferCount;
    for (uint32_t i = 0; i < info.bufferCount; ++i) {
      const BufferInfo& buffer = info.buffers[i];
      const uint32_t handle = words[2 + 3 * i];
      const uint64_t offset = wide(words + 3 + 3 * i);
      const std::byte* data = nullptr;
      if (const Slot* slot = slots[i]; slot != nullptr) {
        const uint64_t available = offset <= slot->bytes ? slot->bytes - offset : 0;
        if (offset > slot->bytes || elements[i] > available / sizes[i]) {
          throw Error("EXTENT", info.name,
                      std::string(info.name) + ": " + buffer.name + " is too small; got " + std::to_string(slot->bytes) +
                          " bytes from offset " + std::to_string(offset) + "; expected " + std::to_string(elements[i]) +
                          " elements of " + std::to_string(sizes[i]) + " bytes.");
        }
        data = slot->data + offset;
        if (reinterpret_cast<uintptr_t>(data) % sizes[i] != 0) {
          throw Error("EXTENT", info.name,
                      std::string(info.name) + ": " + buffer.name + " is misaligned; got byte offset " +
                          std::to_string(offset) + "; expected a multiple of " + std::to_string(sizes[i]) + ".");
        }
      } else if (handle != 0 || !buffer.optional) {
        unknownHandle(info.name, buffer.name, handle);
      }
      std::memcpy(args + sizeof(void*) * i, &data, sizeof data);
    }
    device_.launch(op, variant, args, scratch_);
  });
  scratch_.reset();
  if (failure != nullptr) poisonOutputs(failure);
}

void Interpreter::alloc(uint32_t handle, uint64_t bytes) {
  Slot* slot = slots_.place(handle);
  if (slot == nullptr) unknownHandle("alloc", "slot 0", handle);
  if (slot->handle == handle && slot->bytes == bytes && slot->data != nullptr) {  // a replayed block finds its buffers
    slots_.heal(*slot);
    return;
  }
  if (slot->handle != 0 && !(slot->handle == handle && slot->data == nullptr)) {
    throw Error("INVALID_HANDLE", "alloc",
                "alloc: the slot is taken; got handle " + hex(handle) + " where " + hex(slot->handle) + " with " +
                    std::to_string(slot->bytes) + " bytes is live.");
  }
  if (slot->handle != 0) slots_.clear(*slot);
  slot->handle = handle;
  slot->bytes = bytes;
  const FailurePointer failure = attempt("alloc", [&] {
    Block* block = allocator_.allocate(bytes);
    if (block == nullptr) throw allocator_.outOfMemory(std::to_string(bytes) + " bytes");
    slot->block = block;
    slot->data = block->data;
  });
  if (failure != nullptr) slots_.poison(*slot, failure);
}

void Interpreter::free(uint32_t handle) {
  Slot* slot = slots_.find(handle);
  if (slot == nullptr) unknownHandle("free", "the buffer", handle);
  if (slot->block != nullptr) allocator_.free(slot->block);
  slots_.clear(*slot);
}

Interpreter::Range Interpreter::resolve(const char* op, uint32_t handle, uint64_t offset, uint64_t bytes) {
  Slot* slot = slots_.find(handle);
  if (slot == nullptr) unknownHandle(op, "the buffer", handle);
  if (offset > slot->bytes || bytes > slot->bytes - offset) {
    throw Error("EXTENT", op,
                std::string(op) + ": out of bounds; got " + std::to_string(bytes) + " bytes at offset " +
                    std::to_string(offset) + "; expected to stay within " + std::to_string(slot->bytes) + " bytes.");
  }
  return {slot, offset, bytes};
}

void Interpreter::overwritten(const Range& range) {
  if (range.whole()) slots_.heal(*range.slot);
}

void Interpreter::copy(const uint32_t* words) {
  const uint64_t bytes = wide(words + 6);
  Range to = resolve("copy", words[0], wide(words + 1), bytes);
  const FailurePointer failure = attempt("copy", [&] {
    const Range from = resolve("copy", words[3], wide(words + 4), bytes);
    if (from.slot->poisoned) {
      slots_.poison(*to.slot, slots_.cause(*from.slot));
    } else if (to.slot->data != nullptr) {
      device_.copy(to.data(), from.data(), bytes);
      overwritten(to);
    }
  });
  if (failure != nullptr) slots_.poison(*to.slot, failure);
}

void Interpreter::fillZero(const uint32_t* words) {
  const Range range = resolve("fillZero", words[0], wide(words + 1), wide(words + 3));
  if (range.slot->data == nullptr) return;
  const FailurePointer failure = attempt("fillZero", [&] { device_.zero(range.data(), range.bytes); });
  if (failure != nullptr) {
    slots_.poison(*range.slot, failure);
  } else {
    overwritten(range);
  }
}

void Interpreter::write(uint32_t handle, uint64_t offset, const void* from, uint64_t bytes) noexcept {
  attempt("write", [&] {
    const Range range = resolve("write", handle, offset, bytes);
    if (range.slot->data == nullptr) return;
    const FailurePointer failure = attempt("write", [&] { device_.upload(range.data(), from, bytes); });
    if (failure != nullptr) {
      slots_.poison(*range.slot, failure);
    } else {
      overwritten(range);
    }
  });
}

void Interpreter::adopt(uint32_t handle, void* data, uint64_t bytes, std::shared_ptr<void> owner) noexcept {
  attempt("adopt", [&] {
    if (!device_.sharesHostMemory()) {
      throw Error("UNSUPPORTED", "adopt", "adopt: this device has memory of its own. Use write.");
    }
    Slot* slot = slots_.place(handle);
    if (slot == nullptr || slot->handle != 0) unknownHandle("adopt", "a free slot", handle);
    *slot = Slot{.data = static_cast<std::byte*>(data), .bytes = bytes, .block = nullptr, .handle = handle};
    slots_.own(*slot, std::move(owner));
  });
}

FailurePointer Interpreter::read(uint32_t handle, uint64_t offset, uint64_t bytes, HostMemory& to) noexcept {
  if (first_ != nullptr) return takeFailure();
  FailurePointer poison;
  attempt("read", [&] {
    const Range range = resolve("read", handle, offset, bytes);
    if (range.slot->poisoned) {
      poison = slots_.cause(*range.slot);
    } else {
      to.reset(std::malloc(bytes + 1));
      if (to == nullptr) throw std::bad_alloc();
      device_.download(to.get(), range.data(), bytes);
    }
  });
  return first_ != nullptr ? takeFailure() : poison;
}

FailurePointer Interpreter::synchronize() noexcept {
  attempt("synchronize", [&] { device_.synchronize(); });
  return takeFailure();
}

void Interpreter::beginReplay(const void* recording) noexcept {
  attempt("replay", [&] { device_.beginReplay(recording); });
}

void Interpreter::endReplay() noexcept {
  attempt("replay", [&] { device_.endReplay(); });
}

void Interpreter::emptyCache() noexcept {
  attempt("emptyCache", [&] {
    device_.synchronize();
    allocator_.releaseCached(UINT64_MAX);
  });
}

}  // namespace tessera
