// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo maxPool2dBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}, {"index", BufferRole::out, false}};
inline constexpr uint8_t maxPool2dSizes[] = {4, 4, 4, 2, 2, 4};
inline void maxPool2dExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t planesValue;
  std::memcpy(&planesValue, args + 24, 8);
  [[maybe_unused]] const Extent planes(planesValue);
  uint32_t heightValue;
  std::memcpy(&heightValue, args + 32, 4);
  [[maybe_unused]] const Extent height(heightValue);
  uint32_t widthValue;
  std::memcpy(&widthValue, args + 36, 4);
  [[maybe_unused]] const Extent width(widthValue);
  uint32_t outHeightValue;
  std::memcpy(&outHeightValue, args + 40, 4);
  [[maybe_unused]] const Extent outHeight(outHeightValue);
  uint32_t outWidthValue;
  std::memcpy(&outWidthValue, args + 44, 4);
  [[maybe_unused]] const Extent outWidth(outWidthValue);
  elements[0] = (planes*height*width).value;
  elements[1] = (planes*outHeight*outWidth).value;
  elements[2] = (planes*outHeight*outWidth).value;
}

inline constexpr BufferInfo maxPool2dBackwardBuffers[] = {{"g", BufferRole::in, false}, {"index", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t maxPool2dBackwardSizes[] = {4, 4, 4, 2, 4, 2};
inline void maxPool2dBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t planesValue;
  std::memcpy(&planesValue, args + 24, 8);
  [[maybe_unused]] const Extent planes(planesValue);
  uint32_t heightValue;
  std::memcpy(&heightValue, args + 32, 4);
  [[maybe_unused]] const Extent height(heightValue);
  uint32_t widthValue;
  std::memcpy(&widthValue, args + 36, 4);
  [[maybe_unused]] const Extent width(widthValue);
  uint32_t outHeightValue;
  std::memcpy(&outHeightValue, args + 40, 4);
  [[maybe_unused]] const Extent outHeight(outHeightValue);
  uint32_t outWidthValue;
  std::memcpy(&outWidthValue, args + 44, 4);
  [[maybe_unused]] const Extent outWidth(outWidthValue);
  elements[0] = (planes*outHeight*outWidth).value;
  elements[1] = (planes*outHeight*outWidth).value;
  elements[2] = (planes*height*width).value;
}

inline constexpr BufferInfo avgPool2dBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t avgPool2dSizes[] = {4, 4, 2, 2};
inline void avgPool2dExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t planesValue;
  std::memcpy(&planesValue, args + 16, 8);
  [[maybe_unused]] const Extent planes(planesValue);
  uint32_t heightValue;
  std::memcpy(&heightValue, args + 24, 4);
  [[maybe_unused]] const Extent height(heightValue);
  uint32_t widthValue;
  std::memcpy(&widthValue, args + 28, 4);
  [[maybe_unused]] const Extent width(widthValue);
  uint32_t outHeightValue;
  std::memcpy(&outHeightValue, args + 32, 4);
  [[maybe_unused]] const Extent outHeight(outHeightValue);
  uint32_t outWidthValue;
  std::memcpy(&outWidthValue, args + 36, 4);
  [[maybe_unused]] const Extent outWidth(outWidthValue);
  elements[0] = (planes*height*width).value;
  elements[1] = (planes*outHeight*outWidth).value;
}

