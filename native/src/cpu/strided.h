// Walks over strided views in parallel: the caller sees one row at a time with the operands' steps along it.
#pragma once
#include "cpu/kernel.h"
#include "element.h"
#include "strided_view.h"

namespace tessera::TESSERA_ISA {

constexpr uint64_t kRowGrain = 32768;

// body(at, offsets, count): `count` elements from position `at` of the contiguous order; operand k begins at offsets[k].
template <uint32_t N, class F>
TESSERA_INLINE void forRows(Context& context, const StridedView<N>& view, F&& body) {
  if (view.total == 0) return;
  const uint64_t inner = view.inner();
  const uint64_t rows = view.total / inner;
  const uint64_t piece = inner > 2 * kRowGrain ? kRowGrain : inner;
  const uint64_t pieces = (inner - 1) / piece + 1;
  const uint64_t grain = pieces > 1 || inner >= kRowGrain ? 1 : kRowGrain / inner;
  forRange(context, rows * pieces, grain, [&](uint64_t begin, uint64_t end) {
    uint64_t index[kMaxRank];
    uint64_t row = begin / pieces;
    uint64_t part = begin % pieces;
    int64_t offsets[N] = {};
    for (uint32_t d = view.rank - 1; d-- > 0;) {
      index[d] = row % view.shape[d];
      row /= view.shape[d];
      for (uint32_t k = 0; k < N; ++k) offsets[k] += static_cast<int64_t>(index[d]) * view.strides[k][d];
    }
    row = begin / pieces;
    for (uint64_t i = begin; i < end; ++i) {
      const uint64_t first = part * piece;
      int64_t at[N];
      for (uint32_t k = 0; k < N; ++k) at[k] = offsets[k] + static_cast<int64_t>(first) * view.step(k);
      body(row * inner + first, at, inner - first < piece ? inner - first : piece);
      if (++part < pieces) continue;
      part = 0;
      ++row;
      for (uint32_t d = view.rank - 1; d-- > 0;) {
        for (uint32_t k = 0; k < N; ++k) offsets[k] += view.strides[k][d];
        if (++index[d] < view.shape[d]) break;
        for (uint32_t k = 0; k < N; ++k) offsets[k] -= static_cast<int64_t>(view.shape[d]) * view.strides[k][d];
        index[d] = 0;
      }
    }
  });
}

}  // namespace tessera::TESSERA_ISA
