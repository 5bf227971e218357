// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo uniformBuffers[] = {{"y", BufferRole::out, false}};
inline constexpr uint8_t uniformSizes[] = {4, 2};
inline void uniformExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 8, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
}

inline constexpr BufferInfo normalBuffers[] = {{"y", BufferRole::out, false}};
inline constexpr uint8_t normalSizes[] = {4, 2};
inline void normalExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 8, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
}

inline constexpr BufferInfo bernoulliBuffers[] = {{"y", BufferRole::out, false}};
inline constexpr uint8_t bernoulliSizes[] = {4, 2, 1};
inline void bernoulliExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 8, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
}

inline constexpr BufferInfo randintBuffers[] = {{"y", BufferRole::out, false}};
inline constexpr uint8_t randintSizes[] = {4};
inline void randintExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 8, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
}

inline constexpr BufferInfo dropoutBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t dropoutSizes[] = {4, 4, 2, 2};
inline void dropoutExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

}  // namespace tessera::gen
