// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo layerNormForwardBuffers[] = {{"x", BufferRole::in, false}, {"weight", BufferRole::in, true}, {"bias", BufferRole::in, true}, {"y", BufferRole::out, false}, {"mean", BufferRole::out, false}, {"rstd", BufferRole::out, false}};
inline constexpr uint8_t layerNormForwardSizes[] = {4, 4, 4, 4, 4, 4, 2, 2, 2, 2, 4, 4};
inline void layerNormForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 48, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 56, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  elements[0] = (rows*cols).value;
  elements[1] = (cols).value;
  elements[2] = (cols).value;
  elements[3] = (rows*cols).value;
  elements[4] = (rows).value;
  elements[5] = (rows).value;
}

inline constexpr BufferInfo layerNormBackwardBuffers[] = {{"x", BufferRole::in, false}, {"weight", BufferRole::in, true}, {"mean", BufferRole::in, false}, {"rstd", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, true}, {"dweight", BufferRole::out, true}, {"dbias", BufferRole::out, true}};
inline constexpr uint8_t layerNormBackwardSizes[] = {4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 4, 4, 2, 2, 2, 2};
inline void layerNormBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 64, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 72, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  elements[0] = (rows*cols).value;
  elements[1] = (cols).value;
  elements[2] = (rows).value;
  elements[3] = (rows).value;
  elements[4] = (rows*cols).value;
  elements[5] = (rows*cols).value;
  elements[6] = (cols).value;
  elements[7] = (cols).value;
}

inline constexpr BufferInfo rmsNormForwardBuffers[] = {{"x", BufferRole::in, false}, {"weight", BufferRole::in, true}, {"y", BufferRole::out, false}, {"rstd", BufferRole::out, false}};
inline constexpr uint8_t rmsNormForwardSizes[] = {4, 4, 4, 4, 2, 2, 2, 4};
inline void rmsNormForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 32, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 40, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  elements[0] = (rows*cols).value;
  elements[1] = (cols).value;
  elements[2] = (rows*cols).value;
  elements[3] = (rows).value;
}

inline constexpr BufferInfo rmsNormBackwardBuffers[] = {{"x", BufferRole::in, false}, {"weight", BufferRole::in, true}, {"rstd", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, true}, {"dweight", BufferRole::out, true}};
inline constexpr uint8_t rmsNormBackwardSizes[] = {4, 4, 4, 4, 4, 4, 2, 2, 4, 2, 2, 2};
inline void rmsNormBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 48, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 56, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  elements[0] = (rows*cols).value;
  elements[1] = (cols).value;
  elements[2] = (rows).value;
  elements[3] = (rows*cols).value;
  elements[4] = (rows*cols).value;
  elements[5] = (cols).value;
}

inline constexpr BufferInfo groupNormForwardBuffers[] = {{"x", BufferRole::in, false}, {"weight", BufferRole::in, true}, {"bias", BufferRole::in, true}, {"y", BufferRole::out, false}, {"mean", BufferRole::out, false}, {"rstd", BufferRole::out, false}};
inline constexpr uint8_t groupNormForwardSizes[] = {4, 4, 4, 4, 4, 4, 2, 2, 2, 2, 4, 4};
inline void groupNormForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t batchValue;
  std::memcpy(&batchValue, args + 48, 8);
  [[maybe_unused]] const Extent batch(batchValue);
  uint64_t channelsValue;
  std::memcpy(&channelsValue, args + 56, 8);
  [[maybe_unused]] const Extent channels(channelsValue);
  uint64_t spatialValue;
  std::memcpy(&spatialValue, args + 64, 8);
  [[maybe_unused]] const Extent spatial(spatialValue);
  uint64_t groupsValue;
  std::memcpy(&groupsValue, args + 72, 8);
  [[maybe_unused]] const Extent groups(groupsValue);
  elements[0] = (batch*channels*spatial).value;
  elements[1] = (channels).value;
  elements[2] = (channels).value;
  elements[3] = (batch*channels*spatial).value;
  elements[4] = (batch*groups).value;
  elements[5] = (batch*groups).value;
}

