// Walks over strided views. Adjacent dimensions that every operand runs through without a gap are merged, so that most
// broadcasts become a few long rows; the caller sees one row at a time with the operands' steps along it.
#pragma once
#include "cpu/kernel.h"

namespace tessera::TESSERA_ISA {

constexpr uint32_t kMaxRank = 6;
constexpr uint64_t kRowGrain = 32768;

template <uint32_t N>
struct StridedView {
  uint32_t rank = 0;  // at least 1 after `build`
  uint64_t shape[kMaxRank];
  int64_t strides[N][kMaxRank];
  uint64_t total = 1;

  // Dimensions of one element vanish; a dimension merges into the one before it where all strides allow.
  TESSERA_INLINE void build(uint32_t fromRank, const uint32_t* fromShape, const int64_t* const (&from)[N]) {
    for (uint32_t d = 0; d < fromRank; ++d) {
      total *= fromShape[d];
      if (fromShape[d] == 1) continue;
      bool merges = rank > 0;
      for (uint32_t k = 0; k < N && merges; ++k) {
        merges = strides[k][rank - 1] == from[k][d] * static_cast<int64_t>(fromShape[d]);
      }
      if (!merges) {
        shape[rank] = 1;
        ++rank;
      }
      shape[rank - 1] *= fromShape[d];
      for (uint32_t k = 0; k < N; ++k) strides[k][rank - 1] = from[k][d];
    }
    if (rank == 0) {
      rank = 1;
      shape[0] = 1;
      for (uint32_t k = 0; k < N; ++k) strides[k][0] = 0;
    }
  }

  TESSERA_INLINE uint64_t inner() const { return shape[rank - 1]; }
  TESSERA_INLINE int64_t step(uint32_t operand) const { return strides[operand][rank - 1]; }
};

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

// What arithmetic works on: float for the float types, integers as they are.
template <class T>
TESSERA_INLINE auto value(const T* p) {
  if constexpr (std::is_integral_v<T>) {
    return *p;
  } else {
    return static_cast<float>(*p);
  }
}

// What copying and selecting work on: the bits of the struct types, so that loops over them vectorise.
template <class T>
struct Storage {
  using type = T;
};
template <>
struct Storage<bf16> {
  using type = uint16_t;
};
template <>
struct Storage<f16> {
  using type = uint16_t;
};

template <class T>
TESSERA_INLINE auto& raw(T* p) {
  if constexpr (std::is_arithmetic_v<T>) {
    return *p;
  } else {
    return p->bits;
  }
}

// A parameter given as f64 in the element type.
template <class T>
TESSERA_INLINE T fromDouble(double x) {
  if constexpr (std::is_same_v<T, float>) {
    return static_cast<float>(x);
  } else if constexpr (std::is_integral_v<T>) {
    constexpr double low = sizeof(T) == 1 ? 0.0 : -0x1p+31;
    constexpr double high = sizeof(T) == 1 ? 255.0 : 0x1p+31 - 1.0;
    return x == x ? static_cast<T>(x < low ? low : x > high ? high : x) : T{0};
  } else {
    return T(static_cast<float>(x));
  }
}

}  // namespace tessera::TESSERA_ISA
