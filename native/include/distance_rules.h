// The rules of D-Adaptation and Prodigy, which estimate the distance to the solution: see adaptive_rules.h. Decay is part of
// the move: while d is still small, 1 - c decay would round to 1.
#pragma once

#include "optimizer_rules.h"

namespace tessera {

// d with the bias correction of D-Adaptation and Prodigy at step t.
template <class Args>
TESSERA_INLINE double foundRate(const Args& a, bool corrected, double d, double t) {
  return corrected ? d * sqrt(1 - pow(a.beta2, t)) / (1 - pow(a.beta1, t)) : d;
}

// Whether this step or one before had a gradient: the authors' implementations do nothing until then.
template <class Args>
TESSERA_INLINE bool informed(const Args& a) { return a.estimate[4] > 0 || a.estimate[5] > 0; }

// Looks at gradients while k is 0.
struct StartTermsRule {
  bool waiting = true;

  template <class Args>
  TESSERA_INLINE explicit StartTermsRule(const Args&) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) { waiting = a.estimate[4] == 0; }
  TESSERA_INLINE bool idle() const { return !waiting; }

  struct Numbers {};
  TESSERA_INLINE Numbers at(const Hyper&) const { return {}; }

  static constexpr int kStates = 1, kVariants = 1, kTerms = 1;
  static constexpr bool kMoves = false;
  TESSERA_INLINE static constexpr bool uses(int, int) { return false; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers&, Exact p, Exact g, float*, float*, float*, float*, float*, float* t0, float*, float*,
                            float*) const {
    *t0 = g * g;
    return p;
  }
};

// States expAvg, expAvgSq, s.
struct DadaptAdamRule {
  double lr, c = 0;
  float beta1, weight1, beta2, weight2, rootBeta2, weightS, eps;

  template <class Args>
  TESSERA_INLINE explicit DadaptAdamRule(const Args& a)
      : lr(a.lr),
        beta1(static_cast<float>(a.beta1)),
        weight1(static_cast<float>(1 - a.beta1)),
        beta2(static_cast<float>(a.beta2)),
        weight2(static_cast<float>(1 - a.beta2)),
        rootBeta2(static_cast<float>(sqrt(a.beta2))),
        weightS(static_cast<float>(1 - sqrt(a.beta2))),
        eps(static_cast<float>(a.eps)) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) {
    if (a.form != 0 || informed(a)) c = foundRate(a, a.corrected != 0, a.estimate[0], a.estimate[4] + 1.0) * a.lr;
  }

  struct Numbers {
    float share, scaled, gainM, gainS, decay;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    const double share = lr == 0 ? 1 : h.lr / lr;
    return {static_cast<float>(share), static_cast<float>(share * c), static_cast<float>(share * c * weight1),
            static_cast<float>(c * weightS), static_cast<float>(c * h.decay)};
  }

  static constexpr int kStates = 3, kVariants = 1, kTerms = 2;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 3; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, float* s2, float*, float*, float* t0,
                            float* t1, float*, float*) const {
    const Exact m = Exact(beta1) * Exact(*s0) + Exact(n.gainM) * g;
    const Exact v = Exact(beta2) * Exact(*s1) + Exact(weight2) * (g * g);
    const Exact s = Exact(rootBeta2) * Exact(*s2) + Exact(n.gainS) * g;
    *t0 = Exact(n.scaled) * g * Exact(*s2) / (root(*s1) + Exact(eps));
    *t1 = Exact(n.share) * Exact(fabsf(s));
    *s0 = m;
    *s1 = v;
    *s2 = s;
    return p - (Exact(n.decay) * p + m / (root(v) + Exact(eps)));
  }
};

// States expAvg, s.
struct DadaptLionRule {
  double d = 0;
  float beta1, weight1, beta2, weight2, rootBeta2, weightS;

