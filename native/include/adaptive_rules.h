// The rules of native/kernels/adaptive.ts for one parameter, shared by g++ and nvcc like those of optimizer_rules.h. They
// differ in three ways: `fetch` reads rates from the device when a step starts, a decoupled decay is multiplied by the
// rate that was found, and `step` leaves terms in t[0..kTerms) whose sums over all parameters give the next rate. A rule
// with kMoves false only looks at the parameters.
#pragma once

#include "distance_rules.h"

namespace tessera {

// Whether a rule that was fetched has nothing to do.
template <class Rule>
TESSERA_INLINE bool idleRule(const Rule& rule) {
  if constexpr (requires { rule.idle(); }) return rule.idle();
  return false;
}

// Whether the step does nothing: the authors' implementations return before anything is written when lr is 0.
template <class Args>
TESSERA_INLINE bool idle(const Args& a) {
  if (a.skip != nullptr && *a.skip != 0) return true;
  if constexpr (requires { a.form; a.corrected; }) return a.lr == 0 && a.form == 0;
  return false;
}

// State expAvg and, in variant 1, expAvgSq.
struct MomoMomentsRule {
  float beta1, weight1, beta2, weight2, rootScale, eps;

  template <class Args>
  TESSERA_INLINE explicit MomoMomentsRule(const Args& a)
      : beta1(static_cast<float>(a.beta1)),
        weight1(static_cast<float>(1 - a.beta1)),
        beta2(static_cast<float>(a.beta2)),
        weight2(static_cast<float>(1 - a.beta2)),
        rootScale(static_cast<float>(a.rootScale)),
        eps(static_cast<float>(a.eps)) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args&) {}

  struct Numbers {};
  TESSERA_INLINE Numbers at(const Hyper&) const { return {}; }

  static constexpr int kStates = 2, kVariants = 2, kTerms = 3;
  static constexpr bool kMoves = false;
  TESSERA_INLINE static constexpr bool uses(int variant, int state) { return state <= variant; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers&, Exact p, Exact g, float* s0, [[maybe_unused]] float* s1, float*, float*, float*,
                            float* t0, float* t1, float* t2, float*) const {
    const Exact m = Exact(beta1) * Exact(*s0) + Exact(weight1) * g;
    *s0 = m;
    *t0 = g * p;
    *t1 = m * p;
    Exact square = m * m;
    if constexpr (variant == 1) {
      const Exact v = Exact(beta2) * Exact(*s1) + Exact(weight2) * (g * g);
      *s1 = v;
      square = square / (root(v) * Exact(rootScale) + Exact(eps));
    }
    *t2 = square;
    return p;
  }
};

// State expAvg and, in variant 1, expAvgSq.
struct MomoRule {
  float tau = 0, rootScale, eps;
  bool optax;

  template <class Args>
  TESSERA_INLINE explicit MomoRule(const Args& a)
      : rootScale(static_cast<float>(a.rootScale)), eps(static_cast<float>(a.eps)), optax(a.form != 0) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) { tau = a.estimate[3]; }

  struct Numbers {
    float rate, keep;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    const double keep = 1 / (1 + h.lr * h.decay);
    return {static_cast<float>(optax ? tau : tau * keep), static_cast<float>(keep)};
  }

  static constexpr int kStates = 2, kVariants = 2, kTerms = 0;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int variant, int state) { return state <= variant; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact, float* s0, [[maybe_unused]] float* s1, float*, float*, float*,
                            float*, float*, float*, float*) const {
    Exact u = Exact(n.rate) * Exact(*s0);
    if constexpr (variant == 1) u = u / (root(*s1) * Exact(rootScale) + Exact(eps));
    return p * Exact(n.keep) - u;
  }
};

// States delta, x0. What `moved` multiplies is the same number here and in MechanicRule: old values come out bit for bit.
struct MechanicMeasureRule {
  double eps;
  float moved = 0, share = 1;
  bool recompute, optax;

