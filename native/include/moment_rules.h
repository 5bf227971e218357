// The formulas of native/kernels/moment.ts for one parameter, shared by g++ and nvcc like those of optimizer_rules.h. Each is
// a `next` from the parameter, the gradient and the states to the parameter's new value; `kept` is p after a decoupled decay.
#pragma once

#include "optimizer_frame.h"
#include "scalar_math.h"

namespace tessera {

// The numbers of the form, for a segment.
struct MomentNumbers {
  float lr, keep, beta1, weight1, beta2, weight2, beta3, weight3, eps, epsRoot, moment, grad, rootScale, factor, power, least,
      most, decay, shrink;
  bool first;

  TESSERA_INLINE Exact kept(Exact p) const { return p * Exact(keep); }
  // s = beta s + (1 - beta) x
  TESSERA_INLINE static Exact mix(float* s, float beta, float weight, Exact x) {
    const Exact mixed = Exact(beta) * Exact(*s) + Exact(weight) * x;
    *s = mixed;
    return mixed;
  }
  TESSERA_INLINE Exact firstMoment(float* s, Exact x) const {
    const Exact m = Exact(*s) + Exact(weight1) * (x - Exact(*s));
    *s = m;
    return m;
  }
  TESSERA_INLINE Exact secondMoment(float* s, Exact x) const { return mix(s, beta2, weight2, x * x); }
  TESSERA_INLINE Exact below(Exact v) const { return root(v) * Exact(rootScale) + Exact(eps); }
  TESSERA_INLINE static float sign(float x) { return x > 0 ? 1.0f : x < 0 ? -1.0f : x; }
};

// The cube root of x >= 0 to a unit in the last place: a third of the exponent, and two steps of Halley's iteration.
TESSERA_INLINE Exact cubeRoot(Exact x) {
  Exact y = floatOf(bitsOf(x) / 3 + 709958130u);
  for (int i = 0; i < 2; ++i) {
    const Exact cube = y * y * y;
    y = y * (cube + x + x) / (cube + cube + x);
  }
  return x.v > 0 ? y.v : 0.0f;
}

// Each is named after its kernel.
namespace formula {

struct adabeliefStep {
  static constexpr int kStates = 2;
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* m, float* v, float*, float*) {
    const Exact mean = n.firstMoment(m, g);
    const Exact spread = n.secondMoment(v, g - mean) + Exact(n.epsRoot);
    *v = spread;
    return n.kept(p) - Exact(n.lr) * (Exact(n.moment) * mean) / n.below(spread);
  }
};

struct acpropStep {
  static constexpr int kStates = 2;
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* m, float* v, float*, float*) {
    const Exact u = g / n.below(*v);
    *v = n.secondMoment(v, g - Exact(*m)) + Exact(n.epsRoot);
    n.firstMoment(m, g);
    return n.kept(p) - Exact(n.lr) * u;
  }
};

struct yogiStep {
  static constexpr int kStates = 2;
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* m, float* v, float*, float*) {
    const Exact mean = n.firstMoment(m, g), square = g * g;
    const Exact spread = Exact(*v) - Exact(n.weight2) * Exact(MomentNumbers::sign(Exact(*v) - square)) * square;
    *v = spread;
    return n.kept(p) - Exact(n.lr) * (Exact(n.moment) * mean) / n.below(spread);
  }
};

struct adamcStep {
  static constexpr int kStates = 2;
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* m, float* v, float*, float*) {
    const Exact mean = n.firstMoment(m, g), spread = n.secondMoment(v, g) + Exact(n.epsRoot);
    return n.kept(p) - Exact(n.lr) * (Exact(n.moment) * mean) / n.below(spread);
  }
};

struct lapropStep {
  static constexpr int kStates = 2;
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* m, float* v, float*, float*) {
    const Exact spread = n.secondMoment(v, g) + Exact(n.epsRoot), mean = n.firstMoment(m, g / n.below(spread));
    return n.kept(p - Exact(n.lr) * (Exact(n.moment) * mean));
  }
};

