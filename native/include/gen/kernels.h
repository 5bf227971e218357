// Generated from native/kernels by `npm run generate`; do not edit.
// Included once, by the command decoder.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

#define TESSERA_FAMILIES(X) \
  X(elementwise) \
  X(binary) \
  X(movement) \
  X(reduce) \
  X(indexing) \
  X(random) \
  X(softmax) \
  X(loss) \
  X(ctc) \
  X(norm) \
  X(optimizer) \
  X(clipping) \
  X(subnetwork) \
  X(quantizer) \
  X(linear_head) \
  X(sparse) \
  X(gemm) \
  X(conv) \
  X(attention) \
  X(pool) \
  X(sort) \
  X(adaptive) \
  X(decomposition)

namespace tessera::gen {

inline constexpr char kSchemaDigest[] = "c5978eeee2917bce";
inline constexpr uint32_t kKernelCount = 246;

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

inline constexpr BufferInfo addBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t addSizes[] = {4, 4, 4, 2, 2, 2, 4, 4, 4};
inline void addExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo subBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t subSizes[] = {4, 4, 4, 2, 2, 2, 4, 4, 4};
inline void subExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo mulBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t mulSizes[] = {4, 4, 4, 2, 2, 2, 4, 4, 4};
inline void mulExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo maximumBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t maximumSizes[] = {4, 4, 4, 2, 2, 2, 4, 4, 4};
inline void maximumExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo minimumBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t minimumSizes[] = {4, 4, 4, 2, 2, 2, 4, 4, 4};
inline void minimumExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo addBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t addBroadcastSizes[] = {4, 4, 4, 2, 2, 2, 4, 4, 4};
inline void addBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo subBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t subBroadcastSizes[] = {4, 4, 4, 2, 2, 2, 4, 4, 4};
inline void subBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo mulBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t mulBroadcastSizes[] = {4, 4, 4, 2, 2, 2, 4, 4, 4};
inline void mulBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo maximumBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t maximumBroadcastSizes[] = {4, 4, 4, 2, 2, 2, 4, 4, 4};
inline void maximumBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo minimumBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t minimumBroadcastSizes[] = {4, 4, 4, 2, 2, 2, 4, 4, 4};
inline void minimumBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo divBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t divSizes[] = {4, 4, 4, 2, 2, 2};
inline void divExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo powBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t powSizes[] = {4, 4, 4, 2, 2, 2};
inline void powExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo divBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t divBroadcastSizes[] = {4, 4, 4, 2, 2, 2};
inline void divBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo powBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t powBroadcastSizes[] = {4, 4, 4, 2, 2, 2};
inline void powBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo divBackwardBBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"g", BufferRole::in, false}, {"d", BufferRole::out, false}};
inline constexpr uint8_t divBackwardBSizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void divBackwardBExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 32, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 40, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 44, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
  elements[3] = (n).value;
}

inline constexpr BufferInfo powBackwardABuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"g", BufferRole::in, false}, {"d", BufferRole::out, false}};
inline constexpr uint8_t powBackwardASizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void powBackwardAExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 32, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 40, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 44, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
  elements[3] = (n).value;
}

inline constexpr BufferInfo powBackwardBBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"g", BufferRole::in, false}, {"d", BufferRole::out, false}};
inline constexpr uint8_t powBackwardBSizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void powBackwardBExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 32, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 40, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 44, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
  elements[3] = (n).value;
}

inline constexpr BufferInfo maximumBackwardBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"g", BufferRole::in, false}, {"d", BufferRole::out, false}};
inline constexpr uint8_t maximumBackwardSizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void maximumBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 32, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 40, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 44, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
  elements[3] = (n).value;
}

inline constexpr BufferInfo minimumBackwardBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"g", BufferRole::in, false}, {"d", BufferRole::out, false}};
inline constexpr uint8_t minimumBackwardSizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void minimumBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 32, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 40, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 44, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
  elements[3] = (n).value;
}

inline constexpr BufferInfo divBackwardBBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"g", BufferRole::in, false}, {"d", BufferRole::out, false}};
inline constexpr uint8_t divBackwardBBroadcastSizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void divBackwardBBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 32, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 80, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 128, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 132, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
  elements[3] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo powBackwardABroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"g", BufferRole::in, false}, {"d", BufferRole::out, false}};
inline constexpr uint8_t powBackwardABroadcastSizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void powBackwardABroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 32, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 80, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 128, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 132, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
  elements[3] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo powBackwardBBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"g", BufferRole::in, false}, {"d", BufferRole::out, false}};
inline constexpr uint8_t powBackwardBBroadcastSizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void powBackwardBBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 32, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 80, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 128, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 132, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
  elements[3] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo maximumBackwardBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"g", BufferRole::in, false}, {"d", BufferRole::out, false}};
inline constexpr uint8_t maximumBackwardBroadcastSizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void maximumBackwardBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 32, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 80, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 128, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 132, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
  elements[3] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo minimumBackwardBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"g", BufferRole::in, false}, {"d", BufferRole::out, false}};
inline constexpr uint8_t minimumBackwardBroadcastSizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void minimumBackwardBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 32, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 80, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 128, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 132, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
  elements[3] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo eqBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t eqSizes[] = {4, 4, 1, 2, 2, 1, 4, 4, 1, 1, 1, 1};
inline void eqExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo neBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t neSizes[] = {4, 4, 1, 2, 2, 1, 4, 4, 1, 1, 1, 1};
inline void neExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo ltBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t ltSizes[] = {4, 4, 1, 2, 2, 1, 4, 4, 1, 1, 1, 1};
inline void ltExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo leBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t leSizes[] = {4, 4, 1, 2, 2, 1, 4, 4, 1, 1, 1, 1};
inline void leExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo gtBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t gtSizes[] = {4, 4, 1, 2, 2, 1, 4, 4, 1, 1, 1, 1};
inline void gtExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo geBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t geSizes[] = {4, 4, 1, 2, 2, 1, 4, 4, 1, 1, 1, 1};
inline void geExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo eqBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t eqBroadcastSizes[] = {4, 4, 1, 2, 2, 1, 4, 4, 1, 1, 1, 1};
inline void eqBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo neBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t neBroadcastSizes[] = {4, 4, 1, 2, 2, 1, 4, 4, 1, 1, 1, 1};
inline void neBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo ltBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t ltBroadcastSizes[] = {4, 4, 1, 2, 2, 1, 4, 4, 1, 1, 1, 1};
inline void ltBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo leBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t leBroadcastSizes[] = {4, 4, 1, 2, 2, 1, 4, 4, 1, 1, 1, 1};
inline void leBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo gtBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t gtBroadcastSizes[] = {4, 4, 1, 2, 2, 1, 4, 4, 1, 1, 1, 1};
inline void gtBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo geBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t geBroadcastSizes[] = {4, 4, 1, 2, 2, 1, 4, 4, 1, 1, 1, 1};
inline void geBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo logicalAndBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t logicalAndSizes[] = {1, 1, 1};
inline void logicalAndExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo logicalOrBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t logicalOrSizes[] = {1, 1, 1};
inline void logicalOrExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo logicalXorBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t logicalXorSizes[] = {1, 1, 1};
inline void logicalXorExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 32, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 36, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, aStepValue)).value;
  elements[1] = (steppedExtent(nValue, bStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo logicalAndBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t logicalAndBroadcastSizes[] = {1, 1, 1};
inline void logicalAndBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo logicalOrBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t logicalOrBroadcastSizes[] = {1, 1, 1};
inline void logicalOrBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo logicalXorBroadcastBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t logicalXorBroadcastSizes[] = {1, 1, 1};
inline void logicalXorBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 24, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 120, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 124, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo whereBuffers[] = {{"condition", BufferRole::in, false}, {"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t whereSizes[] = {1, 4, 4, 4, 1, 2, 2, 2, 1, 4, 4, 4, 1, 1, 1, 1};
inline void whereExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 32, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t conditionStepValue;
  std::memcpy(&conditionStepValue, args + 40, 4);
  [[maybe_unused]] const Extent conditionStep(conditionStepValue);
  uint32_t aStepValue;
  std::memcpy(&aStepValue, args + 44, 4);
  [[maybe_unused]] const Extent aStep(aStepValue);
  uint32_t bStepValue;
  std::memcpy(&bStepValue, args + 48, 4);
  [[maybe_unused]] const Extent bStep(bStepValue);
  elements[0] = (steppedExtent(nValue, conditionStepValue)).value;
  elements[1] = (steppedExtent(nValue, aStepValue)).value;
  elements[2] = (steppedExtent(nValue, bStepValue)).value;
  elements[3] = (n).value;
}

inline constexpr BufferInfo whereBroadcastBuffers[] = {{"condition", BufferRole::in, false}, {"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t whereBroadcastSizes[] = {1, 4, 4, 4, 1, 2, 2, 2, 1, 4, 4, 4, 1, 1, 1, 1};
inline void whereBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t aStrides[6];
  std::memcpy(aStrides, args + 32, 48);
  int64_t bStrides[6];
  std::memcpy(bStrides, args + 80, 48);
  int64_t conditionStrides[6];
  std::memcpy(conditionStrides, args + 128, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 176, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 180, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, conditionStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, aStrides)).value;
  elements[2] = (stridedExtent(0, rankValue, 6, shape, bStrides)).value;
  elements[3] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo maskedFillBuffers[] = {{"x", BufferRole::in, false}, {"mask", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t maskedFillSizes[] = {4, 1, 4, 2, 1, 2, 4, 1, 4, 1, 1, 1};
inline void maskedFillExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t maskStepValue;
  std::memcpy(&maskStepValue, args + 40, 4);
  [[maybe_unused]] const Extent maskStep(maskStepValue);
  elements[0] = (n).value;
  elements[1] = (steppedExtent(nValue, maskStepValue)).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo maskedFillBroadcastBuffers[] = {{"x", BufferRole::in, false}, {"mask", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t maskedFillBroadcastSizes[] = {4, 1, 4, 2, 1, 2, 4, 1, 4, 1, 1, 1};
inline void maskedFillBroadcastExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t xStrides[6];
  std::memcpy(xStrides, args + 24, 48);
  int64_t maskStrides[6];
  std::memcpy(maskStrides, args + 72, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 128, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 132, 24);
  elements[0] = (stridedExtent(0, rankValue, 6, shape, xStrides)).value;
  elements[1] = (stridedExtent(0, rankValue, 6, shape, maskStrides)).value;
  elements[2] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo copyStridedBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t copyStridedSizes[] = {4, 4, 2, 2, 2, 2, 4, 4, 1, 1};
inline void copyStridedExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t xStartValue;
  std::memcpy(&xStartValue, args + 16, 8);
  [[maybe_unused]] const Extent xStart(xStartValue);
  int64_t xStrides[6];
  std::memcpy(xStrides, args + 24, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 72, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 76, 24);
  elements[0] = (stridedExtent(xStartValue, rankValue, 6, shape, xStrides)).value;
  elements[1] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo copyIntoStridedBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::inout, false}};
inline constexpr uint8_t copyIntoStridedSizes[] = {4, 4, 2, 2, 2, 2, 4, 4, 1, 1};
inline void copyIntoStridedExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t yStartValue;
  std::memcpy(&yStartValue, args + 16, 8);
  [[maybe_unused]] const Extent yStart(yStartValue);
  int64_t yStrides[6];
  std::memcpy(yStrides, args + 24, 48);
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 72, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 76, 24);
  elements[0] = (shapeExtent(rankValue, 6, shape)).value;
  elements[1] = (stridedExtent(yStartValue, rankValue, 6, shape, yStrides)).value;
}

inline constexpr BufferInfo fillBuffers[] = {{"y", BufferRole::out, false}};
inline constexpr uint8_t fillSizes[] = {4, 2, 2, 4, 1};
inline void fillExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 8, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
}

inline constexpr BufferInfo arangeBuffers[] = {{"y", BufferRole::out, false}};
inline constexpr uint8_t arangeSizes[] = {4, 2, 4};
inline void arangeExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 8, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
}

inline constexpr BufferInfo padBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t padSizes[] = {4, 4, 2, 2, 2, 2, 4, 4, 1, 1};
inline void padExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t rankValue;
  std::memcpy(&rankValue, args + 72, 4);
  [[maybe_unused]] const Extent rank(rankValue);
  uint32_t shape[6];
  std::memcpy(shape, args + 76, 24);
  uint32_t xShape[6];
  std::memcpy(xShape, args + 100, 24);
  elements[0] = (shapeExtent(rankValue, 6, xShape)).value;
  elements[1] = (shapeExtent(rankValue, 6, shape)).value;
}

inline constexpr BufferInfo trilBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t trilSizes[] = {4, 4, 2, 2, 2, 2, 4, 4, 1, 1};
inline void trilExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t batchValue;
  std::memcpy(&batchValue, args + 16, 8);
  [[maybe_unused]] const Extent batch(batchValue);
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 24, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  elements[0] = (batch*rows*cols).value;
  elements[1] = (batch*rows*cols).value;
}

