// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct VqLookupArgs {
  const T* z;
  const float* codebook;
  int32_t* counts;
  int32_t* ids;
  float* distances;
  uint32_t rows;
  uint32_t codes;
  uint32_t dims;
  uint32_t cosine;
};
static_assert(sizeof(VqLookupArgs<float>) == 56);

template <class T>
struct CodebookEntropyForwardArgs {
  const T* z;
  const float* codebook;
  float* sampleEntropy;
  float* codebookEntropy;
  float* logSums;
  float* meanAssignment;
  float* rowEntropies;
  uint32_t rows;
  uint32_t codes;
  uint32_t dims;
  float temperature;
  float epsilon;
};
static_assert(sizeof(CodebookEntropyForwardArgs<float>) == 80);

template <class T>
struct CodebookEntropyBackwardArgs {
  const float* dsampleEntropy;
  const float* dcodebookEntropy;
  const T* z;
  const float* codebook;
  const float* logSums;
  const float* meanAssignment;
  T* dz;
  float* dcodebook;
  uint32_t rows;
  uint32_t codes;
  uint32_t dims;
  float temperature;
  float epsilon;
};
static_assert(sizeof(CodebookEntropyBackwardArgs<float>) == 88);

}  // namespace tessera
