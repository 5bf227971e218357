// Views of up to six dimensions, several operands over one shape. Adjacent dimensions that every operand runs through
// without a gap are merged, so that most broadcasts become a few long rows.
#pragma once
#include "types.h"

namespace tessera {

constexpr uint32_t kMaxRank = 6;

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

}  // namespace tessera
