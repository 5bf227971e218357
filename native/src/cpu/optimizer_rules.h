// The update rules of the optimizers, on runs of consecutive elements. A rule sees values, gradients and states as plain
// float arrays: where they come from and how the result is rounded is the business of the dense and sparse steps, which
// call the same rule and therefore compute the same bits. For the same reason the files that include this one are
// compiled without contraction (-ffp-contract=off): a*b + c is two roundings at every ISA level, in vectors and tails.
#pragma once

#include <math.h>
#include <cstdint>

#include "types.h"

namespace tessera::TESSERA_ISA {

// What holds for one segment: learning rate, gradient multiplier, weight decay as a factor or as an L2 term.
struct Hyper {
  double lr;
  float gradScale;
  float keep;  // 1 - lr*decay when decay is decoupled, else 1
  float l2;    // decay when it is added to the gradient, else 0
};

// Pointers to the states of a step; an absent optional state is null.
struct States {
  float* at[3];

  TESSERA_INLINE States from(uint64_t i) const {
    return {{at[0] ? at[0] + i : nullptr, at[1] ? at[1] + i : nullptr, at[2] ? at[2] + i : nullptr}};
  }
};

// x[i] = f(x[i], g[i], i) with weight decay and gradient scaling applied before.
template <class F>
TESSERA_INLINE void lanes(const Hyper& h, uint32_t n, float* x, const float* g, F f) {
  const float scale = h.gradScale, keep = h.keep, l2 = h.l2;
  if (l2 == 0) {
#pragma omp simd
    for (uint32_t i = 0; i < n; ++i) x[i] = f(x[i] * keep, g[i] * scale, i);
  } else {
#pragma omp simd
    for (uint32_t i = 0; i < n; ++i) x[i] = f(x[i], g[i] * scale + l2 * x[i], i);
  }
}

#define TESSERA_LANE [=](float p, float grad, uint32_t i) __attribute__((always_inline))

// States expAvg, expAvgSq, maxExpAvgSq (or null).
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

  void operator()(const Hyper& h, uint32_t n, float* x, const float* g, const States& s) const {
    const float stepM = static_cast<float>(h.lr * momentWeight), stepG = static_cast<float>(h.lr * gradWeight);
    const float w1 = weight1, b2 = beta2, w2 = weight2, root = rootScale, e = eps;
    float *m = s.at[0], *v = s.at[1], *top = s.at[2];
    if (top == nullptr) {
      lanes(h, n, x, g, TESSERA_LANE {
        m[i] = m[i] + w1 * (grad - m[i]);
        v[i] = b2 * v[i] + w2 * (grad * grad);
        return p - (stepM * m[i] + stepG * grad) / (sqrtf(v[i]) * root + e);
      });
    } else {
      lanes(h, n, x, g, TESSERA_LANE {
        m[i] = m[i] + w1 * (grad - m[i]);
        v[i] = b2 * v[i] + w2 * (grad * grad);
        top[i] = v[i] < top[i] ? top[i] : v[i];
        return p - (stepM * m[i] + stepG * grad) / (sqrtf(top[i]) * root + e);
      });
    }
  }
};

// States momentumBuffer (or null).
struct SgdRule {
  float momentum, gain;
  bool nesterov;

  template <class Args>
  TESSERA_INLINE explicit SgdRule(const Args& a)
      : momentum(static_cast<float>(a.momentum)), gain(static_cast<float>(a.gradGain)), nesterov(a.nesterov != 0) {}

  void operator()(const Hyper& h, uint32_t n, float* x, const float* g, const States& s) const {
    const float lr = static_cast<float>(h.lr), mu = momentum, c = gain;
    float* b = s.at[0];
    if (b == nullptr) {
      lanes(h, n, x, g, [=](float p, float grad, uint32_t) __attribute__((always_inline)) { return p - lr * grad; });
    } else if (nesterov) {
      lanes(h, n, x, g, TESSERA_LANE {
        b[i] = mu * b[i] + c * grad;
        return p - lr * (grad + mu * b[i]);
      });
    } else {
      lanes(h, n, x, g, TESSERA_LANE {
        b[i] = mu * b[i] + c * grad;
        return p - lr * b[i];
      });
    }
  }
};

// State expAvg. A zero gives a zero sign, a NaN a NaN.
struct LionRule {
  float weight1, weight2;

  template <class Args>
  TESSERA_INLINE explicit LionRule(const Args& a)
      : weight1(static_cast<float>(1 - a.beta1)), weight2(static_cast<float>(1 - a.beta2)) {}

