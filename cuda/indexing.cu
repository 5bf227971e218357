// Reads and writes at indices along the middle dimension of [outer, cols, inner]. An index outside 0..cols is reported and
// touches no memory: it reads as 0 and adds nothing. Additions to one element happen in the order of the indices.
#include "fault.cuh"
#include "kernel.cuh"
#include "map.cuh"
#include "reduce.cuh"

#include "gen/indexing.h"

namespace tessera::cuda {

#define EXPORT_ALL(name)            \
  EXPORT_KERNEL((256), name, f32)   \
  EXPORT_KERNEL((256), name, bf16)  \
  EXPORT_KERNEL((256), name, f16)   \
  EXPORT_KERNEL((256), name, i32)   \
  EXPORT_KERNEL((256), name, u8)

template <class T>
__device__ __forceinline__ T zeroOf() {
  T zero;
  raw(&zero) = 0;
  return zero;
}

template <class T>
__device__ void indexSelectKernel(const Checked<IndexSelectArgs<T>>& a) {
  for (uint64_t i = globalThread(); i < a.outer * a.count * a.inner; i += globalThreads()) {
    const uint64_t row = i / a.inner, o = row / a.count;
    const int32_t at = a.index[row % a.count];
    a.y[i] = indexIn(a.faults, at, a.cols) ? a.x[(o * a.cols + at) * a.inner + i % a.inner] : zeroOf<T>();
  }
}
EXPORT_ALL(indexSelect)

// One thread per column of a slab, through the indices in order.
template <class T>
__device__ void indexCopyKernel(const Checked<IndexCopyArgs<T>>& a) {
  for (uint64_t line = globalThread(); line < a.outer * a.inner; line += globalThreads()) {
    const uint64_t o = line / a.inner, i = line % a.inner;
    for (uint64_t k = 0; k < a.count; ++k) {
      const int32_t at = a.index[k];
      if (indexIn(a.faults, at, a.cols)) a.y[(o * a.cols + at) * a.inner + i] = a.x[(o * a.count + k) * a.inner + i];
    }
  }
}
EXPORT_ALL(indexCopy)

template <class T>
__device__ void gatherKernel(const Checked<GatherArgs<T>>& a) {
  for (uint64_t i = globalThread(); i < a.outer * a.count * a.inner; i += globalThreads()) {
    const uint64_t o = i / (a.count * a.inner);
    const int32_t at = a.index[i];
    a.y[i] = indexIn(a.faults, at, a.cols) ? a.x[(o * a.cols + at) * a.inner + i % a.inner] : zeroOf<T>();
  }
}
EXPORT_ALL(gather)

// One thread per line of indices, in their order.
template <class Args, class F>
__device__ __forceinline__ void forLines(const Args& a, F body) {
  for (uint64_t line = globalThread(); line < a.outer * a.inner; line += globalThreads()) {
    const uint64_t o = line / a.inner, i = line % a.inner;
    for (uint64_t k = 0; k < a.count; ++k) {
      const uint64_t from = (o * a.count + k) * a.inner + i;
      const int32_t at = a.index[from];
      if (indexIn(a.faults, at, a.cols)) body(a.y + (o * a.cols + at) * a.inner + i, a.x + from);
    }
  }
}

template <class T>
__device__ void scatterKernel(const Checked<ScatterArgs<T>>& a) {
  forLines(a, [](T* to, const T* from) { *to = *from; });
}
EXPORT_ALL(scatter)

template <class T>
__device__ void scatterAddKernel(const Checked<ScatterAddArgs<T>>& a) {
  forLines(a, [](T* to, const T* from) {
    if constexpr (std::is_integral_v<T>) {
      *to = static_cast<T>(static_cast<uint32_t>(*to) + static_cast<uint32_t>(*from));
    } else {
      *to = fromFloat<T>(float(*to) + float(*from));
    }
  });
}
EXPORT_KERNEL((256), scatterAdd, f32)
EXPORT_KERNEL((256), scatterAdd, bf16)
EXPORT_KERNEL((256), scatterAdd, i32)

// ---- indexAdd: the positions of each index are bucketed in their order, then a block adds up each row of y ----

struct BucketArgs {
  const int32_t* index;
  uint32_t* starts;    // cols + 1: first counts, then where each bucket begins
  uint32_t* cursors;   // cols
  uint32_t* loose;     // positions by bucket, in any order
  uint32_t* sorted;    // positions by bucket, ascending
  uint32_t count, cols;
  int32_t ignored;
  FaultSink faults;
};

__device__ __forceinline__ bool counts(const BucketArgs& a, uint32_t k) {
  return static_cast<uint32_t>(a.index[k]) < a.cols && a.index[k] != a.ignored;
}

__device__ void countIndicesKernel(const BucketArgs& a) {
  for (uint64_t k = globalThread(); k < a.count; k += globalThreads()) {
    const int32_t at = a.index[k];
    if (at != a.ignored && indexIn(a.faults, at, a.cols)) atomicAdd(a.starts + at, 1u);
  }
}
EXPORT_KERNEL((256), countIndices)

// One block: exclusive prefix sums of the counts, in place, and a copy for the cursors. It is alone on the device, so each
// round takes four counts per thread.
__device__ void placeBucketsKernel(const BucketArgs& a) {
  constexpr uint32_t kEach = 4;
  uint32_t carry = 0;
  for (uint32_t first = 0; first < a.cols; first += kEach * blockDim.x) {
    const uint32_t own = first + threadIdx.x * kEach;
    uint32_t counts[kEach], sum = 0;
#pragma unroll
    for (uint32_t i = 0; i < kEach; ++i) {
      counts[i] = own + i < a.cols ? a.starts[own + i] : 0;
      sum += counts[i];
    }
    uint32_t total;
    uint32_t before = carry + blockExclusiveSum(sum, total);
#pragma unroll
    for (uint32_t i = 0; i < kEach; ++i) {
      if (own + i < a.cols) a.starts[own + i] = a.cursors[own + i] = before;
      before += counts[i];
    }
    carry += total;
  }
  if (threadIdx.x == 0) a.starts[a.cols] = carry;
}
EXPORT_KERNEL((1024), placeBuckets)

__device__ void fillBucketsKernel(const BucketArgs& a) {
  for (uint64_t k = globalThread(); k < a.count; k += globalThreads()) {
    if (!counts(a, static_cast<uint32_t>(k))) continue;
    a.loose[atomicAdd(a.cursors + a.index[k], 1u)] = static_cast<uint32_t>(k);
  }
}
EXPORT_KERNEL((256), fillBuckets)

// A position's rank in its bucket is how many smaller ones the bucket holds.
__device__ void sortBucketsKernel(const BucketArgs& a) {
  const uint32_t total = a.starts[a.cols];
  for (uint64_t slot = globalThread(); slot < total; slot += globalThreads()) {
    const uint32_t k = a.loose[slot];
    const auto c = static_cast<uint32_t>(a.index[k]);
    const uint32_t first = a.starts[c], last = a.starts[c + 1];
    uint32_t rank = 0;
    for (uint32_t other = first; other < last; ++other) rank += a.loose[other] < k ? 1u : 0u;
    a.sorted[first + rank] = k;
  }
}
EXPORT_KERNEL((256), sortBuckets)

template <class S, class T>
struct AddBucketsArgs {
  const S* x;
  T* y;
  const uint32_t* starts;
  const uint32_t* sorted;
  uint64_t outer, cols, count, inner;
};

// Units are (o, row, 256 columns); f32 from the first addition to the last, rounded once.
template <class S, class T>
__device__ void addBucketsKernel(const AddBucketsArgs<S, T>& a) {
  const uint64_t tiles = ceilDiv(a.inner, blockDim.x);
  for (uint64_t unit = blockIdx.x; unit < a.outer * a.cols * tiles; unit += gridDim.x) {
    const uint64_t i = unit % tiles * blockDim.x + threadIdx.x, row = unit / tiles;
    const uint64_t o = row / a.cols, c = row % a.cols;
    const uint32_t first = a.starts[c], last = a.starts[c + 1];
    if (first == last || i >= a.inner) continue;
    float sum = float(a.y[row * a.inner + i]);
    for (uint32_t p = first; p < last; ++p) sum += float(a.x[(o * a.count + a.sorted[p]) * a.inner + i]);
    a.y[row * a.inner + i] = fromFloat<T>(sum);
  }
}
EXPORT_KERNEL((256), addBuckets, f32, f32)
EXPORT_KERNEL((256), addBuckets, f32, bf16)
EXPORT_KERNEL((256), addBuckets, bf16, f32)
EXPORT_KERNEL((256), addBuckets, bf16, bf16)

#if TESSERA_HOST
template <class T>
void indexSelect(const IndexSelectArgs<T>& a, Stream& s) {
  s.launch(KERNEL(indexSelect, T), gridFor(s, a.outer * a.count * a.inner, 256), 256, 0, {a, s.faults()});
}
template <class T>
void indexCopy(const IndexCopyArgs<T>& a, Stream& s) {
  s.launch(KERNEL(indexCopy, T), gridFor(s, a.outer * a.inner, 256), 256, 0, {a, s.faults()});
}
template <class T>
void gather(const GatherArgs<T>& a, Stream& s) {
  s.launch(KERNEL(gather, T), gridFor(s, a.outer * a.count * a.inner, 256), 256, 0, {a, s.faults()});
}
template <class T>
void scatter(const ScatterArgs<T>& a, Stream& s) {
  s.launch(KERNEL(scatter, T), gridFor(s, a.outer * a.inner, 256), 256, 0, {a, s.faults()});
}
template <class T>
void scatterAdd(const ScatterAddArgs<T>& a, Stream& s) {
  s.launch(KERNEL(scatterAdd, T), gridFor(s, a.outer * a.inner, 256), 256, 0, {a, s.faults()});
}

template <class S, class T>
void indexAdd(const IndexAddArgs<S, T>& a, Stream& s) {
  if (a.outer == 0 || a.count == 0 || a.inner == 0 || a.cols == 0 || a.cols > 0x7fffffffu || a.count > 0x7fffffffu) return;
  BucketArgs b{a.index,
               s.workspace<uint32_t>(a.cols + 1),
               s.workspace<uint32_t>(a.cols),
               s.workspace<uint32_t>(a.count),
               s.workspace<uint32_t>(a.count),
               static_cast<uint32_t>(a.count),
               static_cast<uint32_t>(a.cols),
               a.ignoreIndex,
               s.faults()};
  s.fillZero(b.starts, (a.cols + 1) * sizeof(uint32_t));
  s.launch(KERNEL(countIndices), gridFor(s, a.count, 256), 256, 0, b);
  s.launch(KERNEL(placeBuckets), 1, a.cols <= 1024 ? 256 : 1024, 0, b);
  s.launch(KERNEL(fillBuckets), gridFor(s, a.count, 256), 256, 0, b);
  s.launch(KERNEL(sortBuckets), gridFor(s, a.count, 256), 256, 0, b);
  const uint32_t threads = a.inner >= 256 ? 256 : static_cast<uint32_t>(ceilDiv(a.inner, kWarp) * kWarp);
  s.launch(KERNEL(addBuckets, S, T), gridFor(s, a.outer * a.cols * ceilDiv(a.inner, threads), 1, 32), threads, 0,
           {a.x, a.y, b.starts, b.sorted, a.outer, a.cols, a.count, a.inner});
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/indexing.cuda.inc"
#endif
