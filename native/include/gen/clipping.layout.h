// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

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

inline constexpr BufferInfo distanceNormsBuffers[] = {{"x", BufferRole::in, false}, {"origin", BufferRole::in, true}, {"grad", BufferRole::in, false}, {"segmentStarts", BufferRole::in, false}, {"segmentDecay", BufferRole::in, true}, {"distance", BufferRole::out, false}, {"gradient", BufferRole::out, false}};
inline constexpr uint8_t distanceNormsSizes[] = {4, 4, 4, 8, 4, 4, 4, 4, 4, 2, 8, 4, 4, 4, 2, 4, 4, 8, 4, 4, 4, 2, 4, 2, 8, 4, 4, 4};
inline void distanceNormsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 56, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 68, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
  elements[3] = (segments+Extent(1)).value;
  elements[4] = (segments).value;
  elements[5] = (segments).value;
  elements[6] = (segments).value;
}

inline constexpr BufferInfo distanceStepBuffers[] = {{"distance", BufferRole::in, false}, {"gradient", BufferRole::in, false}, {"segmentLr", BufferRole::in, true}, {"furthest", BufferRole::inout, false}, {"total", BufferRole::inout, false}, {"rate", BufferRole::out, false}};
inline constexpr uint8_t distanceStepSizes[] = {4, 4, 4, 4, 4, 4};
inline void distanceStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t countValue;
  std::memcpy(&countValue, args + 84, 4);
  [[maybe_unused]] const Extent count(countValue);
  elements[0] = (count).value;
  elements[1] = (count).value;
  elements[2] = (count).value;
  elements[3] = (count).value;
  elements[4] = (count).value;
  elements[5] = (count).value;
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

}  // namespace tessera::gen
