// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo dadaptAdamStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"s", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t dadaptAdamStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void dadaptAdamStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 136, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 232, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 236, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 240, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 244, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(6)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
  elements[16] = (Extent(4)).value;
}

inline constexpr BufferInfo dadaptLionStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"s", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t dadaptLionStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void dadaptLionStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 208, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 212, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 216, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 220, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(6)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (Extent(4)).value;
}

inline constexpr BufferInfo dadaptSgdStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"s", BufferRole::inout, false}, {"x0", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t dadaptSgdStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void dadaptSgdStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 200, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 204, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 208, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 212, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(6)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (Extent(4)).value;
}

inline constexpr BufferInfo dadaptAdagradStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"alpha", BufferRole::inout, false}, {"s", BufferRole::inout, false}, {"x0", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t dadaptAdagradStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void dadaptAdagradStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 136, 8);
  [[maybe_unused]] const Extent n(nValue);
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
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(6)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
  elements[16] = (Extent(4)).value;
}

inline constexpr BufferInfo dadaptAdanStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgDiff", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"s", BufferRole::inout, false}, {"lastGrad", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t dadaptAdanStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 4, 4};
inline void dadaptAdanStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 152, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 256, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 260, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 264, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 268, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(6)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
  elements[16] = (n).value;
  elements[17] = (n).value;
  elements[18] = (Extent(4)).value;
}

inline constexpr BufferInfo prodigyStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"s", BufferRole::inout, true}, {"p0", BufferRole::inout, true}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t prodigyStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 4};
inline void prodigyStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 144, 8);
  [[maybe_unused]] const Extent n(nValue);
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
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(6)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
  elements[16] = (n).value;
  elements[17] = (Extent(4)).value;
}

inline constexpr BufferInfo prodigySliceBuffers[] = {{"grad", BufferRole::in, false}, {"param", BufferRole::in, false}, {"master", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"sliceStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"p0", BufferRole::in, false}, {"estimate", BufferRole::in, false}, {"s", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t prodigySliceSizes[] = {4, 4, 4, 4, 4, 8, 4, 8, 8, 4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 8, 4, 8, 8, 4, 4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 8, 4, 8, 8, 4, 4, 4, 4, 4, 4, 2, 2, 4, 4, 4, 8, 4, 8, 8, 4, 4, 4, 4, 4, 4};
inline void prodigySliceExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 120, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t countValue;
  std::memcpy(&countValue, args + 128, 8);
  [[maybe_unused]] const Extent count(countValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 208, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 212, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 216, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 220, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
  elements[3] = (gradScales).value;
  elements[4] = (units).value;
  elements[5] = (Extent(5)*unitTensors).value;
  elements[6] = (Extent(1)).value;
  elements[7] = (segments+Extent(1)).value;
  elements[8] = (segments+Extent(1)).value;
  elements[9] = (segments).value;
  elements[10] = (segments).value;
  elements[11] = (count).value;
  elements[12] = (Extent(6)).value;
  elements[13] = (count).value;
  elements[14] = (Extent(4)).value;
}

inline constexpr BufferInfo prodigyCorrectionBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t prodigyCorrectionSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void prodigyCorrectionExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 224, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 228, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 232, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 236, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(6)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (Extent(4)).value;
}

inline constexpr BufferInfo distanceEstimateBuffers[] = {{"sums", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"estimate", BufferRole::inout, false}};
inline constexpr uint8_t distanceEstimateSizes[] = {4, 4, 4};
inline void distanceEstimateExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  elements[0] = (Extent(4)).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (Extent(6)).value;
}

inline constexpr BufferInfo startTermsBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t startTermsSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4};
inline void startTermsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 112, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 176, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 180, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 184, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 188, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(6)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (Extent(4)).value;
}

inline constexpr BufferInfo startNormBuffers[] = {{"sums", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"estimate", BufferRole::inout, false}};
inline constexpr uint8_t startNormSizes[] = {4, 4, 4};
inline void startNormExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  elements[0] = (Extent(4)).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (Extent(6)).value;
}

inline constexpr BufferInfo momoMomentsBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, true}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t momoMomentsSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void momoMomentsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 224, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 228, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 232, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 236, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(6)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (Extent(4)).value;
}

inline constexpr BufferInfo momoEstimateBuffers[] = {{"sums", BufferRole::in, false}, {"loss", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"estimate", BufferRole::inout, false}};
inline constexpr uint8_t momoEstimateSizes[] = {4, 4, 4, 4};
inline void momoEstimateExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  elements[0] = (Extent(4)).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (Extent(6)).value;
}