struct gramsStep {
  static constexpr int kStates = 2;
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* m, float* v, float*, float*) {
    const Exact mean = n.firstMoment(m, g), spread = n.secondMoment(v, g);
    const Exact size = fabsf(Exact(n.moment) * mean / n.below(spread));
    return n.kept(p) - Exact(n.lr) * Exact(MomentNumbers::sign(g)) * size;
  }
};

struct adamgStep {
  static constexpr int kStates = 3;
  TESSERA_INLINE static double rate(const MomentNumbers& n, double lr) { return lr < n.most ? lr : n.most; }
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* m, float* v, float* r, float*) {
    const Exact spread = n.secondMoment(v, g);
    const Exact rate = MomentNumbers::mix(r, n.beta3, n.weight3, Exact(n.factor) * Exact(scalar::pow(spread, n.power)));
    const Exact mean = MomentNumbers::mix(m, n.beta1, n.weight1, rate * g);
    return n.kept(p) - Exact(n.lr) * (Exact(n.moment) * mean) / n.below(spread);
  }
};

struct exadamStep {
  static constexpr int kStates = 2;
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* m, float* v, float*, float*) {
    const Exact mean = n.firstMoment(m, g), spread = n.secondMoment(v, g), square = mean * mean, one = 1.0f;
    const Exact above = one + spread / (spread + Exact(n.eps)) * Exact(n.factor);
    const Exact inside = one + square / (square + Exact(n.eps)) * Exact(n.grad);
    return n.kept(p) - Exact(n.lr) * (Exact(n.moment) * (mean + g) * above) / n.below(spread * inside);
  }
};

struct bcosStep {
  static constexpr int kStates = 1;
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* m, float*, float*, float*) {
    const Exact mean = n.firstMoment(m, g);
    const Exact form = Exact(n.moment) * (mean * mean) + Exact(n.grad) * (g * g) + Exact(n.factor) * (mean * g);
    const Exact spread = form.v < 0 ? 0.0f : form.v;  // never below zero but for rounding
    return n.kept(p) - Exact(n.lr) * mean / (root(spread) + Exact(n.eps));
  }
};

struct kateStep {
  static constexpr int kStates = 2;
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* m, float* b, float*, float*) {
    const Exact square = g * g, sum = Exact(*b) * Exact(*b) + square + Exact(n.eps);
    const Exact mean = root(Exact(*m) * Exact(*m) + Exact(n.factor) * square + square / sum);
    *m = mean;
    *b = root(sum);
    return n.kept(p) - Exact(n.lr) * (mean * g / sum);
  }
};

struct ftrlStep {
  static constexpr int kStates = 2;
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* s0, float* s1, float*, float*) {
    const Exact sum = Exact(*s1) + g * g, spread = root(sum);
    const Exact z = Exact(*s0) + g - (spread - root(*s1)) / Exact(n.lr) * p;
    const Exact below = (Exact(n.eps) + spread) / Exact(n.lr) + Exact(n.decay);
    const Exact moved = (Exact(n.least) * Exact(MomentNumbers::sign(z)) - z) / below;
    const bool idle = n.lr == 0 || below.v == 0;  // before a coordinate's first gradient nothing is known of it
    *s0 = idle ? *s0 : z.v;
    *s1 = idle ? *s1 : sum.v;
    return idle ? p.v : fabsf(z) < n.least ? 0.0f : moved.v;
  }
};

struct madgradStep {
  static constexpr int kStates = 3;
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* v, float* s, float* x0, float*) {
    const Exact squares = Exact(*v) + Exact(n.lr) * (g * g), sum = Exact(*s) + Exact(n.lr) * g;
    *v = squares;
    *s = sum;
    const Exact z = Exact(*x0) - sum / (cubeRoot(squares) + Exact(n.eps));
    return Exact(n.beta1) * p + Exact(n.weight1) * z;
  }
};

struct asgdStep {
  static constexpr int kStates = 1;
  TESSERA_INLINE static double rate(const MomentNumbers& n, double lr) {
    return lr / pow(1 + n.factor * lr * n.most, n.power);
  }
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* average, float*, float*, float*) {
    const Exact moved = p * (Exact(1) - Exact(n.factor) * Exact(n.lr)) - Exact(n.lr) * g;
    *average = n.moment == 1 ? moved.v : (Exact(*average) + Exact(n.moment) * (moved - Exact(*average))).v;
    return moved;
  }
};