  template <class Args>
  TESSERA_INLINE explicit MechanicMeasureRule(const Args& a) : eps(a.eps), recompute(a.recompute != 0), optax(a.form != 0) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) {
    moved = a.estimate[0];
    if (recompute) share = static_cast<float>(double{moved} / (double{a.estimate[1]} + eps));
  }

  struct Numbers {};
  TESSERA_INLINE Numbers at(const Hyper&) const { return {}; }

  static constexpr int kStates = 2, kVariants = 1, kTerms = 4;
  static constexpr bool kMoves = false;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 2; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers&, Exact p, Exact g, float* s0, float* s1, float*, float*, float*, float* t0,
                            float* t1, float* t2, float* t3) const {
    const Exact old = Exact(*s1) + Exact(moved) * Exact(*s0);
    // Not a condition: one that is the same for all elements would keep g++ from vectorising.
    const Exact e = Exact(share) * Exact(*s0), q = Exact(optax ? 1.0f : 0.0f) * old + Exact(optax ? 0.0f : 1.0f) * p;
    *t0 = e * g;
    *t1 = e * q;
    *t2 = q * q;
    *t3 = g * g;
    *s0 = e + (p - old);
    return p;
  }
};

// States delta, x0.
struct MechanicRule {
  float moved = 0;

  template <class Args>
  TESSERA_INLINE explicit MechanicRule(const Args&) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) { moved = a.estimate[0]; }

  struct Numbers {};
  TESSERA_INLINE Numbers at(const Hyper&) const { return {}; }

  static constexpr int kStates = 2, kVariants = 1, kTerms = 0;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 2; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers&, Exact, Exact, float* s0, float* s1, float*, float*, float*, float*, float*, float*,
                            float*) const {
    return Exact(*s1) + Exact(moved) * Exact(*s0);
  }
};

// State z; the parameter is y.
struct ScheduleFreePlusTermsRule {
  template <class Args>
  TESSERA_INLINE explicit ScheduleFreePlusTermsRule(const Args&) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args&) {}

  struct Numbers {};
  TESSERA_INLINE Numbers at(const Hyper&) const { return {}; }

  static constexpr int kStates = 1, kVariants = 1, kTerms = 2;
  static constexpr bool kMoves = false;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state == 0; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers&, Exact p, Exact g, float* s0, float*, float*, float*, float*, float* t0, float* t1,
                            float*, float*) const {
    *t0 = fabsf(g);
    *t1 = g * (Exact(*s0) - p);
    return p;
  }
};

// States z, expAvg, expAvgSq; the parameter is y. With y = before x + (1 - before) z the average is y less a part of z - y.
struct ScheduleFreePlusRule {
  double ahead, before, rate = 0, c = 0;
  float weight1, beta2, weight2, moment, rootScale, eps;

  template <class Args>
  TESSERA_INLINE explicit ScheduleFreePlusRule(const Args& a)
      : ahead(a.ahead),
        before(a.before),
        weight1(static_cast<float>(1 - a.beta1)),
        beta2(static_cast<float>(a.beta2)),
        weight2(static_cast<float>(1 - a.beta2)),
        moment(static_cast<float>(a.momentWeight)),
        rootScale(static_cast<float>(a.rootScale)),
        eps(static_cast<float>(a.eps)) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) {
    rate = a.estimate[1];
    c = a.estimate[4];
  }

  struct Numbers {
    float lr, decay, behind, ofAverage, ofZ;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    const double lr = rate * h.lr;
    return {static_cast<float>(lr), static_cast<float>(lr * lr * h.decay), static_cast<float>(1 / before - 1),
            static_cast<float>(ahead * (1 - c)), static_cast<float>(1 - ahead * (1 - c))};
  }

  static constexpr int kStates = 3, kVariants = 1, kTerms = 0;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 3; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, float* s2, float*, float*, float*,
                            float*, float*, float*) const {
    const Exact m = Exact(*s1) + Exact(weight1) * (g - Exact(*s1));
    const Exact v = Exact(beta2) * Exact(*s2) + Exact(weight2) * (g * g);
    const Exact average = p - Exact(n.behind) * (Exact(*s0) - p);
    const Exact u = Exact(n.lr) * (Exact(moment) * m) / (root(v) * Exact(rootScale) + Exact(eps));
    const Exact z = Exact(*s0) - Exact(n.decay) * p - u;
    *s0 = z;
    *s1 = m;
    *s2 = v;
    return Exact(n.ofAverage) * average + Exact(n.ofZ) * z;
  }
};

