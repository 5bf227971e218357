// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo ctcLossForwardBuffers[] = {{"logProbs", BufferRole::in, false}, {"targets", BufferRole::in, false}, {"inputLengths", BufferRole::in, false}, {"targetLengths", BufferRole::in, false}, {"loss", BufferRole::out, false}, {"alpha", BufferRole::out, false}};
inline constexpr uint8_t ctcLossForwardSizes[] = {4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4};
inline void ctcLossForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t framesValue;
  std::memcpy(&framesValue, args + 48, 8);
  [[maybe_unused]] const Extent frames(framesValue);
  uint64_t batchValue;
  std::memcpy(&batchValue, args + 56, 8);
  [[maybe_unused]] const Extent batch(batchValue);
  uint64_t classesValue;
  std::memcpy(&classesValue, args + 64, 8);
  [[maybe_unused]] const Extent classes(classesValue);
  uint64_t targetWidthValue;
  std::memcpy(&targetWidthValue, args + 72, 8);
  [[maybe_unused]] const Extent targetWidth(targetWidthValue);
  uint64_t statesValue;
  std::memcpy(&statesValue, args + 80, 8);
  [[maybe_unused]] const Extent states(statesValue);
  elements[0] = (frames*batch*classes).value;
  elements[1] = (batch*targetWidth).value;
  elements[2] = (batch).value;
  elements[3] = (batch).value;
  elements[4] = (batch).value;
  elements[5] = (frames*batch*states).value;
}

inline constexpr BufferInfo ctcLossBackwardBuffers[] = {{"logProbs", BufferRole::in, false}, {"targets", BufferRole::in, false}, {"inputLengths", BufferRole::in, false}, {"targetLengths", BufferRole::in, false}, {"alpha", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t ctcLossBackwardSizes[] = {4, 4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2};
inline void ctcLossBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t framesValue;
  std::memcpy(&framesValue, args + 56, 8);
  [[maybe_unused]] const Extent frames(framesValue);
  uint64_t batchValue;
  std::memcpy(&batchValue, args + 64, 8);
  [[maybe_unused]] const Extent batch(batchValue);
  uint64_t classesValue;
  std::memcpy(&classesValue, args + 72, 8);
  [[maybe_unused]] const Extent classes(classesValue);
  uint64_t targetWidthValue;
  std::memcpy(&targetWidthValue, args + 80, 8);
  [[maybe_unused]] const Extent targetWidth(targetWidthValue);
  uint64_t statesValue;
  std::memcpy(&statesValue, args + 88, 8);
  [[maybe_unused]] const Extent states(statesValue);
  uint32_t gStepValue;
  std::memcpy(&gStepValue, args + 104, 4);
  [[maybe_unused]] const Extent gStep(gStepValue);
  elements[0] = (frames*batch*classes).value;
  elements[1] = (batch*targetWidth).value;
  elements[2] = (batch).value;
  elements[3] = (batch).value;
  elements[4] = (frames*batch*states).value;
  elements[5] = (steppedExtent(batchValue, gStepValue)).value;
  elements[6] = (frames*batch*classes).value;
}

}  // namespace tessera::gen
