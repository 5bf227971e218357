// The scalar parts of native/kernels/adaptive.ts: from the sums of a step to the rate of the next, in double, shared by CPU
// and CUDA. An estimate that carries no information or is not finite leaves the old rate in place.
#pragma once

#include <float.h>
#include <math.h>

#include "types.h"

namespace tessera {

TESSERA_INLINE bool isFiniteNumber(double x) { return x - x == 0; }

// |g| of the steps up to the first with information.
template <class Args>
TESSERA_INLINE void startNormOf(const Args& a) {
  if (a.skip != nullptr && *a.skip != 0) return;
  if (a.estimate[4] == 0) a.estimate[5] = static_cast<float>(sqrt(double{a.sums[0]}));
}

// Estimate [d, dMax, numerator, denominator, k, |g_0|]; once it has information Prodigy has the d that the step used in the place of |g_0|.
template <class Args>
TESSERA_INLINE void distanceEstimateOf(const Args& a) {
  if (a.skip != nullptr && *a.skip != 0) return;
  float* e = a.estimate;
  const double d = e[0];
  const bool original = a.form == 0;
  const bool atRest = original && a.lr == 0;
  if (a.rule == 3) e[5] = e[0];
  double estimate = NAN;
  if (a.rule == 0 || a.rule == 5) {  // Adam, Lion: decay is sqrt(beta2)
    const double size = a.sums[1];
    if (original && (size == 0 || (atRest && a.rule == 0))) return;
    const double numerator = a.decay * e[2] + (1 - a.decay) * a.sums[0];
    e[2] = static_cast<float>(numerator);
    e[3] = static_cast<float>(size);
    estimate = numerator / ((1 - a.decay) * size);
  } else if (a.rule == 1) {  // SGD: the numerator is a sum
    const double size = sqrt(double{a.sums[1]});
    if (size == 0 || atRest) return;
    const double numerator = double{e[2]} + a.sums[0];
    e[2] = static_cast<float>(numerator);
    e[3] = static_cast<float>(size);
    estimate = 2 * numerator / size;
  } else if (a.rule == 2) {  // AdaGrad: e[2] is the weighted sum of squared gradients
    const double squares = double{e[2]} + a.sums[1];
    e[2] = static_cast<float>(squares);
    e[3] = a.sums[2];
    estimate = (a.sums[0] - squares) / a.sums[2];
  } else if (a.rule == 4) {  // Adan: decay is beta3, e[2] the weighted average of squared gradients
    const double size = a.sums[2];
    if (size == 0) return;
    const double squares = a.decay * e[2] + (1 - a.decay) * a.sums[1];
    e[2] = static_cast<float>(squares);
    e[3] = static_cast<float>(size);
    estimate = (a.sums[0] / (1 - a.decay) - squares) / size;
  } else {  // Prodigy
    const double size = a.sums[1];
    if (original && (size == 0 || atRest)) return;
    const double numerator = a.decay * e[2] + a.sums[0];
    e[2] = static_cast<float>(numerator);
    e[3] = static_cast<float>(size);
    estimate = a.coefficient * numerator / size;
  }
  e[4] += 1;
  if (atRest || !isFiniteNumber(estimate)) return;
  double next = d;
  if (a.rule == 3 && original) {
    if (e[0] == static_cast<float>(a.d0) && estimate > next) next = estimate;
    const double most = estimate > e[1] ? estimate : e[1];
    e[1] = static_cast<float>(most);
    next = next * a.growth;
    next = most < next ? most : next;
  } else {
    const double grown = d * a.growth;
    const double wanted = estimate < grown ? estimate : grown;
    if (wanted > next) next = wanted;
    e[1] = static_cast<float>(next);
  }
  e[0] = static_cast<float>(next);
}

// Estimate [average loss, average <g, p>, lower bound, tau].
template <class Args>
TESSERA_INLINE void momoEstimateOf(const Args& a) {
  if (a.skip != nullptr && *a.skip != 0) return;
  float* e = a.estimate;
  const double loss = a.beta * e[0] + (1 - a.beta) * *a.loss, inner = a.beta * e[1] + (1 - a.beta) * a.sums[0];
  const double product = a.sums[1], norm = a.sums[2], w = 1 + a.lr * a.decay;
  double bound = e[2];
  if (a.adapt != 0) {
    const double cap = w * (loss - inner) + product;
    if (cap < w * a.correction * bound) {
      bound = cap / (2 * a.correction * w);
      if (bound < a.bound) bound = a.bound;
    }
  }
  const double gap = w * (loss - a.correction * bound - inner) + product;
  const double most = a.lr / a.correction;
  double tau = norm > DBL_EPSILON && gap > 0 ? gap / norm : 0;
  if (tau > most) tau = most;
  if (a.adapt != 0) {
    bound = (loss + product - inner - 0.5 * tau * norm) / a.correction;
    if (bound < a.bound) bound = a.bound;
  }
  e[0] = static_cast<float>(loss);
  e[1] = static_cast<float>(inner);
  e[2] = static_cast<float>(bound);
  e[3] = static_cast<float>(tau);
}

// Estimate [L, rate, largest rate, sum of weights, c]. As the authors', the corrected L is what the next step averages.
template <class Args>
TESSERA_INLINE void scheduleFreePlusEstimateOf(const Args& a) {
  if (a.skip != nullptr && *a.skip != 0) return;
  float* e = a.estimate;
  const double size = (a.beta * e[0] + (1 - a.beta) * a.sums[0] * 1.2533141373155001) / a.correction;
  const double gap = *a.loss + a.ahead / a.before * a.sums[1];
  const double rate = gap > 0 && size > 0 ? gap / size : 0;
  if (!isFiniteNumber(rate)) return;
  const double most = rate * a.lr > e[2] ? rate * a.lr : e[2];
  double c = 1, weights = e[3];
  if (a.warm == 0) {
    const double weight = a.stepWeight * pow(most, a.power);
    weights += weight;
    c = weights > 0 ? weight / weights : 0;
  }
  e[0] = static_cast<float>(size);
  e[1] = static_cast<float>(rate);
  e[2] = static_cast<float>(most);
  e[3] = static_cast<float>(weights);
  e[4] = static_cast<float>(c);
}

// Estimate [rate].
template <class Args>
TESSERA_INLINE void avagradEstimateOf(const Args& a) {
  if (a.skip != nullptr && *a.skip != 0) return;
  const double rate = sqrt(double{a.sums[1]} / a.sums[0]);
  if (isFiniteNumber(rate)) *a.estimate = static_cast<float>(rate);
}

// Estimate [S, T, h, 0, s[count], r[count], m[count], v[count]].
template <class Args>
TESSERA_INLINE void mechanicEstimateOf(const Args& a) {
  if (a.skip != nullptr && *a.skip != 0) return;
  const uint32_t n = a.count;
  float *e = a.estimate, *s = e + 4, *r = s + n, *m = r + n, *v = m + n;
  const bool optax = a.form != 0;
  const double total = e[1];
  const double ratio = sqrt(double{a.sums[3]}) / (sqrt(double{a.sums[2]}) + a.eps);
  double h = a.sums[0] + a.decay * total * ratio * a.sums[1];
  if (optax) h = -h;
  if (!isFiniteNumber(h)) return;
  const double size = fabs(h);
  double sum = 0, decay = 1;
  for (uint32_t i = 0; i < n; ++i) {
    decay *= 0.1;
    const double beta = 1 - decay;
    double reward = beta * r[i], most = beta * m[i];
    if (optax) {
      reward += (h > m[i] ? m[i] : h < -m[i] ? -m[i] : h) * s[i];
      if (most < size + a.eps) most = size + a.eps;
    } else {
      reward -= h * s[i];
      if (reward < 0) reward = 0;
      if (most < size) most = size;
    }
    const double squares = beta * beta * v[i] + h * h;
    const double next = (a.start / n * most + (reward > 0 ? reward : 0)) / (sqrt(squares) + a.eps);
    r[i] = static_cast<float>(reward);
    m[i] = static_cast<float>(most);
    v[i] = static_cast<float>(squares);
    s[i] = static_cast<float>(next);
    sum += next;
  }
  e[0] = static_cast<float>(optax || sum > 0 ? sum : 0);
  e[1] = static_cast<float>(sum);
  e[2] = static_cast<float>(h);
}

}  // namespace tessera
