#include "runtime/allocator.h"

#include <algorithm>
#include <bit>

#include "runtime/error.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace tessera {

namespace {

constexpr uint64_t kAlignment = 64;
constexpr uint64_t kSmallest = 512;                // up to here classes are 64 bytes apart
constexpr uint64_t kLargestSmall = uint64_t{64} << 10;
constexpr uint64_t kSlabBytes = uint64_t{2} << 20;
constexpr uint64_t kLargeRounding = uint64_t{4} << 10;
constexpr uint64_t kSegmentRounding = uint64_t{2} << 20;  // a huge page
constexpr uint64_t kSharedSegmentBytes = uint64_t{32} << 20;
constexpr uint64_t kLargestLimit = uint64_t{1} << 62;  // sizes below it can be rounded up

constexpr uint64_t roundUp(uint64_t bytes, uint64_t multiple) { return (bytes + multiple - 1) / multiple * multiple; }

struct SizeClass {
  uint32_t index;
  uint64_t bytes;
};

// Multiples of 64 up to 512, then eight classes per doubling: at most one ninth of a block is rounding.
constexpr SizeClass sizeClass(uint64_t bytes) {
  if (bytes <= kSmallest) {
    const uint64_t units = bytes == 0 ? 1 : (bytes + kAlignment - 1) / kAlignment;
    return {static_cast<uint32_t>(units - 1), units * kAlignment};
  }
  const auto doubling = static_cast<uint32_t>(std::bit_width(bytes - 1) - std::bit_width(kSmallest - 1));
  const uint64_t step = kSmallest << (doubling - 1) >> 3;
  const uint64_t units = (bytes + step - 1) / step;  // 9..16
  return {doubling * 8 + static_cast<uint32_t>(units - 9), units * step};
}

constexpr uint32_t kClasses = sizeClass(kLargestSmall).index + 1;
static_assert(sizeClass(512).index == 7 && sizeClass(513).index == 8 && sizeClass(513).bytes == 576);
static_assert(sizeClass(1024).index == 15 && sizeClass(1025).index == 16 && sizeClass(kLargestSmall).bytes == kLargestSmall);

void add(std::atomic<uint64_t>& counter, uint64_t value) {
  counter.store(counter.load(std::memory_order_relaxed) + value, std::memory_order_relaxed);
}

void subtract(std::atomic<uint64_t>& counter, uint64_t value) {
  counter.store(counter.load(std::memory_order_relaxed) - value, std::memory_order_relaxed);
}

void raise(std::atomic<uint64_t>& peak, uint64_t value) {
  if (value > peak.load(std::memory_order_relaxed)) peak.store(value, std::memory_order_relaxed);
}

void lower(std::atomic<uint64_t>& low, uint64_t value) {
  if (value < low.load(std::memory_order_relaxed)) low.store(value, std::memory_order_relaxed);
}

// Under AddressSanitizer, what is not part of a live buffer is out of bounds.
void hide([[maybe_unused]] const Device& device, [[maybe_unused]] void* data, [[maybe_unused]] uint64_t bytes) {
#if defined(__SANITIZE_ADDRESS__)
  if (device.sharesHostMemory()) ASAN_POISON_MEMORY_REGION(data, bytes);
#endif
}

void show([[maybe_unused]] const Device& device, [[maybe_unused]] void* data, [[maybe_unused]] uint64_t bytes) {
#if defined(__SANITIZE_ADDRESS__)
  if (device.sharesHostMemory()) ASAN_UNPOISON_MEMORY_REGION(data, bytes);
#endif
}

}  // namespace

// Memory taken from the device in one piece.
struct Segment {
  std::byte* data;
  uint64_t bytes;
  uint64_t cut = 0;         // slab: bytes handed out as small blocks so far
  uint64_t liveBlocks = 0;  // blocks of this segment that are not free
  bool slab = false;
  bool leaving = false;  // being given back
};

bool Allocator::BySize::operator()(const Block* a, const Block* b) const {
  return a->bytes != b->bytes ? a->bytes < b->bytes : a->data < b->data;
}

