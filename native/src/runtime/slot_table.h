// Buffers by handle. A handle is generation << 22 | slot: a freed slot is reused with another generation, so a stale
// handle finds nothing. Executor thread only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

#include "runtime/allocator.h"
#include "runtime/error.h"

namespace tessera {

struct Slot {
  std::byte* data = nullptr;  // null when the allocation failed
  uint64_t bytes = 0;
  Block* block = nullptr;  // null for adopted memory
  uint32_t handle = 0;     // 0 when free
  bool poisoned = false;
};

class SlotTable {
 public:
  static constexpr uint32_t slotBits = 22;
  static constexpr uint32_t slotCount = uint32_t{1} << slotBits;

  // The live buffer with this handle, or null.
  Slot* find(uint32_t handle) {
    const uint32_t index = handle & (slotCount - 1);
    Page* page = pages_[index / pageSlots].get();
    if (page == nullptr) return nullptr;
    Slot& slot = (*page)[index % pageSlots];
    return slot.handle == handle && handle != 0 ? &slot : nullptr;
  }

  // The slot a handle names, live or not. Null for slot 0, which no handle may name.
  Slot* place(uint32_t handle) {
    const uint32_t index = handle & (slotCount - 1);
    if (index == 0) return nullptr;
    std::unique_ptr<Page>& page = pages_[index / pageSlots];
    if (page == nullptr) page = std::make_unique<Page>();
    return &(*page)[index % pageSlots];
  }

  // A buffer that holds no valid result, and why.
  void poison(Slot& slot, const FailurePointer& cause) {
    if (slot.poisoned) return;
    slot.poisoned = true;
    causes_[slot.handle] = cause;
  }
  const FailurePointer& cause(const Slot& slot) const { return causes_.at(slot.handle); }
  void heal(Slot& slot) {
    if (!slot.poisoned) return;
    slot.poisoned = false;
    causes_.erase(slot.handle);
  }

  // Keeps the memory of an adopted buffer alive until it is freed.
  void own(const Slot& slot, std::shared_ptr<void> owner) { owners_[slot.handle] = std::move(owner); }

  void clear(Slot& slot) {
    heal(slot);
    if (slot.block == nullptr) owners_.erase(slot.handle);
    slot = Slot{};
  }

 private:
  static constexpr uint32_t pageSlots = 4096;
  using Page = std::array<Slot, pageSlots>;

  std::array<std::unique_ptr<Page>, slotCount / pageSlots> pages_;
  std::unordered_map<uint32_t, FailurePointer> causes_;
  std::unordered_map<uint32_t, std::shared_ptr<void>> owners_;
};

}  // namespace tessera
