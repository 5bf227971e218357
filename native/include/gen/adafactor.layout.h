// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo adafactorStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"table", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"rowVar", BufferRole::inout, true}, {"colVar", BufferRole::inout, true}, {"variance", BufferRole::inout, true}, {"expAvg", BufferRole::inout, true}};
inline constexpr uint8_t adafactorStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 8, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 8, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 8, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 8, 2, 4, 2, 4, 4, 4, 4, 4};
inline void adafactorStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 136, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t rowVarsValue;
  std::memcpy(&rowVarsValue, args + 224, 8);
  [[maybe_unused]] const Extent rowVars(rowVarsValue);
  uint64_t colVarsValue;
  std::memcpy(&colVarsValue, args + 232, 8);
  [[maybe_unused]] const Extent colVars(colVarsValue);
  uint64_t variancesValue;
  std::memcpy(&variancesValue, args + 240, 8);
  [[maybe_unused]] const Extent variances(variancesValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 312, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 316, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 320, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 324, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(16)*segments).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (rowVars).value;
  elements[14] = (colVars).value;
  elements[15] = (variances).value;
  elements[16] = (n).value;
}

}  // namespace tessera::gen
