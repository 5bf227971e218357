// Cross entropy over rows of logits. A row is read from memory once and stays in cache for its passes.
#include "gen/loss.h"

#include "cpu/index_check.h"
#include "cpu/kernel.h"
#include "cpu/lanes.h"
#include "cpu/strided.h"
#include "scalar.h"

namespace tessera::TESSERA_ISA {

template <class T>
void crossEntropyForward(const CrossEntropyForwardArgs<T>& a, Context& context) {
  const uint64_t cols = a.cols;
  if (a.rows == 0) return;
  checkIndices(context, a.target, a.rows, cols, a.ignoreIndex);
  forRange(context, a.rows, cols >= kRowGrain ? 1 : kRowGrain / (cols + 1), [&](uint64_t begin, uint64_t end) {
    for (uint64_t r = begin; r < end; ++r) {
      const T* x = a.x + r * cols;
      const float top = maxLanes(cols, -scalar::kInfinity, [=](uint64_t i) { return load(x + i); });
      const double total = sumBlocks<float, double>(cols, [=](uint64_t i) { return scalar::exp(load(x + i) - top); });
      const float lse = top + scalar::log(static_cast<float>(total));
      a.lse[r] = lse;
      const auto target = static_cast<uint32_t>(a.target[r]);
      if (a.target[r] == a.ignoreIndex || target >= cols) {
        a.loss[r] = 0.0f;
        continue;
      }
      float loss = lse - load(x + target);
      if (a.labelSmoothing != 0.0f) {
        const double sum = sumBlocks<float, double>(cols, [=](uint64_t i) { return load(x + i); });
        const float smooth = lse - static_cast<float>(sum / static_cast<double>(cols));
        loss = (1.0f - a.labelSmoothing) * loss + a.labelSmoothing * smooth;
      }
      a.loss[r] = loss;
    }
  });
}

template <class T>
void crossEntropyBackward(const CrossEntropyBackwardArgs<T>& a, Context& context) {
  const uint64_t cols = a.cols;
  if (a.rows == 0 || cols == 0) return;
  const float even = a.labelSmoothing / static_cast<float>(cols);
  forRange(context, a.rows, cols >= kRowGrain ? 1 : kRowGrain / cols, [&, even](uint64_t begin, uint64_t end) {
    for (uint64_t r = begin; r < end; ++r) {
      const T* x = a.x + r * cols;
      T* dx = a.dx + r * cols;
      const auto target = static_cast<uint32_t>(a.target[r]);
      if (a.target[r] == a.ignoreIndex || target >= cols) {
        __builtin_memset(static_cast<void*>(dx), 0, cols * sizeof(T));
        continue;
      }
      const float lse = a.lse[r];
      const float g = a.g[r * a.gStep];
      const float chosen = load(x + target);  // before dx, which may be x, is written
#pragma omp simd
      for (uint64_t i = 0; i < cols; ++i) store(dx + i, g * (scalar::exp(load(x + i) - lse) - even));
      store(dx + target, g * (scalar::exp(chosen - lse) - even - (1.0f - a.labelSmoothing)));
    }
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/loss.cpu.inc"
