// Mask words at work. A word is two groups of 16 parameters: what one AVX-512 register holds, and one cache line of f32.
// `ActiveGroups` lists the groups with active elements, so that the loops over them have no branch to mispredict and
// touch no cache line without an active element; `pack` and `unpack` move their elements to and from compact order.
#pragma once

#include "cpu/kernel.h"

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__)
#include <immintrin.h>
#define TESSERA_MASK_AVX512 1
#define TESSERA_MASK_AVX2 0
#elif defined(__AVX2__) && defined(__F16C__)
#include <immintrin.h>
#define TESSERA_MASK_AVX512 0
#define TESSERA_MASK_AVX2 1
#else
#define TESSERA_MASK_AVX512 0
#define TESSERA_MASK_AVX2 0
#endif

namespace tessera::TESSERA_ISA {

inline constexpr uint64_t kMaskBlock = 1024;  // parameters per entry of the block offsets

TESSERA_INLINE uint32_t bitCount(uint32_t bits) { return static_cast<uint32_t>(__builtin_popcount(bits)); }

// The bits of the word at `word` that stand for parameters in [begin, end).
TESSERA_INLINE uint32_t wordBits(const uint32_t* mask, uint64_t word, uint64_t begin, uint64_t end) {
  uint32_t bits = mask[word];
  const uint64_t first = word * 32;
  if (first < begin) bits &= ~uint32_t{0} << (begin - first);
  if (first + 32 > end) bits &= ~uint32_t{0} >> (first + 32 - end);
  return bits;
}

// The groups with active elements among at most kSpan consecutive parameters.
struct ActiveGroups {
  static constexpr uint64_t kSpan = 128 * kMaskBlock;
  static constexpr uint32_t kAhead = 48;  // how far ahead of its use a group is prefetched
  // Groups of the span, a part of a group at either end, and what a vector store may run past the last one.
  static constexpr uint32_t kGroups = kSpan / 16 + 4 + 16;

  uint64_t base;  // groups are numbered from this parameter on
  uint32_t groups;
  uint32_t whole;  // groups from this number on run past the end
  uint32_t packed[kGroups];  // group number in the high half, the bits of its active elements in the low half

  TESSERA_INLINE uint32_t bits(uint32_t a) const { return packed[a] & 0xffffu; }
  TESSERA_INLINE uint64_t start(uint32_t a) const { return uint64_t{packed[a] >> 16} * 16; }  // its first parameter
  TESSERA_INLINE bool isWhole(uint32_t a) const { return packed[a] >> 16 < whole; }

  // The groups of [begin, end).
  TESSERA_INLINE void list(const uint32_t* mask, uint64_t begin, uint64_t end) {
    base = begin / 32 * 32;
    whole = static_cast<uint32_t>((end - base) / 16);
    uint32_t found = 0;  // a local: the vector stores below may alias anything in memory
    uint64_t i = begin;
    while (i < end) {
#if TESSERA_MASK_AVX512
      if (i % 32 == 0) {
        for (; end - i >= 256; i += 256) found = append256(mask + i / 32, i, found);
        if (i == end) break;
      }
#endif
      found = append(wordBits(mask, i / 32, begin, end), i / 32 * 32, found);
      i = (i / 32 + 1) * 32;
    }
    groups = found;
  }

  // out[0...] = indices of the active parameters of groups [first, last).
  TESSERA_INLINE void indices(uint32_t first, uint32_t last, uint64_t* out) const {
    for (uint32_t a = first; a < last; ++a) {
      for (uint32_t b = bits(a); b != 0; b &= b - 1) {
        *out++ = base + start(a) + static_cast<uint32_t>(__builtin_ctz(b));
      }
    }
  }

