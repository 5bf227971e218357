// Losses straight from hidden states and head weight: cross-entropy, and log-probability with entropy. What differs
// between them is how a row's reductions become its outputs and its upstream gradients become dL/dlogits; the products
// and reductions are in linear_head.h and linear_head_backward.h.
#include "cpu/linear_head_backward.h"

namespace tessera::TESSERA_ISA {

namespace linear_head {

// loss = ln2 (logSum - (1 - smoothing) t[target] - smoothing mean(t))
TESSERA_INLINE float crossEntropyOf(const RowResult& r, Target target, float smoothing) {
  if (target == Target::Ignored) return 0.0f;
  if (target == Target::Invalid) return __builtin_nanf("");
  return kLn2 * ((r.logSum - r.target) + (smoothing != 0.0f ? smoothing * (r.target - r.mean) : 0.0f));
}

TESSERA_INLINE RowGradient crossEntropyGradient(float logSum, Target target, int32_t index, float upstream, float scale,
                                                float smoothing, int64_t classes) {
  if (target == Target::Ignored) return noGradient();
  const float g = (target == Target::Valid ? upstream : __builtin_nanf("")) * scale;
  return {logSum, g, 0.0f, -g * smoothing / static_cast<float>(classes), -g * (1.0f - smoothing),
          target == Target::Valid ? index : -1};
}

// Nothing to compute: gradients of absent rows or classes are zero.
template <class Args>
bool isEmpty(const Args& a) {
  if (a.rows != 0 && a.classes != 0) return false;
  clear(a.dhidden, uint64_t{a.rows} * a.features);
  clear(a.dweight, uint64_t{a.classes} * a.features);
  clear(a.dbias, a.classes);
  return true;
}

TESSERA_INLINE void fillNan(float* p, uint32_t n) {
  for (uint32_t i = 0; i < n; ++i) p[i] = __builtin_nanf("");
}

}  // namespace linear_head

template <class T>
void linearCrossEntropyForward(const LinearCrossEntropyForwardArgs<T>& a, Context& ctx) {
  using namespace linear_head;
  if (a.classes == 0) {
    fillNan(a.loss, a.rows);
    fillNan(a.logSums, a.rows);
    return;
  }
  const Head<T> h = headOf<T>(a, ctx);
  reduceLogits(h, ctx, [&](int64_t row, const RowResult& result) {
    a.loss[row] = crossEntropyOf(result, targetOf(h, row), a.labelSmoothing);
    a.logSums[row] = kLn2 * result.logSum;
  });
}

template <class T>
void linearCrossEntropyBackward(const LinearCrossEntropyBackwardArgs<T>& a, Context& ctx) {
  using namespace linear_head;
  if (isEmpty(a)) return;
  const Head<T> h = headOf<T>(a, ctx);
  RowGradient* gradients = ctx.scratch<RowGradient>(a.rows);
  for (int64_t row = 0; row < h.rows; ++row) {
    gradients[row] = crossEntropyGradient(kLog2e * a.logSums[row], targetOf(h, row), h.targets[row], a.dloss[row], h.scale,
                                          a.labelSmoothing, h.classes);
  }
  backward(h, gradients, Outputs<T>{a.dhidden, a.dweight, a.dbias}, ctx);
}

template <class T>
void linearCrossEntropyWithGradients(const LinearCrossEntropyWithGradientsArgs<T>& a, Context& ctx) {
  using namespace linear_head;
  if (a.classes == 0) fillNan(a.loss, a.rows);
  if (isEmpty(a)) return;
  const Head<T> h = headOf<T>(a, ctx);
  const Outputs<T> out{a.dhidden, a.dweight, a.dbias};
  const auto finish = [&](int64_t row, const RowResult& result) {
    const Target target = targetOf(h, row);
    a.loss[row] = crossEntropyOf(result, target, a.labelSmoothing);
    return crossEntropyGradient(result.logSum, target, h.targets[row], *a.dloss, h.scale, a.labelSmoothing, h.classes);
  };
  if constexpr (sizeof(T) == 4) {
    withGradients(h, out, ctx, finish);
  } else {
    RowGradient* gradients = ctx.scratch<RowGradient>(a.rows);
    reduceLogits(h, ctx, [&](int64_t row, const RowResult& result) { gradients[row] = finish(row, result); });
    backward(h, gradients, out, ctx);
  }
}

template <class T>
void linearLogProbForward(const LinearLogProbForwardArgs<T>& a, Context& ctx) {
  using namespace linear_head;
  if (a.classes == 0) {
    fillNan(a.logProb, a.rows);
    fillNan(a.entropy, a.rows);
    fillNan(a.logSums, a.rows);
    return;
  }
  const Head<T> h = headOf<T>(a, ctx);
  reduceLogits(h, ctx, [&](int64_t row, const RowResult& result) {
    const Target target = targetOf(h, row);
    const float other = target == Target::Ignored ? 0.0f : __builtin_nanf("");
    a.logProb[row] = target == Target::Valid ? kLn2 * (result.target - result.logSum) : other;
    a.entropy[row] = target == Target::Valid ? result.entropy : other;
    a.logSums[row] = kLn2 * result.logSum;
  });
}

template <class T>
void linearLogProbBackward(const LinearLogProbBackwardArgs<T>& a, Context& ctx) {
  using namespace linear_head;
  if (isEmpty(a)) return;
  const Head<T> h = headOf<T>(a, ctx);
  RowGradient* gradients = ctx.scratch<RowGradient>(a.rows);
  for (int64_t row = 0; row < h.rows; ++row) {
    const Target target = targetOf(h, row);
    if (target == Target::Ignored) {
      gradients[row] = noGradient();
      continue;
    }
    // dlogProb/dlogit_v = [v = target] - p_v, dentropy/dlogit_v = -p_v (log p_v + entropy)
    const float dlogProb = (a.dlogProb != nullptr ? a.dlogProb[row] : 0.0f) * h.scale;
    const float dentropy = (a.dentropy != nullptr ? a.dentropy[row] : 0.0f) * h.scale;
    const float all = target == Target::Valid ? -dlogProb - dentropy * a.entropy[row] : __builtin_nanf("");
    gradients[row] = {kLog2e * a.logSums[row], all, -dentropy * kLn2, 0.0f, dlogProb,
                      target == Target::Valid ? h.targets[row] : -1};
  }
  backward(h, gradients, Outputs<T>{a.dhidden, a.dweight, a.dbias}, ctx);
}

}  // namespace tessera::TESSERA_ISA

#include "gen/linear_head.cpu.inc"
