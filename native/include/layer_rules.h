// The formulas of native/kernels/layer.ts: terms of one parameter, and the rate of one segment from their sums, shared by
// CPU and CUDA. Each is named after its kernel.
#pragma once

#include <math.h>

#include "prodigy_plus.h"

namespace tessera {

struct LayerTermValues {
  float first, second;
};

namespace formula {

struct gradientTerms {
  static constexpr int kStates = 0;
  template <class A>
  TESSERA_INLINE explicit gradientTerms(const A&) {}
  TESSERA_INLINE LayerTermValues operator()(const Hyper& h, Exact p, Exact g, const float*, const float*) const {
    const Exact u = g + Exact(h.l2) * p;
    return {p * p, u * u};
  }
};

struct adamTerms {
  static constexpr int kStates = 2;
  float weight1, beta2, weight2, moment, rootScale, eps;
  template <class A>
  TESSERA_INLINE explicit adamTerms(const A& a)
      : weight1(static_cast<float>(1 - a.beta1)),
        beta2(static_cast<float>(a.beta2)),
        weight2(static_cast<float>(1 - a.beta2)),
        moment(static_cast<float>(a.momentWeight)),
        rootScale(static_cast<float>(a.rootScale)),
        eps(static_cast<float>(a.eps)) {}
  TESSERA_INLINE LayerTermValues operator()(const Hyper& h, Exact p, Exact g, const float* s0, const float* s1) const {
    const Exact m = Exact(*s0) + Exact(weight1) * (g - Exact(*s0)), v = Exact(beta2) * Exact(*s1) + Exact(weight2) * (g * g);
    const Exact u = Exact(moment) * m / (root(v) * Exact(rootScale) + Exact(eps)) + Exact(static_cast<float>(h.decay)) * p;
    return {p * p, u * u};
  }
};

struct normalizedTerms {
  static constexpr int kStates = 1;
  float beta2, weight2, least;
  template <class A>
  TESSERA_INLINE explicit normalizedTerms(const A& a)
      : beta2(static_cast<float>(a.beta2)), weight2(static_cast<float>(1 - a.beta2)), least(static_cast<float>(a.eps * a.eps)) {}
  TESSERA_INLINE LayerTermValues operator()(const Hyper&, Exact, Exact g, const float* s0, const float*) const {
    const Exact square = g * g, v = Exact(beta2) * Exact(*s0) + Exact(weight2) * square;
    return {square / Exact(v.v < least ? least : v.v), 0};
  }
};

// States v, and in variant 1 m in the place of the scaled gradient.
struct prodigyPlusTerms {
  static constexpr int kStates = 2;
  PlusUpdate update;
  float beta1, gain1;
  template <class A>
  TESSERA_INLINE explicit prodigyPlusTerms(const A& a)
      : update(a, a.estimate[0]),
        beta1(a.variant != 0 ? static_cast<float>(a.beta1) : 0.0f),
        gain1(a.variant != 0 ? static_cast<float>((1 - a.beta1) * a.estimate[0]) : update.d) {}
  TESSERA_INLINE LayerTermValues operator()(const Hyper&, Exact, Exact g, const float* s0, const float* s1) const {
    // Not with the arc tangent, which is bounded by itself.
    const Exact above = Exact(beta1) * Exact(*s1) + Exact(gain1) * g;
    const Exact u = update.of<false>(above, update.second(*s0, g));
    return {u * u, 0};
  }
};

// States v, z.
struct prodigyPlusMask {
  static constexpr int kStates = 2;
  PlusUpdate update;
  float w, moved;
  bool arc;
  template <class A>
  TESSERA_INLINE explicit prodigyPlusMask(const A& a) : update(a, a.estimate[0]), arc(a.eps == 0) {
    const PlusWeights weights(a);
    w = static_cast<float>(weights.w);
    moved = static_cast<float>(weights.c * weights.share);
  }
  TESSERA_INLINE LayerTermValues operator()(const Hyper& h, Exact p, Exact g, const float* s0, const float* s1) const {
    const Exact scaled = Exact(update.d) * g, v = update.second(*s0, g);
    const Exact bounded = arc ? update.of<true>(scaled, v).v : update.of<false>(scaled, v).v;
    const Exact u = bounded * Exact(h.updateScale) + Exact(static_cast<float>(h.decay)) * p;
    const Exact move = (p - Exact(*s1)) * Exact(w) + u * Exact(moved);
    return {u * move > 0 ? 1.0f : 0.0f, 0};
  }
};

// --- rates; n is the number of parameters of the segment ---

struct LayerRate {
  double rate, decay;
};

template <class A>
TESSERA_INLINE double clipOf(const A& a) {
  return a.gradScale != nullptr ? *a.gradScale : 1.0f;
}

struct lambRates {
  template <class A>
  TESSERA_INLINE static LayerRate of(const A& a, uint32_t s, double) {
    const double p = a.sums[2 * s], u = a.sums[2 * s + 1], ratio = p > 0 && u > 0 ? sqrt(p / u) : 1;
    return {ratio * a.segmentLr[s], a.segmentDecay[s]};
  }
};

struct normalizedRates {
  template <class A>
  TESSERA_INLINE static LayerRate of(const A& a, uint32_t s, double n) {
    const double size = sqrt(a.sums[2 * s] / n);
    return {a.segmentLr[s] / (size > 1 ? size : 1), a.segmentDecay[s]};
  }
};

struct larsRates {
  template <class A>
  TESSERA_INLINE static LayerRate of(const A& a, uint32_t s, double) {
    const double p = a.sums[2 * s], g = a.sums[2 * s + 1], lr = a.lr * a.segmentLr[s];
    const double rate = p > 0 && g > 0 ? lr * a.factor * sqrt(p / g) : lr;
    return {rate * clipOf(a), rate * a.segmentDecay[s]};
  }
};

struct fromageRates {
  template <class A>
  TESSERA_INLINE static LayerRate of(const A& a, uint32_t s, double) {
    const double p = sqrt(double{a.sums[2 * s]}), g = sqrt(double{a.sums[2 * s + 1]});
    const double ratio = (p > a.eps ? p : a.eps) / (g > a.eps ? g : a.eps);
    return {ratio * a.segmentLr[s] * clipOf(a), a.segmentDecay[s]};
  }
};

struct novogradRates {
  template <class A>
  TESSERA_INLINE static LayerRate of(const A& a, uint32_t s, double) {
    const double square = a.sums[2 * s + 1], v = a.first != 0 ? square : a.beta * a.state[2 * s] + (1 - a.beta) * square;
    a.state[2 * s] = static_cast<float>(v);
    return {clipOf(a) / (sqrt(v) + a.eps), a.segmentDecay[s]};
  }
};

struct amosRates {
  template <class A>
  TESSERA_INLINE static LayerRate of(const A& a, uint32_t s, double n) {
    const double mean = a.sums[2 * s + 1] / n, v = a.beta * a.state[2 * s] + (1 - a.beta) * mean, decay = a.state[2 * s + 1];
    const double lr = a.lr * a.segmentLr[s], scaled = lr * (a.size != nullptr ? a.size[s] : 1.0f), h = a.correction / (v + a.eps);
    const double q = lr * lr * h * mean / sqrt(1 + a.factor * sqrt(lr) * decay);
    const double slow = 1 / (1 + a.coefficient * sqrt(scaled) * decay);
    a.state[2 * s] = static_cast<float>(v);
    a.state[2 * s + 1] = static_cast<float>(decay * (1 + q) + q);
    return {slow * scaled * sqrt(h) * clipOf(a), slow * (q - a.segmentDecay[s]) / 2};
  }
};

struct rmsScale {
  template <class A>
  TESSERA_INLINE static LayerRate of(const A& a, uint32_t s, double n) {
    const double size = sqrt(a.sums[2 * s] / n);
    return {1 / sqrt(size > 1 ? size : 1), a.segmentDecay[s]};
  }
};

struct maskScale {
  template <class A>
  TESSERA_INLINE static LayerRate of(const A& a, uint32_t s, double n) {
    const double mean = a.sums[2 * s] / n;
    return {1 / (mean > 1e-3 ? mean : 1e-3), a.segmentDecay[s]};
  }
};

}  // namespace formula

// The rate of segment s.
template <class Formula, class A>
TESSERA_INLINE void setLayerRate(const A& a, uint32_t s) {
  if (a.skip != nullptr && *a.skip != 0) return;
  const uint64_t from = segmentStart(a, s), to = segmentStart(a, s + 1);
  const formula::LayerRate found = Formula::of(a, s, to > from ? static_cast<double>(to - from) : 1.0);
  a.rate[s] = static_cast<float>(found.rate);
  a.decay[s] = static_cast<float>(found.decay);
}

}  // namespace tessera
