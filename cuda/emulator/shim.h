// CUDA's device language for host compilers: keywords, built-in variables and intrinsics, on top of scheduler.h.
// Only what our kernels use; the tensor-core and copy instructions have wrappers of their own (mma.cuh, async_copy.cuh).
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "scheduler.h"

#define __global__
#define __device__
#define __host__
#define __constant__ static const
#define __forceinline__ inline
#define __restrict__ __restrict
#define __align__(n) alignas(n)

#define threadIdx (::tessera::emulator::current->threadIdx)
#define blockIdx (::tessera::emulator::current->block->blockIdx)
#define blockDim (::tessera::emulator::current->block->blockDim)
#define gridDim (::tessera::emulator::current->block->gridDim)
inline constexpr int warpSize = 32;

// --- barriers ---

inline void __syncthreads() { tessera::emulator::syncThreads(false); }
inline int __syncthreads_count(int predicate) { return tessera::emulator::syncThreads(predicate != 0); }
inline int __syncthreads_or(int predicate) { return tessera::emulator::syncThreads(predicate != 0) != 0; }
inline int __syncthreads_and(int predicate) { return tessera::emulator::syncThreads(predicate == 0) == 0; }
inline void __syncwarp(uint32_t mask = 0xffffffffu) {
  tessera::emulator::warpCollective("__syncwarp", mask, nullptr, nullptr);
}
inline void __threadfence() {}
inline void __threadfence_block() {}
inline void __threadfence_system() {}
inline void __nanosleep(unsigned) {}
[[noreturn]] inline void __trap() { tessera::emulator::trap("trap"); }

// --- warp collectives ---

namespace tessera::emulator {

struct ShuffleLane {
  uint64_t value;   // in: this lane's; out: what it receives
  uint32_t source;  // lane read from
};

inline void completeShuffle(void* const lanes[32], uint32_t present) {
  uint64_t values[32];
  for (int i = 0; i < 32; ++i) values[i] = present >> i & 1 ? static_cast<ShuffleLane*>(lanes[i])->value : ~uint64_t{0};
  for (int i = 0; i < 32; ++i) {
    if (present >> i & 1) {
      auto* lane = static_cast<ShuffleLane*>(lanes[i]);
      lane->value = values[lane->source];  // a lane that takes no part gives all ones: NaN, -1
    }
  }
}

template <class T>
inline T shuffle(const char* what, uint32_t mask, T value, uint32_t source) {
  static_assert(sizeof(T) <= 8);
  ShuffleLane lane{0, source};
  std::memcpy(&lane.value, &value, sizeof(T));
  warpCollective(what, mask, &lane, completeShuffle);
  std::memcpy(&value, &lane.value, sizeof(T));
  return value;
}

struct BallotLane {
  bool predicate;
  uint32_t result;
};

inline void completeBallot(void* const lanes[32], uint32_t present) {
  uint32_t ballot = 0;
  for (int i = 0; i < 32; ++i) {
    if (present >> i & 1 && static_cast<BallotLane*>(lanes[i])->predicate) ballot |= 1u << i;
  }
  for (int i = 0; i < 32; ++i) {
    if (present >> i & 1) static_cast<BallotLane*>(lanes[i])->result = ballot;
  }
}

struct AllLane {
  bool predicate;
  int result;
};

inline void completeAll(void* const lanes[32], uint32_t present) {
  int all = 1;
  for (int i = 0; i < 32; ++i) {
    if (present >> i & 1) all &= static_cast<AllLane*>(lanes[i])->predicate;
  }
  for (int i = 0; i < 32; ++i) {
    if (present >> i & 1) static_cast<AllLane*>(lanes[i])->result = all;
  }
}

struct MatchLane {
  uint64_t value;
  uint32_t result;
};

inline void completeMatch(void* const lanes[32], uint32_t present) {
  for (int i = 0; i < 32; ++i) {
    if (!(present >> i & 1)) continue;
    auto* lane = static_cast<MatchLane*>(lanes[i]);
    lane->result = 0;
    for (int j = 0; j < 32; ++j) {
      if (present >> j & 1 && static_cast<MatchLane*>(lanes[j])->value == lane->value) lane->result |= 1u << j;
    }
  }
}

struct ReduceLane {
  uint32_t value;
  uint32_t (*combine)(uint32_t, uint32_t);
};

inline void completeReduce(void* const lanes[32], uint32_t present) {
  const ReduceLane* first = nullptr;
  uint32_t total = 0;
  for (int i = 0; i < 32; ++i) {
    if (!(present >> i & 1)) continue;
    const auto* lane = static_cast<ReduceLane*>(lanes[i]);
    total = first ? lane->combine(total, lane->value) : lane->value;
    first = lane;
  }
  for (int i = 0; i < 32; ++i) {
    if (present >> i & 1) static_cast<ReduceLane*>(lanes[i])->value = total;
  }
}

inline uint32_t reduce(const char* what, uint32_t mask, uint32_t value, uint32_t (*combine)(uint32_t, uint32_t)) {
  ReduceLane lane{value, combine};
  warpCollective(what, mask, &lane, completeReduce);
  return lane.value;
}

// The lane a shuffle reads: outside its segment of `width` lanes a thread reads itself.
inline uint32_t segmentLane(int source, int width) {
  const int lane = static_cast<int>(current->lane), base = lane / width * width;
  return static_cast<uint32_t>(source >= base && source < base + width ? source : lane);
}

}  // namespace tessera::emulator

