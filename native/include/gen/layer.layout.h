// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo gradientTermsBuffers[] = {{"grad", BufferRole::in, false}, {"param", BufferRole::in, false}, {"master", BufferRole::in, true}, {"s0", BufferRole::in, true}, {"s1", BufferRole::in, true}, {"estimate", BufferRole::in, true}, {"updateScale", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"sums", BufferRole::out, false}};
inline constexpr uint8_t gradientTermsSizes[] = {4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 2, 2, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4};
inline void gradientTermsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (n).value;
  elements[2] = (n).value;
  elements[3] = (n).value;
  elements[4] = (n).value;
  elements[5] = (Extent(8)).value;
  elements[6] = (segments).value;
  elements[7] = (segments+Extent(1)).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
  elements[10] = (Extent(1)).value;
  elements[11] = (gradScales).value;
  elements[12] = (units).value;
  elements[13] = (Extent(5)*unitTensors).value;
  elements[14] = (Extent(2)*segments).value;
}

inline constexpr BufferInfo adamTermsBuffers[] = {{"grad", BufferRole::in, false}, {"param", BufferRole::in, false}, {"master", BufferRole::in, true}, {"s0", BufferRole::in, true}, {"s1", BufferRole::in, true}, {"estimate", BufferRole::in, true}, {"updateScale", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"sums", BufferRole::out, false}};
inline constexpr uint8_t adamTermsSizes[] = {4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 2, 2, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4};
inline void adamTermsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (n).value;
  elements[2] = (n).value;
  elements[3] = (n).value;
  elements[4] = (n).value;
  elements[5] = (Extent(8)).value;
  elements[6] = (segments).value;
  elements[7] = (segments+Extent(1)).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
  elements[10] = (Extent(1)).value;
  elements[11] = (gradScales).value;
  elements[12] = (units).value;
  elements[13] = (Extent(5)*unitTensors).value;
  elements[14] = (Extent(2)*segments).value;
}

inline constexpr BufferInfo normalizedTermsBuffers[] = {{"grad", BufferRole::in, false}, {"param", BufferRole::in, false}, {"master", BufferRole::in, true}, {"s0", BufferRole::in, true}, {"s1", BufferRole::in, true}, {"estimate", BufferRole::in, true}, {"updateScale", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"sums", BufferRole::out, false}};
inline constexpr uint8_t normalizedTermsSizes[] = {4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 2, 2, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4};
inline void normalizedTermsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (n).value;
  elements[2] = (n).value;
  elements[3] = (n).value;
  elements[4] = (n).value;
  elements[5] = (Extent(8)).value;
  elements[6] = (segments).value;
  elements[7] = (segments+Extent(1)).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
  elements[10] = (Extent(1)).value;
  elements[11] = (gradScales).value;
  elements[12] = (units).value;
  elements[13] = (Extent(5)*unitTensors).value;
  elements[14] = (Extent(2)*segments).value;
}

inline constexpr BufferInfo prodigyPlusTermsBuffers[] = {{"grad", BufferRole::in, false}, {"param", BufferRole::in, false}, {"master", BufferRole::in, true}, {"s0", BufferRole::in, true}, {"s1", BufferRole::in, true}, {"estimate", BufferRole::in, true}, {"updateScale", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"sums", BufferRole::out, false}};
inline constexpr uint8_t prodigyPlusTermsSizes[] = {4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 2, 2, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4};
inline void prodigyPlusTermsExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (n).value;
  elements[2] = (n).value;
  elements[3] = (n).value;
  elements[4] = (n).value;
  elements[5] = (Extent(8)).value;
  elements[6] = (segments).value;
  elements[7] = (segments+Extent(1)).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
  elements[10] = (Extent(1)).value;
  elements[11] = (gradScales).value;
  elements[12] = (units).value;
  elements[13] = (Extent(5)*unitTensors).value;
  elements[14] = (Extent(2)*segments).value;
}

inline constexpr BufferInfo prodigyPlusMaskBuffers[] = {{"grad", BufferRole::in, false}, {"param", BufferRole::in, false}, {"master", BufferRole::in, true}, {"s0", BufferRole::in, true}, {"s1", BufferRole::in, true}, {"estimate", BufferRole::in, true}, {"updateScale", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"sums", BufferRole::out, false}};
inline constexpr uint8_t prodigyPlusMaskSizes[] = {4, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 2, 4, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 4, 2, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4, 2, 2, 4, 4, 4, 4, 4, 8, 4, 4, 4, 4, 4, 8, 4};
inline void prodigyPlusMaskExtents([[maybe_unused]] const char* args, uint64_t* elements) {
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
  elements[1] = (n).value;
  elements[2] = (n).value;
  elements[3] = (n).value;
  elements[4] = (n).value;
  elements[5] = (Extent(8)).value;
  elements[6] = (segments).value;
  elements[7] = (segments+Extent(1)).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
  elements[10] = (Extent(1)).value;
  elements[11] = (gradScales).value;
  elements[12] = (units).value;
  elements[13] = (Extent(5)*unitTensors).value;
  elements[14] = (Extent(2)*segments).value;
}