inline constexpr BufferInfo groupNormBackwardBuffers[] = {{"x", BufferRole::in, false}, {"weight", BufferRole::in, true}, {"mean", BufferRole::in, false}, {"rstd", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, true}, {"dweight", BufferRole::out, true}, {"dbias", BufferRole::out, true}};
inline constexpr uint8_t groupNormBackwardSizes[] = {4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 4, 4, 2, 2, 2, 2};
inline void groupNormBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t batchValue;
  std::memcpy(&batchValue, args + 64, 8);
  [[maybe_unused]] const Extent batch(batchValue);
  uint64_t channelsValue;
  std::memcpy(&channelsValue, args + 72, 8);
  [[maybe_unused]] const Extent channels(channelsValue);
  uint64_t spatialValue;
  std::memcpy(&spatialValue, args + 80, 8);
  [[maybe_unused]] const Extent spatial(spatialValue);
  uint64_t groupsValue;
  std::memcpy(&groupsValue, args + 88, 8);
  [[maybe_unused]] const Extent groups(groupsValue);
  elements[0] = (batch*channels*spatial).value;
  elements[1] = (channels).value;
  elements[2] = (batch*groups).value;
  elements[3] = (batch*groups).value;
  elements[4] = (batch*channels*spatial).value;
  elements[5] = (batch*channels*spatial).value;
  elements[6] = (channels).value;
  elements[7] = (channels).value;
}

inline constexpr BufferInfo batchNormForwardBuffers[] = {{"x", BufferRole::in, false}, {"weight", BufferRole::in, true}, {"bias", BufferRole::in, true}, {"runningMean", BufferRole::inout, true}, {"runningVariance", BufferRole::inout, true}, {"y", BufferRole::out, false}, {"mean", BufferRole::out, false}, {"rstd", BufferRole::out, false}};
inline constexpr uint8_t batchNormForwardSizes[] = {4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 2, 4, 4, 2, 4, 4};
inline void batchNormForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t batchValue;
  std::memcpy(&batchValue, args + 64, 8);
  [[maybe_unused]] const Extent batch(batchValue);
  uint64_t channelsValue;
  std::memcpy(&channelsValue, args + 72, 8);
  [[maybe_unused]] const Extent channels(channelsValue);
  uint64_t spatialValue;
  std::memcpy(&spatialValue, args + 80, 8);
  [[maybe_unused]] const Extent spatial(spatialValue);
  elements[0] = (batch*channels*spatial).value;
  elements[1] = (channels).value;
  elements[2] = (channels).value;
  elements[3] = (channels).value;
  elements[4] = (channels).value;
  elements[5] = (batch*channels*spatial).value;
  elements[6] = (channels).value;
  elements[7] = (channels).value;
}

inline constexpr BufferInfo batchNormBackwardBuffers[] = {{"x", BufferRole::in, false}, {"weight", BufferRole::in, true}, {"mean", BufferRole::in, false}, {"rstd", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, true}, {"dweight", BufferRole::out, true}, {"dbias", BufferRole::out, true}};
inline constexpr uint8_t batchNormBackwardSizes[] = {4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 4, 4, 2, 2, 2, 2};
inline void batchNormBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t batchValue;
  std::memcpy(&batchValue, args + 64, 8);
  [[maybe_unused]] const Extent batch(batchValue);
  uint64_t channelsValue;
  std::memcpy(&channelsValue, args + 72, 8);
  [[maybe_unused]] const Extent channels(channelsValue);
  uint64_t spatialValue;
  std::memcpy(&spatialValue, args + 80, 8);
  [[maybe_unused]] const Extent spatial(spatialValue);
  elements[0] = (batch*channels*spatial).value;
  elements[1] = (channels).value;
  elements[2] = (channels).value;
  elements[3] = (channels).value;
  elements[4] = (batch*channels*spatial).value;
  elements[5] = (batch*channels*spatial).value;
  elements[6] = (channels).value;
  elements[7] = (channels).value;
}

}  // namespace tessera::gen
