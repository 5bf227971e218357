// The record that a device keeps of the first fault in its data, in memory that kernels write and the host reads.
#pragma once

#include <cstdint>

namespace tessera::cuda {

enum class Fault : uint32_t { none, index, distribution };

struct FaultRecord {
  uint32_t fault;    // a Fault; zero while there is none
  uint32_t command;  // op id, and above it, from bit 16, the command's origin
  int64_t got;
  uint64_t limit;  // what was expected lies below
};

// What a command's kernels report to.
struct FaultSink {
  FaultRecord* record;
  uint32_t command;
};

}  // namespace tessera::cuda