template <class T>
inline T __shfl_sync(uint32_t mask, T value, int source, int width = 32) {
  const int base = static_cast<int>(tessera::emulator::current->lane) / width * width;
  return tessera::emulator::shuffle("__shfl_sync", mask, value, static_cast<uint32_t>(base + (source & (width - 1))));
}
template <class T>
inline T __shfl_up_sync(uint32_t mask, T value, unsigned delta, int width = 32) {
  const int source = static_cast<int>(tessera::emulator::current->lane) - static_cast<int>(delta);
  return tessera::emulator::shuffle("__shfl_up_sync", mask, value, tessera::emulator::segmentLane(source, width));
}
template <class T>
inline T __shfl_down_sync(uint32_t mask, T value, unsigned delta, int width = 32) {
  const int source = static_cast<int>(tessera::emulator::current->lane + delta);
  return tessera::emulator::shuffle("__shfl_down_sync", mask, value, tessera::emulator::segmentLane(source, width));
}
template <class T>
inline T __shfl_xor_sync(uint32_t mask, T value, int laneMask, int width = 32) {
  const int source = static_cast<int>(tessera::emulator::current->lane) ^ laneMask;
  return tessera::emulator::shuffle("__shfl_xor_sync", mask, value, tessera::emulator::segmentLane(source, width));
}
inline uint32_t __ballot_sync(uint32_t mask, int predicate) {
  tessera::emulator::BallotLane lane{predicate != 0, 0};
  tessera::emulator::warpCollective("__ballot_sync", mask, &lane, tessera::emulator::completeBallot);
  return lane.result;
}
inline int __any_sync(uint32_t mask, int predicate) {
  tessera::emulator::BallotLane lane{predicate != 0, 0};
  tessera::emulator::warpCollective("__any_sync", mask, &lane, tessera::emulator::completeBallot);
  return lane.result != 0;
}
inline int __all_sync(uint32_t mask, int predicate) {
  tessera::emulator::AllLane lane{predicate != 0, 0};
  tessera::emulator::warpCollective("__all_sync", mask, &lane, tessera::emulator::completeAll);
  return lane.result;
}
template <class T>
inline uint32_t __match_any_sync(uint32_t mask, T value) {
  static_assert(sizeof(T) <= 8);
  tessera::emulator::MatchLane lane{0, 0};
  std::memcpy(&lane.value, &value, sizeof(T));
  tessera::emulator::warpCollective("__match_any_sync", mask, &lane, tessera::emulator::completeMatch);
  return lane.result;
}
inline uint32_t __reduce_add_sync(uint32_t mask, uint32_t value) {
  return tessera::emulator::reduce("__reduce_add_sync", mask, value, [](uint32_t a, uint32_t b) { return a + b; });
}
inline uint32_t __reduce_min_sync(uint32_t mask, uint32_t value) {
  return tessera::emulator::reduce("__reduce_min_sync", mask, value, [](uint32_t a, uint32_t b) { return a < b ? a : b; });
}
inline uint32_t __reduce_max_sync(uint32_t mask, uint32_t value) {
  return tessera::emulator::reduce("__reduce_max_sync", mask, value, [](uint32_t a, uint32_t b) { return a > b ? a : b; });
}
inline uint32_t __reduce_or_sync(uint32_t mask, uint32_t value) {
  return tessera::emulator::reduce("__reduce_or_sync", mask, value, [](uint32_t a, uint32_t b) { return a | b; });
}
// Lanes that have not exited. The emulator has no notion of lanes running together: in divergent code use a ballot.
inline uint32_t __activemask() { return tessera::emulator::liveLanes(); }

