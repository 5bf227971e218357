// The update rules of the optimizers, for one parameter, shared by g++ and nvcc. Where values and states come from and how
// the result is rounded is the business of the dense and sparse steps, which call the same rule. Every product and sum
// is rounded by itself (`Exact`; the CPU files are compiled with -ffp-contract=off), so that dense and sparse steps, all
// ISA levels, vectors and tails, and the CPU and CUDA compute the same bits.
//
// A rule has variants (which optional states there are) and numbers that depend on the hyperparameters of a segment. States
// are passed by their addresses and not as an array of copies, which would keep g++ from vectorising the loops.
#pragma once

#include "optimizer_frame.h"

namespace tessera {

// States expAvg, expAvgSq and, in variant 1, maxExpAvgSq.
struct AdamRule {
  double momentWeight, gradWeight;
  float weight1, beta2, weight2, rootScale, eps;

  template <class Args>
  TESSERA_INLINE explicit AdamRule(const Args& a)
      : momentWeight(a.momentWeight),
        gradWeight(a.gradWeight),
        weight1(static_cast<float>(1 - a.beta1)),
        beta2(static_cast<float>(a.beta2)),
        weight2(static_cast<float>(1 - a.beta2)),
        rootScale(static_cast<float>(a.rootScale)),
        eps(static_cast<float>(a.eps)) {}

  struct Numbers {
    float stepM, stepG;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    return {static_cast<float>(h.lr * momentWeight), static_cast<float>(h.lr * gradWeight)};
  }

  static constexpr int kStates = 3, kVariants = 2;
  TESSERA_INLINE static constexpr bool uses(int variant, int state) { return state < 2 || variant == 1; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, [[maybe_unused]] float* s0, [[maybe_unused]] float* s1,
                            [[maybe_unused]] float* s2) const {
    const Exact m = Exact(*s0) + Exact(weight1) * (g - Exact(*s0));
    const Exact v = Exact(beta2) * Exact(*s1) + Exact(weight2) * (g * g);
    *s0 = m;
    *s1 = v;
    if constexpr (variant == 1) *s2 = v.v < *s2 ? *s2 : v.v;
    const Exact spread = variant == 1 ? Exact(*s2) : v;
    return p - (Exact(n.stepM) * m + Exact(n.stepG) * g) / (root(spread) * Exact(rootScale) + Exact(eps));
  }
};

// No state in variant 0; momentumBuffer in variants 1 and, with Nesterov, 2.
struct SgdRule {
  float momentum, gain;

  template <class Args>
  TESSERA_INLINE explicit SgdRule(const Args& a)
      : momentum(static_cast<float>(a.momentum)), gain(static_cast<float>(a.gradGain)) {}

  struct Numbers {
    float lr;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const { return {static_cast<float>(h.lr)}; }

  static constexpr int kStates = 3, kVariants = 3;
  TESSERA_INLINE static constexpr bool uses(int variant, int state) { return state == 0 && variant > 0; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, [[maybe_unused]] float* s0, [[maybe_unused]] float* s1,
                            [[maybe_unused]] float* s2) const {
    if constexpr (variant == 0) return p - Exact(n.lr) * g;
    const Exact b = Exact(momentum) * Exact(*s0) + Exact(gain) * g;
    *s0 = b;
    return p - Exact(n.lr) * (variant == 2 ? g + Exact(momentum) * b : b);
  }
};

// State expAvg. A zero gives a zero sign, a NaN a NaN.
struct LionRule {
  float weight1, weight2;

  template <class Args>
  TESSERA_INLINE explicit LionRule(const Args& a)
      : weight1(static_cast<float>(1 - a.beta1)), weight2(static_cast<float>(1 - a.beta2)) {}

  struct Numbers {
    float lr;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const { return {static_cast<float>(h.lr)}; }

  static constexpr int kStates = 3, kVariants = 1;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state == 0; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, [[maybe_unused]] float* s0, [[maybe_unused]] float* s1,
                            [[maybe_unused]] float* s2) const {
    const Exact m = *s0;
    const float c = m + Exact(weight1) * (g - m);
    *s0 = m + Exact(weight2) * (g - m);
    return p - Exact(n.lr) * Exact(c > 0 ? 1.0f : c < 0 ? -1.0f : c);
  }
};

// State sum.
struct AdagradRule {
  float eps;