 private:
  TESSERA_INLINE uint32_t append(uint32_t word, uint64_t i, uint32_t found) {
    const auto group = static_cast<uint32_t>((i - base) / 16);
    for (uint32_t half = 0; half < 2; ++half) {
      const uint32_t value = word >> (16 * half) & 0xffffu;
      packed[found] = (group + half) << 16 | value;
      found += value != 0;
    }
    return found;
  }

#if TESSERA_MASK_AVX512
  TESSERA_INLINE uint32_t append256(const uint32_t* words, uint64_t i, uint32_t found) {
    const __m512i counting = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i number = _mm512_add_epi32(counting, _mm512_set1_epi32(static_cast<int>((i - base) / 16)));
    const __m512i value = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(words)));
    const __mmask16 some = _mm512_test_epi32_mask(value, value);
    const __m512i both = _mm512_or_epi32(_mm512_slli_epi32(number, 16), value);
    _mm512_storeu_si512(packed + found, _mm512_maskz_compress_epi32(some, both));
    return found + bitCount(some);
  }
#endif
};

// pack and unpack move 16 elements at a time: the compact side has room for this many more than it holds.
inline constexpr uint32_t kPackRoom = 16;

#if TESSERA_MASK_AVX512

TESSERA_INLINE __m512 loadMasked(const float* p, __mmask16 k) { return _mm512_maskz_loadu_ps(k, p); }

TESSERA_INLINE __m512 loadMasked(const bf16* p, __mmask16 k) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(k, p)), 16));
}

TESSERA_INLINE __m512 loadMasked(const f16* p, __mmask16 k) { return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(k, p)); }

#elif TESSERA_MASK_AVX2

// How 8 lanes move for each set of active ones, a byte for each: `compress` has the active lanes in order, `expand` the
// place of each active lane among them, and its top bit set in the others.
struct LaneMoves {
  uint64_t compress[256] = {}, expand[256] = {};

  constexpr LaneMoves() {
    for (uint32_t bits = 0; bits < 256; ++bits) {
      uint64_t place = 0;
      for (uint64_t lane = 0; lane < 8; ++lane) {
        const bool active = (bits >> lane & 1u) != 0;
        if (active) compress[bits] |= lane << (8 * place);
        expand[bits] |= (active ? place : uint64_t{0x80}) << (8 * lane);
        place += active;
      }
    }
  }
};
inline constexpr LaneMoves kLaneMoves;

TESSERA_INLINE __m256i laneMove(const uint64_t* move) {
  return _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(move)));
}

TESSERA_INLINE __m256 loadEight(const float* p) { return _mm256_loadu_ps(p); }

TESSERA_INLINE __m256 loadEight(const bf16* p) {
  const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16));
}

TESSERA_INLINE __m256 loadEight(const f16* p) {
  return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
}

// Rewrites the lanes that are not active with what they hold: a store under a mask takes Zen 3 12 cycles.
template <class T>
TESSERA_INLINE void storeActive(T* p, uint32_t bits, const uint32_t* in) {
  const __m256i move = laneMove(kLaneMoves.expand + bits);
  const __m256i spread = _mm256_permutevar8x32_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(in)), move);
  if constexpr (sizeof(T) == 4) {
    auto* to = reinterpret_cast<__m256i*>(p);
    const __m256 held = _mm256_castsi256_ps(_mm256_loadu_si256(to));
    const __m256 all = _mm256_blendv_ps(_mm256_castsi256_ps(spread), held, _mm256_castsi256_ps(move));
    _mm256_storeu_si256(to, _mm256_castps_si256(all));
  } else {
    auto* to = reinterpret_cast<__m128i*>(p);
    const __m128i active = _mm_packus_epi32(_mm256_castsi256_si128(spread), _mm256_extracti128_si256(spread, 1));
    const __m128i others = _mm_packs_epi32(_mm256_castsi256_si128(move), _mm256_extracti128_si256(move, 1));
    _mm_storeu_si128(to, _mm_blendv_epi8(active, _mm_loadu_si128(to), others));
  }
}

#endif