  void operator()(const Hyper& h, uint32_t n, float* x, const float* g, const States& s) const {
    const float lr = static_cast<float>(h.lr), w1 = weight1, w2 = weight2;
    float* m = s.at[0];
    lanes(h, n, x, g, TESSERA_LANE {
      const float c = m[i] + w1 * (grad - m[i]);
      m[i] = m[i] + w2 * (grad - m[i]);
      return p - lr * (c > 0 ? 1.0f : c < 0 ? -1.0f : c);
    });
  }
};

// State sum.
struct AdagradRule {
  float eps;

  template <class Args>
  TESSERA_INLINE explicit AdagradRule(const Args& a) : eps(static_cast<float>(a.eps)) {}

  void operator()(const Hyper& h, uint32_t n, float* x, const float* g, const States& s) const {
    const float lr = static_cast<float>(h.lr), e = eps;
    float* sum = s.at[0];
    lanes(h, n, x, g, TESSERA_LANE {
      sum[i] = sum[i] + grad * grad;
      return p - lr * grad / (sqrtf(sum[i]) + e);
    });
  }
};

// States squareAvg, gradAvg (or null), momentumBuffer (or null).
struct RmspropRule {
  float alpha, weight, momentum, eps;

  template <class Args>
  TESSERA_INLINE explicit RmspropRule(const Args& a)
      : alpha(static_cast<float>(a.alpha)),
        weight(static_cast<float>(1 - a.alpha)),
        momentum(static_cast<float>(a.momentum)),
        eps(static_cast<float>(a.eps)) {}

  void operator()(const Hyper& h, uint32_t n, float* x, const float* g, const States& s) const {
    if (s.at[1] != nullptr) {
      s.at[2] != nullptr ? run<true, true>(h, n, x, g, s) : run<true, false>(h, n, x, g, s);
    } else {
      s.at[2] != nullptr ? run<false, true>(h, n, x, g, s) : run<false, false>(h, n, x, g, s);
    }
  }

  template <bool centered, bool buffered>
  TESSERA_INLINE void run(const Hyper& h, uint32_t n, float* x, const float* g, const States& s) const {
    const float lr = static_cast<float>(h.lr), a = alpha, w = weight, mu = momentum, e = eps;
    float *v = s.at[0], *mean = s.at[1], *b = s.at[2];
    lanes(h, n, x, g, TESSERA_LANE {
      v[i] = a * v[i] + w * (grad * grad);
      float spread = v[i];
      if constexpr (centered) {
        mean[i] = mean[i] + w * (grad - mean[i]);
        spread = spread - mean[i] * mean[i];
        spread = spread < 0 ? 0.0f : spread;  // rounding may take a variance of zero below it
      }
      const float u = grad / (sqrtf(spread) + e);
      if constexpr (!buffered) return p - lr * u;
      b[i] = mu * b[i] + u;
      return p - lr * b[i];
    });
  }
};

// States squareAvg, accDelta.
struct AdadeltaRule {
  float rho, weight, eps;

  template <class Args>
  TESSERA_INLINE explicit AdadeltaRule(const Args& a)
      : rho(static_cast<float>(a.rho)), weight(static_cast<float>(1 - a.rho)), eps(static_cast<float>(a.eps)) {}

  void operator()(const Hyper& h, uint32_t n, float* x, const float* g, const States& s) const {
    const float lr = static_cast<float>(h.lr), r = rho, w = weight, e = eps;
    float *v = s.at[0], *d = s.at[1];
    lanes(h, n, x, g, TESSERA_LANE {
      v[i] = r * v[i] + w * (grad * grad);
      const float u = sqrtf(d[i] + e) / sqrtf(v[i] + e) * grad;
      d[i] = r * d[i] + w * (u * u);
      return p - lr * u;
    });
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

  void operator()(const Hyper& h, uint32_t n, float* x, const float* g, const States& s) const {
    const float step = static_cast<float>(h.lr * momentWeight), w1 = weight1, b2 = beta2, e = eps;
    float *m = s.at[0], *top = s.at[1];
    lanes(h, n, x, g, TESSERA_LANE {
      m[i] = m[i] + w1 * (grad - m[i]);
      const float old = b2 * top[i], now = fabsf(grad) + e;
      top[i] = now < old ? old : now;
      return p - step * m[i] / top[i];
    });
  }
};

#undef TESSERA_LANE

}  // namespace tessera::TESSERA_ISA
