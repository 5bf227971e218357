// Generated from native/kernels by `npm run generate`; do not edit.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

namespace tessera::gen {

inline constexpr BufferInfo vqLookupBuffers[] = {{"z", BufferRole::in, false}, {"codebook", BufferRole::in, false}, {"counts", BufferRole::inout, true}, {"ids", BufferRole::out, false}, {"distances", BufferRole::out, true}};
inline constexpr uint8_t vqLookupSizes[] = {4, 4, 4, 4, 4, 2, 4, 4, 4, 4};
inline void vqLookupExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t rowsValue;
  std::memcpy(&rowsValue, args + 40, 4);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint32_t codesValue;
  std::memcpy(&codesValue, args + 44, 4);
  [[maybe_unused]] const Extent codes(codesValue);
  uint32_t dimsValue;
  std::memcpy(&dimsValue, args + 48, 4);
  [[maybe_unused]] const Extent dims(dimsValue);
  elements[0] = (rows*dims).value;
  elements[1] = (codes*dims).value;
  elements[2] = (codes).value;
  elements[3] = (rows).value;
  elements[4] = (rows).value;
}

inline constexpr BufferInfo codebookEntropyForwardBuffers[] = {{"z", BufferRole::in, false}, {"codebook", BufferRole::in, false}, {"sampleEntropy", BufferRole::out, false}, {"codebookEntropy", BufferRole::out, false}, {"logSums", BufferRole::out, false}, {"meanAssignment", BufferRole::out, false}, {"rowEntropies", BufferRole::out, true}};
inline constexpr uint8_t codebookEntropyForwardSizes[] = {4, 4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 4, 4, 4};
inline void codebookEntropyForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t rowsValue;
  std::memcpy(&rowsValue, args + 56, 4);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint32_t codesValue;
  std::memcpy(&codesValue, args + 60, 4);
  [[maybe_unused]] const Extent codes(codesValue);
  uint32_t dimsValue;
  std::memcpy(&dimsValue, args + 64, 4);
  [[maybe_unused]] const Extent dims(dimsValue);
  elements[0] = (rows*dims).value;
  elements[1] = (codes*dims).value;
  elements[2] = (Extent(1)).value;
  elements[3] = (Extent(1)).value;
  elements[4] = (rows).value;
  elements[5] = (codes).value;
  elements[6] = (rows).value;
}

inline constexpr BufferInfo codebookEntropyBackwardBuffers[] = {{"dsampleEntropy", BufferRole::in, true}, {"dcodebookEntropy", BufferRole::in, true}, {"z", BufferRole::in, false}, {"codebook", BufferRole::in, false}, {"logSums", BufferRole::in, false}, {"meanAssignment", BufferRole::in, false}, {"dz", BufferRole::out, true}, {"dcodebook", BufferRole::out, true}};
inline constexpr uint8_t codebookEntropyBackwardSizes[] = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2, 4, 4, 4, 2, 4};
inline void codebookEntropyBackwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint32_t rowsValue;
  std::memcpy(&rowsValue, args + 64, 4);
  [[maybe_unused]] const Extent rows(rowsValue);
  uint32_t codesValue;
  std::memcpy(&codesValue, args + 68, 4);
  [[maybe_unused]] const Extent codes(codesValue);
  uint32_t dimsValue;
  std::memcpy(&dimsValue, args + 72, 4);
  [[maybe_unused]] const Extent dims(dimsValue);
  elements[0] = (Extent(1)).value;
  elements[1] = (Extent(1)).value;
  elements[2] = (rows*dims).value;
  elements[3] = (codes*dims).value;
  elements[4] = (rows).value;
  elements[5] = (codes).value;
  elements[6] = (rows*dims).value;
  elements[7] = (codes*dims).value;
}

}  // namespace tessera::gen
