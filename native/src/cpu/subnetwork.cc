// Masks of a subnetwork: making them, combining and counting them, and moving values between dense and compact order.
#include "gen/subnetwork.h"

#include <math.h>

#include "cpu/kernel.h"
#include "mask_groups.h"

namespace tessera::TESSERA_ISA {
namespace {

constexpr uint64_t kGrain = 64 * kMaskBlock;

constexpr uint64_t wordsOf(uint64_t n) { return n / 32 + (n % 32 != 0); }
constexpr uint64_t blocksOf(uint64_t n) { return n / kMaskBlock + (n % kMaskBlock != 0); }

// mask = flag(i) for every i, 32 at a time; bits past n are zero.
template <class F>
TESSERA_INLINE void fillMask(Context& context, uint64_t n, uint32_t* mask, F flag) {
  forRange(context, n, kGrain, [&](uint64_t begin, uint64_t end) {
    uint64_t i = begin;
    for (; end - i >= 32; i += 32) {
      uint8_t set[32];
      for (uint32_t k = 0; k < 32; ++k) set[k] = flag(i + k);
      uint32_t word = 0;
      for (int byte = 0; byte < 4; ++byte) {
        uint64_t eight;
        memcpy(&eight, set + 8 * byte, 8);  // bytes of 0 or 1; the product gathers them in its top byte
        word |= static_cast<uint32_t>((eight * 0x0102040810204080u) >> 56) << (8 * byte);
      }
      mask[i / 32] = word;
    }
    if (i < end) {
      uint32_t word = 0;
      for (uint32_t k = 0; i + k < end; ++k) word |= static_cast<uint32_t>(flag(i + k)) << k;
      mask[i / 32] = word;
    }
  });
}

template <class F>
TESSERA_INLINE void combine(const MaskCombineArgs& a, Context& context, F f) {
  forRange(context, wordsOf(a.n), kGrain, [&](uint64_t begin, uint64_t end) {
    for (uint64_t w = begin; w < end; ++w) a.y[w] = f(a.a[w], a.b[w]);
  });
}

uint64_t countBits(const uint32_t* mask, uint64_t begin, uint64_t end) {
  uint64_t count = 0;
  for (uint64_t word = begin / 32; word * 32 < end; ++word) count += bitCount(wordBits(mask, word, begin, end));
  return count;
}

// body(first, bits, position) for every group of 16 parameters with active elements; the walk stops where compact
// accesses would leave `active`, whatever the offsets say.
template <class F>
TESSERA_INLINE void forActive(Context& context, uint64_t n, uint64_t active, const uint32_t* mask,
                              const uint32_t* offsets, F&& body) {
  forRange(context, n, ActiveGroups::kSpan, [&](uint64_t begin, uint64_t end) {
    ActiveGroups list;
    list.list(mask, begin, end);
    uint64_t position = offsets[begin / kMaskBlock];
    for (uint32_t a = 0; a < list.groups; ++a) {
      const uint32_t bits = list.bits(a), count = bitCount(bits);
      if (position > active || count > active - position) return;
      body(list.base + list.start(a), bits, position);
      position += count;
    }
  });
}

// Unlike fmaxf this is one instruction, and vectorises; a NaN makes the comparison it goes into fail either way.
TESSERA_INLINE float larger(float a, float b) { return a > b ? a : b; }

// How many of `n` pairs fail `same`.
template <class F>
TESSERA_INLINE uint32_t countFailing(uint32_t n, F same) {
  uint32_t count = 0;
#pragma omp simd reduction(+ : count)
  for (uint32_t i = 0; i < n; ++i) count += same(i) ? 0u : 1u;
  return count;
}

template <class P>
TESSERA_INLINE uint32_t storedBits(P value) {
  uint32_t bits = 0;
  memcpy(&bits, &value, sizeof value);  // little endian
  return bits;
}

}  // namespace

void maskOffsets(const MaskOffsetsArgs& a, Context& context) {
  const uint64_t blocks = blocksOf(a.n);
  forRange(context, a.n, kGrain, [&](uint64_t begin, uint64_t end) {
    for (uint64_t i = begin; i < end; i += kMaskBlock) {
      const uint64_t stop = end - i < kMaskBlock ? end : i + kMaskBlock;
      a.offsets[i / kMaskBlock] = static_cast<uint32_t>(countBits(a.mask, i, stop));
    }
  });
  uint32_t before = 0;
  for (uint64_t b = 0; b < blocks; ++b) {
    const uint32_t count = a.offsets[b];
    a.offsets[b] = before;
    before += count;
  }
  a.offsets[blocks] = before;
}

void maskSegmentCounts(const MaskSegmentCountsArgs& a, Context& context) {
  const auto bound = [&a](uint64_t s) {
    const int64_t start = a.segmentStarts[s];
    return start < 0 ? uint64_t{0} : static_cast<uint64_t>(start) < a.n ? static_cast<uint64_t>(start) : a.n;
  };
  forRange(context, a.segments, 1, [&](uint64_t begin, uint64_t end) {
    for (uint64_t s = begin; s < end; ++s) {
      const uint64_t from = bound(s), to = bound(s + 1);
      a.counts[s] = to > from ? static_cast<int64_t>(countBits(a.mask, from, to)) : 0;
    }
  });
}

template <class P>
void maskChanged(const MaskChangedArgs<P>& a, Context& context) {
  const P *before = a.before, *after = a.after;
  const float tolerance = a.tolerance;
  const auto bits = [=](uint64_t i) { return storedBits(before[i]) != storedBits(after[i]); };
  // A comparison with NaN fails, so a value that became NaN counts as changed, and NaN that stayed does not.
  if (a.mode == 1) {
    fillMask(context, a.n, a.mask, [=](uint64_t i) {
      return bits(i) && !(fabsf(load(after + i) - load(before + i)) <= tolerance);
    });
  } else if (a.mode == 2) {
    fillMask(context, a.n, a.mask, [=](uint64_t i) {
      const float from = load(before + i), to = load(after + i);
      return bits(i) && !(fabsf(to - from) <= tolerance * larger(fabsf(from), fabsf(to)));
    });
  } else {
    fillMask(context, a.n, a.mask, bits);
  }
}

// One pass over memory for all criteria: blocks stay in the first-level cache, and blocks without a changed bit cost one
// comparison of bytes.
template <class P>
void countChanged(const CountChangedArgs<P>& a, Context& context) {
  constexpr uint32_t kBlock = 512;
  for (uint32_t c = 0; c < a.criteria; ++c) a.counts[c] = 0;
  forRange(context, a.n, kGrain, [&](uint64_t begin, uint64_t end) {
    float from[kBlock], to[kBlock];
    uint32_t differs[kBlock];
    for (uint64_t at = begin; at < end; at += kBlock) {
      const uint32_t length = end - at < kBlock ? static_cast<uint32_t>(end - at) : kBlock;
      const P *before = a.before + at, *after = a.after + at;
      if (memcmp(before, after, length * sizeof(P)) == 0) continue;
      for (uint32_t i = 0; i < length; ++i) differs[i] = storedBits(before[i]) != storedBits(after[i]);
      for (uint32_t i = 0; i < length; ++i) from[i] = load(before + i), to[i] = load(after + i);
      for (uint32_t c = 0; c < a.criteria; ++c) {
        const float tolerance = a.tolerances[c];
        uint32_t count;
        if (a.modes[c] == 1) {
          count = countFailing(length, [&](uint32_t i) { return !differs[i] | (fabsf(to[i] - from[i]) <= tolerance); });
        } else if (a.modes[c] == 2) {
          count = countFailing(length, [&](uint32_t i) {
            const float size = larger(fabsf(from[i]), fabsf(to[i]));
            return !differs[i] | (fabsf(to[i] - from[i]) <= tolerance * size);
          });
        } else {
          count = countFailing(length, [&](uint32_t i) { return !differs[i]; });
        }
        __atomic_fetch_add(a.counts + c, static_cast<int64_t>(count), __ATOMIC_RELAXED);
      }
    }
  });
}

template <class P>
void maskSmall(const MaskSmallArgs<P>& a, Context& context) {
  const float threshold = a.threshold;
  fillMask(context, a.n, a.mask, [=, p = a.p](uint64_t i) { return fabsf(load(p + i)) < threshold; });
}

void maskFromBytes(const MaskFromBytesArgs& a, Context& context) {
  fillMask(context, a.n, a.mask, [bytes = a.bytes](uint64_t i) { return bytes[i] != 0; });
}

void maskToBytes(const MaskToBytesArgs& a, Context& context) {
  forRange(context, a.n, kGrain, [&](uint64_t begin, uint64_t end) {
    for (uint64_t i = begin; i < end; ++i) a.bytes[i] = a.mask[i / 32] >> (i % 32) & 1u;
  });
}

// Indices come in any order, so two of them may set bits of one word: this runs on one thread.
template <class I>
void maskFromIndices(const MaskFromIndicesArgs<I>& a, Context&) {
  if (const uint64_t words = wordsOf(a.n)) memset(a.mask, 0, words * sizeof *a.mask);
  for (uint64_t k = 0; k < a.count; ++k) {
    const auto i = static_cast<uint64_t>(static_cast<int64_t>(a.indices[k]));  // a negative one is past any n
    if (i < a.n) a.mask[i / 32] |= 1u << (i % 32);
  }
}

template <class I>
void maskToIndices(const MaskToIndicesArgs<I>& a, Context& context) {
  forActive(context, a.n, a.active, a.mask, a.offsets, [&](uint64_t first, uint32_t bits, uint64_t position) {
    for (; bits != 0; bits &= bits - 1) a.indices[position++] = static_cast<I>(first + __builtin_ctz(bits));
  });
}

void maskOr(const MaskCombineArgs& a, Context& context) {
  combine(a, context, [](uint32_t x, uint32_t y) { return x | y; });
}

void maskAnd(const MaskCombineArgs& a, Context& context) {
  combine(a, context, [](uint32_t x, uint32_t y) { return x & y; });
}

void maskAndNot(const MaskCombineArgs& a, Context& context) {
  combine(a, context, [](uint32_t x, uint32_t y) { return x & ~y; });
}

void maskXor(const MaskCombineArgs& a, Context& context) {
  combine(a, context, [](uint32_t x, uint32_t y) { return x ^ y; });
}

// Equal types move bits, so that a NaN's payload survives.
template <class D, class C>
void gatherMasked(const GatherMaskedArgs<D, C>& a, Context& context) {
  forActive(context, a.n, a.active, a.mask, a.offsets, [&](uint64_t first, uint32_t bits, uint64_t position) {
    C* out = a.compact + position;
    for (; bits != 0; bits &= bits - 1) {
      const D* in = a.dense + first + static_cast<uint32_t>(__builtin_ctz(bits));
      if constexpr (std::is_same_v<D, C>) {
        *out++ = *in;
      } else {
        store(out++, load(in));
      }
    }
  });
}

template <class D, class C>
void scatterMasked(const ScatterMaskedArgs<D, C>& a, Context& context) {
  forActive(context, a.n, a.active, a.mask, a.offsets, [&](uint64_t first, uint32_t bits, uint64_t position) {
    const C* in = a.compact + position;
    for (; bits != 0; bits &= bits - 1) {
      D* out = a.dense + first + static_cast<uint32_t>(__builtin_ctz(bits));
      if constexpr (std::is_same_v<D, C>) {
        *out = *in++;
      } else {
        store(out, load(in++));
      }
    }
  });
}

template <class D>
void applyMask(const ApplyMaskArgs<D>& a, Context& context) {
  forRange(context, a.n, kGrain, [&](uint64_t begin, uint64_t end) {
    uint64_t i = begin;
    for (; end - i >= 32; i += 32) {
      const uint32_t bits = a.mask[i / 32];
      if (bits == ~uint32_t{0}) continue;
      const D zero{};
      for (uint32_t k = 0; k < 32; ++k) a.x[i + k] = (bits >> k & 1u) != 0 ? a.x[i + k] : zero;
    }
    for (; i < end; ++i) {
      if ((a.mask[i / 32] >> (i % 32) & 1u) == 0) a.x[i] = D{};
    }
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/subnetwork.cpu.inc"