inline constexpr BufferInfo triuBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t triuSizes[] = {4, 4, 2, 2, 2, 2, 4, 4, 1, 1};
inline void triuExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t batchValue;
  std::memcpy(&batchValue, args + 16, 8);
  [[maybe_unused]] const Extent batch(batchValue);
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 24, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 32, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  elements[0] = (batch*rows*cols).value;
  elements[1] = (batch*rows*cols).value;
}

inline constexpr BufferInfo oneHotBuffers[] = {{"index", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t oneHotSizes[] = {4, 4, 4, 2, 4, 4, 4, 1};
inline void oneHotExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t classesValue;
  std::memcpy(&classesValue, args + 24, 8);
  [[maybe_unused]] const Extent classes(classesValue);
  elements[0] = (n).value;
  elements[1] = (n*classes).value;
}

inline constexpr BufferInfo sumBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t sumSizes[] = {4, 4, 2, 2, 4, 4};
inline void sumExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo sumSquaresBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t sumSquaresSizes[] = {4, 4, 2, 2};
inline void sumSquaresExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo norm2Buffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t norm2Sizes[] = {4, 4, 2, 2};
inline void norm2Extents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo sumAbsBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t sumAbsSizes[] = {4, 4, 2, 2};
inline void sumAbsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo logSumExpBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t logSumExpSizes[] = {4, 4, 2, 2};
inline void logSumExpExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo prodBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t prodSizes[] = {4, 4, 2, 2};
inline void prodExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo maxBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, true}, {"index", BufferRole::out, true}};
inline constexpr uint8_t maxSizes[] = {4, 4, 4, 2, 2, 4, 4, 4, 4};
inline void maxExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (outer*inner).value;
  elements[2] = (outer*inner).value;
}

inline constexpr BufferInfo minBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, true}, {"index", BufferRole::out, true}};
inline constexpr uint8_t minSizes[] = {4, 4, 4, 2, 2, 4, 4, 4, 4};
inline void minExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (outer*inner).value;
  elements[2] = (outer*inner).value;
}

inline constexpr BufferInfo varianceBuffers[] = {{"x", BufferRole::in, false}, {"variance", BufferRole::out, false}, {"mean", BufferRole::out, true}};
inline constexpr uint8_t varianceSizes[] = {4, 4, 4, 2, 2, 4};
inline void varianceExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (outer*inner).value;
  elements[2] = (outer*inner).value;
}

inline constexpr BufferInfo varianceBackwardBuffers[] = {{"x", BufferRole::in, false}, {"mean", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t varianceBackwardSizes[] = {4, 4, 4, 4, 2, 4, 2, 2};
inline void varianceBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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

inline constexpr BufferInfo cumsumBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t cumsumSizes[] = {4, 4, 2, 2, 4, 4};
inline void cumsumExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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

inline constexpr BufferInfo countNonZeroBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t countNonZeroSizes[] = {4, 4, 2, 4, 4, 4, 1, 4};
inline void countNonZeroExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (outer*inner).value;
}

inline constexpr BufferInfo nonFiniteBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t nonFiniteSizes[] = {4, 4, 2, 4};
inline void nonFiniteExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (Extent(1)).value;
}

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

inline constexpr BufferInfo crossEntropyForwardBuffers[] = {{"x", BufferRole::in, false}, {"target", BufferRole::in, false}, {"loss", BufferRole::out, false}, {"lse", BufferRole::out, false}};
inline constexpr uint8_t crossEntropyForwardSizes[] = {4, 4, 4, 4, 2, 4, 4, 4};
inline void crossEntropyForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 32, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 40, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  elements[0] = (rows*cols).value;
  elements[1] = (rows).value;
  elements[2] = (rows).value;
  elements[3] = (rows).value;
}

inline constexpr BufferInfo crossEntropyBackwardBuffers[] = {{"x", BufferRole::in, false}, {"target", BufferRole::in, false}, {"lse", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t crossEntropyBackwardSizes[] = {4, 4, 4, 4, 4, 2, 4, 4, 4, 2};
inline void crossEntropyBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t rowsValue;
  std::memcpy(&rowsValue, args + 40, 8);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 48, 8);
  [[maybe_unused]] const Extent cols(colsValue);
  uint32_t gStepValue;
  std::memcpy(&gStepValue, args + 64, 4);
  [[maybe_unused]] const Extent gStep(gStepValue);
  elements[0] = (rows*cols).value;
  elements[1] = (rows).value;
  elements[2] = (rows).value;
  elements[3] = (steppedExtent(rowsValue, gStepValue)).value;
  elements[4] = (rows*cols).value;
}

inline constexpr BufferInfo ctcLossForwardBuffers[] = {{"logProbs", BufferRole::in, false}, {"targets", BufferRole::in, false}, {"inputLengths", BufferRole::in, false}, {"targetLengths", BufferRole::in, false}, {"loss", BufferRole::out, false}, {"alpha", BufferRole::out, false}};
inline constexpr uint8_t ctcLossForwardSizes[] = {4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4};
inline void ctcLossForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t framesValue;
  std::memcpy(&framesValue, args + 48, 8);
  [[maybe_unused]] const Extent frames(framesValue);
  uint64_t batchValue;
  std::memcpy(&batchValue, args + 56, 8);
  [[maybe_unused]] const Extent batch(batchValue);
  uint64_t classesValue;
  std::memcpy(&classesValue, args + 64, 8);
  [[maybe_unused]] const Extent classes(classesValue);
  uint64_t targetWidthValue;
  std::memcpy(&targetWidthValue, args + 72, 8);
  [[maybe_unused]] const Extent targetWidth(targetWidthValue);
  uint64_t statesValue;
  std::memcpy(&statesValue, args + 80, 8);
  [[maybe_unused]] const Extent states(statesValue);
  elements[0] = (frames*batch*classes).value;
  elements[1] = (batch*targetWidth).value;
  elements[2] = (batch).value;
  elements[3] = (batch).value;
  elements[4] = (batch).value;
  elements[5] = (frames*batch*states).value;
}

inline constexpr BufferInfo ctcLossBackwardBuffers[] = {{"logProbs", BufferRole::in, false}, {"targets", BufferRole::in, false}, {"inputLengths", BufferRole::in, false}, {"targetLengths", BufferRole::in, false}, {"alpha", BufferRole::in, false}, {"g", BufferRole::in, false}, {"dx", BufferRole::out, false}};
inline constexpr uint8_t ctcLossBackwardSizes[] = {4, 4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2};
inline void ctcLossBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t framesValue;
  std::memcpy(&framesValue, args + 56, 8);
  [[maybe_unused]] const Extent frames(framesValue);
  uint64_t batchValue;
  std::memcpy(&batchValue, args + 64, 8);
  [[maybe_unused]] const Extent batch(batchValue);
  uint64_t classesValue;
  std::memcpy(&classesValue, args + 72, 8);
  [[maybe_unused]] const Extent classes(classesValue);
  uint64_t targetWidthValue;
  std::memcpy(&targetWidthValue, args + 80, 8);
  [[maybe_unused]] const Extent targetWidth(targetWidthValue);
  uint64_t statesValue;
  std::memcpy(&statesValue, args + 88, 8);
  [[maybe_unused]] const Extent states(statesValue);
  uint32_t gStepValue;
  std::memcpy(&gStepValue, args + 104, 4);
  [[maybe_unused]] const Extent gStep(gStepValue);
  elements[0] = (frames*batch*classes).value;
  elements[1] = (batch*targetWidth).value;
  elements[2] = (batch).value;
  elements[3] = (batch).value;
  elements[4] = (frames*batch*states).value;
  elements[5] = (steppedExtent(batchValue, gStepValue)).value;
  elements[6] = (frames*batch*classes).value;
}

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

inline constexpr BufferInfo adamStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"maxExpAvgSq", BufferRole::inout, true}};
inline constexpr uint8_t adamStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void adamStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 104, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 212, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 216, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (n).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = ((n+Extent(31))/Extent(32)).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
}

inline constexpr BufferInfo sgdStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"momentumBuffer", BufferRole::inout, true}};
inline constexpr uint8_t sgdStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4};
inline void sgdStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 88, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 168, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 172, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (n).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = ((n+Extent(31))/Extent(32)).value;
  elements[10] = (n).value;
}

inline constexpr BufferInfo lionStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}};
inline constexpr uint8_t lionStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4};
inline void lionStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 88, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 164, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 168, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (n).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = ((n+Extent(31))/Extent(32)).value;
  elements[10] = (n).value;
}

inline constexpr BufferInfo adagradStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"sum", BufferRole::inout, false}};
inline constexpr uint8_t adagradStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4};
inline void adagradStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 88, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 156, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 160, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (n).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = ((n+Extent(31))/Extent(32)).value;
  elements[10] = (n).value;
}

inline constexpr BufferInfo rmspropStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"squareAvg", BufferRole::inout, false}, {"gradAvg", BufferRole::inout, true}, {"momentumBuffer", BufferRole::inout, true}};
inline constexpr uint8_t rmspropStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void rmspropStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 104, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 188, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 192, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (n).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = ((n+Extent(31))/Extent(32)).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
}

inline constexpr BufferInfo adadeltaStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"squareAvg", BufferRole::inout, false}, {"accDelta", BufferRole::inout, false}};
inline constexpr uint8_t adadeltaStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4};
inline void adadeltaStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 96, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 172, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 176, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (n).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = ((n+Extent(31))/Extent(32)).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
}

inline constexpr BufferInfo adamaxStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expInf", BufferRole::inout, false}};
inline constexpr uint8_t adamaxStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4};
inline void adamaxStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 96, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 188, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 192, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (n).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = ((n+Extent(31))/Extent(32)).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
}

inline constexpr BufferInfo scheduleFreeStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"z", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, true}, {"expAvg", BufferRole::inout, true}};
inline constexpr uint8_t scheduleFreeStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void scheduleFreeStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 104, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 228, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 232, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (n).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = ((n+Extent(31))/Extent(32)).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
}

inline constexpr BufferInfo ademamixStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"expAvgSlow", BufferRole::inout, false}};
inline constexpr uint8_t ademamixStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void ademamixStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 104, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 220, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 224, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (n).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = ((n+Extent(31))/Extent(32)).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
}

inline constexpr BufferInfo adoptStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}};
inline constexpr uint8_t adoptStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4};
inline void adoptStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 96, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 188, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 192, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (n).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = ((n+Extent(31))/Extent(32)).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
}

inline constexpr BufferInfo sophiaStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"hessian", BufferRole::inout, false}};
inline constexpr uint8_t sophiaStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4};
inline void sophiaStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 96, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 196, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 200, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (n).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = ((n+Extent(31))/Extent(32)).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
}

inline constexpr BufferInfo momentumBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"moment", BufferRole::inout, false}, {"update", BufferRole::inout, false}};
inline constexpr uint8_t momentumSizes[] = {4, 4, 4, 4, 4, 2, 4, 4, 4, 4};
inline void momentumExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 40, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (n).value;
  elements[4] = (n).value;
}

inline constexpr BufferInfo mixPairBuffers[] = {{"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"other", BufferRole::inout, false}};
inline constexpr uint8_t mixPairSizes[] = {4, 4, 4, 2, 4, 4};
inline void mixPairExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo averageStepBuffers[] = {{"param", BufferRole::in, false}, {"master", BufferRole::in, true}, {"average", BufferRole::inout, false}};
inline constexpr uint8_t averageStepSizes[] = {4, 4, 4, 2, 4, 4};
inline void averageStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo gradNormBuffers[] = {{"x", BufferRole::in, false}, {"mask", BufferRole::in, true}, {"prior", BufferRole::in, true}, {"norm", BufferRole::out, false}};
inline constexpr uint8_t gradNormSizes[] = {4, 4, 4, 4, 2, 4, 4, 4};
inline void gradNormExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 32, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = ((n+Extent(31))/Extent(32)).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (Extent(1)).value;
}

inline constexpr BufferInfo absoluteNormBuffers[] = {{"x", BufferRole::in, false}, {"prior", BufferRole::in, true}, {"norm", BufferRole::out, false}};
inline constexpr uint8_t absoluteNormSizes[] = {4, 4, 4, 2, 4, 4};
inline void absoluteNormExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (Extent(1)).value;
}

