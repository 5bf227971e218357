// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo adabeliefStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t adabeliefStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void adabeliefStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo acpropStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t acpropStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void acpropStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo yogiStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t yogiStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void yogiStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo adamcStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t adamcStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void adamcStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo lapropStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t lapropStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void lapropStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo gramsStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t gramsStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void gramsStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo adamgStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t adamgStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void adamgStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo exadamStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t exadamStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void exadamStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo bcosStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t bcosStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void bcosStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo kateStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t kateStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void kateStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo ftrlStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t ftrlStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void ftrlStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo madgradStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t madgradStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void madgradStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo asgdStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t asgdStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void asgdStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo rpropStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t rpropStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void rpropStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

inline constexpr BufferInfo adanStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s0", BufferRole::inout, false}, {"s1", BufferRole::inout, true}, {"s2", BufferRole::inout, true}, {"s3", BufferRole::inout, true}};
inline constexpr uint8_t adanStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void adanStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 300, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 304, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 308, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 312, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (n).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = ((n+Extent(31))/Extent(32)).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
}

}  // namespace tessera::gen
