// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo adamStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"maxExpAvgSq", BufferRole::inout, true}};
inline constexpr uint8_t adamStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void adamStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 120, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 228, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 232, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 236, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 240, 4);
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
}

inline constexpr BufferInfo sgdStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"momentumBuffer", BufferRole::inout, true}};
inline constexpr uint8_t sgdStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4};
inline void sgdStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 104, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 184, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 188, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 192, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 196, 4);
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
}

inline constexpr BufferInfo lionStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}};
inline constexpr uint8_t lionStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4};
inline void lionStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 104, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 180, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 184, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 188, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 192, 4);
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
}

inline constexpr BufferInfo adagradStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"sum", BufferRole::inout, false}};
inline constexpr uint8_t adagradStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4};
inline void adagradStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 104, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 172, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 176, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 180, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 184, 4);
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
}

inline constexpr BufferInfo rmspropStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"squareAvg", BufferRole::inout, false}, {"gradAvg", BufferRole::inout, true}, {"momentumBuffer", BufferRole::inout, true}};
inline constexpr uint8_t rmspropStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void rmspropStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 120, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 204, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 208, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 212, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 216, 4);
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
}

inline constexpr BufferInfo adadeltaStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"squareAvg", BufferRole::inout, false}, {"accDelta", BufferRole::inout, false}};
inline constexpr uint8_t adadeltaStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4};
inline void adadeltaStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 112, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 188, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 192, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 196, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 200, 4);
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
}

inline constexpr BufferInfo adamaxStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expInf", BufferRole::inout, false}};
inline constexpr uint8_t adamaxStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4};
inline void adamaxStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 112, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 204, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 208, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 212, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 216, 4);
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
}

inline constexpr BufferInfo scheduleFreeStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"z", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, true}, {"expAvg", BufferRole::inout, true}};
inline constexpr uint8_t scheduleFreeStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void scheduleFreeStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 120, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 236, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 240, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 244, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 248, 4);
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
}

inline constexpr BufferInfo ademamixStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"expAvgSlow", BufferRole::inout, false}};
inline constexpr uint8_t ademamixStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void ademamixStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 120, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 236, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 240, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 244, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 248, 4);
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
}

inline constexpr BufferInfo adoptStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}};
inline constexpr uint8_t adoptStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4};
inline void adoptStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 112, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 220, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 224, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 228, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 232, 4);
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
}

inline constexpr BufferInfo sophiaStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"hessian", BufferRole::inout, false}};
inline constexpr uint8_t sophiaStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4};
inline void sophiaStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 112, 8);
  [[maybe_unused]] const Extent n(nValue);
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

}  // namespace tessera::gen