inline constexpr BufferInfo clipUnitsBuffers[] = {{"param", BufferRole::in, false}, {"table", BufferRole::in, false}, {"x", BufferRole::inout, false}};
inline constexpr uint8_t clipUnitsSizes[] = {4, 8, 4, 2, 8, 4, 4, 8, 2, 2, 8, 2};
inline void clipUnitsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t tensorsValue;
  std::memcpy(&tensorsValue, args + 48, 4);
  [[maybe_unused]] const Extent tensors(tensorsValue);
  elements[0] = (n).value;
  elements[1] = (Extent(4)*tensors).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo segmentNormsBuffers[] = {{"x", BufferRole::in, false}, {"mask", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"norms", BufferRole::out, false}};
inline constexpr uint8_t segmentNormsSizes[] = {4, 4, 8, 4, 2, 4, 8, 4};
inline void segmentNormsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 32, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 40, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  elements[0] = (n).value;
  elements[1] = ((n+Extent(31))/Extent(32)).value;
  elements[2] = (segments+Extent(1)).value;
  elements[3] = (segments).value;
}

inline constexpr BufferInfo distanceNormsBuffers[] = {{"x", BufferRole::in, false}, {"origin", BufferRole::in, true}, {"grad", BufferRole::in, false}, {"segmentStarts", BufferRole::in, false}, {"distance", BufferRole::out, false}, {"gradient", BufferRole::out, false}};
inline constexpr uint8_t distanceNormsSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 2, 8, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 8, 4, 4};
inline void distanceNormsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 48, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 64, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
}

inline constexpr BufferInfo distanceStepBuffers[] = {{"distance", BufferRole::in, false}, {"gradient", BufferRole::in, false}, {"furthest", BufferRole::inout, false}, {"total", BufferRole::inout, false}, {"rate", BufferRole::out, false}};
inline constexpr uint8_t distanceStepSizes[] = {4, 4, 4, 4, 4};
inline void distanceStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t countValue;
  std::memcpy(&countValue, args + 68, 4);
  [[maybe_unused]] const Extent count(countValue);
  elements[0] = (count).value;
  elements[1] = (count).value;
  elements[2] = (count).value;
  elements[3] = (count).value;
  elements[4] = (count).value;
}

inline constexpr BufferInfo clipScaleBuffers[] = {{"norm", BufferRole::in, false}, {"scale", BufferRole::out, false}};
inline constexpr uint8_t clipScaleSizes[] = {4, 4};
inline void clipScaleExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t countValue;
  std::memcpy(&countValue, args + 32, 4);
  [[maybe_unused]] const Extent count(countValue);
  elements[0] = (count).value;
  elements[1] = (count).value;
}

inline constexpr BufferInfo scaleByBuffers[] = {{"scale", BufferRole::in, false}, {"x", BufferRole::inout, false}};
inline constexpr uint8_t scaleBySizes[] = {4, 4, 4, 2};
inline void scaleByExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (Extent(1)).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo nonFiniteFlagBuffers[] = {{"x", BufferRole::in, false}, {"prior", BufferRole::in, true}, {"found", BufferRole::out, false}};
inline constexpr uint8_t nonFiniteFlagSizes[] = {4, 4, 4, 2, 4, 4};
inline void nonFiniteFlagExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (Extent(1)).value;
}

inline constexpr BufferInfo maskOffsetsBuffers[] = {{"mask", BufferRole::in, false}, {"offsets", BufferRole::out, false}};
inline constexpr uint8_t maskOffsetsSizes[] = {4, 4};
inline void maskOffsetsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = ((n+Extent(1023))/Extent(1024)+Extent(1)).value;
}

inline constexpr BufferInfo maskSegmentCountsBuffers[] = {{"mask", BufferRole::in, false}, {"segmentStarts", BufferRole::in, false}, {"counts", BufferRole::out, false}};
inline constexpr uint8_t maskSegmentCountsSizes[] = {4, 8, 8};
inline void maskSegmentCountsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 32, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = (segments+Extent(1)).value;
  elements[2] = (segments).value;
}

inline constexpr BufferInfo maskChangedBuffers[] = {{"before", BufferRole::in, false}, {"after", BufferRole::in, false}, {"mask", BufferRole::out, false}};
inline constexpr uint8_t maskChangedSizes[] = {4, 4, 4, 2, 2, 4, 2, 2, 4};
inline void maskChangedExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = ((n+Extent(31))/Extent(32)).value;
}

inline constexpr BufferInfo countChangedBuffers[] = {{"before", BufferRole::in, false}, {"after", BufferRole::in, false}, {"modes", BufferRole::in, false}, {"tolerances", BufferRole::in, false}, {"counts", BufferRole::out, false}};
inline constexpr uint8_t countChangedSizes[] = {4, 4, 4, 4, 8, 2, 2, 4, 4, 8, 2, 2, 4, 4, 8};
inline void countChangedExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 40, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t criteriaValue;
  std::memcpy(&criteriaValue, args + 48, 4);
  [[maybe_unused]] const Extent criteria(criteriaValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (criteria).value;
  elements[3] = (criteria).value;
  elements[4] = (criteria).value;
}

inline constexpr BufferInfo maskSmallBuffers[] = {{"p", BufferRole::in, false}, {"mask", BufferRole::out, false}};
inline constexpr uint8_t maskSmallSizes[] = {4, 4, 2, 4, 2, 4};
inline void maskSmallExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = ((n+Extent(31))/Extent(32)).value;
}

inline constexpr BufferInfo maskFromBytesBuffers[] = {{"bytes", BufferRole::in, false}, {"mask", BufferRole::out, false}};
inline constexpr uint8_t maskFromBytesSizes[] = {1, 4};
inline void maskFromBytesExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = (n).value;
  elements[1] = ((n+Extent(31))/Extent(32)).value;
}

inline constexpr BufferInfo maskToBytesBuffers[] = {{"mask", BufferRole::in, false}, {"bytes", BufferRole::out, false}};
inline constexpr uint8_t maskToBytesSizes[] = {4, 1};
inline void maskToBytesExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo maskFromIndicesBuffers[] = {{"indices", BufferRole::in, false}, {"mask", BufferRole::out, false}};
inline constexpr uint8_t maskFromIndicesSizes[] = {4, 4, 8, 4};
inline void maskFromIndicesExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t countValue;
  std::memcpy(&countValue, args + 24, 8);
  [[maybe_unused]] const Extent count(countValue);
  elements[0] = (count).value;
  elements[1] = ((n+Extent(31))/Extent(32)).value;
}

inline constexpr BufferInfo maskToIndicesBuffers[] = {{"mask", BufferRole::in, false}, {"offsets", BufferRole::in, false}, {"indices", BufferRole::out, false}};
inline constexpr uint8_t maskToIndicesSizes[] = {4, 4, 4, 4, 4, 8};
inline void maskToIndicesExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t activeValue;
  std::memcpy(&activeValue, args + 32, 8);
  [[maybe_unused]] const Extent active(activeValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = ((n+Extent(1023))/Extent(1024)+Extent(1)).value;
  elements[2] = (active).value;
}

inline constexpr BufferInfo maskOrBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t maskOrSizes[] = {4, 4, 4};
inline void maskOrExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = ((n+Extent(31))/Extent(32)).value;
  elements[2] = ((n+Extent(31))/Extent(32)).value;
}

inline constexpr BufferInfo maskAndBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t maskAndSizes[] = {4, 4, 4};
inline void maskAndExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = ((n+Extent(31))/Extent(32)).value;
  elements[2] = ((n+Extent(31))/Extent(32)).value;
}

inline constexpr BufferInfo maskAndNotBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t maskAndNotSizes[] = {4, 4, 4};
inline void maskAndNotExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = ((n+Extent(31))/Extent(32)).value;
  elements[2] = ((n+Extent(31))/Extent(32)).value;
}

inline constexpr BufferInfo maskXorBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t maskXorSizes[] = {4, 4, 4};
inline void maskXorExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = ((n+Extent(31))/Extent(32)).value;
  elements[2] = ((n+Extent(31))/Extent(32)).value;
}

inline constexpr BufferInfo gatherMaskedBuffers[] = {{"dense", BufferRole::in, false}, {"mask", BufferRole::in, false}, {"offsets", BufferRole::in, false}, {"compact", BufferRole::out, false}};
inline constexpr uint8_t gatherMaskedSizes[] = {4, 4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 2, 2, 4, 4, 4, 2, 4, 4, 2, 2, 4, 4, 2, 2, 4, 4, 4, 2, 4, 4, 2, 2, 4, 4, 2};
inline void gatherMaskedExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 32, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t activeValue;
  std::memcpy(&activeValue, args + 40, 8);
  [[maybe_unused]] const Extent active(activeValue);
  elements[0] = (n).value;
  elements[1] = ((n+Extent(31))/Extent(32)).value;
  elements[2] = ((n+Extent(1023))/Extent(1024)+Extent(1)).value;
  elements[3] = (active).value;
}

inline constexpr BufferInfo scatterMaskedBuffers[] = {{"compact", BufferRole::in, false}, {"mask", BufferRole::in, false}, {"offsets", BufferRole::in, false}, {"dense", BufferRole::inout, false}};
inline constexpr uint8_t scatterMaskedSizes[] = {4, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 2, 2, 4, 4, 2, 2, 4, 4, 2, 4, 4, 4, 2, 2, 4, 4, 2, 2, 4, 4, 2};
inline void scatterMaskedExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 32, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t activeValue;
  std::memcpy(&activeValue, args + 40, 8);
  [[maybe_unused]] const Extent active(activeValue);
  elements[0] = (active).value;
  elements[1] = ((n+Extent(31))/Extent(32)).value;
  elements[2] = ((n+Extent(1023))/Extent(1024)+Extent(1)).value;
  elements[3] = (n).value;
}

inline constexpr BufferInfo applyMaskBuffers[] = {{"mask", BufferRole::in, false}, {"x", BufferRole::inout, false}};
inline constexpr uint8_t applyMaskSizes[] = {4, 4, 4, 2, 4, 2};
inline void applyMaskExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 16, 8);
  [[maybe_unused]] const Extent n(nValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = (n).value;
}

inline constexpr BufferInfo vqLookupBuffers[] = {{"z", BufferRole::in, false}, {"codebook", BufferRole::in, false}, {"counts", BufferRole::inout, true}, {"ids", BufferRole::out, false}, {"distances", BufferRole::out, true}};
inline constexpr uint8_t vqLookupSizes[] = {4, 4, 4, 4, 4, 2, 4, 4, 4, 4};
inline void vqLookupExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t rowsValue;
  std::memcpy(&rowsValue, args + 40, 4);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint32_t codesValue;
  std::memcpy(&codesValue, args + 44, 4);
  [[maybe_unused]] const Extent codes(codesValue);
  uint32_t dimsValue;
  std::memcpy(&dimsValue, args + 48, 4);
  [[maybe_unused]] const Extent dims(dimsValue);
  elements[0] = (rows*dims).value;
  elements[1] = (codes*dims).value;
  elements[2] = (codes).value;
  elements[3] = (rows).value;
  elements[4] = (rows).value;
}

inline constexpr BufferInfo codebookEntropyForwardBuffers[] = {{"z", BufferRole::in, false}, {"codebook", BufferRole::in, false}, {"sampleEntropy", BufferRole::out, false}, {"codebookEntropy", BufferRole::out, false}, {"logSums", BufferRole::out, false}, {"meanAssignment", BufferRole::out, false}, {"rowEntropies", BufferRole::out, true}};
inline constexpr uint8_t codebookEntropyForwardSizes[] = {4, 4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4};
inline void codebookEntropyForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t rowsValue;
  std::memcpy(&rowsValue, args + 56, 4);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint32_t codesValue;
  std::memcpy(&codesValue, args + 60, 4);
  [[maybe_unused]] const Extent codes(codesValue);
  uint32_t dimsValue;
  std::memcpy(&dimsValue, args + 64, 4);
  [[maybe_unused]] const Extent dims(dimsValue);
  elements[0] = (rows*dims).value;
  elements[1] = (codes*dims).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (Extent(1)).value;
  elements[4] = (rows).value;
  elements[5] = (codes).value;
  elements[6] = (rows).value;
}

