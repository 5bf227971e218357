// Packing: turns a strided operand into panels that the micro-kernel reads front to back.
// A panel holds `width` outer indices (rows of A, columns of B) for every step of k, step after step:
// panel[step * width + outer]. A step is one f32, or a pair of bf16 (k even in the low half) when kDot; bf16 without
// dot instructions is widened to f32 here. Outer indices beyond `count`, and the second half of an odd last pair, are
// zero, so that they add nothing. For AMX so are the steps that fill the last tile.
// Because a panel is step-major, any range of k of it is a panel too: panels are packed once and blocked freely.
// On AMX a panel of A is a series of tiles of kAmxRows rows that hold kAmxSteps pairs each, side by side: the two tiles of
// the panel, and then those of the next pairs.
#pragma once

#include "cpu/gemm/simd.h"

namespace tessera::TESSERA_ISA::gemm {

// Steps that k elements make, and those that a panel of them has for the micro-kernel.
template <bool kDot>
TESSERA_INLINE constexpr int64_t filledSteps(int64_t k) {
  return kDot ? (k + 1) / 2 : k;
}
template <bool kDot>
TESSERA_INLINE constexpr int64_t stepsOf(int64_t k) {
  return (filledSteps<kDot>(k) + kStepUnit<kDot> - 1) / kStepUnit<kDot> * kStepUnit<kDot>;
}

// Four vectors r[i] whose 128-bit groups hold 4 lanes of one row become four vectors of one lane for all rows.
TESSERA_INLINE void transposeQuads(Vec r[4]) {
  const Vec a = unpackLow32(r[0], r[1]), b = unpackHigh32(r[0], r[1]);
  const Vec c = unpackLow32(r[2], r[3]), d = unpackHigh32(r[2], r[3]);
  r[0] = unpackLow64(a, c);
  r[1] = unpackHigh64(a, c);
  r[2] = unpackLow64(b, d);
  r[3] = unpackHigh64(b, d);
}

// One step of one outer index, read element by element.
template <class T, bool kDot>
TESSERA_INLINE void packElement(const T* src, int64_t inner, int64_t step, int64_t k, float* dst) {
  if constexpr (kDot) {
    const uint32_t low = src[2 * step * inner].bits;
    const uint32_t high = 2 * step + 1 < k ? src[(2 * step + 1) * inner].bits : 0;
    const uint32_t pair = low | high << 16;
    memcpy(dst, &pair, 4);
  } else {
    *dst = static_cast<float>(src[step * inner]);
  }
}

// kLanes outer indices, each with its k side by side: transposes kLanes rows by 16 bytes at a time.
template <class T, bool kDot>
inline void packContiguousK(const T* src, int64_t outer, int count, int64_t k, float* dst, int64_t width) {
  constexpr int kPerQuad = 16 / sizeof(T);              // elements of k in 16 bytes
  constexpr int kSteps = kDot ? kPerQuad / 2 : kPerQuad;  // steps they make
  const char* rows[kLanes];
  for (int i = 0; i < kLanes; ++i) rows[i] = reinterpret_cast<const char*>(src + (i < count ? i : 0) * outer);
  int64_t at = 0;
  for (; at + kPerQuad <= k; at += kPerQuad, dst += kSteps * width) {
    const int64_t offset = at * static_cast<int64_t>(sizeof(T));
    Vec r[4];
    for (int i = 0; i < 4; ++i) r[i] = gatherQuads([&](int row) { return rows[row] + offset; }, i);
    transposeQuads(r);
    if (count < kLanes)
      for (int i = 0; i < 4; ++i) r[i] = keepFirst(r[i], count);
    if constexpr (sizeof(T) == 4 || kDot) {
      for (int i = 0; i < 4; ++i) storeVec(dst + i * width, r[i]);
    } else {
      for (int i = 0; i < 4; ++i) {
        storeVec(dst + 2 * i * width, lowHalf(r[i]));
        storeVec(dst + (2 * i + 1) * width, highHalf(r[i]));
      }
    }
  }
  const int64_t done = filledSteps<kDot>(at), steps = filledSteps<kDot>(k);
  for (int64_t s = done; s < steps; ++s, dst += width)
    for (int i = 0; i < kLanes; ++i) {
      dst[i] = 0.0f;
      if (i < count) packElement<T, kDot>(src + i * outer, 1, s, k, dst + i);
    }
}

// kLanes outer indices that lie side by side: a row of k is a load.
template <class T, bool kDot>
inline void packContiguousOuter(const T* src, int64_t inner, int count, int64_t k, float* dst, int64_t width) {
  const bool full = count == kLanes;
  if constexpr (sizeof(T) == 4) {
    if (full) {
      for (int64_t s = 0; s < k; ++s, src += inner, dst += width) storeVec(dst, loadVec(src));
    } else {
      for (int64_t s = 0; s < k; ++s, src += inner, dst += width) storeVec(dst, loadPartial(src, count));
    }
  } else if constexpr (kDot) {
#if defined(__AVX512BF16__)
    for (int64_t s = 0; s < k / 2; ++s, src += 2 * inner, dst += width)
      storeVec(dst, full ? pairBf16(src, src + inner) : pairPartialBf16(src, src + inner, count));
    if (k % 2 != 0) {
      const bf16 none[kLanes] = {};
      storeVec(dst, pairPartialBf16(src, none, count));
    }
#endif
  } else {
    for (int64_t s = 0; s < k; ++s, src += inner, dst += width)
      storeVec(dst, full ? widenBf16(src) : widenPartialBf16(src, count));
  }
}

template <class T, bool kDot>
inline void packStrided(const T* src, int64_t outer, int64_t inner, int count, int64_t k, float* dst, int64_t width) {
  const int64_t steps = filledSteps<kDot>(k);
  for (int64_t s = 0; s < steps; ++s, dst += width)
    for (int i = 0; i < kLanes; ++i) {
      dst[i] = 0.0f;
      if (i < count) packElement<T, kDot>(src + i * outer, inner, s, k, dst + i);
    }
}

// Packs `count` <= width outer indices, `outer` elements apart, of k elements, `inner` elements apart.
// `width` is a multiple of kLanes; dst has room for stepsOf<kDot>(k) * width floats.
template <class T, bool kDot>
inline void packPanel(const T* src, int64_t outer, int64_t inner, int64_t count, int64_t k, float* dst, int64_t width) {
  for (int64_t s = filledSteps<kDot>(k); s < stepsOf<kDot>(k); ++s)
    for (int64_t at = 0; at < width; at += kLanes) storeVec(dst + s * width + at, zero());
  for (int64_t at = 0; at < width; at += kLanes, dst += kLanes, src += kLanes * outer) {
    const int lanes = static_cast<int>(count - at < 0 ? 0 : count - at > kLanes ? kLanes : count - at);
    if (lanes == 0) {
      const int64_t steps = filledSteps<kDot>(k);
      for (int64_t s = 0; s < steps; ++s) storeVec(dst + s * width, zero());
      src -= kLanes * outer;
    } else if (outer == 1) {
      packContiguousOuter<T, kDot>(src, inner, lanes, k, dst, width);
    } else if (inner == 1) {
      packContiguousK<T, kDot>(src, outer, lanes, k, dst, width);
    } else {
      packStrided<T, kDot>(src, outer, inner, lanes, k, dst, width);
    }
  }
}

#if defined(__AMX_BF16__)
// A panel of A as tiles (see above).
template <class T>
inline void packTiles(const T* src, int64_t outer, int64_t inner, int64_t count, int64_t k, float* dst) {
  constexpr int64_t kStep = 2 * kAmxSteps;
  for (int64_t k0 = 0; k0 < k; k0 += kStep) {
    const int64_t now = k - k0 < kStep ? k - k0 : kStep;
    const T* at = src + k0 * inner;
    if (inner == 1) {
      const auto present = static_cast<__mmask32>((uint64_t{1} << now) - 1);
      for (int64_t r = 0; r < kPanelRows<true>; ++r, dst += kAmxSteps)
        _mm512_storeu_si512(dst, r < count ? _mm512_maskz_loadu_epi16(present, at + r * outer) : _mm512_setzero_si512());
      continue;
    }
    for (int64_t r = 0; r < kPanelRows<true>; r += kAmxRows, dst += kAmxRows * kAmxSteps) {
      alignas(64) float columns[kAmxSteps * kAmxRows];
      packPanel<T, true>(at + r * outer, outer, inner, count - r, now, columns, kAmxRows);
      packContiguousK<float, false>(columns, kAmxRows, kLanes, kAmxRows, dst, kAmxSteps);
    }
  }
}
#endif

enum class Side { A, B };

// Packs a panel of that operand, whose outer indices are rows of A or columns of B.
template <class T, bool kDot, Side kSide>
TESSERA_INLINE void packPanelOf(const T* src, int64_t outer, int64_t inner, int64_t count, int64_t k, float* dst) {
#if defined(__AMX_BF16__)
  if constexpr (kDot && kSide == Side::A) return packTiles(src, outer, inner, count, k, dst);
#endif
  packPanel<T, kDot>(src, outer, inner, count, k, dst, kSide == Side::A ? kAStride<kDot> : kCols);
}

// Packs neighbouring panels [first, past) of one operand; start(p) and count(p) are the outer indices of panel p, and
// its floats begin at dst + p * panelStride. Where outer indices lie side by side, a few steps of all panels go first, so
// that the source is read along its rows: going down one panel would touch a page per step.
template <class T, bool kDot, Side kSide, class Start, class Count>
inline void packPanels(const T* src, int64_t outer, int64_t inner, int64_t first, int64_t past, Start&& start,
                       Count&& count, int64_t k, float* dst, int64_t panelStride) {
  const int64_t kStep = outer != 1 ? k : kAmx<kDot> ? 2 * kAmxSteps : 8;
  constexpr int64_t kWidth = kSide == Side::A ? kAStride<kDot> : kCols;
  for (int64_t k0 = 0; k0 < k; k0 += kStep)
    for (int64_t p = first; p < past; ++p)
      packPanelOf<T, kDot, kSide>(src + start(p) * outer + k0 * inner, outer, inner, count(p),
                                  k - k0 < kStep ? k - k0 : kStep, dst + p * panelStride + stepsOf<kDot>(k0) * kWidth);
}

}  // namespace tessera::TESSERA_ISA::gemm
