// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo copyStridedBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t copyStridedSizes[] = {4, 4, 2, 2, 2, 2, 4, 4, 1, 1};
inline void copyStridedExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t xStartValue;
  std::memcpy(&xStartValue, args + 16, 8);
  [[maybe_unused]] const Extent xStart(xStartValue);
  int64_t xStrides[6];
  std::memcpy(xStrides, args + 24, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 72, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 76, 24);
  elements[0] = (stridedExtent(xStartValue, rankValue, 6, shape, xStrides)).value;
  elements[1] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo copyIntoStridedBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::inout, false}};
inline constexpr uint8_t copyIntoStridedSizes[] = {4, 4, 2, 2, 2, 2, 4, 4, 1, 1};
inline void copyIntoStridedExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t yStartValue;
  std::memcpy(&yStartValue, args + 16, 8);
  [[maybe_unused]] const Extent yStart(yStartValue);
  int64_t yStrides[6];
  std::memcpy(yStrides, args + 24, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 72, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 76, 24);
  elements[0] = (shapeExtent(rankValue, 6, shape)).value;
  elements[1] = (stridedExtent(yStartValue, rankValue, 6, shape, yStrides)).value;
}

inline constexpr BufferInfo fillBuffers[] = {{"y", BufferRole::out, false}};
inline constexpr uint8_t fillSizes[] = {4, 2, 2, 4, 1};
inline void fillExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 8, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
}

inline constexpr BufferInfo arangeBuffers[] = {{"y", BufferRole::out, false}};
inline constexpr uint8_t arangeSizes[] = {4, 2, 4};
inline void arangeExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 8, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
}

inline constexpr BufferInfo padBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t padSizes[] = {4, 4, 2, 2, 2, 2, 4, 4, 1, 1};
inline void padExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 72, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 76, 24);
  uint32_t xShape[6];
  std::memcpy(xShape, args + 100, 24);
  elements[0] = (shapeExtent(rankValue, 6, xShape)).value;
  elements[1] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo trilBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t trilSizes[] = {4, 4, 2, 2, 2, 2, 4, 4, 1, 1};
inline void trilExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t batchValue;
  std::memcpy(&batchValue, args + 16, 8);
  [[maybe_unused]] const Extent batch(batchValue);
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 24, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  elements[0] = (batch*rows*cols).value;
  elements[1] = (batch*rows*cols).value;
}

inline constexpr BufferInfo triuBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t triuSizes[] = {4, 4, 2, 2, 2, 2, 4, 4, 1, 1};
inline void triuExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t batchValue;
  std::memcpy(&batchValue, args + 16, 8);
  [[maybe_unused]] const Extent batch(batchValue);
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 24, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  elements[0] = (batch*rows*cols).value;
  elements[1] = (batch*rows*cols).value;
}

inline constexpr BufferInfo oneHotBuffers[] = {{"index", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t oneHotSizes[] = {4, 4, 4, 2, 4, 4, 4, 1};
inline void oneHotExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t classesValue;
  std::memcpy(&classesValue, args + 24, 8);
  [[maybe_unused]] const Extent classes(classesValue);
  elements[0] = (n).value;
  elements[1] = (n*classes).value;
}

}  // namespace tessera::gen