inline constexpr BufferInfo codebookEntropyBackwardBuffers[] = {{"dsampleEntropy", BufferRole::in, true}, {"dcodebookEntropy", BufferRole::in, true}, {"z", BufferRole::in, false}, {"codebook", BufferRole::in, false}, {"logSums", BufferRole::in, false}, {"meanAssignment", BufferRole::in, false}, {"dz", BufferRole::out, true}, {"dcodebook", BufferRole::out, true}};
inline constexpr uint8_t codebookEntropyBackwardSizes[] = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 2, 4};
inline void codebookEntropyBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t rowsValue;
  std::memcpy(&rowsValue, args + 64, 4);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint32_t codesValue;
  std::memcpy(&codesValue, args + 68, 4);
  [[maybe_unused]] const Extent codes(codesValue);
  uint32_t dimsValue;
  std::memcpy(&dimsValue, args + 72, 4);
  [[maybe_unused]] const Extent dims(dimsValue);
  elements[0] = (Extent(1)).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (rows*dims).value;
  elements[3] = (codes*dims).value;
  elements[4] = (rows).value;
  elements[5] = (codes).value;
  elements[6] = (rows*dims).value;
  elements[7] = (codes*dims).value;
}

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

inline constexpr BufferInfo sparseAdamStepBuffers[] = {{"mask", BufferRole::in, false}, {"offsets", BufferRole::in, false}, {"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"maxExpAvgSq", BufferRole::inout, true}};
inline constexpr uint8_t sparseAdamStepSizes[] = {4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void sparseAdamStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 120, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t activeValue;
  std::memcpy(&activeValue, args + 128, 8);
  [[maybe_unused]] const Extent active(activeValue);
  uint64_t gradCountValue;
  std::memcpy(&gradCountValue, args + 136, 8);
  [[maybe_unused]] const Extent gradCount(gradCountValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 244, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 248, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = ((n+Extent(1023))/Extent(1024)+Extent(1)).value;
  elements[2] = (gradCount).value;
  elements[3] = (gradScales).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (active).value;
  elements[10] = (active).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (active).value;
  elements[13] = (active).value;
  elements[14] = (active).value;
}

inline constexpr BufferInfo sparseSgdStepBuffers[] = {{"mask", BufferRole::in, false}, {"offsets", BufferRole::in, false}, {"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"momentumBuffer", BufferRole::inout, true}};
inline constexpr uint8_t sparseSgdStepSizes[] = {4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4};
inline void sparseSgdStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 104, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t activeValue;
  std::memcpy(&activeValue, args + 112, 8);
  [[maybe_unused]] const Extent active(activeValue);
  uint64_t gradCountValue;
  std::memcpy(&gradCountValue, args + 120, 8);
  [[maybe_unused]] const Extent gradCount(gradCountValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 200, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 204, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = ((n+Extent(1023))/Extent(1024)+Extent(1)).value;
  elements[2] = (gradCount).value;
  elements[3] = (gradScales).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (active).value;
  elements[10] = (active).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (active).value;
}

inline constexpr BufferInfo sparseLionStepBuffers[] = {{"mask", BufferRole::in, false}, {"offsets", BufferRole::in, false}, {"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}};
inline constexpr uint8_t sparseLionStepSizes[] = {4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4};
inline void sparseLionStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 104, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t activeValue;
  std::memcpy(&activeValue, args + 112, 8);
  [[maybe_unused]] const Extent active(activeValue);
  uint64_t gradCountValue;
  std::memcpy(&gradCountValue, args + 120, 8);
  [[maybe_unused]] const Extent gradCount(gradCountValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 196, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 200, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = ((n+Extent(1023))/Extent(1024)+Extent(1)).value;
  elements[2] = (gradCount).value;
  elements[3] = (gradScales).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (active).value;
  elements[10] = (active).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (active).value;
}

inline constexpr BufferInfo matmulBuffers[] = {{"a", BufferRole::in, false}, {"b", BufferRole::in, false}, {"bias", BufferRole::in, true}, {"residual", BufferRole::in, true}, {"c", BufferRole::inout, false}, {"preactivation", BufferRole::out, true}};
inline constexpr uint8_t matmulSizes[] = {4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 2, 2, 2, 2, 2, 2};
inline void matmulExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t mValue;
  std::memcpy(&mValue, args + 48, 8);
  [[maybe_unused]] const Extent m(mValue);
  uint64_t nValue;
  std::memcpy(&nValue, args + 56, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t kValue;
  std::memcpy(&kValue, args + 64, 8);
  [[maybe_unused]] const Extent k(kValue);
  int64_t aRowValue;
  std::memcpy(&aRowValue, args + 72, 8);
  [[maybe_unused]] const Extent aRow(aRowValue);
  int64_t aColValue;
  std::memcpy(&aColValue, args + 80, 8);
  [[maybe_unused]] const Extent aCol(aColValue);
  int64_t bRowValue;
  std::memcpy(&bRowValue, args + 88, 8);
  [[maybe_unused]] const Extent bRow(bRowValue);
  int64_t bColValue;
  std::memcpy(&bColValue, args + 96, 8);
  [[maybe_unused]] const Extent bCol(bColValue);
  int64_t aBatch[4];
  std::memcpy(aBatch, args + 104, 32);
  int64_t bBatch[4];
  std::memcpy(bBatch, args + 136, 32);
  uint32_t batchRankValue;
  std::memcpy(&batchRankValue, args + 168, 4);
  [[maybe_unused]] const Extent batchRank(batchRankValue);
  uint32_t batch[4];
  std::memcpy(batch, args + 172, 16);
  elements[0] = (matrixExtent(batchRankValue, 4, batch, aBatch, mValue, aRowValue, kValue, aColValue)).value;
  elements[1] = (matrixExtent(batchRankValue, 4, batch, bBatch, kValue, bRowValue, nValue, bColValue)).value;
  elements[2] = (n).value;
  elements[3] = (shapeExtent(batchRankValue, 4, batch)*m*n).value;
  elements[4] = (shapeExtent(batchRankValue, 4, batch)*m*n).value;
  elements[5] = (shapeExtent(batchRankValue, 4, batch)*m*n).value;
}

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

inline constexpr BufferInfo attentionForwardBuffers[] = {{"q", BufferRole::in, false}, {"k", BufferRole::in, false}, {"v", BufferRole::in, false}, {"mask", BufferRole::in, true}, {"queryStarts", BufferRole::in, true}, {"keyStarts", BufferRole::in, true}, {"keyLengths", BufferRole::in, true}, {"y", BufferRole::out, false}, {"lse", BufferRole::out, false}};
inline constexpr uint8_t attentionForwardSizes[] = {4, 4, 4, 1, 4, 4, 4, 4, 4, 2, 2, 2, 1, 4, 4, 4, 2, 4};
inline void attentionForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t qBatchValue;
  std::memcpy(&qBatchValue, args + 72, 8);
  [[maybe_unused]] const Extent qBatch(qBatchValue);
  int64_t qHeadValue;
  std::memcpy(&qHeadValue, args + 80, 8);
  [[maybe_unused]] const Extent qHead(qHeadValue);
  int64_t qRowValue;
  std::memcpy(&qRowValue, args + 88, 8);
  [[maybe_unused]] const Extent qRow(qRowValue);
  int64_t kBatchValue;
  std::memcpy(&kBatchValue, args + 96, 8);
  [[maybe_unused]] const Extent kBatch(kBatchValue);
  int64_t kHeadValue;
  std::memcpy(&kHeadValue, args + 104, 8);
  [[maybe_unused]] const Extent kHead(kHeadValue);
  int64_t kRowValue;
  std::memcpy(&kRowValue, args + 112, 8);
  [[maybe_unused]] const Extent kRow(kRowValue);
  int64_t vBatchValue;
  std::memcpy(&vBatchValue, args + 120, 8);
  [[maybe_unused]] const Extent vBatch(vBatchValue);
  int64_t vHeadValue;
  std::memcpy(&vHeadValue, args + 128, 8);
  [[maybe_unused]] const Extent vHead(vHeadValue);
  int64_t vRowValue;
  std::memcpy(&vRowValue, args + 136, 8);
  [[maybe_unused]] const Extent vRow(vRowValue);
  int64_t yBatchValue;
  std::memcpy(&yBatchValue, args + 144, 8);
  [[maybe_unused]] const Extent yBatch(yBatchValue);
  int64_t yHeadValue;
  std::memcpy(&yHeadValue, args + 152, 8);
  [[maybe_unused]] const Extent yHead(yHeadValue);
  int64_t yRowValue;
  std::memcpy(&yRowValue, args + 160, 8);
  [[maybe_unused]] const Extent yRow(yRowValue);
  int64_t lseBatchValue;
  std::memcpy(&lseBatchValue, args + 168, 8);
  [[maybe_unused]] const Extent lseBatch(lseBatchValue);
  int64_t lseHeadValue;
  std::memcpy(&lseHeadValue, args + 176, 8);
  [[maybe_unused]] const Extent lseHead(lseHeadValue);
  int64_t maskBatchValue;
  std::memcpy(&maskBatchValue, args + 184, 8);
  [[maybe_unused]] const Extent maskBatch(maskBatchValue);
  int64_t maskHeadValue;
  std::memcpy(&maskHeadValue, args + 192, 8);
  [[maybe_unused]] const Extent maskHead(maskHeadValue);
  int64_t maskRowValue;
  std::memcpy(&maskRowValue, args + 200, 8);
  [[maybe_unused]] const Extent maskRow(maskRowValue);
  int64_t maskColValue;
  std::memcpy(&maskColValue, args + 208, 8);
  [[maybe_unused]] const Extent maskCol(maskColValue);
  uint64_t queryRowsValue;
  std::memcpy(&queryRowsValue, args + 216, 8);
  [[maybe_unused]] const Extent queryRows(queryRowsValue);
  uint64_t keyRowsValue;
  std::memcpy(&keyRowsValue, args + 224, 8);
  [[maybe_unused]] const Extent keyRows(keyRowsValue);
  uint32_t batchValue;
  std::memcpy(&batchValue, args + 232, 4);
  [[maybe_unused]] const Extent batch(batchValue);
  uint32_t headsValue;
  std::memcpy(&headsValue, args + 236, 4);
  [[maybe_unused]] const Extent heads(headsValue);
  uint32_t kvHeadsValue;
  std::memcpy(&kvHeadsValue, args + 240, 4);
  [[maybe_unused]] const Extent kvHeads(kvHeadsValue);
  uint32_t queriesValue;
  std::memcpy(&queriesValue, args + 244, 4);
  [[maybe_unused]] const Extent queries(queriesValue);
  uint32_t keysValue;
  std::memcpy(&keysValue, args + 248, 4);
  [[maybe_unused]] const Extent keys(keysValue);
  uint32_t dimValue;
  std::memcpy(&dimValue, args + 252, 4);
  [[maybe_unused]] const Extent dim(dimValue);
  elements[0] = (rowsExtent(batchValue, qBatchValue, headsValue, qHeadValue, queryRowsValue, qRowValue, dimValue)).value;
  elements[1] = (rowsExtent(batchValue, kBatchValue, kvHeadsValue, kHeadValue, keyRowsValue, kRowValue, dimValue)).value;
  elements[2] = (rowsExtent(batchValue, vBatchValue, kvHeadsValue, vHeadValue, keyRowsValue, vRowValue, dimValue)).value;
  elements[3] = (maskExtent(batchValue, maskBatchValue, headsValue, maskHeadValue, queriesValue, maskRowValue, keysValue, maskColValue)).value;
  elements[4] = (batch+Extent(1)).value;
  elements[5] = (batch+Extent(1)).value;
  elements[6] = (batch).value;
  elements[7] = (rowsExtent(batchValue, yBatchValue, headsValue, yHeadValue, queryRowsValue, yRowValue, dimValue)).value;
  elements[8] = (rowsExtent(batchValue, lseBatchValue, headsValue, lseHeadValue, queryRowsValue, 1, 1)).value;
}

inline constexpr BufferInfo attentionBackwardBuffers[] = {{"q", BufferRole::in, false}, {"k", BufferRole::in, false}, {"v", BufferRole::in, false}, {"y", BufferRole::in, false}, {"dy", BufferRole::in, false}, {"lse", BufferRole::in, false}, {"mask", BufferRole::in, true}, {"queryStarts", BufferRole::in, true}, {"keyStarts", BufferRole::in, true}, {"keyLengths", BufferRole::in, true}, {"dq", BufferRole::out, false}, {"dk", BufferRole::out, false}, {"dv", BufferRole::out, false}};
inline constexpr uint8_t attentionBackwardSizes[] = {4, 4, 4, 4, 4, 4, 1, 4, 4, 4, 4, 4, 4, 2, 2, 2, 2, 2, 4, 1, 4, 4, 4, 2, 2, 2};
inline void attentionBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t qBatchValue;
  std::memcpy(&qBatchValue, args + 104, 8);
  [[maybe_unused]] const Extent qBatch(qBatchValue);
  int64_t qHeadValue;
  std::memcpy(&qHeadValue, args + 112, 8);
  [[maybe_unused]] const Extent qHead(qHeadValue);
  int64_t qRowValue;
  std::memcpy(&qRowValue, args + 120, 8);
  [[maybe_unused]] const Extent qRow(qRowValue);
  int64_t kBatchValue;
  std::memcpy(&kBatchValue, args + 128, 8);
  [[maybe_unused]] const Extent kBatch(kBatchValue);
  int64_t kHeadValue;
  std::memcpy(&kHeadValue, args + 136, 8);
  [[maybe_unused]] const Extent kHead(kHeadValue);
  int64_t kRowValue;
  std::memcpy(&kRowValue, args + 144, 8);
  [[maybe_unused]] const Extent kRow(kRowValue);
  int64_t vBatchValue;
  std::memcpy(&vBatchValue, args + 152, 8);
  [[maybe_unused]] const Extent vBatch(vBatchValue);
  int64_t vHeadValue;
  std::memcpy(&vHeadValue, args + 160, 8);
  [[maybe_unused]] const Extent vHead(vHeadValue);
  int64_t vRowValue;
  std::memcpy(&vRowValue, args + 168, 8);
  [[maybe_unused]] const Extent vRow(vRowValue);
  int64_t yBatchValue;
  std::memcpy(&yBatchValue, args + 176, 8);
  [[maybe_unused]] const Extent yBatch(yBatchValue);
  int64_t yHeadValue;
  std::memcpy(&yHeadValue, args + 184, 8);
  [[maybe_unused]] const Extent yHead(yHeadValue);
  int64_t yRowValue;
  std::memcpy(&yRowValue, args + 192, 8);
  [[maybe_unused]] const Extent yRow(yRowValue);
  int64_t lseBatchValue;
  std::memcpy(&lseBatchValue, args + 200, 8);
  [[maybe_unused]] const Extent lseBatch(lseBatchValue);
  int64_t lseHeadValue;
  std::memcpy(&lseHeadValue, args + 208, 8);
  [[maybe_unused]] const Extent lseHead(lseHeadValue);
  int64_t maskBatchValue;
  std::memcpy(&maskBatchValue, args + 216, 8);
  [[maybe_unused]] const Extent maskBatch(maskBatchValue);
  int64_t maskHeadValue;
  std::memcpy(&maskHeadValue, args + 224, 8);
  [[maybe_unused]] const Extent maskHead(maskHeadValue);
  int64_t maskRowValue;
  std::memcpy(&maskRowValue, args + 232, 8);
  [[maybe_unused]] const Extent maskRow(maskRowValue);
  int64_t maskColValue;
  std::memcpy(&maskColValue, args + 240, 8);
  [[maybe_unused]] const Extent maskCol(maskColValue);
  uint64_t queryRowsValue;
  std::memcpy(&queryRowsValue, args + 248, 8);
  [[maybe_unused]] const Extent queryRows(queryRowsValue);
  uint64_t keyRowsValue;
  std::memcpy(&keyRowsValue, args + 256, 8);
  [[maybe_unused]] const Extent keyRows(keyRowsValue);
  int64_t dyBatchValue;
  std::memcpy(&dyBatchValue, args + 264, 8);
  [[maybe_unused]] const Extent dyBatch(dyBatchValue);
  int64_t dyHeadValue;
  std::memcpy(&dyHeadValue, args + 272, 8);
  [[maybe_unused]] const Extent dyHead(dyHeadValue);
  int64_t dyRowValue;
  std::memcpy(&dyRowValue, args + 280, 8);
  [[maybe_unused]] const Extent dyRow(dyRowValue);
  int64_t dqBatchValue;
  std::memcpy(&dqBatchValue, args + 288, 8);
  [[maybe_unused]] const Extent dqBatch(dqBatchValue);
  int64_t dqHeadValue;
  std::memcpy(&dqHeadValue, args + 296, 8);
  [[maybe_unused]] const Extent dqHead(dqHeadValue);
  int64_t dqRowValue;
  std::memcpy(&dqRowValue, args + 304, 8);
  [[maybe_unused]] const Extent dqRow(dqRowValue);
  int64_t dkBatchValue;
  std::memcpy(&dkBatchValue, args + 312, 8);
  [[maybe_unused]] const Extent dkBatch(dkBatchValue);
  int64_t dkHeadValue;
  std::memcpy(&dkHeadValue, args + 320, 8);
  [[maybe_unused]] const Extent dkHead(dkHeadValue);
  int64_t dkRowValue;
  std::memcpy(&dkRowValue, args + 328, 8);
  [[maybe_unused]] const Extent dkRow(dkRowValue);
  int64_t dvBatchValue;
  std::memcpy(&dvBatchValue, args + 336, 8);
  [[maybe_unused]] const Extent dvBatch(dvBatchValue);
  int64_t dvHeadValue;
  std::memcpy(&dvHeadValue, args + 344, 8);
  [[maybe_unused]] const Extent dvHead(dvHeadValue);
  int64_t dvRowValue;
  std::memcpy(&dvRowValue, args + 352, 8);
  [[maybe_unused]] const Extent dvRow(dvRowValue);
  uint32_t batchValue;
  std::memcpy(&batchValue, args + 360, 4);
  [[maybe_unused]] const Extent batch(batchValue);
  uint32_t headsValue;
  std::memcpy(&headsValue, args + 364, 4);
  [[maybe_unused]] const Extent heads(headsValue);
  uint32_t kvHeadsValue;
  std::memcpy(&kvHeadsValue, args + 368, 4);
  [[maybe_unused]] const Extent kvHeads(kvHeadsValue);
  uint32_t queriesValue;
  std::memcpy(&queriesValue, args + 372, 4);
  [[maybe_unused]] const Extent queries(queriesValue);
  uint32_t keysValue;
  std::memcpy(&keysValue, args + 376, 4);
  [[maybe_unused]] const Extent keys(keysValue);
  uint32_t dimValue;
  std::memcpy(&dimValue, args + 380, 4);
  [[maybe_unused]] const Extent dim(dimValue);
  elements[0] = (rowsExtent(batchValue, qBatchValue, headsValue, qHeadValue, queryRowsValue, qRowValue, dimValue)).value;
  elements[1] = (rowsExtent(batchValue, kBatchValue, kvHeadsValue, kHeadValue, keyRowsValue, kRowValue, dimValue)).value;
  elements[2] = (rowsExtent(batchValue, vBatchValue, kvHeadsValue, vHeadValue, keyRowsValue, vRowValue, dimValue)).value;
  elements[3] = (rowsExtent(batchValue, yBatchValue, headsValue, yHeadValue, queryRowsValue, yRowValue, dimValue)).value;
  elements[4] = (rowsExtent(batchValue, dyBatchValue, headsValue, dyHeadValue, queryRowsValue, dyRowValue, dimValue)).value;
  elements[5] = (rowsExtent(batchValue, lseBatchValue, headsValue, lseHeadValue, queryRowsValue, 1, 1)).value;
  elements[6] = (maskExtent(batchValue, maskBatchValue, headsValue, maskHeadValue, queriesValue, maskRowValue, keysValue, maskColValue)).value;
  elements[7] = (batch+Extent(1)).value;
  elements[8] = (batch+Extent(1)).value;
  elements[9] = (batch).value;
  elements[10] = (rowsExtent(batchValue, dqBatchValue, headsValue, dqHeadValue, queryRowsValue, dqRowValue, dimValue)).value;
  elements[11] = (rowsExtent(batchValue, dkBatchValue, kvHeadsValue, dkHeadValue, keyRowsValue, dkRowValue, dimValue)).value;
  elements[12] = (rowsExtent(batchValue, dvBatchValue, kvHeadsValue, dvHeadValue, keyRowsValue, dvRowValue, dimValue)).value;
}

inline constexpr BufferInfo ropeBuffers[] = {{"x", BufferRole::in, false}, {"cos", BufferRole::in, false}, {"sin", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t ropeSizes[] = {4, 4, 4, 4, 2, 2, 2, 2};
inline void ropeExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  int64_t xBatchValue;
  std::memcpy(&xBatchValue, args + 32, 8);
  [[maybe_unused]] const Extent xBatch(xBatchValue);
  int64_t xHeadValue;
  std::memcpy(&xHeadValue, args + 40, 8);
  [[maybe_unused]] const Extent xHead(xHeadValue);
  int64_t xRowValue;
  std::memcpy(&xRowValue, args + 48, 8);
  [[maybe_unused]] const Extent xRow(xRowValue);
  int64_t yBatchValue;
  std::memcpy(&yBatchValue, args + 56, 8);
  [[maybe_unused]] const Extent yBatch(yBatchValue);
  int64_t yHeadValue;
  std::memcpy(&yHeadValue, args + 64, 8);
  [[maybe_unused]] const Extent yHead(yHeadValue);
  int64_t yRowValue;
  std::memcpy(&yRowValue, args + 72, 8);
  [[maybe_unused]] const Extent yRow(yRowValue);
  uint32_t batchValue;
  std::memcpy(&batchValue, args + 80, 4);
  [[maybe_unused]] const Extent batch(batchValue);
  uint32_t headsValue;
  std::memcpy(&headsValue, args + 84, 4);
  [[maybe_unused]] const Extent heads(headsValue);
  uint32_t rowsValue;
  std::memcpy(&rowsValue, args + 88, 4);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint32_t dimValue;
  std::memcpy(&dimValue, args + 92, 4);
  [[maybe_unused]] const Extent dim(dimValue);
  uint32_t positionsValue;
  std::memcpy(&positionsValue, args + 96, 4);
  [[maybe_unused]] const Extent positions(positionsValue);
  elements[0] = (rowsExtent(batchValue, xBatchValue, headsValue, xHeadValue, rowsValue, xRowValue, dimValue)).value;
  elements[1] = (positions*dim).value;
  elements[2] = (positions*dim).value;
  elements[3] = (rowsExtent(batchValue, yBatchValue, headsValue, yHeadValue, rowsValue, yRowValue, dimValue)).value;
}

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

inline constexpr BufferInfo dadaptAdamStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"s", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t dadaptAdamStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void dadaptAdamStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 120, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 216, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 220, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (Extent(6)).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = ((n+Extent(31))/Extent(32)).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (Extent(4)).value;
}

inline constexpr BufferInfo dadaptLionStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"s", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t dadaptLionStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void dadaptLionStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 112, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 192, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 196, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (Extent(6)).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = ((n+Extent(31))/Extent(32)).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
  elements[13] = (Extent(4)).value;
}

inline constexpr BufferInfo dadaptSgdStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s", BufferRole::inout, false}, {"x0", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t dadaptSgdStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void dadaptSgdStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 112, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 184, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 188, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (Extent(6)).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = ((n+Extent(31))/Extent(32)).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
  elements[13] = (Extent(4)).value;
}

inline constexpr BufferInfo dadaptAdagradStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"alpha", BufferRole::inout, false}, {"s", BufferRole::inout, false}, {"x0", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t dadaptAdagradStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void dadaptAdagradStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 120, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 200, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 204, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (Extent(6)).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = ((n+Extent(31))/Extent(32)).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (Extent(4)).value;
}

inline constexpr BufferInfo prodigyStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"s", BufferRole::inout, true}, {"p0", BufferRole::inout, true}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t prodigyStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 4};
inline void prodigyStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 244, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 248, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (Extent(6)).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = ((n+Extent(31))/Extent(32)).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (Extent(4)).value;
}