inline constexpr BufferInfo momoStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, true}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t momoStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void momoStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
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
  elements[8] = (Extent(6)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (Extent(4)).value;
}

inline constexpr BufferInfo mechanicMeasureBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"delta", BufferRole::inout, false}, {"x0", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t mechanicMeasureSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void mechanicMeasureExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 208, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 212, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 216, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 220, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(2)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (Extent(4)).value;
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

inline constexpr BufferInfo mechanicStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"delta", BufferRole::inout, false}, {"x0", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t mechanicStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void mechanicStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 192, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 196, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 200, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 204, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(1)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (Extent(4)).value;
}

inline constexpr BufferInfo scheduleFreePlusTermsBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"z", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t scheduleFreePlusTermsSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4};
inline void scheduleFreePlusTermsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 120, 8);
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
  elements[8] = (Extent(6)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (Extent(4)).value;
}

inline constexpr BufferInfo scheduleFreePlusEstimateBuffers[] = {{"sums", BufferRole::in, false}, {"loss", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"estimate", BufferRole::inout, false}};
inline constexpr uint8_t scheduleFreePlusEstimateSizes[] = {4, 4, 4, 4};
inline void scheduleFreePlusEstimateExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  elements[0] = (Extent(4)).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (Extent(6)).value;
}

inline constexpr BufferInfo scheduleFreePlusStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"z", BufferRole::inout, false}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t scheduleFreePlusStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void scheduleFreePlusStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 136, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 256, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 260, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 264, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 268, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(6)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (n).value;
  elements[16] = (Extent(4)).value;
}

inline constexpr BufferInfo prodigyPlusStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"updateScale", BufferRole::in, true}, {"moveScale", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvgSq", BufferRole::inout, false}, {"z", BufferRole::inout, true}, {"expAvg", BufferRole::inout, true}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t prodigyPlusStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4};
inline void prodigyPlusStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 152, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 248, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 252, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 256, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 260, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(8)).value;
  elements[9] = (segments).value;
  elements[10] = (segments).value;
  elements[11] = (n).value;
  elements[12] = (n).value;
  elements[13] = (n).value;
  elements[14] = ((n+Extent(31))/Extent(32)).value;
  elements[15] = (n).value;
  elements[16] = (n).value;
  elements[17] = (n).value;
  elements[18] = (Extent(4)).value;
}

inline constexpr BufferInfo avagradStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"estimate", BufferRole::in, false}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"expAvg", BufferRole::inout, false}, {"expAvgSq", BufferRole::inout, false}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t avagradStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 2, 4, 2, 4, 4, 4, 4};
inline void avagradStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 240, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 244, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 248, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 252, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (gradScales).value;
  elements[2] = (units).value;
  elements[3] = (Extent(5)*unitTensors).value;
  elements[4] = (Extent(1)).value;
  elements[5] = (segments+Extent(1)).value;
  elements[6] = (segments).value;
  elements[7] = (segments).value;
  elements[8] = (Extent(1)).value;
  elements[9] = (n).value;
  elements[10] = (n).value;
  elements[11] = (n).value;
  elements[12] = ((n+Extent(31))/Extent(32)).value;
  elements[13] = (n).value;
  elements[14] = (n).value;
  elements[15] = (Extent(4)).value;
}

inline constexpr BufferInfo avagradEstimateBuffers[] = {{"sums", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"estimate", BufferRole::inout, false}};
inline constexpr uint8_t avagradEstimateSizes[] = {4, 4, 4};
inline void avagradEstimateExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  elements[0] = (Extent(4)).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (Extent(1)).value;
}

inline constexpr BufferInfo cocobStepBuffers[] = {{"grad", BufferRole::in, false}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"skip", BufferRole::in, true}, {"segmentStarts", BufferRole::in, true}, {"segmentLr", BufferRole::in, true}, {"segmentDecay", BufferRole::in, true}, {"param", BufferRole::inout, false}, {"master", BufferRole::inout, true}, {"compensation", BufferRole::inout, true}, {"touched", BufferRole::inout, true}, {"x0", BufferRole::inout, false}, {"theta", BufferRole::inout, false}, {"largest", BufferRole::inout, false}, {"gradSum", BufferRole::inout, false}, {"reward", BufferRole::inout, false}};
inline constexpr uint8_t cocobStepSizes[] = {4, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 4, 2, 4, 4, 8, 4, 8, 4, 4, 2, 4, 2, 4, 4, 4, 4, 4, 4};
inline void cocobStepExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 136, 8);
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
  elements[15] = (n).value;
  elements[16] = (n).value;
}

}  // namespace tessera::gen
