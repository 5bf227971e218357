// Loops that apply a function to every element: flat ones in packs of 16 bytes where the buffers allow, and broadcast ones
// over the merged dimensions of a StridedView.
#pragma once

#include "element.h"
#include "kernel.cuh"
#include "strided_view.h"

namespace tessera::cuda {

inline constexpr int kMapThreads = 256;

// Elements per access when the widest of the types fills 16 bytes.
template <class... T>
inline constexpr int kCommonPack = 16;
template <class T, class... Rest>
inline constexpr int kCommonPack<T, Rest...> = kPack<T> < kCommonPack<Rest...> ? kPack<T> : kCommonPack<Rest...>;

// y[i] = f(x[i]...)
template <class T, class F, class... X>
__device__ __forceinline__ void map(uint64_t n, T* y, F f, const X*... x) {
  constexpr int P = kCommonPack<T, X...>;
  const bool packed = alignedFor<P>(y) && (alignedFor<P>(x) && ...);
  const uint64_t packs = packed ? n / P : 0;
  for (uint64_t p = globalThread(); p < packs; p += globalThreads()) {
    Pack<T, P> out;
    const auto apply = [&](const Pack<X, P>&... in) {
#pragma unroll
      for (int i = 0; i < P; ++i) out[i] = f(in[i]...);
    };
    apply(loadPack<P>(x + p * P)...);
    storePack(y + p * P, out);
  }
  for (uint64_t i = packs * P + globalThread(); i < n; i += globalThreads()) y[i] = f(x[i]...);
}

// Offsets of position i of the contiguous order in each operand.
template <uint32_t N>
struct Offsets {
  int64_t at[N];
};

template <class Index, uint32_t N>
__device__ __forceinline__ Offsets<N> offsetsAs(const StridedView<N>& view, uint64_t i) {
  Offsets<N> offsets = {};
  Index rest = static_cast<Index>(i);
#pragma unroll
  for (uint32_t k = 0; k < kMaxRank; ++k) {
    if (k >= view.rank) break;
    const uint32_t d = view.rank - 1 - k;
    const Index index = d == 0 ? rest : rest % static_cast<Index>(view.shape[d]);
    if (d != 0) rest /= static_cast<Index>(view.shape[d]);
#pragma unroll
    for (uint32_t operand = 0; operand < N; ++operand) {
      offsets.at[operand] += static_cast<int64_t>(index) * view.strides[operand][d];
    }
  }
  return offsets;
}

template <uint32_t N>
__device__ __forceinline__ Offsets<N> offsetsOf(const StridedView<N>& view, uint64_t i) {
  return view.total <= 0xffffffffu ? offsetsAs<uint32_t>(view, i) : offsetsAs<uint64_t>(view, i);
}

}  // namespace tessera::cuda