inline constexpr BufferInfo lambRatesBuffers[] = {{"sums", BufferRole::in, false}, {"size", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"state", BufferRole::inout, true}, {"rate", BufferRole::out, false}, {"decay", BufferRole::out, false}};
inline constexpr uint8_t lambRatesSizes[] = {4, 4, 8, 4, 4, 4, 4, 4, 4, 4};
inline void lambRatesExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 136, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  elements[0] = (Extent(2)*segments).value;
  elements[1] = (segments).value;
  elements[2] = (segments+Extent(1)).value;
  elements[3] = (segments).value;
  elements[4] = (segments).value;
  elements[5] = (Extent(1)).value;
  elements[6] = (Extent(1)).value;
  elements[7] = (Extent(2)*segments).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
}

inline constexpr BufferInfo normalizedRatesBuffers[] = {{"sums", BufferRole::in, false}, {"size", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"state", BufferRole::inout, true}, {"rate", BufferRole::out, false}, {"decay", BufferRole::out, false}};
inline constexpr uint8_t normalizedRatesSizes[] = {4, 4, 8, 4, 4, 4, 4, 4, 4, 4};
inline void normalizedRatesExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 136, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  elements[0] = (Extent(2)*segments).value;
  elements[1] = (segments).value;
  elements[2] = (segments+Extent(1)).value;
  elements[3] = (segments).value;
  elements[4] = (segments).value;
  elements[5] = (Extent(1)).value;
  elements[6] = (Extent(1)).value;
  elements[7] = (Extent(2)*segments).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
}

inline constexpr BufferInfo larsRatesBuffers[] = {{"sums", BufferRole::in, false}, {"size", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"state", BufferRole::inout, true}, {"rate", BufferRole::out, false}, {"decay", BufferRole::out, false}};
inline constexpr uint8_t larsRatesSizes[] = {4, 4, 8, 4, 4, 4, 4, 4, 4, 4};
inline void larsRatesExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 136, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  elements[0] = (Extent(2)*segments).value;
  elements[1] = (segments).value;
  elements[2] = (segments+Extent(1)).value;
  elements[3] = (segments).value;
  elements[4] = (segments).value;
  elements[5] = (Extent(1)).value;
  elements[6] = (Extent(1)).value;
  elements[7] = (Extent(2)*segments).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
}

inline constexpr BufferInfo fromageRatesBuffers[] = {{"sums", BufferRole::in, false}, {"size", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"state", BufferRole::inout, true}, {"rate", BufferRole::out, false}, {"decay", BufferRole::out, false}};
inline constexpr uint8_t fromageRatesSizes[] = {4, 4, 8, 4, 4, 4, 4, 4, 4, 4};
inline void fromageRatesExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 136, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  elements[0] = (Extent(2)*segments).value;
  elements[1] = (segments).value;
  elements[2] = (segments+Extent(1)).value;
  elements[3] = (segments).value;
  elements[4] = (segments).value;
  elements[5] = (Extent(1)).value;
  elements[6] = (Extent(1)).value;
  elements[7] = (Extent(2)*segments).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
}

inline constexpr BufferInfo novogradRatesBuffers[] = {{"sums", BufferRole::in, false}, {"size", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"state", BufferRole::inout, true}, {"rate", BufferRole::out, false}, {"decay", BufferRole::out, false}};
inline constexpr uint8_t novogradRatesSizes[] = {4, 4, 8, 4, 4, 4, 4, 4, 4, 4};
inline void novogradRatesExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 136, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  elements[0] = (Extent(2)*segments).value;
  elements[1] = (segments).value;
  elements[2] = (segments+Extent(1)).value;
  elements[3] = (segments).value;
  elements[4] = (segments).value;
  elements[5] = (Extent(1)).value;
  elements[6] = (Extent(1)).value;
  elements[7] = (Extent(2)*segments).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
}

inline constexpr BufferInfo amosRatesBuffers[] = {{"sums", BufferRole::in, false}, {"size", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"state", BufferRole::inout, true}, {"rate", BufferRole::out, false}, {"decay", BufferRole::out, false}};
inline constexpr uint8_t amosRatesSizes[] = {4, 4, 8, 4, 4, 4, 4, 4, 4, 4};
inline void amosRatesExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 136, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  elements[0] = (Extent(2)*segments).value;
  elements[1] = (segments).value;
  elements[2] = (segments+Extent(1)).value;
  elements[3] = (segments).value;
  elements[4] = (segments).value;
  elements[5] = (Extent(1)).value;
  elements[6] = (Extent(1)).value;
  elements[7] = (Extent(2)*segments).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
}

inline constexpr BufferInfo rmsScaleBuffers[] = {{"sums", BufferRole::in, false}, {"size", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"state", BufferRole::inout, true}, {"rate", BufferRole::out, false}, {"decay", BufferRole::out, false}};
inline constexpr uint8_t rmsScaleSizes[] = {4, 4, 8, 4, 4, 4, 4, 4, 4, 4};
inline void rmsScaleExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 136, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  elements[0] = (Extent(2)*segments).value;
  elements[1] = (segments).value;
  elements[2] = (segments+Extent(1)).value;
  elements[3] = (segments).value;
  elements[4] = (segments).value;
  elements[5] = (Extent(1)).value;
  elements[6] = (Extent(1)).value;
  elements[7] = (Extent(2)*segments).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
}