  template <class Args>
  TESSERA_INLINE explicit AdagradRule(const Args& a) : eps(static_cast<float>(a.eps)) {}

  struct Numbers {
    float lr;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const { return {static_cast<float>(h.lr)}; }

  static constexpr int kStates = 3, kVariants = 1;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state == 0; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, [[maybe_unused]] float* s0, [[maybe_unused]] float* s1,
                            [[maybe_unused]] float* s2) const {
    const Exact sum = Exact(*s0) + g * g;
    *s0 = sum;
    return p - Exact(n.lr) * g / (root(sum) + Exact(eps));
  }
};

// State squareAvg; gradAvg in variants 1 and 3, momentumBuffer in variants 2 and 3.
struct RmspropRule {
  float alpha, weight, momentum, eps;

  template <class Args>
  TESSERA_INLINE explicit RmspropRule(const Args& a)
      : alpha(static_cast<float>(a.alpha)),
        weight(static_cast<float>(1 - a.alpha)),
        momentum(static_cast<float>(a.momentum)),
        eps(static_cast<float>(a.eps)) {}

  struct Numbers {
    float lr;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const { return {static_cast<float>(h.lr)}; }

  static constexpr int kStates = 3, kVariants = 4;
  TESSERA_INLINE static constexpr bool uses(int variant, int state) {
    return state == 0 || (state == 1 && variant % 2 == 1) || (state == 2 && variant >= 2);
  }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, [[maybe_unused]] float* s0, [[maybe_unused]] float* s1,
                            [[maybe_unused]] float* s2) const {
    Exact spread = Exact(alpha) * Exact(*s0) + Exact(weight) * (g * g);
    *s0 = spread;
    if constexpr (uses(variant, 1)) {
      const Exact mean = Exact(*s1) + Exact(weight) * (g - Exact(*s1));
      *s1 = mean;
      spread = spread - mean * mean;
      spread = spread.v < 0 ? 0.0f : spread.v;  // rounding may take a variance of zero below it
    }
    Exact u = g / (root(spread) + Exact(eps));
    if constexpr (uses(variant, 2)) {
      u = Exact(momentum) * Exact(*s2) + u;
      *s2 = u;
    }
    return p - Exact(n.lr) * u;
  }
};

// States squareAvg, accDelta.
struct AdadeltaRule {
  float rho, weight, eps;

  template <class Args>
  TESSERA_INLINE explicit AdadeltaRule(const Args& a)
      : rho(static_cast<float>(a.rho)), weight(static_cast<float>(1 - a.rho)), eps(static_cast<float>(a.eps)) {}

  struct Numbers {
    float lr;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const { return {static_cast<float>(h.lr)}; }

  static constexpr int kStates = 3, kVariants = 1;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 2; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, [[maybe_unused]] float* s0, [[maybe_unused]] float* s1,
                            [[maybe_unused]] float* s2) const {
    const Exact v = Exact(rho) * Exact(*s0) + Exact(weight) * (g * g);
    const Exact u = root(Exact(*s1) + Exact(eps)) / root(v + Exact(eps)) * g;
    *s0 = v;
    *s1 = Exact(rho) * Exact(*s1) + Exact(weight) * (u * u);
    return p - Exact(n.lr) * u;
  }
};

// States expAvg, expInf.
struct AdamaxRule {
  double momentWeight;
  float weight1, beta2, eps;

  template <class Args>
  TESSERA_INLINE explicit AdamaxRule(const Args& a)
      : momentWeight(a.momentWeight),
        weight1(static_cast<float>(1 - a.beta1)),
        beta2(static_cast<float>(a.beta2)),
        eps(static_cast<float>(a.eps)) {}

  struct Numbers {
    float step;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const { return {static_cast<float>(h.lr * momentWeight)}; }

