// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo indexSelectBuffers[] = {{"x", BufferRole::in, false}, {"index", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t indexSelectSizes[] = {4, 4, 4, 2, 4, 2, 2, 4, 2, 4, 4, 4, 1, 4, 1};
inline void indexSelectExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 24, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t countValue;
  std::memcpy(&countValue, args + 40, 8);
  [[maybe_unused]] const Extent count(countValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 48, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (count).value;
  elements[2] = (outer*count*inner).value;
}

inline constexpr BufferInfo indexAddBuffers[] = {{"x", BufferRole::in, false}, {"index", BufferRole::in, false}, {"y", BufferRole::inout, false}};
inline constexpr uint8_t indexAddSizes[] = {4, 4, 4, 4, 4, 2, 2, 4, 4, 2, 4, 2};
inline void indexAddExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 24, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t countValue;
  std::memcpy(&countValue, args + 40, 8);
  [[maybe_unused]] const Extent count(countValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 48, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*count*inner).value;
  elements[1] = (count).value;
  elements[2] = (outer*cols*inner).value;
}

inline constexpr BufferInfo indexCopyBuffers[] = {{"x", BufferRole::in, false}, {"index", BufferRole::in, false}, {"y", BufferRole::inout, false}};
inline constexpr uint8_t indexCopySizes[] = {4, 4, 4, 2, 4, 2, 2, 4, 2, 4, 4, 4, 1, 4, 1};
inline void indexCopyExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 24, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t countValue;
  std::memcpy(&countValue, args + 40, 8);
  [[maybe_unused]] const Extent count(countValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 48, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*count*inner).value;
  elements[1] = (count).value;
  elements[2] = (outer*cols*inner).value;
}

inline constexpr BufferInfo gatherBuffers[] = {{"x", BufferRole::in, false}, {"index", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t gatherSizes[] = {4, 4, 4, 2, 4, 2, 2, 4, 2, 4, 4, 4, 1, 4, 1};
inline void gatherExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 24, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t countValue;
  std::memcpy(&countValue, args + 40, 8);
  [[maybe_unused]] const Extent count(countValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 48, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*count*inner).value;
  elements[2] = (outer*count*inner).value;
}

inline constexpr BufferInfo scatterBuffers[] = {{"x", BufferRole::in, false}, {"index", BufferRole::in, false}, {"y", BufferRole::inout, false}};
inline constexpr uint8_t scatterSizes[] = {4, 4, 4, 2, 4, 2, 2, 4, 2, 4, 4, 4, 1, 4, 1};
inline void scatterExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 24, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t countValue;
  std::memcpy(&countValue, args + 40, 8);
  [[maybe_unused]] const Extent count(countValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 48, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*count*inner).value;
  elements[1] = (outer*count*inner).value;
  elements[2] = (outer*cols*inner).value;
}

inline constexpr BufferInfo scatterAddBuffers[] = {{"x", BufferRole::in, false}, {"index", BufferRole::in, false}, {"y", BufferRole::inout, false}};
inline constexpr uint8_t scatterAddSizes[] = {4, 4, 4, 2, 4, 2, 4, 4, 4};
inline void scatterAddExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 24, 8);
  [[maybe_unused]] const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t countValue;
  std::memcpy(&countValue, args + 40, 8);
  [[maybe_unused]] const Extent count(countValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 48, 8);
  [[maybe_unused]] const Extent inner(innerValue);
  elements[0] = (outer*count*inner).value;
  elements[1] = (outer*count*inner).value;
  elements[2] = (outer*cols*inner).value;
}

}  // namespace tessera::gen
