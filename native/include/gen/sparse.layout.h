// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo sparseAdamStepBuffers[] = {{"mask", BufferRole::in, false}, {"offsets", BufferRole::in, false}, {"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"maxExpAvgSq", BufferRole::inout, true}};
inline constexpr uint8_t sparseAdamStepSizes[] = {4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void sparseAdamStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 136, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t activeValue;
  std::memcpy(&activeValue, args + 144, 8);
  [[maybe_unused]] const Extent active(activeValue);
  uint64_t gradCountValue;
  std::memcpy(&gradCountValue, args + 152, 8);
  [[maybe_unused]] const Extent gradCount(gradCountValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 260, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 264, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 268, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 272, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = ((n+Extent(1023))/Extent(1024)+Extent(1)).value;
  elements[2] = (gradCount).value;
  elements[3] = (gradScales).value;
  elements[4] = (units).value;
  elements[5] = (Extent(5)*unitTensors).value;
  elements[6] = (Extent(1)).value;
  elements[7] = (segments+Extent(1)).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
  elements[10] = (n).value;
  elements[11] = (active).value;
  elements[12] = (active).value;
  elements[13] = ((n+Extent(31))/Extent(32)).value;
  elements[14] = (active).value;
  elements[15] = (active).value;
  elements[16] = (active).value;
}

inline constexpr BufferInfo sparseSgdStepBuffers[] = {{"mask", BufferRole::in, false}, {"offsets", BufferRole::in, false}, {"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"momentumBuffer", BufferRole::inout, true}};
inline constexpr uint8_t sparseSgdStepSizes[] = {4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4};
inline void sparseSgdStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  std::memcpy(&segmentsValue, args + 216, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 220, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 224, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 228, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = ((n+Extent(1023))/Extent(1024)+Extent(1)).value;
  elements[2] = (gradCount).value;
  elements[3] = (gradScales).value;
  elements[4] = (units).value;
  elements[5] = (Extent(5)*unitTensors).value;
  elements[6] = (Extent(1)).value;
  elements[7] = (segments+Extent(1)).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
  elements[10] = (n).value;
  elements[11] = (active).value;
  elements[12] = (active).value;
  elements[13] = ((n+Extent(31))/Extent(32)).value;
  elements[14] = (active).value;
}

inline constexpr BufferInfo sparseLionStepBuffers[] = {{"mask", BufferRole::in, false}, {"offsets", BufferRole::in, false}, {"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}};
inline constexpr uint8_t sparseLionStepSizes[] = {4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4};
inline void sparseLionStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  std::memcpy(&segmentsValue, args + 212, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 216, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 220, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 224, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = ((n+Extent(31))/Extent(32)).value;
  elements[1] = ((n+Extent(1023))/Extent(1024)+Extent(1)).value;
  elements[2] = (gradCount).value;
  elements[3] = (gradScales).value;
  elements[4] = (units).value;
  elements[5] = (Extent(5)*unitTensors).value;
  elements[6] = (Extent(1)).value;
  elements[7] = (segments+Extent(1)).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
  elements[10] = (n).value;
  elements[11] = (active).value;
  elements[12] = (active).value;
  elements[13] = ((n+Extent(31))/Extent(32)).value;
  elements[14] = (active).value;
}

}  // namespace tessera::gen
