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

inline constexpr BufferInfo unitScalesBuffers[] = {{"x", BufferRole::in, false}, {"param", BufferRole::in, false}, {"mask", BufferRole::in, true}, {"unitTable", BufferRole::in, false}, {"unitScale", BufferRole::out, false}};
inline constexpr uint8_t unitScalesSizes[] = {4, 4, 4, 8, 4, 4, 2, 4, 8, 4, 2, 4, 4, 8, 4, 2, 2, 4, 8, 4};
inline void unitScalesExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 40, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 64, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 68, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = ((n+Extent(31))/Extent(32)).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (units).value;
}

inline constexpr BufferInfo scaleUnitsBuffers[] = {{"unitScale", BufferRole::in, false}, {"unitTable", BufferRole::in, false}, {"x", BufferRole::inout, false}};
inline constexpr uint8_t scaleUnitsSizes[] = {4, 8, 4, 4, 8, 2};
inline void scaleUnitsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 24, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 32, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 36, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (units).value;
  elements[1] = (Extent(5)*unitTensors).value;
  elements[2] = (n).value;
}

inline constexpr BufferInfo distanceNormsBuffers[] = {{"x", BufferRole::in, false}, {"origin", BufferRole::in, true}, {"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentDecay", BufferRole::in, true}, {"distance", BufferRole::out, false}, {"gradient", BufferRole::out, false}};
inline constexpr uint8_t distanceNormsSizes[] = {4, 4, 4, 4, 4, 8, 8, 4, 4, 4, 4, 4, 2, 4, 4, 8, 8, 4, 4, 4, 2, 4, 4, 4, 4, 8, 8, 4, 4, 4, 2, 4, 2, 4, 4, 8, 8, 4, 4, 4};
inline void distanceNormsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 80, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 92, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 96, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 100, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 104, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
  elements[3] = (gradScales).value;
  elements[4] = (units).value;
  elements[5] = (Extent(5)*unitTensors).value;
  elements[6] = (segments+Extent(1)).value;
  elements[7] = (segments).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
}

inline constexpr BufferInfo distanceStepBuffers[] = {{"distance", BufferRole::in, false}, {"gradient", BufferRole::in, false}, {"segmentLr", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"furthest", BufferRole::inout, false}, {"total", BufferRole::inout, false}, {"rate", BufferRole::out, false}};
inline constexpr uint8_t distanceStepSizes[] = {4, 4, 4, 4, 4, 4, 4};
inline void distanceStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t countValue;
  std::memcpy(&countValue, args + 92, 4);
  [[maybe_unused]] const Extent count(countValue);
  elements[0] = (count).value;
  elements[1] = (count).value;
  elements[2] = (count).value;
  elements[3] = (Extent(1)).value;
  elements[4] = (count).value;
  elements[5] = (count).value;
  elements[6] = (count).value;
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