  static constexpr int kStates = 3, kVariants = 1;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 2; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, [[maybe_unused]] float* s0, [[maybe_unused]] float* s1,
                            [[maybe_unused]] float* s2) const {
    const Exact m = Exact(*s0) + Exact(weight1) * (g - Exact(*s0));
    const float old = Exact(beta2) * Exact(*s1), now = Exact(fabsf(g)) + Exact(eps);
    *s0 = m;
    *s1 = now < old ? old : now;
    return p - Exact(n.step) * m / Exact(*s1);
  }
};

// State z; expAvgSq in variants 1 and 2, expAvg in variant 2. The parameter is y.
struct ScheduleFreeRule {
  double gradientShare;
  float beta2, weight2, rootScale, eps, inner, momentWeight, average;

  template <class Args>
  TESSERA_INLINE explicit ScheduleFreeRule(const Args& a)
      : gradientShare(a.gradientShare),
        beta2(static_cast<float>(a.beta2)),
        weight2(static_cast<float>(1 - a.beta2)),
        rootScale(static_cast<float>(a.rootScale)),
        eps(static_cast<float>(a.eps)),
        inner(static_cast<float>(1 - a.inner)),
        momentWeight(static_cast<float>(a.momentWeight)),
        average(static_cast<float>(a.average)) {}

  struct Numbers {
    float stepY, stepZ, decay;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    return {static_cast<float>(h.lr * gradientShare), static_cast<float>(h.lr), static_cast<float>(h.decay)};
  }

  static constexpr int kStates = 3, kVariants = 3;
  TESSERA_INLINE static constexpr bool uses(int variant, int state) { return state <= variant; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, [[maybe_unused]] float* s0, [[maybe_unused]] float* s1,
                            [[maybe_unused]] float* s2) const {
    Exact u = g;
    if constexpr (variant == 2) {
      const Exact m = Exact(*s2) + Exact(inner) * (g - Exact(*s2));
      *s2 = m;
      u = m * Exact(momentWeight);
    }
    if constexpr (variant >= 1) {
      const Exact v = Exact(beta2) * Exact(*s1) + Exact(weight2) * (g * g);
      *s1 = v;
      u = u / (root(v) * Exact(rootScale) + Exact(eps));
    }
    u = u + Exact(n.decay) * p;
    const Exact z = *s0;
    *s0 = z - Exact(n.stepZ) * u;
    return p + Exact(average) * (z - p) + Exact(n.stepY) * u;
  }
};

// States expAvg, expAvgSq, expAvgSlow.
struct AdemamixRule {
  double momentWeight, slowWeight;
  float weight1, beta2, weight2, weight3, rootScale, eps;

  template <class Args>
  TESSERA_INLINE explicit AdemamixRule(const Args& a)
      : momentWeight(a.momentWeight),
        slowWeight(a.slowWeight),
        weight1(static_cast<float>(1 - a.beta1)),
        beta2(static_cast<float>(a.beta2)),
        weight2(static_cast<float>(1 - a.beta2)),
        weight3(static_cast<float>(1 - a.beta3)),
        rootScale(static_cast<float>(a.rootScale)),
        eps(static_cast<float>(a.eps)) {}

  struct Numbers {
    float stepM, stepS;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    return {static_cast<float>(h.lr * momentWeight), static_cast<float>(h.lr * slowWeight)};
  }

  static constexpr int kStates = 3, kVariants = 1;
  TESSERA_INLINE static constexpr bool uses(int, int) { return true; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, float* s2) const {
    const Exact m = Exact(*s0) + Exact(weight1) * (g - Exact(*s0));
    const Exact v = Exact(beta2) * Exact(*s1) + Exact(weight2) * (g * g);
    const Exact slow = Exact(*s2) + Exact(weight3) * (g - Exact(*s2));
    *s0 = m;
    *s1 = v;
    *s2 = slow;
    return p - (Exact(n.stepM) * m + Exact(n.stepS) * slow) / (root(v) * Exact(rootScale) + Exact(eps));
  }
};

// States expAvg, expAvgSq.
struct AdoptRule {
  double momentWeight, gradWeight;
  float weight1, beta2, weight2, eps, clip;

  template <class Args>
  TESSERA_INLINE explicit AdoptRule(const Args& a)
      : momentWeight(a.momentWeight),
        gradWeight(a.gradWeight),
        weight1(static_cast<float>(1 - a.beta1)),
        beta2(static_cast<float>(a.beta2)),
        weight2(static_cast<float>(1 - a.beta2)),
        eps(static_cast<float>(a.eps)),
        clip(static_cast<float>(a.clip)) {}

