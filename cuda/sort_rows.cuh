// The tools of sort.cu: keys in the order of values, a bitonic sort in shared memory, the descent through the bytes of keys,
// and the search for where a running sum passes a value. All threads of a block call them together.
#pragma once

#include "kernel.cuh"
#include "reduce.cuh"

namespace tessera::cuda {

// Ascending order of keys is ascending order of values; equal values (0 and -0 too) have equal keys, NaN the largest.
__device__ __forceinline__ uint32_t keyOf(float x) {
  if (x != x) return UINT32_MAX;
  const uint32_t bits = __float_as_uint(x == 0.0f ? 0.0f : x);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}
__device__ __forceinline__ uint32_t keyOf(bf16 x) { return keyOf(static_cast<float>(x)); }
__device__ __forceinline__ uint32_t keyOf(int32_t x) { return static_cast<uint32_t>(x) ^ 0x80000000u; }

__device__ __forceinline__ uint64_t entryOf(uint32_t key, uint32_t index) { return uint64_t{key} << 32 | index; }

__device__ __forceinline__ uint32_t roundUpToPower(uint32_t n) { return n <= 1 ? 1 : 1u << (32 - __clz(static_cast<int>(n - 1))); }

// Sorts `size` (a power of two) entries in shared memory, between barriers.
__device__ __forceinline__ void bitonicSort(uint64_t* entries, uint32_t size) {
  for (uint32_t run = 2; run <= size; run *= 2) {
    for (uint32_t step = run / 2; step > 0; step /= 2) {
      for (uint32_t pair = threadIdx.x; pair < size / 2; pair += blockDim.x) {
        const uint32_t low = pair / step * step * 2 + pair % step, high = low + step;
        const uint64_t a = entries[low], b = entries[high];
        if ((a > b) == ((low & run) == 0)) {
          entries[low] = b;
          entries[high] = a;
        }
      }
      __syncthreads();
    }
  }
}

__device__ __forceinline__ void addToBin(uint64_t* bin, uint64_t weight) {
  atomicAdd(reinterpret_cast<unsigned long long*>(bin), static_cast<unsigned long long>(weight));
}

// A key, the weight of all smaller keys together, and the weight of one element with it.
struct Descent {
  uint32_t key;
  uint64_t before, one;
};

// What a cut keeps: the elements with keys below `key`, and the first `equal` of those with it.
struct Cut {
  uint32_t key;
  uint64_t equal;
};

// The key at which the running weight, over elements in ascending order of keys, first exceeds `wanted`: one byte at a time,
// from the top. weight(i, key) is the same for equal keys, or zero. Where the weights never exceed it, the last key that has any.
template <class Key, class Weight>
__device__ __forceinline__ Descent descend(uint64_t n, uint64_t wanted, uint64_t* bins, Key key, Weight weight) {
  SHARED(Descent, found);
  uint32_t prefix = 0, mask = 0;
  uint64_t before = 0, one = 0;
  for (int shift = 24; shift >= 0; shift -= 8) {
    for (uint32_t i = threadIdx.x; i < 256; i += blockDim.x) bins[i] = 0;
    __syncthreads();
    for (uint64_t i = threadIdx.x; i < n; i += blockDim.x) {
      const uint32_t value = key(i);
      if ((value & mask) != prefix) continue;
      if (const uint64_t w = weight(i, value); w > 0) addToBin(bins + (value >> shift & 255), w);
    }
    __syncthreads();
    if (warpId() == 0) {  // eight bins per lane
      uint64_t own = 0;
      for (int b = 0; b < 8; ++b) own += bins[laneId() * 8 + b];
      const uint64_t upTo = warpInclusiveSum(own);
      const uint32_t passed = __ballot_sync(kFullMask, before + upTo > wanted);
      const uint32_t any = __ballot_sync(kFullMask, own > 0);
      const int lane = passed ? __ffs(static_cast<int>(passed)) - 1 : any ? 31 - __clz(static_cast<int>(any)) : 0;
      if (laneId() == lane) {
        uint64_t sum = before + upTo - own;
        int bin = -1;
        for (int b = 0; b < 8; ++b) {
          const uint64_t w = bins[lane * 8 + b];
          if (w == 0) continue;
          if (bin >= 0) sum += bins[lane * 8 + bin];
          bin = b;
          if (sum + w > wanted) break;
        }
        found = {prefix | static_cast<uint32_t>(lane * 8 + (bin < 0 ? 0 : bin)) << shift, sum, 0};
      }
    }
    __syncthreads();
    prefix = found.key;
    before = found.before;
    mask |= 255u << shift;
    __syncthreads();
  }
  for (uint64_t i = threadIdx.x; i < n; i += blockDim.x) {
    if (const uint32_t value = key(i); value == prefix) one = max(one, weight(i, value));
  }
  return {prefix, before, blockReduce(one, Max{}, uint64_t{0})};
}

// The first i at which weight(0) + ... + weight(i) exceeds `wanted`; where they never do, the last one with any weight.
template <class Weight>
__device__ __forceinline__ uint32_t findCumulative(uint64_t n, uint64_t wanted, Weight weight) {
  SHARED(uint64_t, sums, [32]);
  SHARED(uint32_t, last, [32]);
  SHARED(uint32_t, found);
  // Every warp has a stretch of neighbouring elements.
  const uint64_t warps = blockDim.x / kWarp, stretch = ceilDiv(ceilDiv(n, warps), uint64_t{kWarp}) * kWarp;
  const uint64_t begin = min(static_cast<uint64_t>(warpId()) * stretch, n), end = min(begin + stretch, n);
  uint64_t own = 0;
  uint32_t lastOwn = 0;
  for (uint64_t i = begin + laneId(); i < end; i += kWarp) {
    const uint64_t w = weight(i);
    own += w;
    if (w > 0) lastOwn = static_cast<uint32_t>(i);
  }
  own = warpSum(own);
  lastOwn = warpMax(lastOwn);
  if (laneId() == 0) {
    sums[warpId()] = own;
    last[warpId()] = lastOwn;
  }
  __syncthreads();
  const bool used = laneId() < static_cast<int>(warps);
  const uint64_t upTo = warpInclusiveSum(used ? sums[laneId()] : uint64_t{0});
  const uint32_t passed = __ballot_sync(kFullMask, used && upTo > wanted);
  const uint32_t lastOfAll = warpMax(used ? last[laneId()] : 0u);
  const int winner = passed ? __ffs(static_cast<int>(passed)) - 1 : -1;
  const uint64_t winnerUpTo = __shfl_sync(kFullMask, upTo, winner < 0 ? 0 : winner);
  if (winner == warpId()) {
    uint64_t before = winnerUpTo - own;
    for (uint64_t first = begin; first < end; first += kWarp) {
      const uint64_t i = first + laneId();
      const uint64_t sum = before + warpInclusiveSum(i < end ? weight(i) : uint64_t{0});
      const uint32_t here = __ballot_sync(kFullMask, sum > wanted);
      if (here) {
        if (laneId() == 0) found = static_cast<uint32_t>(first) + static_cast<uint32_t>(__ffs(static_cast<int>(here)) - 1);
        break;
      }
      before = __shfl_sync(kFullMask, sum, kWarp - 1);
    }
  }
  __syncthreads();
  const uint32_t result = winner < 0 ? lastOfAll : found;
  __syncthreads();
  return result;
}

}  // namespace tessera::cuda