inline constexpr BufferInfo prodigySliceBuffers[] = {{"grad", BufferRole::in, false}, {"param", BufferRole::in, false}, {"master", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"sliceStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"p0", BufferRole::in, false}, {"estimate", BufferRole::in, false}, {"s", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t prodigySliceSizes[] = {4, 4, 4, 4, 4, 8, 8, 4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 8, 8, 4, 4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 8, 8, 4, 4, 4, 4, 4, 4, 2, 2, 4, 4, 4, 8, 8, 4, 4, 4, 4, 4, 4};
inline void prodigySliceExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 104, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t countValue;
  std::memcpy(&countValue, args + 112, 8);
  [[maybe_unused]] const Extent count(countValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 192, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 196, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
  elements[3] = (gradScales).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments+Extent(1)).value;
  elements[7] = (segments).value;
  elements[8] = (segments).value;
  elements[9] = (count).value;
  elements[10] = (Extent(6)).value;
  elements[11] = (count).value;
  elements[12] = (Extent(4)).value;
}

inline constexpr BufferInfo prodigyCorrectionBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t prodigyCorrectionSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void prodigyCorrectionExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 112, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 208, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 212, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (Extent(6)).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = ((n+Extent(31))/Extent(32)).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
  elements[13] = (Extent(4)).value;
}

