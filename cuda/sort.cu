// Sorting and choosing along rows. A value becomes an unsigned key whose order is the wanted one (NaN largest). Sorting
// makes 64-bit entries of key and index, which are all different, so any sort of them is stable: tiles in shared memory,
// then merges in which every entry finds its place by binary search. Choosing descends through the keys' bytes, from
// the top, by histograms of how many keys (topk) or how much probability (sampling) each byte holds: nothing is sorted.
// Probabilities are summed as integers, so that no order of additions and no thread count shows in a result.
#include "fault.cuh"
#include "kernel.cuh"
#include "linear_head_row.cuh"
#include "reduce.cuh"

#include "gen/sort.h"
#include "philox.h"
#include "scalar.h"
#include "sort_rows.cuh"

#include <utility>

namespace tessera::cuda {

// --- sort ---

constexpr uint32_t kSortTile = 2048;  // entries that a block sorts in shared memory

template <class T>
struct SortTilesArgs {
  const T* x;
  uint64_t* entries;
  uint64_t rows, cols;
  uint32_t flip;  // ~0 for descending
};

template <class T>
__device__ void sortTilesKernel(const SortTilesArgs<T>& a) {
  SHARED(uint64_t, tile, [kSortTile]);
  const uint64_t tiles = ceilDiv(a.cols, uint64_t{kSortTile});
  for (uint64_t unit = blockIdx.x; unit < a.rows * tiles; unit += gridDim.x) {
    const uint64_t row = unit / tiles, first = unit % tiles * kSortTile;
    const auto count = static_cast<uint32_t>(min(uint64_t{kSortTile}, a.cols - first));
    const uint32_t size = roundUpToPower(count);
    for (uint32_t i = threadIdx.x; i < size; i += blockDim.x) {
      tile[i] = i < count ? entryOf(keyOf(a.x[row * a.cols + first + i]) ^ a.flip, static_cast<uint32_t>(first + i)) : ~uint64_t{0};
    }
    __syncthreads();
    bitonicSort(tile, size);
    for (uint32_t i = threadIdx.x; i < count; i += blockDim.x) a.entries[row * a.cols + first + i] = tile[i];
    __syncthreads();
  }
}
EXPORT_KERNEL((256), sortTiles, f32)
EXPORT_KERNEL((256), sortTiles, bf16)
EXPORT_KERNEL((256), sortTiles, i32)

struct MergeArgs {
  const uint64_t* from;
  uint64_t* to;
  uint64_t rows, cols, run;  // sorted runs of `run` entries become runs of twice as many
};

// An entry's place is its own index plus the number of smaller entries in the neighbouring run.
__device__ void mergeRunsKernel(const MergeArgs& a) {
  for (uint64_t i = globalThread(); i < a.rows * a.cols; i += globalThreads()) {
    const uint64_t row = i / a.cols * a.cols, at = i % a.cols, pair = at / (2 * a.run) * (2 * a.run);
    const bool second = at >= pair + a.run;
    uint64_t low = second ? pair : min(pair + a.run, a.cols), high = min(low + a.run, a.cols);
    const uint64_t start = low, entry = a.from[i];
    while (low < high) {
      const uint64_t middle = low + (high - low) / 2;
      if (a.from[row + middle] < entry) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    a.to[row + pair + (at - pair - (second ? a.run : 0)) + (low - start)] = entry;
  }
}
EXPORT_KERNEL((256), mergeRuns)

template <class T>
struct UnpackArgs {
  const T* x;
  const uint64_t* entries;
  T* values;
  int32_t* index;
  uint64_t rows, cols, kept;  // the first `kept` entries of each row
};

template <class T>
__device__ void unpackEntriesKernel(const UnpackArgs<T>& a) {
  for (uint64_t i = globalThread(); i < a.rows * a.kept; i += globalThreads()) {
    const uint64_t row = i / a.kept;
    const auto at = static_cast<uint32_t>(a.entries[row * a.cols + i % a.kept]);
    a.values[i] = a.x[row * a.cols + at];
    a.index[i] = static_cast<int32_t>(at);
  }
}
EXPORT_KERNEL((256), unpackEntries, f32)
EXPORT_KERNEL((256), unpackEntries, bf16)
EXPORT_KERNEL((256), unpackEntries, i32)

// --- topk ---

template <class T>
__device__ void topkKernel(const TopkArgs<T>& a) {
  SHARED(uint64_t, chosen, [kSortTile]);
  SHARED(uint64_t, bins, [256]);
  const uint32_t flip = a.largest ? UINT32_MAX : 0;
  for (uint64_t row = blockIdx.x; row < a.rows; row += gridDim.x) {
    const T* x = a.x + row * a.cols;
    const auto key = [=](uint64_t i) { return keyOf(x[i]) ^ flip; };
    // The k-th smallest key; of the keys equal to it, the first ones pass.
    const Descent last = descend(a.cols, a.k - 1, bins, key, [](uint64_t, uint32_t) { return uint64_t{1}; });
    const uint64_t equal = a.k - last.before;
    uint32_t keptBefore = 0, equalBefore = 0;
    for (uint64_t first = 0; first < a.cols; first += blockDim.x) {
      const uint64_t i = first + threadIdx.x;
      const uint32_t value = i < a.cols ? key(i) : UINT32_MAX;
      const uint32_t same = i < a.cols && value == last.key ? 1 : 0;
      uint32_t total;
      const uint32_t sameBefore = equalBefore + blockExclusiveSum(same, total);
      equalBefore += total;
      const uint32_t keep = i < a.cols && (value < last.key || (same && sameBefore < equal)) ? 1 : 0;
      const uint32_t slot = keptBefore + blockExclusiveSum(keep, total);
      keptBefore += total;
      if (keep) chosen[slot] = entryOf(value, static_cast<uint32_t>(i));
    }
    const uint32_t size = roundUpToPower(static_cast<uint32_t>(a.k));
    for (uint32_t i = static_cast<uint32_t>(a.k) + threadIdx.x; i < size; i += blockDim.x) chosen[i] = ~uint64_t{0};
    __syncthreads();
    bitonicSort(chosen, size);
    for (uint64_t i = threadIdx.x; i < a.k; i += blockDim.x) {
      const auto at = static_cast<uint32_t>(chosen[i]);
      a.values[row * a.k + i] = x[at];
      a.index[row * a.k + i] = static_cast<int32_t>(at);
    }
    __syncthreads();
  }
}
EXPORT_KERNEL((512), topk, f32)
EXPORT_KERNEL((512), topk, bf16)
EXPORT_KERNEL((512), topk, i32)

// --- sampling ---

// Probabilities as multiples of 2^-60: integers, whose sums do not depend on the order of the additions. A row's sum is
// about 2^60 and stays below 2^61.
constexpr double kMassScale = 0x1p60;

template <class T>
struct SampleRow {
  const T* x;
  float inverse, top, logSum;  // 1 / temperature, the largest logit, ln(sum of e^((x - top) inverse))

  __device__ __forceinline__ float probability(float logit) const {
    return scalar::exp((logit - top) * inverse - logSum);
  }
  __device__ __forceinline__ uint64_t mass(uint64_t i) const {
    return static_cast<uint64_t>(static_cast<double>(probability(static_cast<float>(x[i]))) * kMassScale);
  }
};

// The first largest logit. NaN counts as the largest.
template <class T>
__device__ __forceinline__ uint32_t largest(const T* x, uint64_t cols) {
  // Key and index in one word: the largest key wins, then the smallest index.
  uint64_t best = 0;
  for (uint64_t i = threadIdx.x; i < cols; i += blockDim.x) {
    const uint64_t entry = entryOf(keyOf(x[i]), ~static_cast<uint32_t>(i));
    best = entry > best ? entry : best;
  }
  return ~static_cast<uint32_t>(blockReduce(best, Max{}, uint64_t{0}));
}

// A fraction of a mass, 0 <= fraction < 1.
__device__ __forceinline__ uint64_t share(double fraction, uint64_t mass) {
  return static_cast<uint64_t>(fraction * static_cast<double>(mass));
}

// The drawn index. Keys fall with probability, so every cut keeps what lies before some key, and of the keys equal to it
// the first ones.
template <class T>
__device__ __forceinline__ uint32_t drawToken(const SampleTokensArgs<T>& a, const SampleRow<T>& row, double u, uint64_t* bins) {
  const uint64_t limit = a.topK > 0 && a.topK < a.cols ? a.topK : a.cols;
  if (limit == a.cols && a.topP >= 1.0f && !(a.minP > 0.0f)) {
    return findCumulative(a.cols, share(u, uint64_t{1} << 60), [&](uint64_t i) { return row.mass(i); });
  }
  const auto key = [&](uint64_t i) { return ~keyOf(row.x[i]); };
  const auto mass = [&](uint64_t i, uint32_t) { return row.mass(i); };
  Cut cut{UINT32_MAX, a.cols};
  if (limit < a.cols) {
    const Descent last = descend(a.cols, limit - 1, bins, key, [](uint64_t, uint32_t) { return uint64_t{1}; });
    cut = {last.key, limit - last.before};
  }
  const auto massOf = [&](const Cut& c) {
    uint64_t sum = 0, one = 0;
    for (uint64_t i = threadIdx.x; i < a.cols; i += blockDim.x) {
      const uint32_t value = key(i);
      if (value < c.key) {
        sum += row.mass(i);
      } else if (value == c.key) {
        one = row.mass(i);
      }
    }
    const uint64_t equal = blockReduce(one, Max{}, uint64_t{0});
    return blockSum(sum) + equal * c.equal;
  };
  if (a.topP < 1.0f) {
    const uint64_t all = massOf(cut);
    // Elements are kept while the mass before them is below topP of all; the first one always.
    const uint64_t wanted = max(static_cast<uint64_t>(ceil(static_cast<double>(a.topP) * static_cast<double>(all))), uint64_t{1});
    const Descent last = descend(a.cols, wanted - 1, bins, key, mass);
    cut = {last.key, last.one > 0 ? ceilDiv(wanted - last.before, last.one) : 1};
  }
  // What is too unlikely beside the first, or impossible, is cut too.
  const float least = a.minP * row.probability(row.top);
  const auto kept = [&](uint64_t i, uint32_t value) {
    const float p = row.probability(static_cast<float>(row.x[i]));
    return value < cut.key && p >= least && p > 0.0f ? row.mass(i) : uint64_t{0};
  };
  const auto keptEqual = [&](uint64_t i, uint32_t value) {
    const float p = row.probability(static_cast<float>(row.x[i]));
    return value == cut.key && p >= least && p > 0.0f ? row.mass(i) : uint64_t{0};
  };
  uint64_t before = 0, one = 0, equals = 0;
  for (uint64_t i = threadIdx.x; i < a.cols; i += blockDim.x) {
    const uint32_t value = key(i);
    before += kept(i, value);
    one = max(one, keptEqual(i, value));
    equals += value == cut.key ? 1 : 0;
  }
  before = blockSum(before);
  one = blockReduce(one, Max{}, uint64_t{0});
  equals = min(blockSum(equals), cut.equal);
  const uint64_t total = before + one * equals;
  const uint64_t wanted = share(u, total);
  if (wanted >= before) {  // among the equals of the cut
    const uint64_t nth = one > 0 ? min((wanted - before) / one, equals - 1) : 0;
    return findCumulative(a.cols, nth, [&](uint64_t i) { return key(i) == cut.key ? uint64_t{1} : uint64_t{0}; });
  }
  const Descent drawn = descend(a.cols, wanted, bins, key, kept);
  const uint64_t nth = (wanted - drawn.before) / drawn.one;
  return findCumulative(a.cols, nth, [&](uint64_t i) { return key(i) == drawn.key ? uint64_t{1} : uint64_t{0}; });
}

// A block per row, many passes over a row that stays in the L2 cache.
template <class T>
__device__ void sampleTokensKernel(const Checked<SampleTokensArgs<T>>& a) {
  SHARED(uint64_t, bins, [256]);
  const bool greedy = !(a.temperature > 0.0f);
  const float inverse = greedy ? 1.0f : 1.0f / a.temperature, scale2 = inverse * kLog2e;
  for (uint64_t r = blockIdx.x; r < a.rows; r += gridDim.x) {
    const T* x = a.logits + r * a.cols;
    uint32_t token = largest(x, a.cols);
    const float top = static_cast<float>(x[token]);
    float logProb = 0.0f;
    if (top > -INFINITY && top < INFINITY) {
      HeadPart part;
      for (uint64_t c = 0; c < a.cols; c += kColBlock) {
        const auto cols = static_cast<uint32_t>(min(uint64_t{kColBlock}, a.cols - c));
        part = addColumns(part, x + c, static_cast<const T*>(nullptr), cols, inverse);
      }
      const float logSum = part.top + log2f(part.sum);
      if (!greedy) {
        const uint32_t word = philox(static_cast<uint32_t>(a.seeds[r]), static_cast<uint32_t>(a.positions[r])).word[0];
        const SampleRow<T> row{x, inverse, top, kLn2 * (logSum - top * scale2)};
        token = drawToken<T>(a, row, (static_cast<double>(word) + 0.5) * 0x1p-32, bins);
      }
      logProb = kLn2 * (static_cast<float>(x[token]) * scale2 - logSum);
    } else {
      token = 0;
      if (threadIdx.x == 0) report(a.faults, Fault::distribution, static_cast<int64_t>(r), a.rows);
    }
    if (threadIdx.x == 0) {
      a.id[r] = static_cast<int32_t>(token);
      a.logProb[r] = logProb;
    }
  }
}
EXPORT_KERNEL((256), sampleTokens, f32)
EXPORT_KERNEL((256), sampleTokens, bf16)

#if TESSERA_HOST
// Sorted entries of every row, in workspace.
template <class T>
const uint64_t* sortRows(const T* x, uint64_t rows, uint64_t cols, uint32_t flip, Stream& s) {
  uint64_t* entries = s.workspace<uint64_t>(rows * cols);
  const uint64_t tiles = ceilDiv(cols, uint64_t{kSortTile});
  s.launch(KERNEL(sortTiles, T), gridFor(s, rows * tiles, 1), 256, 0, {x, entries, rows, cols, flip});
  if (tiles == 1) return entries;
  uint64_t* other = s.workspace<uint64_t>(rows * cols);
  for (uint64_t run = kSortTile; run < cols; run *= 2) {
    s.launch(KERNEL(mergeRuns), gridFor(s, rows * cols, 256), 256, 0, {entries, other, rows, cols, run});
    std::swap(entries, other);
  }
  return entries;
}

inline void expectIndexable(uint64_t cols) {
  if (cols > UINT32_MAX) Stream::fail("UNSUPPORTED", "rows are too long", static_cast<int64_t>(cols), uint64_t{1} << 32);
}

template <class T>
void sort(const SortArgs<T>& a, Stream& s) {
  if (a.rows * a.cols == 0) return;
  expectIndexable(a.cols);
  const uint64_t* entries = sortRows(a.x, a.rows, a.cols, a.descending ? UINT32_MAX : 0, s);
  s.launch(KERNEL(unpackEntries, T), gridFor(s, a.rows * a.cols, 256), 256, 0,
           {a.x, entries, a.values, a.index, a.rows, a.cols, a.cols});
}

template <class T>
void topk(const TopkArgs<T>& a, Stream& s) {
  if (a.rows == 0 || a.k == 0) return;
  if (a.k > a.cols) Stream::fail("INVALID_ARGUMENT", "k is larger than the row", static_cast<int64_t>(a.k), a.cols);
  expectIndexable(a.cols);
  if (a.k <= kSortTile) {
    const uint32_t threads = a.cols >= 4096 ? 512 : 128;
    s.launch(KERNEL(topk, T), gridFor(s, a.rows, 1), threads, 0, a);
    return;
  }
  const uint64_t* entries = sortRows(a.x, a.rows, a.cols, a.largest ? UINT32_MAX : 0, s);
  s.launch(KERNEL(unpackEntries, T), gridFor(s, a.rows * a.k, 256), 256, 0,
           {a.x, entries, a.values, a.index, a.rows, a.cols, a.k});
}

template <class T>
void sampleTokens(const SampleTokensArgs<T>& a, Stream& s) {
  if (a.rows == 0) return;
  if (a.cols == 0) Stream::fail("INVALID_ARGUMENT", "no logits to sample from in row", 0, a.rows);
  expectIndexable(a.cols);
  s.launch(KERNEL(sampleTokens, T), gridFor(s, a.rows, 1), kRowThreads, 0, {a, s.faults()});
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/sort.cuda.inc"
#endif
