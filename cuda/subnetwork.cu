// Masks of a subnetwork on the device. A warp makes or reads a word of 32 parameters at a time; places in compact arrays
// come from the block offsets and the bits below a lane's own.
#include "gen/subnetwork.h"

#include "kernel.cuh"
#include "reduce.cuh"

namespace tessera::cuda {

inline constexpr int kMaskThreads = 256;
inline constexpr int kScanThreads = 1024;

TESSERA_INLINE uint64_t wordsOf(uint64_t n) { return (n + 31) / 32; }
TESSERA_INLINE uint64_t blocksOf(uint64_t n) { return (n + 1023) / 1024; }

// The bits of a word that stand for parameters in [begin, end).
__device__ __forceinline__ uint32_t wordBits(const uint32_t* mask, uint64_t word, uint64_t begin, uint64_t end) {
  uint32_t bits = mask[word];
  const uint64_t first = word * 32;
  if (first < begin) bits &= ~uint32_t{0} << (begin - first);
  if (first + 32 > end) bits &= ~uint32_t{0} >> (first + 32 - end);
  return bits;
}

// mask = flag(i) for every i; whole warps take part.
template <class F>
__device__ __forceinline__ void fillMask(uint64_t n, uint32_t* mask, F flag) {
  const uint64_t words = wordsOf(n);
  for (uint64_t word = globalThread() / kWarp; word < words; word += globalThreads() / kWarp) {
    const uint64_t i = word * 32 + static_cast<uint64_t>(laneId());
    const uint32_t bits = __ballot_sync(kFullMask, i < n && flag(i));
    if (laneId() == 0) mask[word] = bits;
  }
}

// body(i, at) for every active parameter i and its compact position; positions stay below `active` whatever the offsets say.
template <class F>
__device__ __forceinline__ void forActive(uint64_t n, uint64_t active, const uint32_t* mask, const uint32_t* offsets,
                                          F body) {
  const int warps = static_cast<int>(blockDim.x) / kWarp;
  for (uint64_t block = blockIdx.x; block < blocksOf(n); block += gridDim.x) {
    const uint64_t mine = block * 32 + static_cast<uint64_t>(laneId());
    const uint32_t bits = mine < wordsOf(n) ? wordBits(mask, mine, 0, n) : 0;
    const uint32_t count = static_cast<uint32_t>(__popc(bits));
    const uint32_t before = warpInclusiveSum(count) - count;
    for (int w = warpId(); w < 32; w += warps) {
      const uint32_t word = __shfl_sync(kFullMask, bits, w);
      const uint64_t at = uint64_t{offsets[block]} + __shfl_sync(kFullMask, before, w) +
                          static_cast<uint64_t>(__popc(word & ((1u << laneId()) - 1)));
      if ((word >> laneId() & 1u) != 0 && at < active) {
        body((block * 32 + static_cast<uint64_t>(w)) * 32 + static_cast<uint64_t>(laneId()), at);
      }
    }
  }
}

// --- counting ---

__device__ void countBlocksKernel(const MaskOffsetsArgs& a) {
  for (uint64_t block = globalThread() / kWarp; block < blocksOf(a.n); block += globalThreads() / kWarp) {
    const uint64_t word = block * 32 + static_cast<uint64_t>(laneId());
    const int count = warpSum(word < wordsOf(a.n) ? __popc(wordBits(a.mask, word, 0, a.n)) : 0);
    if (laneId() == 0) a.offsets[block] = static_cast<uint32_t>(count);
  }
}
EXPORT_KERNEL((kMaskThreads), countBlocks)

// Counts to offsets, by one block of threads.
__device__ void scanBlocksKernel(const MaskOffsetsArgs& a) {
  uint32_t before = 0;
  const uint64_t blocks = blocksOf(a.n);
  for (uint64_t from = 0; from < blocks; from += blockDim.x) {
    const uint64_t block = from + threadIdx.x;
    uint32_t total;
    const uint32_t place = blockExclusiveSum(block < blocks ? a.offsets[block] : 0u, total);
    if (block < blocks) a.offsets[block] = before + place;
    before += total;
  }
  if (threadIdx.x == 0) a.offsets[blocks] = before;
}
EXPORT_KERNEL((kScanThreads), scanBlocks)

__device__ void segmentCountKernel(const MaskSegmentCountsArgs& a) {
  for (uint32_t s = blockIdx.x; s < a.segments; s += gridDim.x) {
    const auto bound = [&a](uint32_t at) {
      const int64_t start = a.segmentStarts[at];
      return start < 0 ? uint64_t{0} : static_cast<uint64_t>(start) < a.n ? static_cast<uint64_t>(start) : a.n;
    };
    const uint64_t from = bound(s), to = bound(s + 1);
    unsigned long long count = 0;
    if (to > from) {
      for (uint64_t word = from / 32 + threadIdx.x; word * 32 < to; word += blockDim.x) {
        count += static_cast<unsigned>(__popc(wordBits(a.mask, word, from, to)));
      }
    }
    count = blockSum(count);
    if (threadIdx.x == 0) a.counts[s] = static_cast<int64_t>(count);
  }
}
EXPORT_KERNEL((kMaskThreads), segmentCount)

// --- making masks ---

template <class P>
__device__ __forceinline__ bool sameBits(P a, P b) {
  if constexpr (sizeof(P) == 4) {
    return bitsOf(a) == bitsOf(b);
  } else {
    return a.bits == b.bits;
  }
}

// A comparison with NaN fails, so a value that became NaN counts as changed, and NaN that stayed does not.
template <class P>
__device__ __forceinline__ bool isChanged(P from, P to, uint32_t mode, float tolerance) {
  if (sameBits(from, to)) return false;
  const float moved = fabsf(float(to) - float(from));
  if (mode == 1) return !(moved <= tolerance);
  if (mode == 2) return !(moved <= tolerance * fmaxf(fabsf(float(from)), fabsf(float(to))));
  return true;
}

template <class P>
__device__ void changedKernel(const MaskChangedArgs<P>& a) {
  fillMask(a.n, a.mask, [&a](uint64_t i) { return isChanged(a.before[i], a.after[i], a.mode, a.tolerance); });
}
EXPORT_KERNEL((kMaskThreads), changed, f32)
EXPORT_KERNEL((kMaskThreads), changed, bf16)
EXPORT_KERNEL((kMaskThreads), changed, f16)

template <class P>
__device__ void countChangedKernel(const CountChangedArgs<P>& a) {
  const uint64_t first = blockIdx.x * static_cast<uint64_t>(blockDim.x) + threadIdx.x;
  const uint64_t stride = static_cast<uint64_t>(gridDim.x) * blockDim.x;
  for (uint32_t c = 0; c < a.criteria; ++c) {
    unsigned long long count = 0;
    for (uint64_t i = first; i < a.n; i += stride) count += isChanged(a.before[i], a.after[i], a.modes[c], a.tolerances[c]);
    count = blockSum(count);
    if (threadIdx.x == 0) atomicAdd(reinterpret_cast<unsigned long long*>(a.counts + c), count);
  }
}
EXPORT_KERNEL((kMaskThreads), countChanged, f32)
EXPORT_KERNEL((kMaskThreads), countChanged, bf16)
EXPORT_KERNEL((kMaskThreads), countChanged, f16)

template <class P>
__device__ void smallKernel(const MaskSmallArgs<P>& a) {
  fillMask(a.n, a.mask, [&a](uint64_t i) { return fabsf(float(a.p[i])) < a.threshold; });
}
EXPORT_KERNEL((kMaskThreads), small, f32)
EXPORT_KERNEL((kMaskThreads), small, bf16)
EXPORT_KERNEL((kMaskThreads), small, f16)

__device__ void fromBytesKernel(const MaskFromBytesArgs& a) {
  fillMask(a.n, a.mask, [&a](uint64_t i) { return a.bytes[i] != 0; });
}
EXPORT_KERNEL((kMaskThreads), fromBytes)

__device__ void toBytesKernel(const MaskToBytesArgs& a) {
  for (uint64_t i = globalThread(); i < a.n; i += globalThreads()) {
    a.bytes[i] = static_cast<uint8_t>(a.mask[i / 32] >> (i % 32) & 1u);
  }
}
EXPORT_KERNEL((kMaskThreads), toBytes)

template <class I>
__device__ void fromIndicesKernel(const MaskFromIndicesArgs<I>& a) {
  for (uint64_t k = globalThread(); k < a.count; k += globalThreads()) {
    const auto i = static_cast<uint64_t>(static_cast<int64_t>(a.indices[k]));  // a negative one is past any n
    if (i < a.n) atomicOr(a.mask + i / 32, 1u << (i % 32));
  }
}
EXPORT_KERNEL((kMaskThreads), fromIndices, i32)
EXPORT_KERNEL((kMaskThreads), fromIndices, i64)

template <class I>
__device__ void toIndicesKernel(const MaskToIndicesArgs<I>& a) {
  forActive(a.n, a.active, a.mask, a.offsets, [&a](uint64_t i, uint64_t at) { a.indices[at] = static_cast<I>(i); });
}
EXPORT_KERNEL((kMaskThreads), toIndices, i32)
EXPORT_KERNEL((kMaskThreads), toIndices, i64)

struct CombineArgs {
  MaskCombineArgs a;
  uint32_t op;  // 0 or, 1 and, 2 and not, 3 xor
};

__device__ void combineKernel(const CombineArgs& args) {
  const auto& a = args.a;
  for (uint64_t w = globalThread(); w < wordsOf(a.n); w += globalThreads()) {
    const uint32_t x = a.a[w], y = a.b[w];
    a.y[w] = args.op == 0 ? x | y : args.op == 1 ? x & y : args.op == 2 ? x & ~y : x ^ y;
  }
}
EXPORT_KERNEL((kMaskThreads), combine)

// --- dense and compact ---

template <class To, class From>
__device__ __forceinline__ To moved(From value) {
  if constexpr (std::is_same_v<To, From>) {
    return value;  // bits: a NaN keeps its payload
  } else {
    return fromFloat<To>(float(value));
  }
}

template <class D, class C>
__device__ void gatherKernel(const GatherMaskedArgs<D, C>& a) {
  forActive(a.n, a.active, a.mask, a.offsets, [&a](uint64_t i, uint64_t at) { a.compact[at] = moved<C>(a.dense[i]); });
}
template <class D, class C>
__device__ void scatterKernel(const ScatterMaskedArgs<D, C>& a) {
  forActive(a.n, a.active, a.mask, a.offsets, [&a](uint64_t i, uint64_t at) { a.dense[i] = moved<D>(a.compact[at]); });
}
#define TESSERA_MOVE(D)                            \
  EXPORT_KERNEL((kMaskThreads), gather, D, f32)    \
  EXPORT_KERNEL((kMaskThreads), gather, D, bf16)   \
  EXPORT_KERNEL((kMaskThreads), gather, D, f16)    \
  EXPORT_KERNEL((kMaskThreads), scatter, D, f32)   \
  EXPORT_KERNEL((kMaskThreads), scatter, D, bf16)  \
  EXPORT_KERNEL((kMaskThreads), scatter, D, f16)
TESSERA_MOVE(f32)
TESSERA_MOVE(bf16)
TESSERA_MOVE(f16)

template <class D>
__device__ void applyKernel(const ApplyMaskArgs<D>& a) {
  for (uint64_t i = globalThread(); i < a.n; i += globalThreads()) {
    if ((a.mask[i / 32] >> (i % 32) & 1u) == 0) a.x[i] = fromFloat<D>(0.0f);
  }
}
EXPORT_KERNEL((kMaskThreads), apply, f32)
EXPORT_KERNEL((kMaskThreads), apply, bf16)
EXPORT_KERNEL((kMaskThreads), apply, f16)

#if TESSERA_HOST
namespace {

template <class Args>
void overParameters(const Kernel<Args>& kernel, uint64_t n, Stream& s, const std::type_identity_t<Args>& a) {
  s.launch(kernel, gridFor(s, n, kMaskThreads, 16), kMaskThreads, 0, a);
}

template <class Args>
void overBlocks(const Kernel<Args>& kernel, uint64_t n, Stream& s, const std::type_identity_t<Args>& a) {
  s.launch(kernel, gridFor(s, n, 1024, 16), kMaskThreads, 0, a);
}

}  // namespace

void maskOffsets(const MaskOffsetsArgs& a, Stream& s) {
  s.launch(KERNEL(countBlocks), gridFor(s, blocksOf(a.n), kMaskThreads / kWarp, 16), kMaskThreads, 0, a);
  s.launch(KERNEL(scanBlocks), 1, kScanThreads, 0, a);
}
void maskSegmentCounts(const MaskSegmentCountsArgs& a, Stream& s) {
  s.launch(KERNEL(segmentCount), gridFor(s, a.segments, 1), kMaskThreads, 0, a);
}
template <class P>
void maskChanged(const MaskChangedArgs<P>& a, Stream& s) { overParameters(KERNEL(changed, P), a.n, s, a); }
template <class P>
void countChanged(const CountChangedArgs<P>& a, Stream& s) {
  s.fillZero(a.counts, a.criteria * sizeof(int64_t));
  overParameters(KERNEL(countChanged, P), a.n, s, a);
}
template <class P>
void maskSmall(const MaskSmallArgs<P>& a, Stream& s) { overParameters(KERNEL(small, P), a.n, s, a); }
void maskFromBytes(const MaskFromBytesArgs& a, Stream& s) { overParameters(KERNEL(fromBytes), a.n, s, a); }
void maskToBytes(const MaskToBytesArgs& a, Stream& s) { overParameters(KERNEL(toBytes), a.n, s, a); }
template <class I>
void maskFromIndices(const MaskFromIndicesArgs<I>& a, Stream& s) {
  s.fillZero(a.mask, wordsOf(a.n) * 4);
  overParameters(KERNEL(fromIndices, I), a.count, s, a);
}
template <class I>
void maskToIndices(const MaskToIndicesArgs<I>& a, Stream& s) { overBlocks(KERNEL(toIndices, I), a.n, s, a); }
void maskOr(const MaskCombineArgs& a, Stream& s) { overParameters(KERNEL(combine), wordsOf(a.n), s, {a, 0}); }
void maskAnd(const MaskCombineArgs& a, Stream& s) { overParameters(KERNEL(combine), wordsOf(a.n), s, {a, 1}); }
void maskAndNot(const MaskCombineArgs& a, Stream& s) { overParameters(KERNEL(combine), wordsOf(a.n), s, {a, 2}); }
void maskXor(const MaskCombineArgs& a, Stream& s) { overParameters(KERNEL(combine), wordsOf(a.n), s, {a, 3}); }
template <class D, class C>
void gatherMasked(const GatherMaskedArgs<D, C>& a, Stream& s) { overBlocks(KERNEL(gather, D, C), a.n, s, a); }
template <class D, class C>
void scatterMasked(const ScatterMaskedArgs<D, C>& a, Stream& s) { overBlocks(KERNEL(scatter, D, C), a.n, s, a); }
template <class D>
void applyMask(const ApplyMaskArgs<D>& a, Stream& s) { overParameters(KERNEL(apply, D), a.n, s, a); }
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/subnetwork.cuda.inc"
#endif
