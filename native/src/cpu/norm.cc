// Normalisations over rows (layer, RMS), groups of channels and, in batch_norm.h, channels. Statistics are two-pass: the
// variance is the mean of squared distances from the mean, which a row in cache gives for nearly nothing. Gradients of
// weights are summed over fixed ranges of rows and the ranges combined in order.
#include "gen/norm.h"

#include "cpu/batch_norm.h"
#include "cpu/kernel.h"
#include "cpu/lanes.h"
#include "cpu/norm_parts.h"
#include "cpu/past_caches.h"
#include "scalar.h"

namespace tessera::TESSERA_ISA {

template <class T>
TESSERA_INLINE float meanOf(const T* x, uint64_t n) {
  return static_cast<float>(sumBlocks<float, double>(n, [=](uint64_t i) { return load(x + i); }) / static_cast<double>(n));
}

// mean of (x - center)^2
template <class T>
TESSERA_INLINE float spreadOf(const T* x, uint64_t n, float center) {
  const double sum = sumBlocks<float, double>(n, [=](uint64_t i) {
    const float d = load(x + i) - center;
    return d * d;
  });
  return static_cast<float>(sum / static_cast<double>(n));
}

// ---- rows -----------------------------------------------------------------------------------------------------------

// Rows whose sums are taken before any of them is finished: a short row's sums wait longer for one another than they take.
constexpr uint64_t kMostTogether = 16;

TESSERA_INLINE uint64_t rowsTogether(uint64_t cols) {
  constexpr uint64_t kElements = 2048;  // that stay in L1
  return cols * kMostTogether <= kElements ? kMostTogether : cols >= kElements ? 1 : kElements / cols;
}

// body(first, past) for runs of rows within [begin, end).
template <class F>
TESSERA_INLINE void forRowsTogether(uint64_t begin, uint64_t end, uint64_t cols, F&& body) {
  const uint64_t together = rowsTogether(cols);
  for (uint64_t first = begin; first < end; first += together) body(first, end - first < together ? end : first + together);
}

template <class T>
void layerNormForward(const LayerNormForwardArgs<T>& a, Context& context) {
  const uint64_t cols = a.cols;
  if (a.rows == 0 || cols == 0) return;
  const float* weight = weightsOf(context, a.weight, cols, 1.0f);
  const float* bias = weightsOf(context, a.bias, cols, 0.0f);
  const bool past = goesPastCaches<T>(a.rows * cols, cols);
  forRange(context, a.rows, grainOf(cols), [=, &a](uint64_t begin, uint64_t end) {
    forRowsTogether(begin, end, cols, [=, &a](uint64_t first, uint64_t last) {
      for (uint64_t r = first; r < last; ++r) a.mean[r] = meanOf(a.x + r * cols, cols);
      for (uint64_t r = first; r < last; ++r) a.rstd[r] = spreadOf(a.x + r * cols, cols, a.mean[r]) + a.eps;
#pragma omp simd
      for (uint64_t r = first; r < last; ++r) a.rstd[r] = scalar::rsqrt(a.rstd[r]);
      for (uint64_t r = first; r < last; ++r) {
        const T* x = a.x + r * cols;
        const float mean = a.mean[r], rstd = a.rstd[r];
        mapRange(a.y + r * cols, 0, cols, past,
                 [=](uint64_t i) { return scalar::fma((load(x + i) - mean) * rstd, weight[i], bias[i]); });
      }
    });
  });
}

template <class T>
void rmsNormForward(const RmsNormForwardArgs<T>& a, Context& context) {
  const uint64_t cols = a.cols;
  if (a.rows == 0 || cols == 0) return;
  const float* weight = weightsOf(context, a.weight, cols, 1.0f);
  const bool past = goesPastCaches<T>(a.rows * cols, cols);
  forRange(context, a.rows, grainOf(cols), [=, &a](uint64_t begin, uint64_t end) {
    forRowsTogether(begin, end, cols, [=, &a](uint64_t first, uint64_t last) {
      for (uint64_t r = first; r < last; ++r) a.rstd[r] = spreadOf(a.x + r * cols, cols, 0.0f) + a.eps;
#pragma omp simd
      for (uint64_t r = first; r < last; ++r) a.rstd[r] = scalar::rsqrt(a.rstd[r]);
      for (uint64_t r = first; r < last; ++r) {
        const T* x = a.x + r * cols;
        const float rstd = a.rstd[r];
        mapRange(a.y + r * cols, 0, cols, past, [=](uint64_t i) { return load(x + i) * rstd * weight[i]; });
      }
    });
  });
}

// Rows one part of a weight gradient sums up: at least a full chunk, at most 64 parts.
TESSERA_INLINE uint64_t partRows(uint64_t rows, uint64_t cols) {
  const uint64_t few = (rows - 1) / 64 + 1, chunk = grainOf(cols);
  return few > chunk ? few : chunk;
}

// y[i] = partial[0][i] + partial[1][i] + ...
template <class T>
TESSERA_INLINE void combineParts(Context& context, const float* partial, uint64_t parts, uint64_t n, T* y) {
  forRange(context, n, kTileCols, [=](uint64_t begin, uint64_t end) {
    double total[kTileCols];
    for (uint64_t i = begin; i < end; ++i) total[i - begin] = 0.0;
    for (uint64_t part = 0; part < parts; ++part) {
      const float* p = partial + part * n;
#pragma omp simd
      for (uint64_t i = begin; i < end; ++i) total[i - begin] += static_cast<double>(p[i]);
    }
#pragma omp simd
    for (uint64_t i = begin; i < end; ++i) store(y + i, static_cast<float>(total[i - begin]));
  });
}

// With xhat = (x - mean) rstd and h = g weight: dx = rstd (h - mean(h) - xhat mean(h xhat)), where an RMS norm, which has
// no mean, lacks the middle term; dweight sums g xhat and dbias g over rows.
template <bool centered, class T>
TESSERA_INLINE void rowsBackward(Context& context, const T* x, const T* weightIn, const float* mean, const float* rstd,
                                 const T* g, T* dx, T* dweight, T* dbias, uint64_t rows, uint64_t cols) {
  if (cols == 0) return;
  if (rows == 0) {
    if (dweight != nullptr) __builtin_memset(static_cast<void*>(dweight), 0, cols * sizeof(T));
    if (dbias != nullptr) __builtin_memset(static_cast<void*>(dbias), 0, cols * sizeof(T));
    return;
  }
  const float* weight = weightsOf(context, weightIn, cols, 1.0f);
  const uint64_t span = partRows(rows, cols), parts = (rows - 1) / span + 1;
  float* partWeight = dweight != nullptr ? context.scratch<float>(parts * cols) : nullptr;
  float* partBias = dbias != nullptr ? context.scratch<float>(parts * cols) : nullptr;
  const float perCol = 1.0f / static_cast<float>(cols);
  const bool past = goesPastCaches<T>(rows * cols, cols);
  forRange(context, rows, span, [=](uint64_t begin, uint64_t end) {
    float* dw = partWeight != nullptr ? partWeight + begin / span * cols : nullptr;
    float* db = partBias != nullptr ? partBias + begin / span * cols : nullptr;
    if (dw != nullptr) __builtin_memset(dw, 0, cols * sizeof(float));
    if (db != nullptr) __builtin_memset(db, 0, cols * sizeof(float));
    forRowsTogether(begin, end, cols, [=](uint64_t first, uint64_t last) {
      float along[kMostTogether], level[kMostTogether];
      for (uint64_t r = first; dx != nullptr && r < last; ++r) {
        const T *xr = x + r * cols, *gr = g + r * cols;
        const float scale = rstd[r], center = centered ? mean[r] : 0.0f;
        along[r - first] = perCol * static_cast<float>(sumBlocks<float, double>(cols, [=](uint64_t i) {
          return load(gr + i) * weight[i] * ((load(xr + i) - center) * scale);
        }));
        level[r - first] = !centered ? 0.0f : perCol * static_cast<float>(sumBlocks<float, double>(cols, [=](uint64_t i) {
          return load(gr + i) * weight[i];
        }));
      }
      for (uint64_t r = first; r < last; ++r) {
        const T *xr = x + r * cols, *gr = g + r * cols;
        const float scale = rstd[r], center = centered ? mean[r] : 0.0f;
        if (dw != nullptr) {
#pragma omp simd
          for (uint64_t i = 0; i < cols; ++i) dw[i] += load(gr + i) * ((load(xr + i) - center) * scale);
        }
        if (db != nullptr) {
#pragma omp simd
          for (uint64_t i = 0; i < cols; ++i) db[i] += load(gr + i);
        }
        if (dx == nullptr) continue;
        const float rowAlong = along[r - first], rowLevel = level[r - first];
        mapRange(dx + r * cols, 0, cols, past, [=](uint64_t i) {
          const float xhat = (load(xr + i) - center) * scale;
          return scale * (load(gr + i) * weight[i] - rowLevel - xhat * rowAlong);
        });
      }
    });
  });
  if (dweight != nullptr) combineParts(context, partWeight, parts, cols, dweight);
  if (dbias != nullptr) combineParts(context, partBias, parts, cols, dbias);
}

template <class T>
void layerNormBackward(const LayerNormBackwardArgs<T>& a, Context& context) {
  rowsBackward<true>(context, a.x, a.weight, a.mean, a.rstd, a.g, a.dx, a.dweight, a.dbias, a.rows, a.cols);
}

template <class T>
void rmsNormBackward(const RmsNormBackwardArgs<T>& a, Context& context) {
  rowsBackward<false>(context, a.x, a.weight, static_cast<const float*>(nullptr), a.rstd, a.g, a.dx, a.dweight,
                      static_cast<T*>(nullptr), a.rows, a.cols);
}

// ---- groups of channels ---------------------------------------------------------------------------------------------

TESSERA_INLINE void checkGroups(Context& context, uint64_t channels, uint64_t groups) {
  if (groups == 0 || channels % groups != 0) {
    context.fail("INVALID_ARGUMENT", "groups must divide the channels", static_cast<int64_t>(groups), channels + 1);
  }
}

template <class T>
void groupNormForward(const GroupNormForwardArgs<T>& a, Context& context) {
  const uint64_t spatial = a.spatial;
  if (a.batch == 0 || a.channels == 0 || spatial == 0) return;
  checkGroups(context, a.channels, a.groups);
  const uint64_t channels = a.channels, groups = a.groups, perGroup = channels / groups, size = perGroup * spatial;
  const float* weight = weightsOf(context, a.weight, channels, 1.0f);
  const float* bias = weightsOf(context, a.bias, channels, 0.0f);
  forRange(context, a.batch * groups, grainOf(size), [=, &a](uint64_t begin, uint64_t end) {
    for (uint64_t u = begin; u < end; ++u) {
      const T* x = a.x + u * size;
      const float mean = meanOf(x, size);
      const float rstd = scalar::rsqrt(spreadOf(x, size, mean) + a.eps);
      a.mean[u] = mean;
      a.rstd[u] = rstd;
      for (uint64_t k = 0; k < perGroup; ++k) {
        const uint64_t c = u % groups * perGroup + k;
        const T* xc = x + k * spatial;
        T* y = a.y + u * size + k * spatial;
        const float w = weight[c], b = bias[c];
#pragma omp simd
        for (uint64_t i = 0; i < spatial; ++i) store(y + i, scalar::fma((load(xc + i) - mean) * rstd, w, b));
      }
    }
  });
}

template <class T>
void groupNormBackward(const GroupNormBackwardArgs<T>& a, Context& context) {
  const uint64_t batch = a.batch, channels = a.channels, groups = a.groups, spatial = a.spatial;
  if (channels == 0) return;
  checkGroups(context, channels, groups);
  const uint64_t perGroup = channels / groups, size = perGroup * spatial;
  const float* weight = weightsOf(context, a.weight, channels, 1.0f);
  // per plane: sum of g xhat, and sum of g
  float* along = context.scratch<float>(batch * channels);
  float* level = context.scratch<float>(batch * channels);
  forRange(context, batch * groups, grainOf(size), [=, &a](uint64_t begin, uint64_t end) {
    for (uint64_t u = begin; u < end; ++u) {
      const float mean = a.mean[u], rstd = a.rstd[u];
      double groupAlong = 0.0, groupLevel = 0.0;
      for (uint64_t k = 0; k < perGroup; ++k) {
        const uint64_t plane = u * perGroup + k;
        const T *x = a.x + plane * spatial, *g = a.g + plane * spatial;
        const float w = weight[plane % channels];
        const double planeAlong =
            sumBlocks<float, double>(spatial, [=](uint64_t i) { return load(g + i) * ((load(x + i) - mean) * rstd); });
        const double planeLevel = sumBlocks<float, double>(spatial, [=](uint64_t i) { return load(g + i); });
        along[plane] = static_cast<float>(planeAlong);
        level[plane] = static_cast<float>(planeLevel);
        groupAlong += planeAlong * static_cast<double>(w);
        groupLevel += planeLevel * static_cast<double>(w);
      }
      if (a.dx == nullptr) continue;
      const float meanAlong = static_cast<float>(groupAlong / static_cast<double>(size));
      const float meanLevel = static_cast<float>(groupLevel / static_cast<double>(size));
      for (uint64_t k = 0; k < perGroup; ++k) {
        const uint64_t plane = u * perGroup + k;
        const T *x = a.x + plane * spatial, *g = a.g + plane * spatial;
        T* dx = a.dx + plane * spatial;
        const float w = weight[plane % channels];
#pragma omp simd
        for (uint64_t i = 0; i < spatial; ++i) {
          const float xhat = (load(x + i) - mean) * rstd;
          store(dx + i, rstd * (load(g + i) * w - meanLevel - xhat * meanAlong));
        }
      }
    }
  });
  if (a.dweight != nullptr) combineParts(context, along, batch, channels, a.dweight);
  if (a.dbias != nullptr) combineParts(context, level, batch, channels, a.dbias);
}

}  // namespace tessera::TESSERA_ISA

#include "gen/norm.cpu.inc"