inline constexpr BufferInfo maskScaleBuffers[] = {{"sums", BufferRole::in, false}, {"size", BufferRole::in, true}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"state", BufferRole::inout, true}, {"rate", BufferRole::out, false}, {"decay", BufferRole::out, false}};
inline constexpr uint8_t maskScaleSizes[] = {4, 4, 8, 4, 4, 4, 4, 4, 4, 4};
inline void maskScaleExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 136, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  elements[0] = (Extent(2)*segments).value;
  elements[1] = (segments).value;
  elements[2] = (segments+Extent(1)).value;
  elements[3] = (segments).value;
  elements[4] = (segments).value;
  elements[5] = (Extent(1)).value;
  elements[6] = (Extent(1)).value;
  elements[7] = (Extent(2)*segments).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
}

inline constexpr BufferInfo prodigyPlusSlicesBuffers[] = {{"grad", BufferRole::in, false}, {"param", BufferRole::in, false}, {"master", BufferRole::in, true}, {"z", BufferRole::in, true}, {"p0", BufferRole::in, false}, {"estimate", BufferRole::in, false}, {"sliceStarts", BufferRole::in, false}, {"segmentStarts", BufferRole::in, false}, {"segmentLr", BufferRole::in, false}, {"segmentDecay", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"gradScale", BufferRole::in, true}, {"unitScale", BufferRole::in, true}, {"unitTable", BufferRole::in, true}, {"s", BufferRole::inout, true}, {"slices", BufferRole::out, false}};
inline constexpr uint8_t prodigyPlusSlicesSizes[] = {4, 4, 4, 4, 2, 4, 8, 8, 4, 4, 4, 4, 4, 8, 2, 4, 2, 4, 4, 4, 2, 4, 8, 8, 4, 4, 4, 4, 4, 8, 2, 4, 4, 2, 4, 4, 2, 4, 8, 8, 4, 4, 4, 4, 4, 8, 2, 4, 2, 2, 4, 4, 2, 4, 8, 8, 4, 4, 4, 4, 4, 8, 2, 4};
inline void prodigyPlusSlicesExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t nValue;
  std::memcpy(&nValue, args + 128, 8);
  [[maybe_unused]] const Extent n(nValue);
  uint64_t countValue;
  std::memcpy(&countValue, args + 136, 8);
  [[maybe_unused]] const Extent count(countValue);
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 168, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  uint32_t gradScalesValue;
  std::memcpy(&gradScalesValue, args + 172, 4);
  [[maybe_unused]] const Extent gradScales(gradScalesValue);
  uint32_t unitsValue;
  std::memcpy(&unitsValue, args + 176, 4);
  [[maybe_unused]] const Extent units(unitsValue);
  uint32_t unitTensorsValue;
  std::memcpy(&unitTensorsValue, args + 180, 4);
  [[maybe_unused]] const Extent unitTensors(unitTensorsValue);
  elements[0] = (n).value;
  elements[1] = (n).value;
  elements[2] = (n).value;
  elements[3] = (n).value;
  elements[4] = (count).value;
  elements[5] = (Extent(8)).value;
  elements[6] = (segments+Extent(1)).value;
  elements[7] = (segments+Extent(1)).value;
  elements[8] = (segments).value;
  elements[9] = (segments).value;
  elements[10] = (Extent(1)).value;
  elements[11] = (gradScales).value;
  elements[12] = (units).value;
  elements[13] = (Extent(5)*unitTensors).value;
  elements[14] = (count).value;
  elements[15] = (Extent(3)*segments).value;
}

inline constexpr BufferInfo prodigyPlusGatherBuffers[] = {{"slices", BufferRole::in, false}, {"estimate", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"history", BufferRole::inout, true}, {"sums", BufferRole::inout, false}};
inline constexpr uint8_t prodigyPlusGatherSizes[] = {4, 4, 4, 4, 4};
inline void prodigyPlusGatherExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t segmentsValue;
  std::memcpy(&segmentsValue, args + 52, 4);
  [[maybe_unused]] const Extent segments(segmentsValue);
  elements[0] = (Extent(3)*segments).value;
  elements[1] = (Extent(8)).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (Extent(3)*segments).value;
  elements[4] = (Extent(4)).value;
}

inline constexpr BufferInfo prodigyPlusEstimateBuffers[] = {{"sums", BufferRole::in, false}, {"skip", BufferRole::in, true}, {"estimate", BufferRole::inout, false}};
inline constexpr uint8_t prodigyPlusEstimateSizes[] = {4, 4, 4};
inline void prodigyPlusEstimateExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  elements[0] = (Extent(4)).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (Extent(8)).value;
}

}  // namespace tessera::gen