  template <class Args>
  TESSERA_INLINE explicit DadaptLionRule(const Args& a)
      : beta1(static_cast<float>(a.beta1)),
        weight1(static_cast<float>(1 - a.beta1)),
        beta2(static_cast<float>(a.beta2)),
        weight2(static_cast<float>(1 - a.beta2)),
        rootBeta2(static_cast<float>(sqrt(a.beta2))),
        weightS(static_cast<float>(1 - sqrt(a.beta2))) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) { d = a.estimate[0]; }

  struct Numbers {
    float c, gain2, gainS, decay;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    const double c = d * h.lr;
    return {static_cast<float>(c), static_cast<float>(c * weight2), static_cast<float>(c * weightS),
            static_cast<float>(c * h.decay)};
  }

  static constexpr int kStates = 2, kVariants = 1, kTerms = 2;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 2; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, float*, float*, float*, float* t0,
                            float* t1, float*, float*) const {
    const float between = Exact(beta1) * Exact(*s0) + Exact(weight1) * g;
    const Exact u = between > 0 ? 1.0f : between < 0 ? -1.0f : between;
    *t0 = Exact(n.c) * u * Exact(*s1);
    *s0 = Exact(beta2) * Exact(*s0) + Exact(n.gain2) * g;
    const float s = Exact(rootBeta2) * Exact(*s1) + Exact(n.gainS) * u;
    *s1 = s;
    *t1 = fabsf(s);
    return p - (Exact(n.decay) * p + Exact(n.c) * u);
  }
};

// States s, x0.
struct DadaptSgdRule {
  double d = 0;
  float momentum, rest;
  bool atRest;

  template <class Args>
  TESSERA_INLINE explicit DadaptSgdRule(const Args& a)
      : momentum(static_cast<float>(a.momentum)), rest(static_cast<float>(1 - a.momentum)), atRest(a.lr == 0) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) { d = a.estimate[5] > 0 ? a.estimate[0] / double{a.estimate[5]} : 0.0; }
  TESSERA_INLINE bool idle() const { return atRest; }

  struct Numbers {
    float c, decay;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    const double c = d * h.lr;
    return {static_cast<float>(c), static_cast<float>(c * h.decay)};
  }

  static constexpr int kStates = 2, kVariants = 1, kTerms = 2;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 2; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, float*, float*, float*, float* t0,
                            float* t1, float*, float*) const {
    *t0 = Exact(n.c) * g * Exact(*s0);
    const Exact s = Exact(*s0) + Exact(n.c) * g;
    *s0 = s;
    *t1 = s * s;
    return Exact(momentum) * (p - Exact(n.decay) * p) + Exact(rest) * (Exact(*s1) - s);
  }
};

// States alpha, s, x0.
struct DadaptAdagradRule {
  double d = 0;
  float momentum, rest, eps;

  template <class Args>
  TESSERA_INLINE explicit DadaptAdagradRule(const Args& a)
      : momentum(static_cast<float>(a.momentum)),
        rest(static_cast<float>(1 - a.momentum)),
        eps(static_cast<float>(a.eps)) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) { d = a.estimate[0]; }

  struct Numbers {
    float c;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const { return {static_cast<float>(d * h.lr)}; }

  static constexpr int kStates = 3, kVariants = 1, kTerms = 3;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 3; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, float* s2, float*, float*, float* t0,
                            float* t1, float* t2, float*) const {
    const Exact alpha = Exact(*s0) + g * g, moved = Exact(n.c) * g, s = Exact(*s1) + moved;
    const Exact below = root(alpha) + Exact(eps);
    *s0 = alpha;
    *s1 = s;
    *t0 = s * s / below;
    *t1 = moved * moved / below;
    *t2 = fabsf(s);
    return Exact(momentum) * p + Exact(rest) * (Exact(*s2) - s / below);
  }
};