struct rpropStep {
  static constexpr int kStates = 2;
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* last, float* size, float*, float*) {
    const float agreement = MomentNumbers::sign(g) * MomentNumbers::sign(*last);
    const Exact old = n.first ? n.lr : *size;
    const float wanted = old * Exact(agreement > 0 ? n.factor : agreement < 0 ? n.beta1 : 1.0f);
    const float step = wanted < n.least ? n.least : wanted > n.most ? n.most : wanted;
    const Exact taken = agreement < 0 ? 0.0f : g.v;
    *size = step;
    *last = taken;
    return p - Exact(MomentNumbers::sign(taken)) * Exact(step);
  }
};

struct adanStep {
  static constexpr int kStates = 4;
  TESSERA_INLINE static float next(const MomentNumbers& n, Exact p, Exact g, float* m, float* d, float* v, float* last) {
    // A condition that is the same for all elements would keep g++ from vectorising.
    const Exact change = Exact(n.first ? 0.0f : 1.0f) * (g - Exact(*last));
    const Exact mean = n.firstMoment(m, g);
    const Exact drift = MomentNumbers::mix(d, n.beta2, n.weight2, change);
    const Exact ahead = g + Exact(n.factor) * change;
    const Exact spread = MomentNumbers::mix(v, n.beta3, n.weight3, ahead * ahead);
    *last = g;
    const Exact below = root(Exact(n.rootScale) * Exact(n.rootScale) * spread + Exact(n.epsRoot)) + Exact(n.eps);
    const Exact u = Exact(n.lr) * (Exact(n.moment) * mean + Exact(n.grad) * drift) / below;
    return (n.kept(p) - u) / Exact(n.shrink);
  }
};

}  // namespace formula

// A formula as the steps with states and terms take it.
template <class Formula>
struct MomentRule {
  MomentNumbers common;
  bool proximal;  // the decay divides the parameter after the step

  template <class Args>
  TESSERA_INLINE explicit MomentRule(const Args& a)
      : common{0,
               0,
               static_cast<float>(a.beta1),
               static_cast<float>(1 - a.beta1),
               static_cast<float>(a.beta2),
               static_cast<float>(1 - a.beta2),
               static_cast<float>(a.beta3),
               static_cast<float>(1 - a.beta3),
               static_cast<float>(a.eps),
               static_cast<float>(a.epsRoot),
               static_cast<float>(a.momentWeight),
               static_cast<float>(a.gradWeight),
               static_cast<float>(a.rootScale),
               static_cast<float>(a.factor),
               static_cast<float>(a.power),
               static_cast<float>(a.least),
               static_cast<float>(a.most),
               0,
               1,
               a.first != 0},
        proximal(a.proximal != 0) {}
  template <class Args>
  TESSERA_INLINE void fetch(const Args&) {}

  using Numbers = MomentNumbers;
  TESSERA_INLINE Numbers at(const Hyper& h) const {
    Numbers n = common;
    if constexpr (requires { Formula::rate(n, h.lr); }) n.lr = static_cast<float>(Formula::rate(n, h.lr));
    else n.lr = static_cast<float>(h.lr);
    n.keep = proximal ? 1.0f : h.keep;
    n.decay = static_cast<float>(h.decay);
    n.shrink = proximal ? 1.0f + n.lr * n.decay : 1.0f;
    return n;
  }

  static constexpr int kStates = Formula::kStates, kVariants = 1, kTerms = 0;
  static constexpr bool kMoves = true;
  TESSERA_INLINE static constexpr bool uses(int, int state) { return state < kStates; }

  template <int variant>
  TESSERA_INLINE float step(const Numbers& n, Exact p, Exact g, float* s0, float* s1, float* s2, float* s3, float*, float*,
                            float*, float*, float*) const {
    return Formula::next(n, p, g, s0, s1, s2, s3);
  }
};

template <class Rule, class A>
TESSERA_INLINE States<Rule> momentStates(const A& a) {
  float* const all[] = {a.s0, a.s1, a.s2, a.s3};
  States<Rule> states{{}, 0};
  for (int k = 0; k < Rule::kStates; ++k) states.at[k] = all[k];
  return states;
}

}  // namespace tessera
