// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo conv2dForwardBuffers[] = {{"x", BufferRole::in, false}, {"weight", BufferRole::in, false}, {"bias", BufferRole::in, true}, {"y", BufferRole::out, false}};
inline constexpr uint8_t conv2dForwardSizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void conv2dForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t batchValue;
  std::memcpy(&batchValue, args + 32, 4);
  [[maybe_unused]] const Extent batch(batchValue);
  uint32_t channelsValue;
  std::memcpy(&channelsValue, args + 36, 4);
  [[maybe_unused]] const Extent channels(channelsValue);
  uint32_t heightValue;
  std::memcpy(&heightValue, args + 40, 4);
  [[maybe_unused]] const Extent height(heightValue);
  uint32_t widthValue;
  std::memcpy(&widthValue, args + 44, 4);
  [[maybe_unused]] const Extent width(widthValue);
  uint32_t filtersValue;
  std::memcpy(&filtersValue, args + 48, 4);
  [[maybe_unused]] const Extent filters(filtersValue);
  uint32_t kernelHeightValue;
  std::memcpy(&kernelHeightValue, args + 52, 4);
  [[maybe_unused]] const Extent kernelHeight(kernelHeightValue);
  uint32_t kernelWidthValue;
  std::memcpy(&kernelWidthValue, args + 56, 4);
  [[maybe_unused]] const Extent kernelWidth(kernelWidthValue);
  uint32_t outHeightValue;
  std::memcpy(&outHeightValue, args + 60, 4);
  [[maybe_unused]] const Extent outHeight(outHeightValue);
  uint32_t outWidthValue;
  std::memcpy(&outWidthValue, args + 64, 4);
  [[maybe_unused]] const Extent outWidth(outWidthValue);
  uint32_t groupsValue;
  std::memcpy(&groupsValue, args + 92, 4);
  [[maybe_unused]] const Extent groups(groupsValue);
  elements[0] = (batch*channels*height*width).value;
  elements[1] = (filters*(channels/groups)*kernelHeight*kernelWidth).value;
  elements[2] = (filters).value;
  elements[3] = (batch*filters*outHeight*outWidth).value;
}

inline constexpr BufferInfo conv2dBackwardInputBuffers[] = {{"dy", BufferRole::in, false}, {"weight", BufferRole::in, false}, {"bias", BufferRole::in, true}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t conv2dBackwardInputSizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void conv2dBackwardInputExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t batchValue;
  std::memcpy(&batchValue, args + 32, 4);
  [[maybe_unused]] const Extent batch(batchValue);
  uint32_t channelsValue;
  std::memcpy(&channelsValue, args + 36, 4);
  [[maybe_unused]] const Extent channels(channelsValue);
  uint32_t heightValue;
  std::memcpy(&heightValue, args + 40, 4);
  [[maybe_unused]] const Extent height(heightValue);
  uint32_t widthValue;
  std::memcpy(&widthValue, args + 44, 4);
  [[maybe_unused]] const Extent width(widthValue);
  uint32_t filtersValue;
  std::memcpy(&filtersValue, args + 48, 4);
  [[maybe_unused]] const Extent filters(filtersValue);
  uint32_t kernelHeightValue;
  std::memcpy(&kernelHeightValue, args + 52, 4);
  [[maybe_unused]] const Extent kernelHeight(kernelHeightValue);
  uint32_t kernelWidthValue;
  std::memcpy(&kernelWidthValue, args + 56, 4);
  [[maybe_unused]] const Extent kernelWidth(kernelWidthValue);
  uint32_t outHeightValue;
  std::memcpy(&outHeightValue, args + 60, 4);
  [[maybe_unused]] const Extent outHeight(outHeightValue);
  uint32_t outWidthValue;
  std::memcpy(&outWidthValue, args + 64, 4);
  [[maybe_unused]] const Extent outWidth(outWidthValue);
  uint32_t groupsValue;
  std::memcpy(&groupsValue, args + 92, 4);
  [[maybe_unused]] const Extent groups(groupsValue);
  elements[0] = (batch*filters*outHeight*outWidth).value;
  elements[1] = (filters*(channels/groups)*kernelHeight*kernelWidth).value;
  elements[2] = (channels).value;
  elements[3] = (batch*channels*height*width).value;
}

inline constexpr BufferInfo conv2dBackwardWeightBuffers[] = {{"x", BufferRole::in, false}, {"dy", BufferRole::in, false}, {"dweight", BufferRole::out, false}};
inline constexpr uint8_t conv2dBackwardWeightSizes[] = {4, 4, 4, 2, 2, 2};
inline void conv2dBackwardWeightExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t batchValue;
  std::memcpy(&batchValue, args + 24, 4);
  [[maybe_unused]] const Extent batch(batchValue);
  uint32_t channelsValue;
  std::memcpy(&channelsValue, args + 28, 4);
  [[maybe_unused]] const Extent channels(channelsValue);
  uint32_t heightValue;
  std::memcpy(&heightValue, args + 32, 4);
  [[maybe_unused]] const Extent height(heightValue);
  uint32_t widthValue;
  std::memcpy(&widthValue, args + 36, 4);
  [[maybe_unused]] const Extent width(widthValue);
  uint32_t filtersValue;
  std::memcpy(&filtersValue, args + 40, 4);
  [[maybe_unused]] const Extent filters(filtersValue);
  uint32_t kernelHeightValue;
  std::memcpy(&kernelHeightValue, args + 44, 4);
  [[maybe_unused]] const Extent kernelHeight(kernelHeightValue);
  uint32_t kernelWidthValue;
  std::memcpy(&kernelWidthValue, args + 48, 4);
  [[maybe_unused]] const Extent kernelWidth(kernelWidthValue);
  uint32_t outHeightValue;
  std::memcpy(&outHeightValue, args + 52, 4);
  [[maybe_unused]] const Extent outHeight(outHeightValue);
  uint32_t outWidthValue;
  std::memcpy(&outWidthValue, args + 56, 4);
  [[maybe_unused]] const Extent outWidth(outWidthValue);
  uint32_t groupsValue;
  std::memcpy(&groupsValue, args + 84, 4);
  [[maybe_unused]] const Extent groups(groupsValue);
  elements[0] = (batch*channels*height*width).value;
  elements[1] = (batch*filters*outHeight*outWidth).value;
  elements[2] = (filters*(channels/groups)*kernelHeight*kernelWidth).value;
}

}  // namespace tessera::gen
