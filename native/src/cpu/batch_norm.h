// Normalisation of channels over the batch.
#pragma once

#include "cpu/lanes.h"
#include "cpu/norm_parts.h"
#include "gen/norm.h"
#include "scalar.h"

namespace tessera::TESSERA_ISA {

// finish(c, sum of f(index of the element, c)) for each channel. Planes are rows; without spatial extent the batch is a
// matrix whose columns are the channels.
template <class F, class Finish>
TESSERA_INLINE void sumChannels(Context& context, uint64_t batch, uint64_t channels, uint64_t spatial, F f,
                                Finish finish) {
  if (spatial == 1) {
    forRange(context, channels, kTileCols, [=](uint64_t begin, uint64_t end) {
      double total[kTileCols];
      for (uint64_t c = begin; c < end; ++c) total[c - begin] = 0.0;
      for (uint64_t n = 0; n < batch; ++n) {
#pragma omp simd
        for (uint64_t c = begin; c < end; ++c) total[c - begin] += static_cast<double>(f(n * channels + c, c));
      }
      for (uint64_t c = begin; c < end; ++c) finish(c, total[c - begin]);
    });
    return;
  }
  forRange(context, channels, grainOf(batch * spatial), [=](uint64_t begin, uint64_t end) {
    // Planes that are one block. Those of no elements add nothing, however many there are.
    const uint64_t together = spatial >= kSumBlock ? 1 : spatial > 0 ? kSumBlock / spatial : kSumBlock;
    for (uint64_t c = begin; c < end; ++c) {
      double total = 0.0;
      for (uint64_t first = 0; first < batch; first += together) {
        if (together == 1) {
          const uint64_t plane = (first * channels + c) * spatial;
          total += sumBlocks<float, double>(spatial, [=](uint64_t i) { return f(plane + i, c); });
          continue;
        }
        float lane[kLanes] = {};
        for (uint64_t n = first; n < batch && n < first + together; ++n) {
          const uint64_t plane = (n * channels + c) * spatial;
          addLanes(lane, spatial, [=](uint64_t i) { return f(plane + i, c); });
        }
        total += static_cast<double>(foldLanes(lane));
      }
      finish(c, total);
    }
  });
}

// mapOf(c)(index of the element) for every element: what depends on the channel alone is looked up once a plane.
template <class F>
TESSERA_INLINE void forElements(Context& context, uint64_t batch, uint64_t channels, uint64_t spatial, F mapOf) {
  if (spatial == 1) {
    forRange(context, batch, grainOf(channels), [=](uint64_t begin, uint64_t end) {
      const F mapHere = mapOf;
      for (uint64_t n = begin; n < end; ++n) {
#pragma omp simd
        for (uint64_t c = 0; c < channels; ++c) mapHere(c)(n * channels + c);
      }
    });
    return;
  }
  forRange(context, batch * channels, grainOf(spatial), [=](uint64_t begin, uint64_t end) {
    uint64_t c = begin % channels;
    for (uint64_t plane = begin; plane < end; ++plane) {
      const auto map = mapOf(c);
#pragma omp simd
      for (uint64_t i = 0; i < spatial; ++i) map(plane * spatial + i);
      if (++c == channels) c = 0;
    }
  });
}

template <class T>
void batchNormForward(const BatchNormForwardArgs<T>& a, Context& context) {
  const uint64_t batch = a.batch, channels = a.channels, spatial = a.spatial;
  if (channels == 0) return;
  float *mean = a.mean, *rstd = a.rstd;
  const double count = static_cast<double>(batch) * static_cast<double>(spatial);
  const T* x = a.x;
  if (a.training != 0) {
    float* running = a.runningMean;
    float* runningVariance = a.runningVariance;
    const float momentum = a.momentum, eps = a.eps;
    sumChannels(
        context, batch, channels, spatial, [=](uint64_t at, uint64_t) { return load(x + at); },
        [=](uint64_t c, double total) {
          mean[c] = static_cast<float>(total / count);
          if (running != nullptr) running[c] += momentum * (mean[c] - running[c]);
        });
    sumChannels(
        context, batch, channels, spatial,
        [=](uint64_t at, uint64_t c) {
          const float d = load(x + at) - mean[c];
          return d * d;
        },
        [=](uint64_t c, double total) {
          rstd[c] = scalar::rsqrt(static_cast<float>(total / count) + eps);
          if (runningVariance == nullptr) return;
          const float unbiased = static_cast<float>(total / (count > 1.0 ? count - 1.0 : 1.0));
          runningVariance[c] += momentum * (unbiased - runningVariance[c]);
        });
  } else {
    for (uint64_t c = 0; c < channels; ++c) {
      mean[c] = a.runningMean != nullptr ? a.runningMean[c] : 0.0f;
      rstd[c] = scalar::rsqrt((a.runningVariance != nullptr ? a.runningVariance[c] : 1.0f) + a.eps);
    }
  }
  const float* weight = weightsOf(context, a.weight, channels, 1.0f);
  const float* bias = weightsOf(context, a.bias, channels, 0.0f);
  T* y = a.y;
  forElements(context, batch, channels, spatial, [=](uint64_t c) {
    return [=, m = mean[c], r = rstd[c], w = weight[c], b = bias[c]](uint64_t at) {
      store(y + at, scalar::fma((load(x + at) - m) * r, w, b));
    };
  });
}

template <class T>
void batchNormBackward(const BatchNormBackwardArgs<T>& a, Context& context) {
  const uint64_t batch = a.batch, channels = a.channels, spatial = a.spatial;
  if (channels == 0) return;
  const T *x = a.x, *g = a.g;
  const float *mean = a.mean, *rstd = a.rstd;
  float* along = context.scratch<float>(channels);
  float* level = context.scratch<float>(channels);
  sumChannels(
      context, batch, channels, spatial,
      [=](uint64_t at, uint64_t c) { return load(g + at) * ((load(x + at) - mean[c]) * rstd[c]); },
      [=](uint64_t c, double total) { along[c] = static_cast<float>(total); });
  sumChannels(
      context, batch, channels, spatial, [=](uint64_t at, uint64_t) { return load(g + at); },
      [=](uint64_t c, double total) { level[c] = static_cast<float>(total); });
  for (uint64_t c = 0; c < channels; ++c) {
    if (a.dweight != nullptr) store(a.dweight + c, along[c]);
    if (a.dbias != nullptr) store(a.dbias + c, level[c]);
  }
  if (a.dx == nullptr) return;
  // Statistics of the batch depend on x; running ones are constants.
  const float share = a.training != 0 ? 1.0f / (static_cast<float>(batch) * static_cast<float>(spatial)) : 0.0f;
  const float* weight = weightsOf(context, a.weight, channels, 1.0f);
  T* dx = a.dx;
  forElements(context, batch, channels, spatial, [=](uint64_t c) {
    return [=, m = mean[c], r = rstd[c], w = weight[c], ofOne = level[c], ofX = along[c]](uint64_t at) {
      const float xhat = (load(x + at) - m) * r;
      store(dx + at, w * r * (load(g + at) - share * (ofOne + xhat * ofX)));
    };
  });
}

}  // namespace tessera::TESSERA_ISA
