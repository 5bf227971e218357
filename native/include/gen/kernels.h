// Generated from native/kernels by `npm run generate`; do not edit.
// Included once, by the command decoder.
#pragma once
#include <cstring>

#include "extent.h"
#include "runtime/kernel_info.h"

#define TESSERA_FAMILIES(X) \
  X(softmax)

namespace tessera::gen {

inline constexpr char kSchemaDigest[] = "7c30a8efe13460a1";
inline constexpr uint32_t kKernelCount = 1;

inline constexpr BufferInfo softmaxForwardBuffers[] = {{"x", BufferRole::in, false}, {"y", BufferRole::out, false}};
inline constexpr uint8_t softmaxForwardSizes[] = {4, 4, 2, 2};
inline void softmaxForwardExtents([[maybe_unused]] const char* args, uint64_t* elements) {
  uint64_t outerValue;
  std::memcpy(&outerValue, args + 16, 8);
  const Extent outer(outerValue);
  uint64_t colsValue;
  std::memcpy(&colsValue, args + 24, 8);
  const Extent cols(colsValue);
  uint64_t innerValue;
  std::memcpy(&innerValue, args + 32, 8);
  const Extent inner(innerValue);
  elements[0] = (outer*cols*inner).value;
  elements[1] = (outer*cols*inner).value;
}

inline const KernelInfo kKernels[] = {
    {"softmaxForward", 0, 0, 2, 2, 6, softmaxForwardBuffers, softmaxForwardSizes, softmaxForwardExtents},
};

}  // namespace tessera::gen
