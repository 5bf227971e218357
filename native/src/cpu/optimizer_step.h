// What dense and sparse optimizer steps share beside their rules: the hyperparameters of the segments, and rounding from
// the float a rule computed to the stored parameter (to nearest, stochastically, or with a compensation).
#pragma once

#include "optimizer_rules.h"
#include "philox.h"

namespace tessera::TESSERA_ISA {

// Elements a step works on at a time when values have to be converted on the way: small enough to stay in L1.
inline constexpr uint32_t kStepBlock = 512;

// Walks the segments of a flat buffer in ascending order. Boundaries come from a device buffer that anybody may have
// written: they are clamped, and a table that is not ascending gives strange hyperparameters, never a wrong address.
template <class Args>
class Segments {
 public:
  TESSERA_INLINE explicit Segments(const Args& a) : a_(a) {}

  struct Run {
    uint64_t end;  // the hyperparameters hold up to here
    Hyper hyper;
  };

  // The run that starts at element i, at most up to `limit`.
  TESSERA_INLINE Run at(uint64_t i, uint64_t limit) {
    if (a_.segmentStarts == nullptr || a_.segments == 0) return {limit, hyper(0)};
    if (!found_) find(i);
    while (segment_ + 1 < a_.segments && start(segment_ + 1) <= i) ++segment_;
    const bool last = segment_ + 1 >= a_.segments;
    const uint64_t end = last ? limit : start(segment_ + 1);
    return {end < limit ? end : limit, hyper(segment_)};
  }

 private:
  TESSERA_INLINE uint64_t start(uint32_t s) const {
    const int64_t value = a_.segmentStarts[s];
    return value < 0 ? 0 : static_cast<uint64_t>(value);
  }

  // The last segment that starts at or before i.
  TESSERA_INLINE void find(uint64_t i) {
    uint32_t low = 0, high = a_.segments;
    while (high - low > 1) {
      const uint32_t middle = low + (high - low) / 2;
      (start(middle) <= i ? low : high) = middle;
    }
    segment_ = low;
    found_ = true;
  }

  TESSERA_INLINE Hyper hyper(uint32_t s) const {
    const bool table = a_.segmentStarts != nullptr && a_.segments > 0;
    double lr = a_.lr, decay = a_.weightDecay;
    if (a_.segmentLr != nullptr && s < a_.segments) lr *= a_.segmentLr[s];
    if (a_.segmentDecay != nullptr && s < a_.segments) decay = a_.segmentDecay[s];
    float scale = a_.gradFactor;
    if (a_.gradScale != nullptr && a_.gradScales > 0) {
      scale *= a_.gradScale[table && s < a_.gradScales ? s : 0];
    }
    const bool decoupled = a_.decoupled != 0;
    return {lr, scale, decoupled ? static_cast<float>(1 - lr * decay) : 1.0f,
            decoupled ? 0.0f : static_cast<float>(decay)};
  }

  const Args& a_;
  uint32_t segment_ = 0;
  bool found_ = false;
};

// 16 random bits for every parameter: half-word i % 8 of the Philox block at counter offset + i / 8.
class Dither {
 public:
  TESSERA_INLINE Dither(uint64_t seed, uint64_t offset) : seed_(seed), offset_(offset) {}

  TESSERA_INLINE uint32_t at(uint64_t i) {
    if (i / 8 != block_) {
      block_ = i / 8;
      words_ = philox(seed_, offset_ + block_);
    }
    return words_.word[i % 8 / 2] >> (i % 2 * 16) & 0xffffu;
  }

 private:
  uint64_t seed_, offset_;
  uint64_t block_ = UINT64_MAX;
  PhiloxBlock words_{};
};

// bf16 bits of x, rounded up with the probability of the part that does not fit. NaN and infinities keep their kind.
TESSERA_INLINE uint16_t bf16BitsDithered(float x, uint32_t noise) {
  const uint32_t u = bitsOf(x);
  return (u & 0x7f800000u) == 0x7f800000u ? bf16Bits(x) : static_cast<uint16_t>((u + noise) >> 16);
}

}  // namespace tessera::TESSERA_ISA
