// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

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

}  // namespace tessera::gen
