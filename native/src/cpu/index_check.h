// Indices come from tensors, so nothing before the kernel has looked at them. A kernel first has all of them checked,
// which ends the command with code INDEX when one is out of range; its loops still guard every access, because memory
// that JavaScript shares with the engine may change in between.
#pragma once
#include "cpu/kernel.h"

namespace tessera::TESSERA_ISA {

constexpr int64_t kNoIndex = INT64_MIN;  // no index is to be ignored

// Ends the command when one of the n indices is outside [0, limit) and not `ignored`.
TESSERA_INLINE void checkIndices(Context& context, const int32_t* index, uint64_t n, uint64_t limit, int64_t ignored) {
  if (n == 0) return;
  constexpr uint64_t kGrain = 65536;
  const uint64_t chunks = (n - 1) / kGrain + 1;
  const auto bound = static_cast<uint32_t>(limit < 0x80000000u ? limit : 0x80000000u);
  const bool ignores = ignored >= INT32_MIN && ignored <= INT32_MAX;
  const auto skip = static_cast<int32_t>(ignores ? ignored : 0);
  const uint32_t kept = ignores ? 0u : 1u;
  uint8_t* bad = context.scratch<uint8_t>(chunks);
  forRange(context, n, kGrain, [=](uint64_t begin, uint64_t end) {
    uint32_t any = 0;
#pragma omp simd reduction(| : any)
    for (uint64_t i = begin; i < end; ++i) {
      const uint32_t outside = static_cast<uint32_t>(index[i]) >= bound ? 1u : 0u;
      any |= outside & (index[i] == skip ? kept : 1u);  // no &&: a loop of branches is not vectorised
    }
    bad[begin / kGrain] = static_cast<uint8_t>(any);
  });
  for (uint64_t chunk = 0; chunk < chunks; ++chunk) {
    if (bad[chunk] == 0) continue;
    for (uint64_t i = chunk * kGrain; i < n; ++i) {
      if (static_cast<uint32_t>(index[i]) < bound || (ignores && index[i] == skip)) continue;
      context.fail("INDEX", "index out of range", index[i], limit);
    }
  }
}

}  // namespace tessera::TESSERA_ISA
