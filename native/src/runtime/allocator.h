// The caching allocator of one device. It serves commands in stream order on the executor thread: a block that is freed
// may be handed out at once, because whatever still uses it comes earlier in the stream. Memory goes back to the device
// on request, and where more is taken: free segments that are too small go before a larger one comes.
//
// Small blocks (up to 64 KiB) are rounded to size classes and recycled within their class, last freed first. Large blocks
// are cut from segments, best fit, and merged with their free neighbours.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "runtime/device.h"
#include "runtime/error.h"

namespace tessera {

// Written by the executor thread, read by any.
struct MemoryStatistics {
  std::atomic<uint64_t> live{0};         // bytes asked for by live buffers
  std::atomic<uint64_t> peak{0};         // highest live + scratch since the last reset
  std::atomic<uint64_t> low{0};          // lowest live since a reader last set it to UINT64_MAX
  std::atomic<uint64_t> scratch{0};      // bytes of live that are scratch of the running command
  std::atomic<uint64_t> scratchPeak{0};  // highest scratch since the last reset
  std::atomic<uint64_t> reserved{0};     // bytes taken from the device
  std::atomic<uint64_t> used{0};         // bytes of reserved in live blocks, rounding included
  std::atomic<uint64_t> allocations{0};  // blocks handed out so far
  std::atomic<uint64_t> limit{0};        // reserved never exceeds it
};

struct Block;
struct Segment;

class Allocator {
 public:
  explicit Allocator(Device& device);
  Allocator(const Allocator&) = delete;
  Allocator& operator=(const Allocator&) = delete;
  ~Allocator();

  // Null when there is no memory, even after giving back what is cached.
  Block* allocate(uint64_t bytes);
  void free(Block* block);
  // What to throw then: "out of memory; got a request for `what` ...".
  Error outOfMemory(const std::string& what) const;

  // Gives segments without live blocks back to the device until `bytes` are given back or there are no more.
  void releaseCached(uint64_t bytes);
  void resetPeak();

  MemoryStatistics& statistics() { return statistics_; }

 private:
  struct BySize {
    using is_transparent = void;
    bool operator()(const Block* a, const Block* b) const;
    bool operator()(const Block* a, uint64_t bytes) const;
  };

  Block* allocateSmall(uint64_t bytes);
  Block* allocateLarge(uint64_t bytes);
  Block* newBlock(Segment* segment, std::byte* data, uint64_t bytes);
  void recycle(Block* block);
  Segment* reserve(uint64_t bytes);
  void freeLarge(Block* block);

  Device& device_;
  MemoryStatistics statistics_;
  std::vector<std::unique_ptr<Segment>> segments_;
  std::vector<std::vector<Block*>> bins_;  // free small blocks by size class
  Segment* slab_ = nullptr;                // where the next small block is cut
  std::set<Block*, BySize> freeLarge_;
  Block* spare_ = nullptr;  // recycled Block records
  std::vector<std::unique_ptr<Block[]>> records_;
};

// One allocation. The record is stable while the block lives.
struct Block {
  std::byte* data = nullptr;
  uint64_t bytes = 0;      // capacity
  uint64_t requested = 0;  // what the owner asked for
  Segment* segment = nullptr;
  Block* previous = nullptr;  // neighbours in the segment (large blocks)
  Block* next = nullptr;      // also links spare records
  bool free = false;
};

// Scratch memory of the running command.
class Scratch {
 public:
  explicit Scratch(Allocator& allocator) : allocator_(allocator) {}

  // Throws Error OUT_OF_MEMORY.
  void* allocate(size_t bytes);
  // Blocks taken so far; release(mark()) frees what was taken in between.
  size_t mark() const { return blocks_.size(); }
  void release(size_t mark);
  // Called between commands.
  void reset() { release(0); }

 private:
  Allocator& allocator_;
  std::vector<Block*> blocks_;
};

}  // namespace tessera
