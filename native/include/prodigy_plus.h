// The update of ProdigyPlus for one parameter, and its scalar parts, shared by CPU and CUDA.
#pragma once

#include <math.h>

#include "adaptive_estimates.h"
#include "clip_units.h"
#include "optimizer_frame.h"

namespace tessera {

// atan2(y, x) for x >= 0; zero for two zeros. Relative error below 2^-23.
TESSERA_INLINE Exact arcTangent(Exact y, Exact x) {
  const float size = fabsf(y), large = size > x.v ? size : x.v, small = size > x.v ? x.v : size;
  const Exact t = Exact(small) / Exact(large > 0 ? large : 1.0f), z = t * t;
  Exact p = 2.766283480395766e-3f;
  p = p * z - Exact(1.5731249036827034e-2f);
  p = p * z + Exact(4.213762345019933e-2f);
  p = p * z - Exact(7.456854814158088e-2f);
  p = p * z + Exact(1.0618370631313427e-1f);
  p = p * z - Exact(1.4197797792604977e-1f);
  p = p * z + Exact(1.9991872028912389e-1f);
  p = p * z - Exact(3.3333036709275443e-1f);
  p = p * z + Exact(1.0f);
  const Exact angle = t * p, rest = Exact(1.5707963267948966f) - angle;
  const float turned = size > x.v ? rest.v : angle.v;
  return y < 0 ? -turned : turned;
}

// What the steps and the looks of ProdigyPlus share: v, and the update from the gradient or its average.
struct PlusUpdate {
  float d, beta2, weight2, eps;

  // estimate[0] is d.
  template <class Args>
  TESSERA_INLINE PlusUpdate(const Args& a, double found)
      : d(static_cast<float>(found)),
        beta2(static_cast<float>(a.beta2)),
        weight2(static_cast<float>((1 - a.beta2) * found * found)),
        eps(static_cast<float>(found * a.eps)) {}

  TESSERA_INLINE Exact second(Exact v, Exact g) const { return Exact(beta2) * v + Exact(weight2) * (g * g); }
  // `arc` is for eps 0.
  template <bool arc>
  TESSERA_INLINE Exact of(Exact above, Exact v) const {
    const Exact spread = root(v);
    if constexpr (arc) return arcTangent(above, spread) * Exact(1.2732395f);
    else return above / (spread + Exact(eps));
  }
};

// Weight w of z in the average, and what share of its step y takes.
struct PlusWeights {
  double c, w, share;

  template <class Args>
  TESSERA_INLINE explicit PlusWeights(const Args& a) {
    c = a.estimate[0] * a.lr * a.rate;
    const double weight = c * c, sum = a.estimate[6] + weight;
    w = sum > 0 ? weight / sum : 0;
    share = 1 - a.beta1 * (1 - w);
  }
};

TESSERA_INLINE float roundedToBf16(float x) { return floatOf(uint32_t{bf16Bits(x)} << 16); }

// Every slice-th element of each segment.
template <class Args>
struct PlusSlice {
  const Args& a;
  float beta3, gain;
  uint64_t step;

  TESSERA_INLINE explicit PlusSlice(const Args& args) : a(args), beta3(static_cast<float>(a.beta3)), step(a.slice == 0 ? 1 : a.slice) {
    const double d = a.estimate[0];
    gain = static_cast<float>(d * d / sqrt(a.d0));
  }

  TESSERA_INLINE uint64_t first(uint32_t s) const {
    const int64_t start = a.sliceStarts[s];
    return start < 0 ? 0 : static_cast<uint64_t>(start) < a.count ? static_cast<uint64_t>(start) : a.count;
  }
  TESSERA_INLINE uint64_t count(uint32_t s) const { return first(s + 1) > first(s) ? first(s + 1) - first(s) : 0; }