inline constexpr BufferInfo avgPool2dBackwardBuffers[] = {{"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t avgPool2dBackwardSizes[] = {4, 4, 2, 2};
inline void avgPool2dBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t planesValue;
  std::memcpy(&planesValue, args + 16, 8);
  [[maybe_unused]] const Extent planes(planesValue);
  uint32_t heightValue;
  std::memcpy(&heightValue, args + 24, 4);
  [[maybe_unused]] const Extent height(heightValue);
  uint32_t widthValue;
  std::memcpy(&widthValue, args + 28, 4);
  [[maybe_unused]] const Extent width(widthValue);
  uint32_t outHeightValue;
  std::memcpy(&outHeightValue, args + 32, 4);
  [[maybe_unused]] const Extent outHeight(outHeightValue);
  uint32_t outWidthValue;
  std::memcpy(&outWidthValue, args + 36, 4);
  [[maybe_unused]] const Extent outWidth(outWidthValue);
  elements[0] = (planes*outHeight*outWidth).value;
  elements[1] = (planes*height*width).value;
}

inline constexpr BufferInfo adaptiveAvgPool2dBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t adaptiveAvgPool2dSizes[] = {4, 4, 2, 2};
inline void adaptiveAvgPool2dExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t planesValue;
  std::memcpy(&planesValue, args + 16, 8);
  [[maybe_unused]] const Extent planes(planesValue);
  uint32_t heightValue;
  std::memcpy(&heightValue, args + 24, 4);
  [[maybe_unused]] const Extent height(heightValue);
  uint32_t widthValue;
  std::memcpy(&widthValue, args + 28, 4);
  [[maybe_unused]] const Extent width(widthValue);
  uint32_t outHeightValue;
  std::memcpy(&outHeightValue, args + 32, 4);
  [[maybe_unused]] const Extent outHeight(outHeightValue);
  uint32_t outWidthValue;
  std::memcpy(&outWidthValue, args + 36, 4);
  [[maybe_unused]] const Extent outWidth(outWidthValue);
  elements[0] = (planes*height*width).value;
  elements[1] = (planes*outHeight*outWidth).value;
}

inline constexpr BufferInfo adaptiveAvgPool2dBackwardBuffers[] = {{"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t adaptiveAvgPool2dBackwardSizes[] = {4, 4, 2, 2};
inline void adaptiveAvgPool2dBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t planesValue;
  std::memcpy(&planesValue, args + 16, 8);
  [[maybe_unused]] const Extent planes(planesValue);
  uint32_t heightValue;
  std::memcpy(&heightValue, args + 24, 4);
  [[maybe_unused]] const Extent height(heightValue);
  uint32_t widthValue;
  std::memcpy(&widthValue, args + 28, 4);
  [[maybe_unused]] const Extent width(widthValue);
  uint32_t outHeightValue;
  std::memcpy(&outHeightValue, args + 32, 4);
  [[maybe_unused]] const Extent outHeight(outHeightValue);
  uint32_t outWidthValue;
  std::memcpy(&outWidthValue, args + 36, 4);
  [[maybe_unused]] const Extent outWidth(outWidthValue);
  elements[0] = (planes*outHeight*outWidth).value;
  elements[1] = (planes*height*width).value;
}

inline constexpr BufferInfo resizeBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t resizeSizes[] = {4, 4, 2, 2};
inline void resizeExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t planesValue;
  std::memcpy(&planesValue, args + 16, 8);
  [[maybe_unused]] const Extent planes(planesValue);
  uint32_t heightValue;
  std::memcpy(&heightValue, args + 56, 4);
  [[maybe_unused]] const Extent height(heightValue);
  uint32_t widthValue;
  std::memcpy(&widthValue, args + 60, 4);
  [[maybe_unused]] const Extent width(widthValue);
  uint32_t outHeightValue;
  std::memcpy(&outHeightValue, args + 64, 4);
  [[maybe_unused]] const Extent outHeight(outHeightValue);
  uint32_t outWidthValue;
  std::memcpy(&outWidthValue, args + 68, 4);
  [[maybe_unused]] const Extent outWidth(outWidthValue);
  elements[0] = (planes*height*width).value;
  elements[1] = (planes*outHeight*outWidth).value;
}

inline constexpr BufferInfo resizeBackwardBuffers[] = {{"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t resizeBackwardSizes[] = {4, 4, 2, 2};
inline void resizeBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t planesValue;
  std::memcpy(&planesValue, args + 16, 8);
  [[maybe_unused]] const Extent planes(planesValue);
  uint32_t heightValue;
  std::memcpy(&heightValue, args + 56, 4);
  [[maybe_unused]] const Extent height(heightValue);
  uint32_t widthValue;
  std::memcpy(&widthValue, args + 60, 4);
  [[maybe_unused]] const Extent width(widthValue);
  uint32_t outHeightValue;
  std::memcpy(&outHeightValue, args + 64, 4);
  [[maybe_unused]] const Extent outHeight(outHeightValue);
  uint32_t outWidthValue;
  std::memcpy(&outWidthValue, args + 68, 4);
  [[maybe_unused]] const Extent outWidth(outWidthValue);
  elements[0] = (planes*outHeight*outWidth).value;
  elements[1] = (planes*height*width).value;
}

}  // namespace tessera::gen
