// Dense optimizer steps over flat parameter buffers. f32 parameters with f32 gradients are updated in place by the rule;
// everything else goes block by block through L1, so each array crosses memory once either way.
#include "gen/optimizer.h"

#include "cpu/kernel.h"
#include "optimizer_step.h"

namespace tessera::TESSERA_ISA {
namespace {

// A multiple of 32, so that no two chunks share a word of `touched`.
constexpr uint64_t kGrain = 32768;

// Sets bit first + i of `bits` where changed[i] is 1.
void orBits(uint32_t* bits, uint64_t first, const uint8_t* changed, uint32_t n) {
  uint32_t i = 0;
  for (; i < n && (first + i) % 32 != 0; ++i) bits[(first + i) / 32] |= uint32_t{changed[i]} << ((first + i) % 32);
  for (; n - i >= 32; i += 32) {
    uint32_t word = 0;
    for (int byte = 0; byte < 4; ++byte) {
      uint64_t eight;
      memcpy(&eight, changed + i + 8 * byte, 8);  // bytes of 0 or 1; the product gathers them in its top byte
      word |= static_cast<uint32_t>((eight * 0x0102040810204080u) >> 56) << (8 * byte);
    }
    if (word != 0) bits[(first + i) / 32] |= word;
  }
  for (; i < n; ++i) bits[(first + i) / 32] |= uint32_t{changed[i]} << ((first + i) % 32);
}

// The elements [i, i + n) of a step whose values are not plain floats in place; n <= kStepBlock.
template <class P, class G, class Args, class Rule>
void stepBlock(const Args& a, const Rule& rule, const Hyper& hyper, const States<Rule>& states, Dither& dither, uint64_t i,
               uint32_t n) {
  alignas(64) float values[kStepBlock], gradients[kStepBlock];
  uint8_t changed[kStepBlock];
  P* param = a.param + i;
  const float* g;
  if constexpr (std::is_same_v<G, float>) {
    g = a.grad + i;
  } else {
    for (uint32_t k = 0; k < n; ++k) gradients[k] = load(a.grad + i + k);
    g = gradients;
  }
  float* x = values;
  bf16* lost = nullptr;
  if (a.master != nullptr) {
    x = a.master + i;
  } else {
    for (uint32_t k = 0; k < n; ++k) values[k] = load(param + k);
    if constexpr (std::is_same_v<P, bf16>) {
      if (a.compensation != nullptr) {
        lost = a.compensation + i;
        for (uint32_t k = 0; k < n; ++k) values[k] += load(lost + k);
      }
    }
  }

  runRule(rule, hyper, n, x, g, states.from(i));

  if constexpr (std::is_same_v<P, float>) {
    for (uint32_t k = 0; k < n; ++k) changed[k] = bitsOf(param[k]) != bitsOf(x[k]);
    for (uint32_t k = 0; k < n; ++k) param[k] = x[k];
  } else {
    alignas(64) uint16_t rounded[kStepBlock];
    if (a.rounding == 0) {
      for (uint32_t k = 0; k < n; ++k) rounded[k] = bf16Bits(x[k]);
    } else {
      for (uint32_t k = 0; k < n; ++k) rounded[k] = bf16BitsDithered(x[k], dither.at(a.firstIndex + i + k));
    }
    if (lost != nullptr) {
      for (uint32_t k = 0; k < n; ++k) lost[k] = bf16(x[k] - floatOf(uint32_t{rounded[k]} << 16));
    }
    for (uint32_t k = 0; k < n; ++k) changed[k] = param[k].bits != rounded[k];
    for (uint32_t k = 0; k < n; ++k) param[k].bits = rounded[k];
  }
  if (a.touched != nullptr) orBits(a.touched, i, changed, n);
}

template <template <class, class> class Args, class P, class G, class Rule>
void denseStep(const Args<P, G>& a, Context& context, const States<Rule>& states) {
  if (a.skip != nullptr && *a.skip != 0) return;
  const Rule rule(a);
  forRange(context, a.n, kGrain, [&](uint64_t begin, uint64_t end) {
    Segments segments(a);
    Dither dither(a.seed, a.offset);
    for (uint64_t i = begin; i < end;) {
      const auto run = segments.at(i, end);
      if constexpr (std::is_same_v<P, float> && std::is_same_v<G, float>) {
        if (a.master == nullptr && a.touched == nullptr) {
          runRule(rule, run.hyper, static_cast<uint32_t>(run.end - i), a.param + i, a.grad + i, states.from(i));
          i = run.end;
          continue;
        }
      }
      while (i < run.end) {
        const auto n = static_cast<uint32_t>(run.end - i < kStepBlock ? run.end - i : kStepBlock);
        stepBlock<P, G>(a, rule, run.hyper, states, dither, i, n);
        i += n;
      }
    }
  });
}

}  // namespace

template <class P, class G>
void adamStep(const AdamStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, adamStates(a));
}

template <class P, class G>
void sgdStep(const SgdStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, sgdStates(a));
}

template <class P, class G>
void lionStep(const LionStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, lionStates(a));
}

template <class P, class G>
void adagradStep(const AdagradStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, adagradStates(a));
}

template <class P, class G>
void rmspropStep(const RmspropStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, rmspropStates(a));
}

template <class P, class G>
void adadeltaStep(const AdadeltaStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, adadeltaStates(a));
}

template <class P, class G>
void adamaxStep(const AdamaxStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, adamaxStates(a));
}

template <class P, class G>
void scheduleFreeStep(const ScheduleFreeStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, scheduleFreeStates(a));
}

template <class P, class G>
void ademamixStep(const AdemamixStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, ademamixStates(a));
}

template <class P, class G>
void adoptStep(const AdoptStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, adoptStates(a));
}

template <class P>
void averageStep(const AverageStepArgs<P>& a, Context& context) {
  const float weight = static_cast<float>(1 - a.decay);
  forRange(context, a.n, kGrain, [&](uint64_t begin, uint64_t end) {
    float* average = a.average;
    if (a.master != nullptr) {
#pragma omp simd
      for (uint64_t i = begin; i < end; ++i) average[i] += weight * (a.master[i] - average[i]);
    } else {
#pragma omp simd
      for (uint64_t i = begin; i < end; ++i) average[i] += weight * (load(a.param + i) - average[i]);
    }
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/optimizer.cpu.inc"