inline constexpr BufferInfo distanceEstimateBuffers[] = {{"sums", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"estimate", BufferRole::inout, false}};
inline constexpr uint8_t distanceEstimateSizes[] = {4, 4, 4};
inline void distanceEstimateExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  elements[0] = (Extent(4)).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (Extent(6)).value;
}

inline constexpr BufferInfo startNormBuffers[] = {{"norm", BufferRole::in, false}, {"estimate", BufferRole::inout, false}};
inline constexpr uint8_t startNormSizes[] = {4, 4};
inline void startNormExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  elements[0] = (Extent(1)).value;
  elements[1] = (Extent(6)).value;
}

inline constexpr BufferInfo momoMomentsBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, true}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t momoMomentsSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void momoMomentsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 112, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 208, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 212, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (Extent(6)).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = ((n+Extent(31))/Extent(32)).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
  elements[13] = (Extent(4)).value;
}

inline constexpr BufferInfo momoEstimateBuffers[] = {{"sums", BufferRole::in, false}, {"loss", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"estimate", BufferRole::inout, false}};
inline constexpr uint8_t momoEstimateSizes[] = {4, 4, 4, 4};
inline void momoEstimateExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  elements[0] = (Extent(4)).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (Extent(6)).value;
}

inline constexpr BufferInfo momoStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, true}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t momoStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void momoStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 112, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 196, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 200, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (Extent(6)).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = ((n+Extent(31))/Extent(32)).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
  elements[13] = (Extent(4)).value;
}

inline constexpr BufferInfo mechanicMeasureBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"delta", BufferRole::inout, false}, {"x0", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t mechanicMeasureSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void mechanicMeasureExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 112, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 192, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 196, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (Extent(2)).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = ((n+Extent(31))/Extent(32)).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
  elements[13] = (Extent(4)).value;
}

inline constexpr BufferInfo mechanicEstimateBuffers[] = {{"sums", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"estimate", BufferRole::inout, false}};
inline constexpr uint8_t mechanicEstimateSizes[] = {4, 4, 4};
inline void mechanicEstimateExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t countValue;
  std::memcpy(&countValue, args + 52, 4);
  [[maybe_unused]] const Extent count(countValue);
  elements[0] = (Extent(4)).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (Extent(4)+Extent(4)*count).value;
}

inline constexpr BufferInfo mechanicStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"delta", BufferRole::inout, false}, {"x0", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t mechanicStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void mechanicStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 112, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 176, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 180, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (Extent(1)).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = ((n+Extent(31))/Extent(32)).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
  elements[13] = (Extent(4)).value;
}

inline constexpr BufferInfo cocobStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"x0", BufferRole::inout, false}, {"theta", BufferRole::inout, false}, {"largest", BufferRole::inout, false}, {"gradSum", BufferRole::inout, false}, {"reward", BufferRole::inout, false}};
inline constexpr uint8_t cocobStepSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 4};
inline void cocobStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 120, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 188, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 192, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (n).value;
  elements[7] = (n).value;
  elements[8] = (n).value;
  elements[9] = ((n+Extent(31))/Extent(32)).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
}

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