// States expAvg, expAvgDiff, expAvgSq, s, lastGrad.
struct DadaptAdanRule {
  double d = 0;
  float beta1, weight1, beta2, weight2, beta3, weight3, eps;
  bool proximal, first = false;

  template <class Args>
  TESSERA_INLINE explicit DadaptAdanRule(const Args& a)
      : beta1(static_cast<float>(a.beta1)),
        weight1(static_cast<float>(1 - a.beta1)),
        beta2(static_cast<float>(a.beta2)),
        weight2(static_cast<float>(1 - a.beta2)),
        beta3(static_cast<float>(a.beta3)),
        weight3(static_cast<float>(1 - a.beta3)),
        eps(static_cast<float>(a.eps)),
        proximal(a.proximal != 0) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) {
    if (informed(a)) d = a.estimate[0];
    first = a.estimate[4] == 0;
  }

  struct Numbers {
    float c, gain1, gain2, gain3, decay, shrink;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    const double c = d * h.lr;
    return {static_cast<float>(c), static_cast<float>(c * weight1), static_cast<float>(c * weight2),
            static_cast<float>(c * weight3), static_cast<float>(c * h.decay),
            static_cast<float>(proximal ? 1 + c * h.decay : 1)};
  }

  static constexpr int kStates = 5, kVariants = 1, kTerms = 3;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 5; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, float* s2, float* s3, float* s4,
                            float* t0, float* t1, float* t2, float*) const {
    const Exact change = Exact(first ? 0.0f : 1.0f) * (g - Exact(*s4)), ahead = g + Exact(beta2) * change;
    const Exact m = Exact(beta1) * Exact(*s0) + Exact(n.gain1) * g;
    const Exact drift = Exact(beta2) * Exact(*s1) + Exact(n.gain2) * change;
    const Exact v = Exact(beta3) * Exact(*s2) + Exact(weight3) * (ahead * ahead);
    const Exact s = Exact(beta3) * Exact(*s3) + Exact(n.gain3) * g, step = Exact(n.c) * g;
    const Exact below = root(v) + Exact(eps);
    *s0 = m;
    *s1 = drift;
    *s2 = v;
    *s3 = s;
    *s4 = g;
    *t0 = s * s / below;
    *t1 = step * step / below;
    *t2 = fabsf(s);
    // The proximal step, (p - move) / (1 + c decay), as a move.
    return p - (Exact(n.decay) * p + (m + Exact(beta2) * drift) / below) / Exact(n.shrink);
  }
};

// States expAvg, expAvgSq and, in variant 1, s, p0.
struct ProdigyRule {
  double d0, beta1, beta2, rate = 0, d = 0;
  float beta2f, beta1f, beta3, eps;
  bool safeguard;

  template <class Args>
  TESSERA_INLINE explicit ProdigyRule(const Args& a)
      : d0(a.d0),
        beta1(a.beta1),
        beta2(a.beta2),
        beta2f(static_cast<float>(a.beta2)),
        beta1f(static_cast<float>(a.beta1)),
        beta3(static_cast<float>(a.beta3)),
        eps(0) {
    safeguard = a.safeguard != 0;
    if constexpr (requires { a.eps; }) eps = static_cast<float>(a.eps);
  }
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) {
    d = a.estimate[0];
    if (a.form != 0 || informed(a)) rate = foundRate(a, a.corrected != 0, d, a.estimate[4] + 1.0);
    eps = static_cast<float>(d * eps);
  }

  struct Numbers {
    float c, gainM, d, weight2, reward, gainS, decay;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    const double c = rate * h.lr;
    return {static_cast<float>(c),
            static_cast<float>(d * (1 - beta1)),
            static_cast<float>(d),
            static_cast<float>(1 - beta2),
            static_cast<float>(d / d0 * c),
            static_cast<float>(h.counts ? d / d0 * (safeguard ? d : c) : 0),
            static_cast<float>(c * h.decay)};
  }

  static constexpr int kStates = 4, kVariants = 2, kTerms = 2;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int variant, int state) { return state < 2 || (variant == 1 && state < 4); }

  // s and the terms, from the parameter before the step.
  TESSERA_INLINE void look(const Numbers& n, Exact p, Exact g, float* s, Exact p0, float* t0, float* t1) const {
    *t0 = Exact(n.reward) * g * (p0 - p);
    *s = Exact(beta3) * Exact(*s) + Exact(n.gainS) * g;
    *t1 = fabsf(*s);
  }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, [[maybe_unused]] float* s2,
                            [[maybe_unused]] float* s3, float*, [[maybe_unused]] float* t0, [[maybe_unused]] float* t1, float*,
                            float*) const {
    if constexpr (variant == 1) look(n, p, g, s2, *s3, t0, t1);
    const Exact scaled = Exact(n.d) * g;
    const Exact m = Exact(beta1f) * Exact(*s0) + Exact(n.gainM) * g;
    const Exact v = Exact(beta2f) * Exact(*s1) + Exact(n.weight2) * (scaled * scaled);
    *s0 = m;
    *s1 = v;
    return p - (Exact(n.decay) * p + Exact(n.c) * m / (root(v) + Exact(eps)));
  }
};

