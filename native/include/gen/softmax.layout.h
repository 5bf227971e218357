// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo softmaxForwardBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t softmaxForwardSizes[] = {4, 4, 2, 2};
inline void softmaxForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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

inline constexpr BufferInfo softmaxBackwardBuffers[] = {{"y", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t softmaxBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void softmaxBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (outer*cols*inner).value;
  elements[2] = (outer*cols*inner).value;
}

inline constexpr BufferInfo logSoftmaxForwardBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t logSoftmaxForwardSizes[] = {4, 4, 2, 2};
inline void logSoftmaxForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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

inline constexpr BufferInfo logSoftmaxBackwardBuffers[] = {{"y", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t logSoftmaxBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void logSoftmaxBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (outer*cols*inner).value;
  elements[2] = (outer*cols*inner).value;
}

inline constexpr BufferInfo logSumExpBackwardBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t logSumExpBackwardSizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void logSumExpBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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

}  // namespace tessera::gen