inline const KernelInfo kKernels[] = {
    {"abs", 0, 0, 2, 2, 2, absBuffers, absSizes, absExtents},
    {"neg", 0, 2, 2, 2, 2, negBuffers, negSizes, negExtents},
    {"exp", 0, 4, 2, 2, 2, expBuffers, expSizes, expExtents},
    {"expm1", 0, 6, 2, 2, 2, expm1Buffers, expm1Sizes, expm1Extents},
    {"log", 0, 8, 2, 2, 2, logBuffers, logSizes, logExtents},
    {"log1p", 0, 10, 2, 2, 2, log1pBuffers, log1pSizes, log1pExtents},
    {"sqrt", 0, 12, 2, 2, 2, sqrtBuffers, sqrtSizes, sqrtExtents},
    {"rsqrt", 0, 14, 2, 2, 2, rsqrtBuffers, rsqrtSizes, rsqrtExtents},
    {"reciprocal", 0, 16, 2, 2, 2, reciprocalBuffers, reciprocalSizes, reciprocalExtents},
    {"square", 0, 18, 2, 2, 2, squareBuffers, squareSizes, squareExtents},
    {"tanh", 0, 20, 2, 2, 2, tanhBuffers, tanhSizes, tanhExtents},
    {"erf", 0, 22, 2, 2, 2, erfBuffers, erfSizes, erfExtents},
    {"sigmoid", 0, 24, 2, 2, 2, sigmoidBuffers, sigmoidSizes, sigmoidExtents},
    {"logSigmoid", 0, 26, 2, 2, 2, logSigmoidBuffers, logSigmoidSizes, logSigmoidExtents},
    {"softplus", 0, 28, 2, 2, 2, softplusBuffers, softplusSizes, softplusExtents},
    {"relu", 0, 30, 2, 2, 2, reluBuffers, reluSizes, reluExtents},
    {"silu", 0, 32, 2, 2, 2, siluBuffers, siluSizes, siluExtents},
    {"gelu", 0, 34, 2, 2, 2, geluBuffers, geluSizes, geluExtents},
    {"geluTanh", 0, 36, 2, 2, 2, geluTanhBuffers, geluTanhSizes, geluTanhExtents},
    {"floor", 0, 38, 2, 2, 2, floorBuffers, floorSizes, floorExtents},
    {"ceil", 0, 40, 2, 2, 2, ceilBuffers, ceilSizes, ceilExtents},
    {"round", 0, 42, 2, 2, 2, roundBuffers, roundSizes, roundExtents},
    {"sign", 0, 44, 2, 2, 2, signBuffers, signSizes, signExtents},
    {"absBackward", 0, 46, 2, 3, 2, absBackwardBuffers, absBackwardSizes, absBackwardExtents},
    {"logBackward", 0, 48, 2, 3, 2, logBackwardBuffers, logBackwardSizes, logBackwardExtents},
    {"log1pBackward", 0, 50, 2, 3, 2, log1pBackwardBuffers, log1pBackwardSizes, log1pBackwardExtents},
    {"squareBackward", 0, 52, 2, 3, 2, squareBackwardBuffers, squareBackwardSizes, squareBackwardExtents},
    {"erfBackward", 0, 54, 2, 3, 2, erfBackwardBuffers, erfBackwardSizes, erfBackwardExtents},
    {"logSigmoidBackward", 0, 56, 2, 3, 2, logSigmoidBackwardBuffers, logSigmoidBackwardSizes, logSigmoidBackwardExtents},
    {"softplusBackward", 0, 58, 2, 3, 2, softplusBackwardBuffers, softplusBackwardSizes, softplusBackwardExtents},
    {"siluBackward", 0, 60, 2, 3, 2, siluBackwardBuffers, siluBackwardSizes, siluBackwardExtents},
    {"geluBackward", 0, 62, 2, 3, 2, geluBackwardBuffers, geluBackwardSizes, geluBackwardExtents},
    {"geluTanhBackward", 0, 64, 2, 3, 2, geluTanhBackwardBuffers, geluTanhBackwardSizes, geluTanhBackwardExtents},
    {"sin", 0, 66, 2, 2, 2, sinBuffers, sinSizes, sinExtents},
    {"cos", 0, 68, 2, 2, 2, cosBuffers, cosSizes, cosExtents},
    {"sinBackward", 0, 70, 2, 3, 2, sinBackwardBuffers, sinBackwardSizes, sinBackwardExtents},
    {"cosBackward", 0, 72, 2, 3, 2, cosBackwardBuffers, cosBackwardSizes, cosBackwardExtents},
    {"expBackward", 0, 74, 2, 3, 2, expBackwardBuffers, expBackwardSizes, expBackwardExtents},
    {"expm1Backward", 0, 76, 2, 3, 2, expm1BackwardBuffers, expm1BackwardSizes, expm1BackwardExtents},
    {"sqrtBackward", 0, 78, 2, 3, 2, sqrtBackwardBuffers, sqrtBackwardSizes, sqrtBackwardExtents},
    {"rsqrtBackward", 0, 80, 2, 3, 2, rsqrtBackwardBuffers, rsqrtBackwardSizes, rsqrtBackwardExtents},
    {"reciprocalBackward", 0, 82, 2, 3, 2, reciprocalBackwardBuffers, reciprocalBackwardSizes, reciprocalBackwardExtents},
    {"tanhBackward", 0, 84, 2, 3, 2, tanhBackwardBuffers, tanhBackwardSizes, tanhBackwardExtents},
    {"sigmoidBackward", 0, 86, 2, 3, 2, sigmoidBackwardBuffers, sigmoidBackwardSizes, sigmoidBackwardExtents},
    {"reluBackward", 0, 88, 2, 3, 2, reluBackwardBuffers, reluBackwardSizes, reluBackwardExtents},
    {"addScalar", 0, 90, 2, 2, 4, addScalarBuffers, addScalarSizes, addScalarExtents},
    {"mulScalar", 0, 92, 2, 2, 4, mulScalarBuffers, mulScalarSizes, mulScalarExtents},
    {"divScalar", 0, 94, 2, 2, 4, divScalarBuffers, divScalarSizes, divScalarExtents},
    {"affine", 0, 96, 2, 2, 4, affineBuffers, affineSizes, affineExtents},
    {"leakyRelu", 0, 98, 2, 2, 4, leakyReluBuffers, leakyReluSizes, leakyReluExtents},
    {"clamp", 0, 100, 2, 2, 4, clampBuffers, clampSizes, clampExtents},
    {"powScalar", 0, 102, 2, 2, 4, powScalarBuffers, powScalarSizes, powScalarExtents},
    {"leakyReluBackward", 0, 104, 2, 3, 4, leakyReluBackwardBuffers, leakyReluBackwardSizes, leakyReluBackwardExtents},
    {"clampBackward", 0, 106, 2, 3, 4, clampBackwardBuffers, clampBackwardSizes, clampBackwardExtents},
    {"powScalarBackward", 0, 108, 2, 3, 4, powScalarBackwardBuffers, powScalarBackwardSizes, powScalarBackwardExtents},
    {"eqScalar", 0, 110, 4, 2, 4, eqScalarBuffers, eqScalarSizes, eqScalarExtents},
    {"neScalar", 0, 114, 4, 2, 4, neScalarBuffers, neScalarSizes, neScalarExtents},
    {"ltScalar", 0, 118, 4, 2, 4, ltScalarBuffers, ltScalarSizes, ltScalarExtents},
    {"leScalar", 0, 122, 4, 2, 4, leScalarBuffers, leScalarSizes, leScalarExtents},
    {"gtScalar", 0, 126, 4, 2, 4, gtScalarBuffers, gtScalarSizes, gtScalarExtents},
    {"geScalar", 0, 130, 4, 2, 4, geScalarBuffers, geScalarSizes, geScalarExtents},
    {"logicalNot", 0, 134, 1, 2, 2, logicalNotBuffers, logicalNotSizes, logicalNotExtents},
    {"cast", 0, 135, 25, 2, 2, castBuffers, castSizes, castExtents},
    {"castToBool", 0, 160, 5, 2, 2, castToBoolBuffers, castToBoolSizes, castToBoolExtents},
    {"addScaled", 0, 165, 4, 2, 3, addScaledBuffers, addScaledSizes, addScaledExtents},
    {"lerp", 0, 169, 2, 3, 3, lerpBuffers, lerpSizes, lerpExtents},
    {"add", 1, 0, 3, 3, 4, addBuffers, addSizes, addExtents},
    {"sub", 1, 3, 3, 3, 4, subBuffers, subSizes, subExtents},
    {"mul", 1, 6, 3, 3, 4, mulBuffers, mulSizes, mulExtents},
    {"maximum", 1, 9, 3, 3, 4, maximumBuffers, maximumSizes, maximumExtents},
    {"minimum", 1, 12, 3, 3, 4, minimumBuffers, minimumSizes, minimumExtents},
    {"addBroadcast", 1, 15, 3, 3, 31, addBroadcastBuffers, addBroadcastSizes, addBroadcastExtents},
    {"subBroadcast", 1, 18, 3, 3, 31, subBroadcastBuffers, subBroadcastSizes, subBroadcastExtents},
    {"mulBroadcast", 1, 21, 3, 3, 31, mulBroadcastBuffers, mulBroadcastSizes, mulBroadcastExtents},
    {"maximumBroadcast", 1, 24, 3, 3, 31, maximumBroadcastBuffers, maximumBroadcastSizes, maximumBroadcastExtents},
    {"minimumBroadcast", 1, 27, 3, 3, 31, minimumBroadcastBuffers, minimumBroadcastSizes, minimumBroadcastExtents},
    {"div", 1, 30, 2, 3, 4, divBuffers, divSizes, divExtents},
    {"pow", 1, 32, 2, 3, 4, powBuffers, powSizes, powExtents},
    {"divBroadcast", 1, 34, 2, 3, 31, divBroadcastBuffers, divBroadcastSizes, divBroadcastExtents},
    {"powBroadcast", 1, 36, 2, 3, 31, powBroadcastBuffers, powBroadcastSizes, powBroadcastExtents},
    {"divBackwardB", 1, 38, 2, 4, 4, divBackwardBBuffers, divBackwardBSizes, divBackwardBExtents},
    {"powBackwardA", 1, 40, 2, 4, 4, powBackwardABuffers, powBackwardASizes, powBackwardAExtents},
    {"powBackwardB", 1, 42, 2, 4, 4, powBackwardBBuffers, powBackwardBSizes, powBackwardBExtents},
    {"maximumBackward", 1, 44, 2, 4, 4, maximumBackwardBuffers, maximumBackwardSizes, maximumBackwardExtents},
    {"minimumBackward", 1, 46, 2, 4, 4, minimumBackwardBuffers, minimumBackwardSizes, minimumBackwardExtents},
    {"divBackwardBBroadcast", 1, 48, 2, 4, 31, divBackwardBBroadcastBuffers, divBackwardBBroadcastSizes, divBackwardBBroadcastExtents},
    {"powBackwardABroadcast", 1, 50, 2, 4, 31, powBackwardABroadcastBuffers, powBackwardABroadcastSizes, powBackwardABroadcastExtents},
    {"powBackwardBBroadcast", 1, 52, 2, 4, 31, powBackwardBBroadcastBuffers, powBackwardBBroadcastSizes, powBackwardBBroadcastExtents},
    {"maximumBackwardBroadcast", 1, 54, 2, 4, 31, maximumBackwardBroadcastBuffers, maximumBackwardBroadcastSizes, maximumBackwardBroadcastExtents},
    {"minimumBackwardBroadcast", 1, 56, 2, 4, 31, minimumBackwardBroadcastBuffers, minimumBackwardBroadcastSizes, minimumBackwardBroadcastExtents},
    {"eq", 1, 58, 4, 3, 4, eqBuffers, eqSizes, eqExtents},
    {"ne", 1, 62, 4, 3, 4, neBuffers, neSizes, neExtents},
    {"lt", 1, 66, 4, 3, 4, ltBuffers, ltSizes, ltExtents},
    {"le", 1, 70, 4, 3, 4, leBuffers, leSizes, leExtents},
    {"gt", 1, 74, 4, 3, 4, gtBuffers, gtSizes, gtExtents},
    {"ge", 1, 78, 4, 3, 4, geBuffers, geSizes, geExtents},
    {"eqBroadcast", 1, 82, 4, 3, 31, eqBroadcastBuffers, eqBroadcastSizes, eqBroadcastExtents},
    {"neBroadcast", 1, 86, 4, 3, 31, neBroadcastBuffers, neBroadcastSizes, neBroadcastExtents},
    {"ltBroadcast", 1, 90, 4, 3, 31, ltBroadcastBuffers, ltBroadcastSizes, ltBroadcastExtents},
    {"leBroadcast", 1, 94, 4, 3, 31, leBroadcastBuffers, leBroadcastSizes, leBroadcastExtents},
    {"gtBroadcast", 1, 98, 4, 3, 31, gtBroadcastBuffers, gtBroadcastSizes, gtBroadcastExtents},
    {"geBroadcast", 1, 102, 4, 3, 31, geBroadcastBuffers, geBroadcastSizes, geBroadcastExtents},
    {"logicalAnd", 1, 106, 1, 3, 4, logicalAndBuffers, logicalAndSizes, logicalAndExtents},
    {"logicalOr", 1, 107, 1, 3, 4, logicalOrBuffers, logicalOrSizes, logicalOrExtents},
    {"logicalXor", 1, 108, 1, 3, 4, logicalXorBuffers, logicalXorSizes, logicalXorExtents},
    {"logicalAndBroadcast", 1, 109, 1, 3, 31, logicalAndBroadcastBuffers, logicalAndBroadcastSizes, logicalAndBroadcastExtents},
    {"logicalOrBroadcast", 1, 110, 1, 3, 31, logicalOrBroadcastBuffers, logicalOrBroadcastSizes, logicalOrBroadcastExtents},
    {"logicalXorBroadcast", 1, 111, 1, 3, 31, logicalXorBroadcastBuffers, logicalXorBroadcastSizes, logicalXorBroadcastExtents},
    {"where", 1, 112, 4, 4, 5, whereBuffers, whereSizes, whereExtents},
    {"whereBroadcast", 1, 116, 4, 4, 43, whereBroadcastBuffers, whereBroadcastSizes, whereBroadcastExtents},
    {"maskedFill", 1, 120, 4, 3, 6, maskedFillBuffers, maskedFillSizes, maskedFillExtents},
    {"maskedFillBroadcast", 1, 124, 4, 3, 34, maskedFillBroadcastBuffers, maskedFillBroadcastSizes, maskedFillBroadcastExtents},
    {"copyStrided", 2, 0, 5, 2, 21, copyStridedBuffers, copyStridedSizes, copyStridedExtents},
    {"copyIntoStrided", 2, 5, 5, 2, 21, copyIntoStridedBuffers, copyIntoStridedSizes, copyIntoStridedExtents},
    {"fill", 2, 10, 5, 1, 4, fillBuffers, fillSizes, fillExtents},
    {"arange", 2, 15, 3, 1, 6, arangeBuffers, arangeSizes, arangeExtents},
    {"pad", 2, 18, 5, 2, 27, padBuffers, padSizes, padExtents},
    {"tril", 2, 23, 5, 2, 8, trilBuffers, trilSizes, trilExtents},
    {"triu", 2, 28, 5, 2, 8, triuBuffers, triuSizes, triuExtents},
    {"oneHot", 2, 33, 4, 2, 4, oneHotBuffers, oneHotSizes, oneHotExtents},
    {"sum", 3, 0, 3, 2, 7, sumBuffers, sumSizes, sumExtents},
    {"sumSquares", 3, 3, 2, 2, 6, sumSquaresBuffers, sumSquaresSizes, sumSquaresExtents},
    {"norm2", 3, 5, 2, 2, 6, norm2Buffers, norm2Sizes, norm2Extents},
    {"sumAbs", 3, 7, 2, 2, 6, sumAbsBuffers, sumAbsSizes, sumAbsExtents},
    {"logSumExp", 3, 9, 2, 2, 6, logSumExpBuffers, logSumExpSizes, logSumExpExtents},
    {"prod", 3, 11, 2, 2, 6, prodBuffers, prodSizes, prodExtents},
    {"max", 3, 13, 3, 3, 6, maxBuffers, maxSizes, maxExtents},
    {"min", 3, 16, 3, 3, 6, minBuffers, minSizes, minExtents},
    {"variance", 3, 19, 2, 3, 7, varianceBuffers, varianceSizes, varianceExtents},
    {"varianceBackward", 3, 21, 2, 4, 7, varianceBackwardBuffers, varianceBackwardSizes, varianceBackwardExtents},
    {"cumsum", 3, 23, 3, 2, 7, cumsumBuffers, cumsumSizes, cumsumExtents},
    {"countNonZero", 3, 26, 4, 2, 6, countNonZeroBuffers, countNonZeroSizes, countNonZeroExtents},
    {"nonFinite", 3, 30, 2, 2, 2, nonFiniteBuffers, nonFiniteSizes, nonFiniteExtents},
    {"indexSelect", 4, 0, 5, 3, 8, indexSelectBuffers, indexSelectSizes, indexSelectExtents},
    {"indexAdd", 4, 5, 4, 3, 9, indexAddBuffers, indexAddSizes, indexAddExtents},
    {"indexCopy", 4, 9, 5, 3, 8, indexCopyBuffers, indexCopySizes, indexCopyExtents},
    {"gather", 4, 14, 5, 3, 8, gatherBuffers, gatherSizes, gatherExtents},
    {"scatter", 4, 19, 5, 3, 8, scatterBuffers, scatterSizes, scatterExtents},
    {"scatterAdd", 4, 24, 3, 3, 8, scatterAddBuffers, scatterAddSizes, scatterAddExtents},
    {"uniform", 5, 0, 2, 1, 8, uniformBuffers, uniformSizes, uniformExtents},
    {"normal", 5, 2, 2, 1, 8, normalBuffers, normalSizes, normalExtents},
    {"bernoulli", 5, 4, 3, 1, 7, bernoulliBuffers, bernoulliSizes, bernoulliExtents},
    {"randint", 5, 7, 1, 1, 8, randintBuffers, randintSizes, randintExtents},
    {"dropout", 5, 8, 2, 2, 7, dropoutBuffers, dropoutSizes, dropoutExtents},
    {"softmaxForward", 6, 0, 2, 2, 6, softmaxForwardBuffers, softmaxForwardSizes, softmaxForwardExtents},
    {"softmaxBackward", 6, 2, 2, 3, 6, softmaxBackwardBuffers, softmaxBackwardSizes, softmaxBackwardExtents},
    {"logSoftmaxForward", 6, 4, 2, 2, 6, logSoftmaxForwardBuffers, logSoftmaxForwardSizes, logSoftmaxForwardExtents},
    {"logSoftmaxBackward", 6, 6, 2, 3, 6, logSoftmaxBackwardBuffers, logSoftmaxBackwardSizes, logSoftmaxBackwardExtents},
    {"logSumExpBackward", 6, 8, 2, 4, 6, logSumExpBackwardBuffers, logSumExpBackwardSizes, logSumExpBackwardExtents},
    {"crossEntropyForward", 7, 0, 2, 4, 6, crossEntropyForwardBuffers, crossEntropyForwardSizes, crossEntropyForwardExtents},
    {"crossEntropyBackward", 7, 2, 2, 5, 7, crossEntropyBackwardBuffers, crossEntropyBackwardSizes, crossEntropyBackwardExtents},
    {"ctcLossForward", 8, 0, 2, 6, 12, ctcLossForwardBuffers, ctcLossForwardSizes, ctcLossForwardExtents},
    {"ctcLossBackward", 8, 2, 2, 7, 13, ctcLossBackwardBuffers, ctcLossBackwardSizes, ctcLossBackwardExtents},
    {"layerNormForward", 9, 0, 2, 6, 5, layerNormForwardBuffers, layerNormForwardSizes, layerNormForwardExtents},
    {"layerNormBackward", 9, 2, 2, 8, 4, layerNormBackwardBuffers, layerNormBackwardSizes, layerNormBackwardExtents},
    {"rmsNormForward", 9, 4, 2, 4, 5, rmsNormForwardBuffers, rmsNormForwardSizes, rmsNormForwardExtents},
    {"rmsNormBackward", 9, 6, 2, 6, 4, rmsNormBackwardBuffers, rmsNormBackwardSizes, rmsNormBackwardExtents},
    {"groupNormForward", 9, 8, 2, 6, 9, groupNormForwardBuffers, groupNormForwardSizes, groupNormForwardExtents},
    {"groupNormBackward", 9, 10, 2, 8, 8, groupNormBackwardBuffers, groupNormBackwardSizes, groupNormBackwardExtents},
    {"batchNormForward", 9, 12, 2, 8, 9, batchNormForwardBuffers, batchNormForwardSizes, batchNormForwardExtents},
    {"batchNormBackward", 9, 14, 2, 8, 7, batchNormBackwardBuffers, batchNormBackwardSizes, batchNormBackwardExtents},
    {"adamStep", 10, 0, 4, 13, 29, adamStepBuffers, adamStepSizes, adamStepExtents},
    {"sgdStep", 10, 4, 4, 11, 22, sgdStepBuffers, sgdStepSizes, sgdStepExtents},
    {"lionStep", 10, 8, 4, 11, 21, lionStepBuffers, lionStepSizes, lionStepExtents},
    {"adagradStep", 10, 12, 4, 11, 19, adagradStepBuffers, adagradStepSizes, adagradStepExtents},
    {"rmspropStep", 10, 16, 4, 13, 23, rmspropStepBuffers, rmspropStepSizes, rmspropStepExtents},
    {"adadeltaStep", 10, 20, 4, 12, 21, adadeltaStepBuffers, adadeltaStepSizes, adadeltaStepExtents},
    {"adamaxStep", 10, 24, 4, 12, 25, adamaxStepBuffers, adamaxStepSizes, adamaxStepExtents},
    {"scheduleFreeStep", 10, 28, 4, 13, 33, scheduleFreeStepBuffers, scheduleFreeStepSizes, scheduleFreeStepExtents},
    {"ademamixStep", 10, 32, 4, 13, 31, ademamixStepBuffers, ademamixStepSizes, ademamixStepExtents},
    {"adoptStep", 10, 36, 4, 12, 25, adoptStepBuffers, adoptStepSizes, adoptStepExtents},
    {"sophiaStep", 10, 40, 4, 12, 27, sophiaStepBuffers, sophiaStepSizes, sophiaStepExtents},
    {"momentum", 10, 44, 2, 5, 9, momentumBuffers, momentumSizes, momentumExtents},
    {"mixPair", 10, 46, 2, 3, 10, mixPairBuffers, mixPairSizes, mixPairExtents},
    {"averageStep", 10, 48, 2, 3, 4, averageStepBuffers, averageStepSizes, averageStepExtents},
    {"gradNorm", 11, 0, 2, 4, 2, gradNormBuffers, gradNormSizes, gradNormExtents},
    {"absoluteNorm", 11, 2, 2, 3, 3, absoluteNormBuffers, absoluteNormSizes, absoluteNormExtents},
    {"clipUnits", 11, 4, 4, 3, 8, clipUnitsBuffers, clipUnitsSizes, clipUnitsExtents},
    {"segmentNorms", 11, 8, 2, 4, 3, segmentNormsBuffers, segmentNormsSizes, segmentNormsExtents},
    {"distanceNorms", 11, 10, 4, 6, 5, distanceNormsBuffers, distanceNormsSizes, distanceNormsExtents},
    {"distanceStep", 11, 14, 1, 5, 8, distanceStepBuffers, distanceStepSizes, distanceStepExtents},
    {"clipScale", 11, 15, 1, 2, 5, clipScaleBuffers, clipScaleSizes, clipScaleExtents},
    {"scaleBy", 11, 16, 2, 2, 2, scaleByBuffers, scaleBySizes, scaleByExtents},
    {"nonFiniteFlag", 11, 18, 2, 3, 2, nonFiniteFlagBuffers, nonFiniteFlagSizes, nonFiniteFlagExtents},
    {"maskOffsets", 12, 0, 1, 2, 2, maskOffsetsBuffers, maskOffsetsSizes, maskOffsetsExtents},
    {"maskSegmentCounts", 12, 1, 1, 3, 3, maskSegmentCountsBuffers, maskSegmentCountsSizes, maskSegmentCountsExtents},
    {"maskChanged", 12, 2, 3, 3, 4, maskChangedBuffers, maskChangedSizes, maskChangedExtents},
    {"countChanged", 12, 5, 3, 5, 3, countChangedBuffers, countChangedSizes, countChangedExtents},
    {"maskSmall", 12, 8, 3, 2, 3, maskSmallBuffers, maskSmallSizes, maskSmallExtents},
    {"maskFromBytes", 12, 11, 1, 2, 2, maskFromBytesBuffers, maskFromBytesSizes, maskFromBytesExtents},
    {"maskToBytes", 12, 12, 1, 2, 2, maskToBytesBuffers, maskToBytesSizes, maskToBytesExtents},
    {"maskFromIndices", 12, 13, 2, 2, 4, maskFromIndicesBuffers, maskFromIndicesSizes, maskFromIndicesExtents},
    {"maskToIndices", 12, 15, 2, 3, 4, maskToIndicesBuffers, maskToIndicesSizes, maskToIndicesExtents},
    {"maskOr", 12, 17, 1, 3, 2, maskOrBuffers, maskOrSizes, maskOrExtents},
    {"maskAnd", 12, 18, 1, 3, 2, maskAndBuffers, maskAndSizes, maskAndExtents},
    {"maskAndNot", 12, 19, 1, 3, 2, maskAndNotBuffers, maskAndNotSizes, maskAndNotExtents},
    {"maskXor", 12, 20, 1, 3, 2, maskXorBuffers, maskXorSizes, maskXorExtents},
    {"gatherMasked", 12, 21, 9, 4, 4, gatherMaskedBuffers, gatherMaskedSizes, gatherMaskedExtents},
    {"scatterMasked", 12, 30, 9, 4, 4, scatterMaskedBuffers, scatterMaskedSizes, scatterMaskedExtents},
    {"applyMask", 12, 39, 3, 2, 2, applyMaskBuffers, applyMaskSizes, applyMaskExtents},
    {"vqLookup", 13, 0, 2, 5, 4, vqLookupBuffers, vqLookupSizes, vqLookupExtents},
    {"codebookEntropyForward", 13, 2, 2, 7, 5, codebookEntropyForwardBuffers, codebookEntropyForwardSizes, codebookEntropyForwardExtents},
    {"codebookEntropyBackward", 13, 4, 2, 8, 5, codebookEntropyBackwardBuffers, codebookEntropyBackwardSizes, codebookEntropyBackwardExtents},
    {"linearCrossEntropyForward", 14, 0, 2, 6, 6, linearCrossEntropyForwardBuffers, linearCrossEntropyForwardSizes, linearCrossEntropyForwardExtents},
    {"linearCrossEntropyBackward", 14, 2, 2, 9, 6, linearCrossEntropyBackwardBuffers, linearCrossEntropyBackwardSizes, linearCrossEntropyBackwardExtents},
    {"linearLogProbForward", 14, 4, 2, 7, 5, linearLogProbForwardBuffers, linearLogProbForwardSizes, linearLogProbForwardExtents},
    {"linearLogProbBackward", 14, 6, 2, 11, 5, linearLogProbBackwardBuffers, linearLogProbBackwardSizes, linearLogProbBackwardExtents},
    {"sparseAdamStep", 15, 0, 4, 15, 33, sparseAdamStepBuffers, sparseAdamStepSizes, sparseAdamStepExtents},
    {"sparseSgdStep", 15, 4, 4, 13, 26, sparseSgdStepBuffers, sparseSgdStepSizes, sparseSgdStepExtents},
    {"sparseLionStep", 15, 8, 4, 13, 25, sparseLionStepBuffers, sparseLionStepSizes, sparseLionStepExtents},
    {"matmul", 16, 0, 4, 6, 38, matmulBuffers, matmulSizes, matmulExtents},
    {"conv2dForward", 17, 0, 2, 4, 16, conv2dForwardBuffers, conv2dForwardSizes, conv2dForwardExtents},
    {"conv2dBackwardInput", 17, 2, 2, 4, 16, conv2dBackwardInputBuffers, conv2dBackwardInputSizes, conv2dBackwardInputExtents},
    {"conv2dBackwardWeight", 17, 4, 2, 3, 16, conv2dBackwardWeightBuffers, conv2dBackwardWeightSizes, conv2dBackwardWeightExtents},
    {"attentionForward", 18, 0, 2, 9, 51, attentionForwardBuffers, attentionForwardSizes, attentionForwardExtents},
    {"attentionBackward", 18, 2, 2, 13, 75, attentionBackwardBuffers, attentionBackwardSizes, attentionBackwardExtents},
    {"rope", 18, 4, 2, 4, 19, ropeBuffers, ropeSizes, ropeExtents},
    {"maxPool2d", 19, 0, 2, 3, 12, maxPool2dBuffers, maxPool2dSizes, maxPool2dExtents},
    {"maxPool2dBackward", 19, 2, 2, 3, 12, maxPool2dBackwardBuffers, maxPool2dBackwardSizes, maxPool2dBackwardExtents},
    {"avgPool2d", 19, 4, 2, 2, 12, avgPool2dBuffers, avgPool2dSizes, avgPool2dExtents},
    {"avgPool2dBackward", 19, 6, 2, 2, 12, avgPool2dBackwardBuffers, avgPool2dBackwardSizes, avgPool2dBackwardExtents},
    {"adaptiveAvgPool2d", 19, 8, 2, 2, 6, adaptiveAvgPool2dBuffers, adaptiveAvgPool2dSizes, adaptiveAvgPool2dExtents},
    {"adaptiveAvgPool2dBackward", 19, 10, 2, 2, 6, adaptiveAvgPool2dBackwardBuffers, adaptiveAvgPool2dBackwardSizes, adaptiveAvgPool2dBackwardExtents},
    {"resize", 19, 12, 2, 2, 15, resizeBuffers, resizeSizes, resizeExtents},
    {"resizeBackward", 19, 14, 2, 2, 15, resizeBackwardBuffers, resizeBackwardSizes, resizeBackwardExtents},
    {"sort", 20, 0, 3, 3, 5, sortBuffers, sortSizes, sortExtents},
    {"topk", 20, 3, 3, 3, 7, topkBuffers, topkSizes, topkExtents},
    {"sampleTokens", 20, 6, 2, 5, 8, sampleTokensBuffers, sampleTokensSizes, sampleTokensExtents},
    {"dadaptAdamStep", 21, 0, 4, 15, 26, dadaptAdamStepBuffers, dadaptAdamStepSizes, dadaptAdamStepExtents},
    {"dadaptLionStep", 21, 4, 4, 14, 22, dadaptLionStepBuffers, dadaptLionStepSizes, dadaptLionStepExtents},
    {"dadaptSgdStep", 21, 8, 4, 14, 20, dadaptSgdStepBuffers, dadaptSgdStepSizes, dadaptSgdStepExtents},
    {"dadaptAdagradStep", 21, 12, 4, 15, 22, dadaptAdagradStepBuffers, dadaptAdagradStepSizes, dadaptAdagradStepExtents},
    {"prodigyStep", 21, 16, 4, 16, 31, prodigyStepBuffers, prodigyStepSizes, prodigyStepExtents},
    {"prodigySlice", 21, 20, 4, 13, 25, prodigySliceBuffers, prodigySliceSizes, prodigySliceExtents},
    {"prodigyCorrection", 21, 24, 4, 14, 26, prodigyCorrectionBuffers, prodigyCorrectionSizes, prodigyCorrectionExtents},
    {"distanceEstimate", 21, 28, 1, 3, 12, distanceEstimateBuffers, distanceEstimateSizes, distanceEstimateExtents},
    {"startNorm", 21, 29, 1, 2, 1, startNormBuffers, startNormSizes, startNormExtents},
    {"momoMoments", 21, 30, 4, 14, 26, momoMomentsBuffers, momoMomentsSizes, momoMomentsExtents},
    {"momoEstimate", 21, 34, 1, 4, 11, momoEstimateBuffers, momoEstimateSizes, momoEstimateExtents},
    {"momoStep", 21, 35, 4, 14, 23, momoStepBuffers, momoStepSizes, momoStepExtents},
    {"mechanicMeasure", 21, 39, 4, 14, 22, mechanicMeasureBuffers, mechanicMeasureSizes, mechanicMeasureExtents},
    {"mechanicEstimate", 21, 43, 1, 3, 8, mechanicEstimateBuffers, mechanicEstimateSizes, mechanicEstimateExtents},
    {"mechanicStep", 21, 44, 4, 14, 18, mechanicStepBuffers, mechanicStepSizes, mechanicStepExtents},
    {"cocobStep", 21, 48, 4, 15, 19, cocobStepBuffers, cocobStepSizes, cocobStepExtents},
    {"eigh", 22, 0, 1, 3, 2, eighBuffers, eighSizes, eighExtents},
    {"orthogonalize", 22, 1, 1, 2, 2, orthogonalizeBuffers, orthogonalizeSizes, orthogonalizeExtents},
};

}  // namespace tessera::gen
