// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo eighBuffers[] = {{"a", BufferRole::in, false}, {"values", BufferRole::out, false}, {"vectors", BufferRole::out, false}};
inline constexpr uint8_t eighSizes[] = {4, 4, 4};
inline void eighExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t nValue;
  std::memcpy(&nValue, args + 24, 4);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t batchValue;
  std::memcpy(&batchValue, args + 28, 4);
  [[maybe_unused]] const Extent batch(batchValue);
  elements[0] = (batch*n*n).value;
  elements[1] = (batch*n).value;
  elements[2] = (batch*n*n).value;
}

inline constexpr BufferInfo orthogonalizeBuffers[] = {{"a", BufferRole::in, false}, {"q", BufferRole::out, false}};
inline constexpr uint8_t orthogonalizeSizes[] = {4, 4};
inline void orthogonalizeExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t nValue;
  std::memcpy(&nValue, args + 16, 4);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t batchValue;
  std::memcpy(&batchValue, args + 20, 4);
  [[maybe_unused]] const Extent batch(batchValue);
  elements[0] = (batch*n*n).value;
  elements[1] = (batch*n*n).value;
}

}  // namespace tessera::gen
