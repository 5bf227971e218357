// What all attention kernels share: the part of a problem that one batch entry and one key head make, the keys a row sees,
// and how rows lie in memory.
//
// Rows of a key head are the queries of all heads that share it: row r is query r / group of head kvHead * group + r % group.
// A tile of rows thus covers few queries, whose key ranges overlap, and decoding fills it with heads.
#pragma once

#include "kernel.cuh"
#include "reduce.cuh"

#include "gen/attention.h"
#include "philox.h"
#include "scalar.h"

namespace tessera::cuda {

inline constexpr float kLog2e = 1.44269504f, kLn2 = 0.693147181f;

struct Sequence {
  int64_t queries, keys;         // how many there are
  int64_t firstQuery, firstKey;  // rows in the tensors
  int64_t shift;                 // with causal: query i sees keys up to i + shift
};

template <class Args>
__device__ __forceinline__ Sequence sequenceOf(const Args& a, uint32_t batch) {
  Sequence s{a.queries, a.keys, 0, 0, 0};
  const auto clamp = [](int64_t value, int64_t most) { return value < 0 ? int64_t{0} : value < most ? value : most; };
  if (a.queryStarts) {
    const auto rows = static_cast<int64_t>(a.queryRows);
    s.firstQuery = clamp(a.queryStarts[batch], rows);
    s.queries = clamp(clamp(a.queryStarts[batch + 1], rows) - s.firstQuery, a.queries);
  }
  if (a.keyStarts) {
    const auto rows = static_cast<int64_t>(a.keyRows);
    s.firstKey = clamp(a.keyStarts[batch], rows);
    s.keys = clamp(clamp(a.keyStarts[batch + 1], rows) - s.firstKey, a.keys);
  }
  if (a.keyLengths) s.keys = clamp(a.keyLengths[batch], s.keys);
  s.shift = a.causalOffset + (a.fromEnd ? s.keys - s.queries : 0);
  return s;
}

// Keys [low, high) that query i may see, before the mask. Both ends move forward with i.
struct KeyRange {
  int64_t low, high;
};

template <class Args>
__device__ __forceinline__ KeyRange keysOf(const Args& a, const Sequence& s, int64_t i) {
  if (!a.causal) return {0, s.keys};
  const int64_t end = i + s.shift + 1;
  const int64_t high = end < 0 ? 0 : end < s.keys ? end : s.keys;
  const int64_t start = a.window ? end - static_cast<int64_t>(a.window) : 0;
  const int64_t low = start < 0 ? 0 : start;
  return {low < high ? low : high, high};
}

// Queries [first, past) that may see some of the keys [low, high). `past` is first when there are none.
template <class Args>
__device__ __forceinline__ KeyRange queriesOf(const Args& a, const Sequence& s, int64_t low, int64_t high) {
  if (!a.causal) return {0, s.queries};
  const auto clamp = [&s](int64_t i) { return i < 0 ? int64_t{0} : i < s.queries ? i : s.queries; };
  const int64_t first = clamp(low - s.shift);
  const int64_t past = a.window ? clamp(high - 1 + static_cast<int64_t>(a.window) - s.shift) : s.queries;
  return {first, past < first ? first : past};
}

// What a row sees of a tile of keys, counted from the tile's first.
struct RowMask {
  int32_t low, high;
  const uint8_t* mask;
  int64_t step;

  __device__ __forceinline__ bool operator()(int32_t key) const {
    return key >= low && key < high && (mask == nullptr || mask[key * step]);
  }
};

// What kernels are compiled for: dropout costs registers that the others need.
inline constexpr bool plain = false, dropping = true;

// With dropout: the factors, 0 or 1 / (1 - dropout), of a row's weights.
struct RowDropout {
  uint64_t seed, counter;  // of the row's first key
  float p, kept;

  __device__ __forceinline__ float operator()(int64_t key) const {
    const float2 pair = pairFrom(key - key % 2);
    return key % 2 == 0 ? pair.x : pair.y;
  }
  // Of an even key and the next.
  __device__ __forceinline__ float2 pairFrom(int64_t key) const {
    const PhiloxBlock words = philox(seed, counter + static_cast<uint64_t>(key) / 4);
    const bool late = key % 4 != 0;
    const uint32_t first = late ? words.word[2] : words.word[0], second = late ? words.word[3] : words.word[1];
    return make_float2(scalar::unit(first) < p ? 0.0f : kept, scalar::unit(second) < p ? 0.0f : kept);
  }
};

// Everything a block knows of its key head.
template <class Args>
struct HeadProblem {
  const Args& a;
  Sequence s;
  uint32_t batch, kvHead, group;

  __device__ __forceinline__ HeadProblem(const Args& args, uint32_t index)
      : a(args), s(sequenceOf(args, index / args.kvHeads)), batch(index / args.kvHeads), kvHead(index % args.kvHeads),
        group(args.heads / args.kvHeads) {}