// Asks for the elements of a group that comes later: lines at random are nothing that a core fetches by itself.
template <class T>
TESSERA_INLINE void prefetchGroup(const ActiveGroups& list, const T* base, uint32_t a) {
  const uint32_t ahead = a + ActiveGroups::kAhead < list.groups ? a + ActiveGroups::kAhead : a;
  __builtin_prefetch(base + list.start(ahead));
}

template <class T>
TESSERA_INLINE void packGroup(const T* p, uint32_t bits, [[maybe_unused]] bool whole, float* out) {
#if TESSERA_MASK_AVX512
  const auto k = static_cast<__mmask16>(bits);
  _mm512_storeu_ps(out, _mm512_maskz_compress_ps(k, loadMasked(p, k)));
#else
#if TESSERA_MASK_AVX2
  if (whole) {
    const uint32_t low = bits & 0xffu;
    const auto eight = [](const T* from, uint32_t some) {
      return _mm256_permutevar8x32_ps(loadEight(from), laneMove(kLaneMoves.compress + some));
    };
    _mm256_storeu_ps(out, eight(p, low));
    _mm256_storeu_ps(out + bitCount(low), eight(p + 8, bits >> 8));
    return;
  }
#endif
  for (; bits != 0; bits &= bits - 1) *out++ = load(p + __builtin_ctz(bits));
#endif
}

// Packs groups from `first` on until more than `most` active elements (16 more at the utmost) are there, `count` of them: x[0...] = those of `param`,
// g[0...] = those of `grad`, as float; an array that is left out is not touched. Returns the group to go on with.
template <bool withParam, bool withGrad, class P, class G>
TESSERA_INLINE uint32_t pack(const ActiveGroups& list, uint32_t first, uint32_t most, const P* param, const G* grad,
                             float* x, float* g, uint32_t* count) {
  const uint64_t base = list.base;
  const uint32_t groups = list.groups;
  uint32_t a = first, n = 0;
  for (; a < groups && n <= most; ++a) {
    const uint64_t at = base + list.start(a);
    const uint32_t bits = list.bits(a);
    const bool whole = list.isWhole(a);
    prefetchGroup(list, param + base, a);  // unpack writes it
    if constexpr (withGrad) prefetchGroup(list, grad + base, a);
    if constexpr (withParam) packGroup(param + at, bits, whole, x + n);
    if constexpr (withGrad) packGroup(grad + at, bits, whole, g + n);
    n += bitCount(bits);
  }
  *count = n;
  return a;
}

// The active elements of groups [first, last) of `dense` = in[0...] as bits, in the low half for 16-bit elements.
template <class T>
TESSERA_INLINE void unpack(const ActiveGroups& list, uint32_t first, uint32_t last, const uint32_t* in, T* dense) {
  T* base = dense + list.base;
  for (uint32_t a = first; a < last; ++a) {
    T* p = base + list.start(a);
#if TESSERA_MASK_AVX512
    const __mmask16 k = list.bits(a);
    const __m512i spread = _mm512_maskz_expand_epi32(k, _mm512_loadu_si512(in));
    if constexpr (sizeof(T) == 4) {
      _mm512_mask_storeu_epi32(p, k, spread);
    } else {
      _mm256_mask_storeu_epi16(p, k, _mm512_cvtepi32_epi16(spread));
    }
    in += bitCount(list.bits(a));
#else
#if TESSERA_MASK_AVX2
    if (list.isWhole(a)) {
      const uint32_t low = list.bits(a) & 0xffu;
      storeActive(p, low, in);
      storeActive(p + 8, list.bits(a) >> 8, in + bitCount(low));
      in += bitCount(list.bits(a));
      continue;
    }
#endif
    for (uint32_t b = list.bits(a); b != 0; b &= b - 1) memcpy(p + __builtin_ctz(b), in++, sizeof(T));  // little endian
#endif
  }
}

}  // namespace tessera::TESSERA_ISA