bool Allocator::BySize::operator()(const Block* a, uint64_t bytes) const { return a->bytes < bytes; }

Allocator::Allocator(Device& device) : device_(device), bins_(kClasses) {
  statistics_.limit.store(std::min(device.memoryLimit(), kLargestLimit), std::memory_order_relaxed);
}

Allocator::~Allocator() {
  for (const auto& segment : segments_) {
    show(device_, segment->data, segment->bytes);
    device_.release(segment->data, segment->bytes);
  }
}

Block* Allocator::allocate(uint64_t bytes) {
  const bool small = bytes <= kLargestSmall;
  Block* block = small ? allocateSmall(bytes) : allocateLarge(bytes);
  if (block == nullptr) {
    releaseCached(UINT64_MAX);
    block = small ? allocateSmall(bytes) : allocateLarge(bytes);
    if (block == nullptr) return nullptr;
  }
  block->free = false;
  block->requested = bytes;
  block->segment->liveBlocks++;
  show(device_, block->data, bytes);
  add(statistics_.live, bytes);
  add(statistics_.used, block->bytes);
  add(statistics_.allocations, 1);
  raise(statistics_.peak, statistics_.live.load(std::memory_order_relaxed));
  return block;
}

Error Allocator::outOfMemory(const std::string& what) const {
  return Error("OUT_OF_MEMORY", "",
               "out of memory; got a request for " + what + " with " + std::to_string(statistics_.live.load()) +
                   " live and " + std::to_string(statistics_.reserved.load() - statistics_.used.load()) +
                   " cached of a limit of " + std::to_string(statistics_.limit.load()) +
                   ". Free tensors, or compute in smaller batches.");
}

void Allocator::free(Block* block) {
  subtract(statistics_.live, block->requested);
  lower(statistics_.low, statistics_.live.load(std::memory_order_relaxed));
  subtract(statistics_.used, block->bytes);
  hide(device_, block->data, block->bytes);
  block->free = true;
  block->segment->liveBlocks--;
  if (block->segment->slab) {
    bins_[sizeClass(block->bytes).index].push_back(block);
  } else {
    freeLarge(block);
  }
}

Block* Allocator::allocateSmall(uint64_t bytes) {
  const SizeClass size = sizeClass(bytes);
  std::vector<Block*>& bin = bins_[size.index];
  if (!bin.empty()) {
    Block* block = bin.back();
    bin.pop_back();
    return block;
  }
  if (slab_ == nullptr || slab_->bytes - slab_->cut < size.bytes) {
    Segment* slab = reserve(kSlabBytes);
    if (slab == nullptr) return nullptr;
    slab->slab = true;
    slab_ = slab;
  }
  Block* block = newBlock(slab_, slab_->data + slab_->cut, size.bytes);
  slab_->cut += size.bytes;
  return block;
}

Block* Allocator::allocateLarge(uint64_t bytes) {
  if (bytes > statistics_.limit.load(std::memory_order_relaxed)) return nullptr;
  const uint64_t size = roundUp(bytes, kLargeRounding);
  auto found = freeLarge_.lower_bound(size);
  Block* block;
  if (found != freeLarge_.end()) {
    block = *found;
    freeLarge_.erase(found);
  } else {
    // Free segments are too small for what is asked now. Held beside the new one, what a program frees while it sets itself up
    // (temporaries of initialisation, weights before they moved) would never be of use again.
    releaseCached(size);
    Segment* segment = size < kSharedSegmentBytes / 2 ? reserve(kSharedSegmentBytes) : nullptr;
    if (segment == nullptr) segment = reserve(roundUp(size, kSegmentRounding));
    if (segment == nullptr) segment = reserve(size);
    if (segment == nullptr) return nullptr;
    block = newBlock(segment, segment->data, segment->bytes);
  }
  if (block->bytes - size > kLargestSmall) {
    Block* rest = newBlock(block->segment, block->data + size, block->bytes - size);
    rest->free = true;
    rest->previous = block;
    rest->next = block->next;
    if (rest->next != nullptr) rest->next->previous = rest;
    block->next = rest;
    block->bytes = size;
    freeLarge_.insert(rest);
  }
  return block;
}