// States expAvg, expAvgSq.
struct AvagradRule {
  double momentWeight, rate = 0;
  float weight1, beta2, weight2, rootScale, nextScale, eps;

  template <class Args>
  TESSERA_INLINE explicit AvagradRule(const Args& a)
      : momentWeight(a.momentWeight),
        weight1(static_cast<float>(1 - a.beta1)),
        beta2(static_cast<float>(a.beta2)),
        weight2(static_cast<float>(1 - a.beta2)),
        rootScale(static_cast<float>(a.rootScale)),
        nextScale(static_cast<float>(a.nextScale)),
        eps(static_cast<float>(a.eps)) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) { rate = a.estimate[0]; }

  struct Numbers {
    float step, keep;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const { return {static_cast<float>(rate * momentWeight * h.lr), h.keep}; }

  static constexpr int kStates = 2, kVariants = 1, kTerms = 2;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 2; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, float*, float*, float*, float* t0,
                            float* t1, float*, float*) const {
    const Exact m = Exact(*s0) + Exact(weight1) * (g - Exact(*s0)), spread = root(*s1), one = 1.0f;
    const Exact next = spread * Exact(nextScale) + Exact(eps);
    *s0 = m;
    *s1 = Exact(beta2) * Exact(*s1) + Exact(weight2) * (g * g);
    *t0 = one / (next * next);
    *t1 = one;
    return p * Exact(n.keep) - Exact(n.step) * m / (spread * Exact(rootScale) + Exact(eps));
  }
};

// States x0, theta, largest, gradSum, reward.
struct CocobRule {
  float alpha;

  template <class Args>
  TESSERA_INLINE explicit CocobRule(const Args& a) : alpha(static_cast<float>(a.alpha)) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args&) {}

  struct Numbers {
    float lr;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const { return {static_cast<float>(h.lr)}; }

  static constexpr int kStates = 5, kVariants = 1, kTerms = 0;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int, int) { return true; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, float* s2, float* s3, float* s4, float*,
                            float*, float*, float*) const {
    const Exact c = Exact(n.lr) * g, size = fabsf(c);
    const Exact largest = *s2 < size.v ? size : Exact(*s2), sum = Exact(*s3) + size;
    const float gained = Exact(*s4) - c * (p - Exact(*s0));
    const Exact reward = gained < 0 ? 0.0f : gained, theta = Exact(*s1) - c;
    *s1 = theta;
    *s2 = largest;
    *s3 = sum;
    *s4 = reward;
    const Exact plain = sum + largest, least = Exact(alpha) * largest;
    const Exact below = largest * (plain.v < least.v ? least : plain);
    return Exact(*s0) + theta / below * (largest + reward);
  }
};

template <class A>
TESSERA_INLINE States<MomoMomentsRule> momoMomentsStates(const A& a) {
  return {{a.expAvg, a.expAvgSq}, a.expAvgSq != nullptr};
}
template <class A>
TESSERA_INLINE States<MomoRule> momoStates(const A& a) { return {{a.expAvg, a.expAvgSq}, a.expAvgSq != nullptr}; }
template <class A>
TESSERA_INLINE States<MechanicMeasureRule> mechanicMeasureStates(const A& a) { return {{a.delta, a.x0}, 0}; }
template <class A>
TESSERA_INLINE States<MechanicRule> mechanicStates(const A& a) { return {{a.delta, a.x0}, 0}; }
template <class A>
TESSERA_INLINE States<ScheduleFreePlusTermsRule> scheduleFreePlusTermsStates(const A& a) { return {{a.z}, 0}; }
template <class A>
TESSERA_INLINE States<ScheduleFreePlusRule> scheduleFreePlusStates(const A& a) { return {{a.z, a.expAvg, a.expAvgSq}, 0}; }
template <class A>
TESSERA_INLINE States<AvagradRule> avagradStates(const A& a) { return {{a.expAvg, a.expAvgSq}, 0}; }
template <class A>
TESSERA_INLINE States<CocobRule> cocobStates(const A& a) {
  return {{a.x0, a.theta, a.largest, a.gradSum, a.reward}, 0};
}

}  // namespace tessera
