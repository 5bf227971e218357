// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo sortBuffers[] = {{"x", BufferRole::in, false}, {"values", BufferRole::out, false}, {"index", BufferRole::out, false}};
inline constexpr uint8_t sortSizes[] = {4, 4, 4, 2, 2, 4, 4, 4, 4};
inline void sortExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 24, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  elements[0] = (rows*cols).value;
  elements[1] = (rows*cols).value;
  elements[2] = (rows*cols).value;
}

inline constexpr BufferInfo topkBuffers[] = {{"x", BufferRole::in, false}, {"values", BufferRole::out, false}, {"index", BufferRole::out, false}};
inline constexpr uint8_t topkSizes[] = {4, 4, 4, 2, 2, 4, 4, 4, 4};
inline void topkExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 24, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint64_t kValue;
  std::memcpy(&kValue, args + 40, 8);
  [[maybe_unused]] const Extent k(kValue);
  elements[0] = (rows*cols).value;
  elements[1] = (rows*k).value;
  elements[2] = (rows*k).value;
}

inline constexpr BufferInfo sampleTokensBuffers[] = {{"logits", BufferRole::in, false}, {"seeds", BufferRole::in, false}, {"positions", BufferRole::in, false}, {"id", BufferRole::out, false}, {"logProb", BufferRole::out, false}};
inline constexpr uint8_t sampleTokensSizes[] = {4, 4, 4, 4, 4, 2, 4, 4, 4, 4};
inline void sampleTokensExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 40, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 48, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  elements[0] = (rows*cols).value;
  elements[1] = (rows).value;
  elements[2] = (rows).value;
  elements[3] = (rows).value;
  elements[4] = (rows).value;
}

}  // namespace tessera::gen