// --- atomics: relaxed, on naturally aligned 4- and 8-byte words; they return the old value ---

template <class T>
inline T atomicAdd(T* address, std::type_identity_t<T> value) {
  if constexpr (std::is_integral_v<T>) {
    return __atomic_fetch_add(address, value, __ATOMIC_RELAXED);
  } else {
    T old, sum;
    __atomic_load(address, &old, __ATOMIC_RELAXED);
    do {
      sum = old + value;
    } while (!__atomic_compare_exchange(address, &old, &sum, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return old;
  }
}
template <class T>
inline T atomicSub(T* address, std::type_identity_t<T> value) {
  return __atomic_fetch_sub(address, value, __ATOMIC_RELAXED);
}
template <class T>
inline T atomicMax(T* address, std::type_identity_t<T> value) {
  T old = __atomic_load_n(address, __ATOMIC_RELAXED);
  while (old < value && !__atomic_compare_exchange_n(address, &old, value, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  return old;
}
template <class T>
inline T atomicMin(T* address, std::type_identity_t<T> value) {
  T old = __atomic_load_n(address, __ATOMIC_RELAXED);
  while (value < old && !__atomic_compare_exchange_n(address, &old, value, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  return old;
}
template <class T>
inline T atomicAnd(T* address, std::type_identity_t<T> value) {
  return __atomic_fetch_and(address, value, __ATOMIC_RELAXED);
}
template <class T>
inline T atomicOr(T* address, std::type_identity_t<T> value) {
  return __atomic_fetch_or(address, value, __ATOMIC_RELAXED);
}
template <class T>
inline T atomicXor(T* address, std::type_identity_t<T> value) {
  return __atomic_fetch_xor(address, value, __ATOMIC_RELAXED);
}
template <class T>
inline T atomicExch(T* address, std::type_identity_t<T> value) {
  T old;
  __atomic_exchange(address, &value, &old, __ATOMIC_RELAXED);
  return old;
}
template <class T>
inline T atomicCAS(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  __atomic_compare_exchange_n(address, &expected, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return expected;
}
inline unsigned atomicInc(unsigned* address, unsigned limit) {
  unsigned old = __atomic_load_n(address, __ATOMIC_RELAXED);
  while (!__atomic_compare_exchange_n(address, &old, old >= limit ? 0u : old + 1, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  return old;
}

// --- loads and stores with cache hints ---

template <class T> inline T __ldg(const T* address) { return *address; }
template <class T> inline T __ldcs(const T* address) { return *address; }
template <class T> inline T __ldcg(const T* address) { return *address; }
template <class T> inline void __stcs(T* address, T value) { *address = value; }
template <class T> inline void __stcg(T* address, T value) { *address = value; }

// --- bits ---

inline int __popc(uint32_t x) { return __builtin_popcount(x); }
inline int __popcll(uint64_t x) { return __builtin_popcountll(x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __ffsll(long long x) { return __builtin_ffsll(x); }
inline int __clz(int x) { return x ? __builtin_clz(static_cast<uint32_t>(x)) : 32; }
inline int __clzll(long long x) { return x ? __builtin_clzll(static_cast<uint64_t>(x)) : 64; }
inline uint32_t __brev(uint32_t x) {
  uint32_t y = 0;
  for (int i = 0; i < 32; ++i) y |= (x >> i & 1) << (31 - i);
  return y;
}
inline uint32_t __umulhi(uint32_t a, uint32_t b) { return static_cast<uint32_t>(uint64_t{a} * b >> 32); }
inline uint64_t __umul64hi(uint64_t a, uint64_t b) {
  return static_cast<uint64_t>(static_cast<unsigned __int128>(a) * b >> 64);
}
inline uint32_t __funnelshift_l(uint32_t low, uint32_t high, uint32_t shift) {
  return static_cast<uint32_t>((uint64_t{high} << 32 | low) << (shift & 31) >> 32);
}
inline uint32_t __funnelshift_r(uint32_t low, uint32_t high, uint32_t shift) {
  return static_cast<uint32_t>((uint64_t{high} << 32 | low) >> (shift & 31));
}
inline uint32_t __byte_perm(uint32_t x, uint32_t y, uint32_t selector) {
  const uint64_t bytes = uint64_t{y} << 32 | x;
  uint32_t result = 0;
  for (int i = 0; i < 4; ++i) result |= static_cast<uint32_t>(bytes >> (selector >> (4 * i) & 7) * 8 & 0xff) << (8 * i);
  return result;
}
inline int __float_as_int(float x) { return std::bit_cast<int>(x); }
inline uint32_t __float_as_uint(float x) { return std::bit_cast<uint32_t>(x); }
inline float __int_as_float(int x) { return std::bit_cast<float>(x); }
inline float __uint_as_float(uint32_t x) { return std::bit_cast<float>(x); }

// --- mathematics; the fast forms are at least as exact here as on a GPU ---

inline float __expf(float x) { return ::expf(x); }
inline float __logf(float x) { return ::logf(x); }
inline float __log2f(float x) { return ::log2f(x); }
inline float __sinf(float x) { return ::sinf(x); }
inline float __cosf(float x) { return ::cosf(x); }
inline float __powf(float x, float y) { return ::powf(x, y); }
inline float __fdividef(float x, float y) { return x / y; }
inline float __frcp_rn(float x) { return 1.0f / x; }
inline float __fsqrt_rn(float x) { return ::sqrtf(x); }
inline float __fmaf_rn(float x, float y, float z) { return ::fmaf(x, y, z); }
inline float __fmul_rn(float x, float y) { return x * y; }
inline float __fadd_rn(float x, float y) { return x + y; }
inline float __fsub_rn(float x, float y) { return x - y; }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline float __saturatef(float x) { return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f; }
inline float rsqrtf(float x) { return 1.0f / ::sqrtf(x); }
inline double rsqrt(double x) { return 1.0 / ::sqrt(x); }
inline int __float2int_rn(float x) { return static_cast<int>(::nearbyintf(x)); }
inline int __float2int_rd(float x) { return static_cast<int>(::floorf(x)); }
inline float __int2float_rn(int x) { return static_cast<float>(x); }
inline float __uint2float_rn(uint32_t x) { return static_cast<float>(x); }

template <class T, class U> constexpr std::common_type_t<T, U> min(T a, U b) {
  using C = std::common_type_t<T, U>;
  return static_cast<C>(b) < static_cast<C>(a) ? static_cast<C>(b) : static_cast<C>(a);
}
template <class T, class U> constexpr std::common_type_t<T, U> max(T a, U b) {
  using C = std::common_type_t<T, U>;
  return static_cast<C>(a) < static_cast<C>(b) ? static_cast<C>(b) : static_cast<C>(a);
}
inline float min(float a, float b) { return ::fminf(a, b); }
inline float max(float a, float b) { return ::fmaxf(a, b); }
