// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct AttentionForwardArgs {
  const T* q;
  const T* k;
  const T* v;
  const uint8_t* mask;
  const int32_t* queryStarts;
  const int32_t* keyStarts;
  const int32_t* keyLengths;
  T* y;
  float* lse;
  int64_t qBatch;
  int64_t qHead;
  int64_t qRow;
  int64_t kBatch;
  int64_t kHead;
  int64_t kRow;
  int64_t vBatch;
  int64_t vHead;
  int64_t vRow;
  int64_t yBatch;
  int64_t yHead;
  int64_t yRow;
  int64_t lseBatch;
  int64_t lseHead;
  int64_t maskBatch;
  int64_t maskHead;
  int64_t maskRow;
  int64_t maskCol;
  uint64_t queryRows;
  uint64_t keyRows;
  uint64_t seed;
  uint64_t offset;
  uint32_t batch;
  uint32_t heads;
  uint32_t kvHeads;
  uint32_t queries;
  uint32_t keys;
  uint32_t dim;
  float scale;
  uint32_t causal;
  int32_t causalOffset;
  uint32_t fromEnd;
  uint32_t window;
  float dropout;
};
static_assert(sizeof(AttentionForwardArgs<float>) == 296);

template <class T>
struct AttentionBackwardArgs {
  const T* q;
  const T* k;
  const T* v;
  const T* y;
  const T* dy;
  const float* lse;
  const uint8_t* mask;
  const int32_t* queryStarts;
  const int32_t* keyStarts;
  const int32_t* keyLengths;
  T* dq;
  T* dk;
  T* dv;
  int64_t qBatch;
  int64_t qHead;
  int64_t qRow;
  int64_t kBatch;
  int64_t kHead;
  int64_t kRow;
  int64_t vBatch;
  int64_t vHead;
  int64_t vRow;
  int64_t yBatch;
  int64_t yHead;
  int64_t yRow;
  int64_t lseBatch;
  int64_t lseHead;
  int64_t maskBatch;
  int64_t maskHead;
  int64_t maskRow;
  int64_t maskCol;
  uint64_t queryRows;
  uint64_t keyRows;
  uint64_t seed;
  uint64_t offset;
  int64_t dyBatch;
  int64_t dyHead;
  int64_t dyRow;
  int64_t dqBatch;
  int64_t dqHead;
  int64_t dqRow;
  int64_t dkBatch;
  int64_t dkHead;
  int64_t dkRow;
  int64_t dvBatch;
  int64_t dvHead;
  int64_t dvRow;
  uint32_t batch;
  uint32_t heads;
  uint32_t kvHeads;
  uint32_t queries;
  uint32_t keys;
  uint32_t dim;
  float scale;
  uint32_t causal;
  int32_t causalOffset;
  uint32_t fromEnd;
  uint32_t window;
  float dropout;
};
static_assert(sizeof(AttentionBackwardArgs<float>) == 424);

template <class T>
struct RopeArgs {
  const T* x;
  const T* cos;
  const T* sin;
  T* y;
  int64_t xBatch;
  int64_t xHead;
  int64_t xRow;
  int64_t yBatch;
  int64_t yHead;
  int64_t yRow;
  uint32_t batch;
  uint32_t heads;
  uint32_t rows;
  uint32_t dim;
  uint32_t positions;
  uint32_t offset;
  uint32_t inverse;
};
static_assert(sizeof(RopeArgs<float>) == 112);

}  // namespace tessera
