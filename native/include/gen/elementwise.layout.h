// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo absBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t absSizes[] = {4, 4, 2, 2};
inline void absExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo negBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t negSizes[] = {4, 4, 2, 2};
inline void negExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo expBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t expSizes[] = {4, 4, 2, 2};
inline void expExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo expm1Buffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t expm1Sizes[] = {4, 4, 2, 2};
inline void expm1Extents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo logBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t logSizes[] = {4, 4, 2, 2};
inline void logExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo log1pBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t log1pSizes[] = {4, 4, 2, 2};
inline void log1pExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo sqrtBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t sqrtSizes[] = {4, 4, 2, 2};
inline void sqrtExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo rsqrtBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t rsqrtSizes[] = {4, 4, 2, 2};
inline void rsqrtExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo reciprocalBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t reciprocalSizes[] = {4, 4, 2, 2};
inline void reciprocalExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo squareBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t squareSizes[] = {4, 4, 2, 2};
inline void squareExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo tanhBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t tanhSizes[] = {4, 4, 2, 2};
inline void tanhExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo erfBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t erfSizes[] = {4, 4, 2, 2};
inline void erfExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo sigmoidBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t sigmoidSizes[] = {4, 4, 2, 2};
inline void sigmoidExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo logSigmoidBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t logSigmoidSizes[] = {4, 4, 2, 2};
inline void logSigmoidExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo softplusBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t softplusSizes[] = {4, 4, 2, 2};
inline void softplusExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo reluBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t reluSizes[] = {4, 4, 2, 2};
inline void reluExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo siluBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t siluSizes[] = {4, 4, 2, 2};
inline void siluExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo geluBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t geluSizes[] = {4, 4, 2, 2};
inline void geluExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo geluTanhBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t geluTanhSizes[] = {4, 4, 2, 2};
inline void geluTanhExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo floorBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t floorSizes[] = {4, 4, 2, 2};
inline void floorExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo ceilBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t ceilSizes[] = {4, 4, 2, 2};
inline void ceilExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo roundBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t roundSizes[] = {4, 4, 2, 2};
inline void roundExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo signBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t signSizes[] = {4, 4, 2, 2};
inline void signExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo absBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t absBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void absBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo logBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t logBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void logBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo log1pBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t log1pBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void log1pBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo squareBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t squareBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void squareBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo erfBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t erfBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void erfBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo logSigmoidBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t logSigmoidBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void logSigmoidBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo softplusBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t softplusBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void softplusBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo siluBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t siluBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void siluBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo geluBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t geluBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void geluBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo geluTanhBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t geluTanhBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void geluTanhBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo sinBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t sinSizes[] = {4, 4, 2, 2};
inline void sinExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo cosBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t cosSizes[] = {4, 4, 2, 2};
inline void cosExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo sinBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t sinBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void sinBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo cosBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t cosBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void cosBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo expBackwardBuffers[] = {{"y", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t expBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void expBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo expm1BackwardBuffers[] = {{"y", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t expm1BackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void expm1BackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo sqrtBackwardBuffers[] = {{"y", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t sqrtBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void sqrtBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo rsqrtBackwardBuffers[] = {{"y", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t rsqrtBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void rsqrtBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo reciprocalBackwardBuffers[] = {{"y", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t reciprocalBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void reciprocalBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo tanhBackwardBuffers[] = {{"y", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t tanhBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void tanhBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo sigmoidBackwardBuffers[] = {{"y", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t sigmoidBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void sigmoidBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo reluBackwardBuffers[] = {{"y", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t reluBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void reluBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo addScalarBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t addScalarSizes[] = {4, 4, 2, 2};
inline void addScalarExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo mulScalarBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t mulScalarSizes[] = {4, 4, 2, 2};
inline void mulScalarExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo divScalarBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t divScalarSizes[] = {4, 4, 2, 2};
inline void divScalarExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo affineBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t affineSizes[] = {4, 4, 2, 2};
inline void affineExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo leakyReluBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t leakyReluSizes[] = {4, 4, 2, 2};
inline void leakyReluExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo clampBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t clampSizes[] = {4, 4, 2, 2};
inline void clampExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo powScalarBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t powScalarSizes[] = {4, 4, 2, 2};
inline void powScalarExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo leakyReluBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t leakyReluBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void leakyReluBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo clampBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t clampBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void clampBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo powScalarBackwardBuffers[] = {{"x", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t powScalarBackwardSizes[] = {4, 4, 4, 2, 2, 2};
inline void powScalarBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo eqScalarBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t eqScalarSizes[] = {4, 1, 2, 1, 4, 1, 1, 1};
inline void eqScalarExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo neScalarBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t neScalarSizes[] = {4, 1, 2, 1, 4, 1, 1, 1};
inline void neScalarExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo ltScalarBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t ltScalarSizes[] = {4, 1, 2, 1, 4, 1, 1, 1};
inline void ltScalarExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo leScalarBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t leScalarSizes[] = {4, 1, 2, 1, 4, 1, 1, 1};
inline void leScalarExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo gtScalarBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t gtScalarSizes[] = {4, 1, 2, 1, 4, 1, 1, 1};
inline void gtScalarExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo geScalarBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t geScalarSizes[] = {4, 1, 2, 1, 4, 1, 1, 1};
inline void geScalarExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo logicalNotBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t logicalNotSizes[] = {1, 1};
inline void logicalNotExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo castBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t castSizes[] = {4, 4, 4, 2, 4, 2, 4, 4, 4, 1, 2, 4, 2, 2, 2, 2, 2, 4, 2, 1, 2, 4, 2, 2, 2, 2, 2, 4, 2, 1, 4, 4, 4, 2, 4, 2, 4, 4, 4, 1, 1, 4, 1, 2, 1, 2, 1, 4, 1, 1};
inline void castExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo castToBoolBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t castToBoolSizes[] = {4, 1, 2, 1, 2, 1, 4, 1, 1, 1};
inline void castToBoolExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo addScaledBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::inout, false}};
inline constexpr uint8_t addScaledSizes[] = {4, 4, 4, 2, 2, 4, 2, 2};
inline void addScaledExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo lerpBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t lerpSizes[] = {4, 4, 4, 2, 2, 2};
inline void lerpExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

}  // namespace tessera::gen
