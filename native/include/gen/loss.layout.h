// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo crossEntropyForwardBuffers[] = {{"x", BufferRole::in, false}, {"target", BufferRole::in, false}, {"loss", BufferRole::out, false}, {"lse", BufferRole::out, false}};
inline constexpr uint8_t crossEntropyForwardSizes[] = {4, 4, 4, 4, 2, 4, 4, 4};
inline void crossEntropyForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 32, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 40, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  elements[0] = (rows*cols).value;
  elements[1] = (rows).value;
  elements[2] = (rows).value;
  elements[3] = (rows).value;
}

inline constexpr BufferInfo crossEntropyBackwardBuffers[] = {{"x", BufferRole::in, false}, {"target", BufferRole::in, false}, {"lse", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t crossEntropyBackwardSizes[] = {4, 4, 4, 4, 4, 2, 4, 4, 4, 2};
inline void crossEntropyBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 40, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 48, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint32_t gStepValue;
  std::memcpy(&gStepValue, args + 64, 4);
  [[maybe_unused]] const Extent gStep(gStepValue);
  elements[0] = (rows*cols).value;
  elements[1] = (rows).value;
  elements[2] = (rows).value;
  elements[3] = (steppedExtent(rowsValue, gStepValue)).value;
  elements[4] = (rows*cols).value;
}

}  // namespace tessera::gen
