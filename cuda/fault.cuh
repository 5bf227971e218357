// How a kernel reports data that only it can see to be wrong: an index in a tensor, a row without a distribution. The first
// report stays; the host finds it where it waits for the device, and fails the next await with the op's name. A kernel goes
// on after a report and must touch no memory that the bad value would lead to.
#pragma once

#include "fault_record.h"
#include "kernel.cuh"

namespace tessera::cuda {

// "what; got G; expected 0 to limit - 1", by the command that `sink` was made for.
__device__ __forceinline__ void report(const FaultSink& sink, Fault fault, int64_t got, uint64_t limit) {
  if (atomicCAS(&sink.record->fault, 0u, static_cast<uint32_t>(fault)) != 0) return;
  sink.record->command = sink.command;
  sink.record->got = got;
  sink.record->limit = limit;
}

// Whether `index` lies in 0..limit; reports it otherwise.
__device__ __forceinline__ bool indexIn(const FaultSink& sink, int32_t index, uint64_t limit) {
  const bool inside = static_cast<uint32_t>(index) < limit;
  if (!inside) report(sink, Fault::index, index, limit);
  return inside;
}

// The arguments of a schema kernel with the place for its reports.
template <class Args>
struct Checked : Args {
  FaultSink faults;
};

}  // namespace tessera::cuda