  struct Numbers {
    float stepM, stepG;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    return {static_cast<float>(h.lr * momentWeight), static_cast<float>(h.lr * gradWeight)};
  }

  static constexpr int kStates = 3, kVariants = 1;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 2; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, float*) const {
    const float spread = root(*s1);
    float u = g / Exact(spread < eps ? eps : spread);
    u = u > clip ? clip : u < -clip ? -clip : u;
    const Exact m = Exact(*s0) + Exact(weight1) * (Exact(u) - Exact(*s0));
    *s0 = m;
    *s1 = Exact(beta2) * Exact(*s1) + Exact(weight2) * (g * g);
    return p - (Exact(n.stepM) * m + Exact(n.stepG) * Exact(u));
  }
};

// States expAvg, hessian.
struct SophiaRule {
  double momentWeight;
  float weight1, gamma, eps, clip;

  template <class Args>
  TESSERA_INLINE explicit SophiaRule(const Args& a)
      : momentWeight(a.momentWeight),
        weight1(static_cast<float>(1 - a.beta1)),
        gamma(static_cast<float>(a.gamma)),
        eps(static_cast<float>(a.eps)),
        clip(static_cast<float>(a.clip)) {}

  struct Numbers {
    float lr, weight;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const { return {static_cast<float>(h.lr), static_cast<float>(momentWeight)}; }

  static constexpr int kStates = 3, kVariants = 1;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 2; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, float*) const {
    const Exact m = Exact(*s0) + Exact(weight1) * (g - Exact(*s0));
    *s0 = m;
    const float below = Exact(gamma) * Exact(*s1);
    float u = m * Exact(n.weight) / Exact(below < eps ? eps : below);
    u = u > clip ? clip : u < -clip ? -clip : u;
    return p - Exact(n.lr) * Exact(u);
  }
};

// The states of the arguments of a dense or a sparse step.
template <class A>
TESSERA_INLINE States<AdamRule> adamStates(const A& a) {
  return {{a.expAvg, a.expAvgSq, a.maxExpAvgSq}, a.maxExpAvgSq != nullptr};
}
template <class A>
TESSERA_INLINE States<SgdRule> sgdStates(const A& a) {
  return {{a.momentumBuffer, nullptr, nullptr}, a.momentumBuffer == nullptr ? 0 : a.nesterov != 0 ? 2 : 1};
}
template <class A>
TESSERA_INLINE States<LionRule> lionStates(const A& a) {
  return {{a.expAvg, nullptr, nullptr}, 0};
}
template <class A>
TESSERA_INLINE States<AdagradRule> adagradStates(const A& a) {
  return {{a.sum, nullptr, nullptr}, 0};
}
template <class A>
TESSERA_INLINE States<RmspropRule> rmspropStates(const A& a) {
  return {{a.squareAvg, a.gradAvg, a.momentumBuffer}, (a.gradAvg != nullptr) + 2 * (a.momentumBuffer != nullptr)};
}
template <class A>
TESSERA_INLINE States<AdadeltaRule> adadeltaStates(const A& a) {
  return {{a.squareAvg, a.accDelta, nullptr}, 0};
}
template <class A>
TESSERA_INLINE States<AdamaxRule> adamaxStates(const A& a) {
  return {{a.expAvg, a.expInf, nullptr}, 0};
}

template <class A>
TESSERA_INLINE States<ScheduleFreeRule> scheduleFreeStates(const A& a) {
  return {{a.z, a.expAvgSq, a.expAvg}, (a.expAvgSq != nullptr) + (a.expAvgSq != nullptr && a.expAvg != nullptr)};
}
template <class A>
TESSERA_INLINE States<AdemamixRule> ademamixStates(const A& a) {
  return {{a.expAvg, a.expAvgSq, a.expAvgSlow}, 0};
}
template <class A>
TESSERA_INLINE States<SophiaRule> sophiaStates(const A& a) {
  return {{a.expAvg, a.hessian, nullptr}, 0};
}
template <class A>
TESSERA_INLINE States<AdoptRule> adoptStates(const A& a) {
  return {{a.expAvg, a.expAvgSq, nullptr}, 0};
}

}  // namespace tessera
