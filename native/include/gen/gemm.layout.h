// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo matmulBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"bias", BufferRole::in, true}, {"residual", BufferRole::in, true}, {"c", BufferRole::inout, false}, {"preactivation", BufferRole::out, true}};
inline constexpr uint8_t matmulSizes[] = {4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 2, 2, 2, 2, 2, 2};
inline void matmulExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t mValue;
  std::memcpy(&mValue, args + 48, 8);
  [[maybe_unused]] const Extent m(mValue);
  uint64_t nValue;
  std::memcpy(&nValue, args + 56, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t kValue;
  std::memcpy(&kValue, args + 64, 8);
  [[maybe_unused]] const Extent k(kValue);
  int64_t aRowValue;
  std::memcpy(&aRowValue, args + 72, 8);
  [[maybe_unused]] const Extent aRow(aRowValue);
  int64_t aColValue;
  std::memcpy(&aColValue, args + 80, 8);
  [[maybe_unused]] const Extent aCol(aColValue);
  int64_t bRowValue;
  std::memcpy(&bRowValue, args + 88, 8);
  [[maybe_unused]] const Extent bRow(bRowValue);
  int64_t bColValue;
  std::memcpy(&bColValue, args + 96, 8);
  [[maybe_unused]] const Extent bCol(bColValue);
  int64_t aBatch[4];
  std::memcpy(aBatch, args + 104, 32);
  int64_t bBatch[4];
  std::memcpy(bBatch, args + 136, 32);
  uint32_t batchRankValue;
  std::memcpy(&batchRankValue, args + 168, 4);
  [[maybe_unused]] const Extent batchRank(batchRankValue);
  uint32_t batch[4];
  std::memcpy(batch, args + 172, 16);
  elements[0] = (matrixExtent(batchRankValue, 4, batch, aBatch, mValue, aRowValue, kValue, aColValue)).value;
  elements[1] = (matrixExtent(batchRankValue, 4, batch, bBatch, kValue, bRowValue, nValue, bColValue)).value;
  elements[2] = (n).value;
  elements[3] = (shapeExtent(batchRankValue, 4, batch)*m*n).value;
  elements[4] = (shapeExtent(batchRankValue, 4, batch)*m*n).value;
  elements[5] = (shapeExtent(batchRankValue, 4, batch)*m*n).value;
}

}  // namespace tessera::gen