// What a Prodigy step would have done with the d it found in eps, less what it did. States expAvg, expAvgSq.
struct ProdigyCorrectionRule {
  double eps, rate = 0;
  float before = 0, after = 0;
  bool corrected;

  template <class Args>
  TESSERA_INLINE explicit ProdigyCorrectionRule(const Args& a) : eps(a.eps), corrected(a.corrected != 0) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args& a) {
    rate = foundRate(a, corrected, a.estimate[5], a.estimate[4]);
    before = static_cast<float>(a.estimate[5] * eps);
    after = static_cast<float>(a.estimate[0] * eps);
  }
  TESSERA_INLINE bool idle() const { return before == after; }

  struct Numbers {
    float c;
  };
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    return {static_cast<float>(rate * h.lr * (double{after} - double{before}))};
  }

  static constexpr int kStates = 2, kVariants = 1, kTerms = 0;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < 2; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact, float* s0, float* s1, float*, float*, float*, float*, float*,
                            float*, float*) const {
    const Exact spread = root(*s1);
    return p + Exact(n.c) * Exact(*s0) / (spread + Exact(before)) / (spread + Exact(after));
  }
};

template <class A>
TESSERA_INLINE States<StartTermsRule> startTermsStates(const A&) { return {{nullptr}, 0}; }
template <class A>
TESSERA_INLINE States<DadaptAdamRule> dadaptAdamStates(const A& a) { return {{a.expAvg, a.expAvgSq, a.s}, 0}; }
template <class A>
TESSERA_INLINE States<DadaptLionRule> dadaptLionStates(const A& a) { return {{a.expAvg, a.s}, 0}; }
template <class A>
TESSERA_INLINE States<DadaptSgdRule> dadaptSgdStates(const A& a) { return {{a.s, a.x0}, 0}; }
template <class A>
TESSERA_INLINE States<DadaptAdagradRule> dadaptAdagradStates(const A& a) { return {{a.alpha, a.s, a.x0}, 0}; }
template <class A>
TESSERA_INLINE States<DadaptAdanRule> dadaptAdanStates(const A& a) {
  return {{a.expAvg, a.expAvgDiff, a.expAvgSq, a.s, a.lastGrad}, 0};
}
template <class A>
TESSERA_INLINE States<ProdigyRule> prodigyStates(const A& a) {
  return {{a.expAvg, a.expAvgSq, a.s, a.p0}, a.s != nullptr && a.p0 != nullptr};
}
template <class A>
TESSERA_INLINE States<ProdigyCorrectionRule> prodigyCorrectionStates(const A& a) { return {{a.expAvg, a.expAvgSq}, 0}; }

}  // namespace tessera
