// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo linearCrossEntropyForwardBuffers[] = {{"hidden", BufferRole::in, false}, {"weight", BufferRole::in, false}, {"bias", BufferRole::in, true}, {"targets", BufferRole::in, false}, {"loss", BufferRole::out, false}, {"logSums", BufferRole::out, false}};
inline constexpr uint8_t linearCrossEntropyForwardSizes[] = {4, 4, 4, 4, 4, 4, 2, 2, 2, 4, 4, 4};
inline void linearCrossEntropyForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t rowsValue;
  std::memcpy(&rowsValue, args + 48, 4);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint32_t featuresValue;
  std::memcpy(&featuresValue, args + 52, 4);
  [[maybe_unused]] const Extent features(featuresValue);
  uint32_t classesValue;
  std::memcpy(&classesValue, args + 56, 4);
  [[maybe_unused]] const Extent classes(classesValue);
  elements[0] = (rows*features).value;
  elements[1] = (classes*features).value;
  elements[2] = (classes).value;
  elements[3] = (rows).value;
  elements[4] = (rows).value;
  elements[5] = (rows).value;
}

inline constexpr BufferInfo linearCrossEntropyBackwardBuffers[] = {{"dloss", BufferRole::in, false}, {"hidden", BufferRole::in, false}, {"weight", BufferRole::in, false}, {"bias", BufferRole::in, true}, {"targets", BufferRole::in, false}, {"logSums", BufferRole::in, false}, {"dhidden", BufferRole::out, true}, {"dweight", BufferRole::out, true}, {"dbias", BufferRole::out, true}};
inline constexpr uint8_t linearCrossEntropyBackwardSizes[] = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 2, 4, 4, 2, 2, 2};
inline void linearCrossEntropyBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t rowsValue;
  std::memcpy(&rowsValue, args + 72, 4);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint32_t featuresValue;
  std::memcpy(&featuresValue, args + 76, 4);
  [[maybe_unused]] const Extent features(featuresValue);
  uint32_t classesValue;
  std::memcpy(&classesValue, args + 80, 4);
  [[maybe_unused]] const Extent classes(classesValue);
  elements[0] = (rows).value;
  elements[1] = (rows*features).value;
  elements[2] = (classes*features).value;
  elements[3] = (classes).value;
  elements[4] = (rows).value;
  elements[5] = (rows).value;
  elements[6] = (rows*features).value;
  elements[7] = (classes*features).value;
  elements[8] = (classes).value;
}

inline constexpr BufferInfo linearCrossEntropyWithGradientsBuffers[] = {{"dloss", BufferRole::in, false}, {"hidden", BufferRole::in, false}, {"weight", BufferRole::in, false}, {"bias", BufferRole::in, true}, {"targets", BufferRole::in, false}, {"loss", BufferRole::out, false}, {"dhidden", BufferRole::out, true}, {"dweight", BufferRole::out, true}, {"dbias", BufferRole::out, true}};
inline constexpr uint8_t linearCrossEntropyWithGradientsSizes[] = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 2, 4, 4, 2, 2, 2};
inline void linearCrossEntropyWithGradientsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t rowsValue;
  std::memcpy(&rowsValue, args + 72, 4);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint32_t featuresValue;
  std::memcpy(&featuresValue, args + 76, 4);
  [[maybe_unused]] const Extent features(featuresValue);
  uint32_t classesValue;
  std::memcpy(&classesValue, args + 80, 4);
  [[maybe_unused]] const Extent classes(classesValue);
  elements[0] = (Extent(1)).value;
  elements[1] = (rows*features).value;
  elements[2] = (classes*features).value;
  elements[3] = (classes).value;
  elements[4] = (rows).value;
  elements[5] = (rows).value;
  elements[6] = (rows*features).value;
  elements[7] = (classes*features).value;
  elements[8] = (classes).value;
}

inline constexpr BufferInfo linearLogProbForwardBuffers[] = {{"hidden", BufferRole::in, false}, {"weight", BufferRole::in, false}, {"bias", BufferRole::in, true}, {"targets", BufferRole::in, false}, {"logProb", BufferRole::out, false}, {"entropy", BufferRole::out, false}, {"logSums", BufferRole::out, false}};
inline constexpr uint8_t linearLogProbForwardSizes[] = {4, 4, 4, 4, 4, 4, 4, 2, 2, 2, 4, 4, 4, 4};
inline void linearLogProbForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t rowsValue;
  std::memcpy(&rowsValue, args + 56, 4);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint32_t featuresValue;
  std::memcpy(&featuresValue, args + 60, 4);
  [[maybe_unused]] const Extent features(featuresValue);
  uint32_t classesValue;
  std::memcpy(&classesValue, args + 64, 4);
  [[maybe_unused]] const Extent classes(classesValue);
  elements[0] = (rows*features).value;
  elements[1] = (classes*features).value;
  elements[2] = (classes).value;
  elements[3] = (rows).value;
  elements[4] = (rows).value;
  elements[5] = (rows).value;
  elements[6] = (rows).value;
}

inline constexpr BufferInfo linearLogProbBackwardBuffers[] = {{"dlogProb", BufferRole::in, true}, {"dentropy", BufferRole::in, true}, {"hidden", BufferRole::in, false}, {"weight", BufferRole::in, false}, {"bias", BufferRole::in, true}, {"targets", BufferRole::in, false}, {"logSums", BufferRole::in, false}, {"entropy", BufferRole::in, false}, {"dhidden", BufferRole::out, true}, {"dweight", BufferRole::out, true}, {"dbias", BufferRole::out, true}};
inline constexpr uint8_t linearLogProbBackwardSizes[] = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 2, 4, 4, 4, 2, 2, 2};
inline void linearLogProbBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t rowsValue;
  std::memcpy(&rowsValue, args + 88, 4);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint32_t featuresValue;
  std::memcpy(&featuresValue, args + 92, 4);
  [[maybe_unused]] const Extent features(featuresValue);
  uint32_t classesValue;
  std::memcpy(&classesValue, args + 96, 4);
  [[maybe_unused]] const Extent classes(classesValue);
  elements[0] = (rows).value;
  elements[1] = (rows).value;
  elements[2] = (rows*features).value;
  elements[3] = (classes*features).value;
  elements[4] = (classes).value;
  elements[5] = (rows).value;
  elements[6] = (rows).value;
  elements[7] = (rows).value;
  elements[8] = (rows*features).value;
  elements[9] = (classes*features).value;
  elements[10] = (classes).value;
}

}  // namespace tessera::gen