  // Adds element j of the slice of segment s.
  TESSERA_INLINE void look(uint32_t s, uint64_t j, UnitCursor<Args>& units, double* sums) const {
    const uint64_t at = first(s) + j, i = segmentStart(a, s) + j * step;
    if (i >= a.n) return;
    const float clip = a.gradScale != nullptr && a.gradScales > 0 ? *a.gradScale : 1.0f;
    const Exact g = Exact(static_cast<float>(a.grad[i])) * Exact(units.at(i)) * Exact(clip) * Exact(a.gradFactor);
    const Exact x = a.z != nullptr ? a.z[i] : a.master != nullptr ? a.master[i] : static_cast<float>(a.param[i]);
    const Exact away = Exact(static_cast<float>(a.p0[at])) - x;
    sums[0] += double(g * away);
    if (a.s == nullptr) {
      sums[1] += double(fabsf(away));
      sums[2] += double(away) * double(away);
      return;
    }
    const Exact kept = roundedToBf16(Exact(beta3) * Exact(static_cast<float>(a.s[at])));
    a.s[at].bits = bf16Bits(kept + Exact(gain) * g);
    sums[1] += double(fabsf(static_cast<float>(a.s[at])));
  }
};

// The sums of the segments' slices into the sums of all. As the reference, |s|_1 of a tensor is rounded to bf16.
template <class Args>
TESSERA_INLINE void prodigyPlusGatherOf(const Args& a) {
  if (a.skip != nullptr && *a.skip != 0) return;
  const double d = a.estimate[0], gain = d * d / sqrt(a.d0), k = a.estimate[5] + 1.0;
  double numerator = a.more != 0 ? a.sums[0] : 0.0, denominator = a.more != 0 ? a.sums[1] : 0.0;
  for (uint32_t s = 0; s < a.segments; ++s) {
    const float* seen = a.slices + 3 * uint64_t{s};
    if (a.speed == 0) {
      numerator += gain * seen[0];
      denominator += roundedToBf16(seen[1]);
      continue;
    }
    if (a.history == nullptr) return;
    float* past = a.history + 3 * uint64_t{s};
    const double beta = 1 - pow(k, -0.75);
    past[0] = static_cast<float>(beta * past[0] + (1 - beta) * seen[0]);
    const float size = sqrtf(seen[2]);
    past[1] = fmaxf(fmaxf(past[1], seen[1]), 1e-8f);
    past[2] = fmaxf(fmaxf(past[2], size), 1e-8f);
    const double away = 1.0 + past[2];
    numerator += gain / (away * away) * past[0] / past[1];
    denominator += past[2];
  }
  a.sums[0] = static_cast<float>(numerator);
  a.sums[1] = static_cast<float>(denominator);
}

// Estimate [d, numerator, largest numerator, last numerator, denominator, k, sum of weights].
template <class Args>
TESSERA_INLINE void prodigyPlusEstimateOf(const Args& a) {
  if (a.skip != nullptr && *a.skip != 0) return;
  float* e = a.estimate;
  const double d = e[0], c = d * a.lr * a.rate;
  e[5] += 1;
  e[6] = static_cast<float>(e[6] + c * c);
  const double found = a.sums[0];
  if (!isFiniteNumber(found) || !isFiniteNumber(a.sums[1])) return;
  // Before there is progress, negative news is not kept.
  const double numerator = a.decay * e[1] + (d > a.d0 || found > 0 ? found : 0.0);
  e[3] = e[1];
  e[1] = static_cast<float>(numerator);
  e[4] = a.sums[1];
  if (numerator > e[2]) e[2] = static_cast<float>(numerator);
  double next = d;
  if (a.speed != 0) {
    if (e[1] >= e[2] && e[1] > 0 && e[3] > 0) {
      const double growth = sqrt(double{e[1]} / e[3]);
      next = d * (growth < a.growth ? growth : a.growth) * pow(a.coefficient, 0.125);
    }
  } else if (e[4] > 0) {
    const double wanted = numerator / e[4], most = d * a.growth;
    next = (wanted < most ? wanted : most) * a.coefficient;
  }
  if (next > d) e[0] = static_cast<float>(next);
}

// States expAvgSq and z, or in variants 1 and 3 expAvgSq and expAvg; variants 2 and 3 take the arc tangent.
struct ProdigyPlusRule {
  double lr, c = 0, w = 0, share = 1;
  float beta1, gain1;
  PlusUpdate update;

  template <class Args>
  TESSERA_INLINE explicit ProdigyPlusRule(const Args& a) : lr(a.lr), beta1(static_cast<float>(a.beta1)), gain1(0), update(a, 0) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) {
    const PlusWeights weights(a);
    c = weights.c;
    w = weights.w;
    share = weights.share;
    gain1 = static_cast<float>((1 - a.beta1) * a.estimate[0]);
    update = PlusUpdate(a, a.estimate[0]);
  }

  struct Numbers {
    float c, ofZ, step, decay, scale, along, against;  // the last two multiply moves with the update's sign and others
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    const double own = lr == 0 ? 0 : c * (h.lr / lr);
    return {static_cast<float>(own),     static_cast<float>(w), static_cast<float>(own * share),
            static_cast<float>(h.decay), h.updateScale,         h.moveScale == 0 ? 1.0f : h.moveScale,
            h.moveScale == 0 ? 1.0f : 0.0f};
  }

  static constexpr int kStates = 2, kVariants = 4, kTerms = 0;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 2; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, float*, float*, float*, float*, float*,
                            float*, float*) const {
    constexpr bool arc = variant >= 2;
    const Exact v = update.second(*s0, g);
    *s0 = v;
    if constexpr (variant % 2 == 1) {
      const Exact m = Exact(beta1) * Exact(*s1) + Exact(gain1) * g;
      *s1 = m;
      return p - Exact(n.c) * (update.of<arc>(m, v) * Exact(n.scale) + Exact(n.decay) * p);
    }
    const Exact z = *s1;
    const Exact u = update.of<arc>(Exact(update.d) * g, v) * Exact(n.scale) + Exact(n.decay) * p;
    *s1 = z - Exact(n.c) * u;
    const Exact move = (p - z) * Exact(n.ofZ) + Exact(n.step) * u;
    return p - move * Exact(u * move > 0 ? n.along : n.against);
  }
};

template <class A>
TESSERA_INLINE States<ProdigyPlusRule> prodigyPlusStates(const A& a) {
  return {{a.expAvgSq, a.z != nullptr ? a.z : a.expAvg}, (a.z == nullptr) + 2 * (a.eps == 0)};
}

}  // namespace tessera
