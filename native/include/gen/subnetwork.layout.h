// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

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

}  // namespace tessera::gen
