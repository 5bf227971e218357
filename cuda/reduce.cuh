// Reductions and prefix sums over a warp and over a block. Every thread of the warp or block takes part, and every one
// gets the result. The order of the additions is fixed, so results are the same from run to run.
#pragma once

#include "kernel.cuh"

namespace tessera::cuda {

struct Sum {
  template <class T> __device__ __forceinline__ T operator()(T a, T b) const { return a + b; }
};
struct Max {
  template <class T> __device__ __forceinline__ T operator()(T a, T b) const { return a > b ? a : b; }
};
struct Min {
  template <class T> __device__ __forceinline__ T operator()(T a, T b) const { return a < b ? a : b; }
};

// Lanes in groups of `width` (a power of two) reduce separately.
template <int width = kWarp, class T, class Op>
__device__ __forceinline__ T warpReduce(T value, Op op) {
#pragma unroll
  for (int offset = width / 2; offset > 0; offset /= 2) value = op(value, __shfl_xor_sync(kFullMask, value, offset));
  return value;
}

template <class T>
__device__ __forceinline__ T warpSum(T value) { return warpReduce(value, Sum{}); }
template <class T>
__device__ __forceinline__ T warpMax(T value) { return warpReduce(value, Max{}); }

// For one-dimensional blocks of whole warps. `identity` leaves the other operand as it is. A barrier comes before shared memory
// is written, so that two calls in a row, and shared memory written before the call, are safe.
template <class T, class Op>
__device__ __forceinline__ T blockReduce(T value, Op op, T identity) {
  SHARED(T, partial, [32]);
  value = warpReduce(value, op);
  const int warps = static_cast<int>(blockDim.x) / kWarp;
  __syncthreads();
  if (warps == 1) return value;
  if (laneId() == 0) partial[warpId()] = value;
  __syncthreads();
  return warpReduce(laneId() < warps ? partial[laneId()] : identity, op);
}

template <class T>
__device__ __forceinline__ T blockSum(T value) { return blockReduce(value, Sum{}, T(0)); }
__device__ __forceinline__ float blockMax(float value) { return blockReduce(value, Max{}, __int_as_float(static_cast<int>(0xff800000u))); }

// The sum over all lanes up to and including this one.
template <class T>
__device__ __forceinline__ T warpInclusiveSum(T value) {
#pragma unroll
  for (int offset = 1; offset < kWarp; offset *= 2) {
    const T below = __shfl_up_sync(kFullMask, value, offset);
    if (laneId() >= offset) value += below;
  }
  return value;
}

// The sum over all threads of the block before this one; `total` receives the sum over all.
template <class T>
__device__ __forceinline__ T blockExclusiveSum(T value, T& total) {
  SHARED(T, partial, [32]);
  const T inclusive = warpInclusiveSum(value);
  const int warps = static_cast<int>(blockDim.x) / kWarp;
  __syncthreads();
  if (laneId() == kWarp - 1) partial[warpId()] = inclusive;
  __syncthreads();
  const T warpTotals = warpInclusiveSum(laneId() < warps ? partial[laneId()] : T(0));
  total = __shfl_sync(kFullMask, warpTotals, warps - 1);
  const T before = __shfl_sync(kFullMask, warpTotals, warpId() == 0 ? 0 : warpId() - 1);
  return inclusive - value + (warpId() == 0 ? T(0) : before);
}

}  // namespace tessera::cuda