void Allocator::freeLarge(Block* block) {
  if (Block* next = block->next; next != nullptr && next->free) {
    freeLarge_.erase(next);
    block->bytes += next->bytes;
    block->next = next->next;
    if (block->next != nullptr) block->next->previous = block;
    recycle(next);
  }
  if (Block* previous = block->previous; previous != nullptr && previous->free) {
    freeLarge_.erase(previous);
    previous->bytes += block->bytes;
    previous->next = block->next;
    if (previous->next != nullptr) previous->next->previous = previous;
    recycle(block);
    block = previous;
  }
  freeLarge_.insert(block);
}

void Allocator::releaseCached(uint64_t bytes) {
  uint64_t leaving = 0;
  for (const auto& segment : segments_) {
    segment->leaving = segment->liveBlocks == 0 && leaving < bytes;
    if (segment->leaving) leaving += segment->bytes;
  }
  if (leaving == 0) return;
  const auto recycled = [&](Block* block) {
    if (block->segment->leaving) recycle(block);
    return block->segment->leaving;
  };
  for (std::vector<Block*>& bin : bins_) std::erase_if(bin, recycled);
  std::erase_if(freeLarge_, recycled);
  if (slab_ != nullptr && slab_->leaving) slab_ = nullptr;
  std::erase_if(segments_, [&](const std::unique_ptr<Segment>& segment) {
    if (!segment->leaving) return false;
    show(device_, segment->data, segment->bytes);
    device_.release(segment->data, segment->bytes);
    subtract(statistics_.reserved, segment->bytes);
    return true;
  });
}

void Allocator::resetPeak() {
  statistics_.peak.store(statistics_.live.load(std::memory_order_relaxed), std::memory_order_relaxed);
  statistics_.scratchPeak.store(0, std::memory_order_relaxed);
}

Segment* Allocator::reserve(uint64_t bytes) {
  const uint64_t reserved = statistics_.reserved.load(std::memory_order_relaxed);
  const uint64_t limit = statistics_.limit.load(std::memory_order_relaxed);
  if (reserved > limit || bytes > limit - reserved) return nullptr;
  void* data = device_.allocate(bytes);
  if (data == nullptr) return nullptr;
  hide(device_, data, bytes);
  segments_.push_back(std::make_unique<Segment>(Segment{static_cast<std::byte*>(data), bytes}));
  add(statistics_.reserved, bytes);
  return segments_.back().get();
}

Block* Allocator::newBlock(Segment* segment, std::byte* data, uint64_t bytes) {
  if (spare_ == nullptr) {
    constexpr size_t count = 256;
    records_.push_back(std::make_unique<Block[]>(count));
    for (size_t i = 0; i < count; ++i) recycle(&records_.back()[i]);
  }
  Block* block = spare_;
  spare_ = block->next;
  *block = Block{.data = data, .bytes = bytes, .segment = segment};
  return block;
}

void Allocator::recycle(Block* block) {
  block->next = spare_;
  spare_ = block;
}

void* Scratch::allocate(size_t bytes) {
  Block* block = allocator_.allocate(bytes);
  MemoryStatistics& statistics = allocator_.statistics();
  if (block == nullptr) throw allocator_.outOfMemory(std::to_string(bytes) + " bytes of scratch memory");
  blocks_.push_back(block);
  add(statistics.scratch, bytes);
  raise(statistics.scratchPeak, statistics.scratch.load(std::memory_order_relaxed));
  return block->data;
}

void Scratch::release(size_t mark) {
  MemoryStatistics& statistics = allocator_.statistics();
  for (; blocks_.size() > mark; blocks_.pop_back()) {
    subtract(statistics.scratch, blocks_.back()->requested);
    allocator_.free(blocks_.back());
  }
}

}  // namespace tessera
