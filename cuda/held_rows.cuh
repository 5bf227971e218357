// Rows that fit into registers, a warp's or a block's: memory is read once, in packs.
#pragma once

#include <initializer_list>

#include "kernel.cuh"
#include "reduce.cuh"

namespace tessera::cuda {

inline constexpr uint32_t kRowPacks = 4;  // of a row that a thread holds at most
inline constexpr uint32_t kRowsThreads = 256;

// The threads that share a row, and which of its packs are whose.
template <class T, bool wholeBlock>
struct HeldRows {
  static constexpr int P = kPack<T>;
  uint32_t cols;

  // body(row) for the rows of these threads.
  template <class F>
  __device__ __forceinline__ void forRows(uint64_t rows, F body) const {
    const uint64_t first = wholeBlock ? blockIdx.x : globalThread() / kWarp, step = wholeBlock ? gridDim.x : globalThreads() / kWarp;
    for (uint64_t row = first; row < rows; row += step) body(row);
  }
  // body(h, column) for the packs of this thread, h from 0 on.
  template <class F>
  __device__ __forceinline__ void forPacks(F body) const {
    const uint32_t thread = wholeBlock ? threadIdx.x : static_cast<uint32_t>(laneId()), threads = wholeBlock ? blockDim.x : kWarp;
#pragma unroll
    for (uint32_t h = 0; h < kRowPacks; ++h) {
      const uint32_t column = (h * threads + thread) * P;
      if (column < cols) body(h, column);
    }
  }
  __device__ __forceinline__ bool isFirst() const { return (wholeBlock ? threadIdx.x : static_cast<uint32_t>(laneId())) == 0; }
  __device__ __forceinline__ float max(float value) const {
    if constexpr (wholeBlock) {
      return blockMax(value);
    } else {
      return warpMax(value);
    }
  }
  __device__ __forceinline__ float sum(float value) const {
    if constexpr (wholeBlock) {
      return blockSum(value);
    } else {
      return warpSum(value);
    }
  }
};

#if TESSERA_HOST

// Whether rows of these tensors can be held; null pointers do not matter.
template <class T>
bool holdsRows(uint64_t cols, std::initializer_list<const T*> tensors) {
  constexpr int P = kPack<T>;
  bool holds = cols > 0 && cols % P == 0 && cols <= kRowsThreads * P * kRowPacks;
  for (const T* tensor : tensors) holds = holds && alignedFor<P>(tensor);
  return holds;
}

// `warp` takes rows that a warp holds, `block` longer ones.
template <class T, class Args>
void launchHeldRows(const Kernel<Args>& warp, const Kernel<Args>& block, const std::type_identity_t<Args>& a, Stream& s) {
  const auto packs = static_cast<uint32_t>(a.cols / kPack<T>);
  if (packs <= kWarp * kRowPacks) {
    s.launch(warp, gridFor(s, a.rows, kRowsThreads / kWarp), kRowsThreads, 0, a);
  } else {
    const uint32_t threads = ceilDiv(packs, 2u * kWarp) * kWarp;  // two packs each while that makes no larger block
    s.launch(block, gridFor(s, a.rows, 1), threads < kRowsThreads ? threads : kRowsThreads, 0, a);
  }
}

#endif

}  // namespace tessera::cuda
