// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo sumBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t sumSizes[] = {4, 4, 2, 2, 4, 4};
inline void sumExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 16, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 24, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 32, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo sumSquaresBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t sumSquaresSizes[] = {4, 4, 2, 2};
inline void sumSquaresExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 16, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 24, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 32, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo norm2Buffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t norm2Sizes[] = {4, 4, 2, 2};
inline void norm2Extents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 16, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 24, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 32, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo sumAbsBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t sumAbsSizes[] = {4, 4, 2, 2};
inline void sumAbsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 16, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 24, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 32, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo logSumExpBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t logSumExpSizes[] = {4, 4, 2, 2};
inline void logSumExpExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 16, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 24, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 32, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo prodBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t prodSizes[] = {4, 4, 2, 2, 4, 4};
inline void prodExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 16, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 24, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 32, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo maxBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, true}, {"index", BufferRole::out, true}};
inline constexpr uint8_t maxSizes[] = {4, 4, 4, 2, 2, 4, 4, 4, 4};
inline void maxExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 24, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 40, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*inner).value;
  elements[2] = (outer*inner).value;
}

inline constexpr BufferInfo minBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, true}, {"index", BufferRole::out, true}};
inline constexpr uint8_t minSizes[] = {4, 4, 4, 2, 2, 4, 4, 4, 4};
inline void minExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 24, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 40, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*inner).value;
  elements[2] = (outer*inner).value;
}

inline constexpr BufferInfo varianceBuffers[] = {{"x", BufferRole::in, false}, {"variance", BufferRole::out, false}, {"mean", BufferRole::out, true}};
inline constexpr uint8_t varianceSizes[] = {4, 4, 4, 2, 2, 4};
inline void varianceExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 24, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 40, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*inner).value;
  elements[2] = (outer*inner).value;
}

inline constexpr BufferInfo varianceBackwardBuffers[] = {{"x", BufferRole::in, false}, {"mean", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t varianceBackwardSizes[] = {4, 4, 4, 4, 2, 4, 2, 2};
inline void varianceBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 32, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 40, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 48, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*inner).value;
  elements[2] = (outer*inner).value;
  elements[3] = (outer*cols*inner).value;
}

inline constexpr BufferInfo cumsumBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t cumsumSizes[] = {4, 4, 2, 2, 4, 4};
inline void cumsumExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 16, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 24, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 32, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*cols*inner).value;
}

inline constexpr BufferInfo countNonZeroBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t countNonZeroSizes[] = {4, 4, 2, 4, 4, 4, 1, 4};
inline void countNonZeroExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 16, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 24, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 32, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo nonFiniteBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t nonFiniteSizes[] = {4, 4, 2, 4};
inline void nonFiniteExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (Extent(1)).value;
}

}  // namespace tessera::gen