  __device__ __forceinline__ int64_t rows() const { return s.queries * group; }
  __device__ __forceinline__ int64_t queryOf(int64_t row) const { return static_cast<uint32_t>(row) / group; }
  __device__ __forceinline__ int64_t headOf(int64_t row) const { return kvHead * group + static_cast<uint32_t>(row) % group; }

  template <class T>
  __device__ __forceinline__ T* rowOf(T* tensor, int64_t batchStep, int64_t headStep, int64_t rowStep, int64_t row) const {
    T* head = tensor + batch * batchStep;
    // Without groups, two divisions fewer for every 16 bytes that are read.
    if (group == 1) return head + kvHead * headStep + (s.firstQuery + row) * rowStep;
    return head + headOf(row) * headStep + (s.firstQuery + queryOf(row)) * rowStep;
  }
  template <class T>
  __device__ __forceinline__ T* keyOf(T* tensor, int64_t batchStep, int64_t headStep, int64_t rowStep, int64_t key) const {
    return tensor + batch * batchStep + kvHead * headStep + (s.firstKey + key) * rowStep;
  }
  __device__ __forceinline__ int64_t statisticOf(int64_t row) const {
    return batch * a.lseBatch + headOf(row) * a.lseHead + s.firstQuery + queryOf(row);
  }
  // Keys that some row of [first, last] may see.
  __device__ __forceinline__ KeyRange keysOfRows(int64_t first, int64_t last) const {
    return {keysOf(a, s, queryOf(first)).low, keysOf(a, s, queryOf(last)).high};
  }
  // Whether all rows of [first, last] see all of the keys [low, high).
  __device__ __forceinline__ bool seesAll(int64_t first, int64_t last, int64_t low, int64_t high) const {
    return !a.mask && high <= keysOf(a, s, queryOf(first)).high && low >= keysOf(a, s, queryOf(last)).low;
  }
  // The keys of [key0, ...) that a row sees; none for a row that is not there.
  __device__ __forceinline__ RowMask maskOf(int64_t row, bool exists, int64_t key0) const {
    if (!exists) return {0, 0, nullptr, 0};
    const int64_t i = queryOf(row);
    const KeyRange range = keysOf(a, s, i);
    const auto within = [key0](int64_t key) { return static_cast<int32_t>(max(int64_t{-1}, min(key - key0, int64_t{INT32_MAX}))); };
    const uint8_t* mask = a.mask ? a.mask + batch * a.maskBatch + headOf(row) * a.maskHead + i * a.maskRow + key0 * a.maskCol : nullptr;
    return {within(range.low), within(range.high), mask, a.maskCol};
  }
  __device__ __forceinline__ RowDropout dropoutOf(int64_t row) const {
    const uint64_t at = (uint64_t{batch} * a.heads + static_cast<uint64_t>(headOf(row))) * a.queries + static_cast<uint64_t>(queryOf(row));
    return {a.seed, a.offset + at * ceilDiv(uint64_t{a.keys}, uint64_t{4}), a.dropout, 1.0f / (1.0f - a.dropout)};
  }
};

// Over the four lanes that share a row of a tensor-core accumulator.
__device__ __forceinline__ float warpQuadMax(float value) { return warpReduce<4>(value, Max{}); }
__device__ __forceinline__ float warpQuadSum(float value) { return warpReduce<4>(value, Sum{}); }

// Keys are cut into stretches at absolute positions. A row's result is that of its stretches one by one, merged in order,
// whether one block goes through them all or each has a block of its own: decoding repeats the bits of the full pass.
inline constexpr int kStretchKeys = 512;

// Merges a stretch into what came before: value = value old + (stretch's) fresh for the weighted values and the total.
struct StretchFactors {
  float old, fresh;
};
__device__ __forceinline__ StretchFactors mergeTop(float& top, float stretchTop) {
  if (stretchTop == -INFINITY) return {1.0f, 0.0f};
  const float higher = fmaxf(top, stretchTop);
  const StretchFactors factors{fastExp2(top - higher), fastExp2(stretchTop - higher)};
  top = higher;
  return factors;
}
__device__ __forceinline__ float mergeValue(float value, float stretch, const StretchFactors& by) {
  return fmaf(value, by.old, stretch * by.fresh);
}

// Of a row's sum of exponentials: what its weighted values are multiplied with, and with the largest score (in log2 units)
// its lse. A row that sees nothing gives zeros and -infinity; one with NaN gives NaN.
__device__ __forceinline__ float inverseOf(float total) { return total > 0.0f ? 1.0f / total : total; }
__device__ __forceinline__ float logSumOf(float top, float total) {
  return total == 0.0f ? -INFINITY : fmaf(top, kLn2, logf(total));
}

// What the backward pass keeps of a row: ln(sum of e^score) in log2 units (+infinity where the row sees nothing, so that
// its probabilities are 0), and the sum of y dy.
struct RowStatistics {
  float lse, delta;
};

}  // namespace tessera::cuda
