// Losses straight from hidden states and head weight. Logits come in blocks of columns from a matrix product, into a
// workspace that never holds more than a block; they are reduced, or turned into their gradients, and forgotten.
// The mathematics is that of native/src/cpu/linear_head.h: t = log2(e) scale (hidden . weight + bias), in log2 units.
// The products of linearLogProb's forward always have kFixedRows rows, the last ones padded with zeros, and fixed columns:
// a row meets the same instructions whatever the other rows are, so its results do not depend on the batch.
#include "gemm.h"
#include "kernel.cuh"
#include "linear_head_row.cuh"

#include "gen/linear_head.h"

namespace tessera::cuda {

// --- reductions ---

template <class T>
struct HeadReduceArgs {
  const float* logits;  // [rows][ld]
  const T* bias;        // of the first column, or null
  const int32_t* targets;
  HeadPart* parts;
  uint32_t rows, cols, ld, firstColumn;
  float scale;
};

// A block per row adds a block of columns to the row's part.
template <class T>
__device__ void headReduceKernel(const HeadReduceArgs<T>& a) {
  const uint32_t row = blockIdx.x;
  const float* logits = a.logits + uint64_t{row} * a.ld;
  HeadPart part = addColumns(a.parts[row], logits, a.bias, a.cols, a.scale);
  if (threadIdx.x != 0) return;
  const int64_t at = int64_t{a.targets[row]} - a.firstColumn;
  if (at >= 0 && at < a.cols) part.target = scaledLogit(logits, a.bias, static_cast<uint32_t>(at), a.scale);
  a.parts[row] = part;
}
EXPORT_KERNEL((256), headReduce, f32)
EXPORT_KERNEL((256), headReduce, bf16)

struct HeadClearArgs {
  HeadPart* parts;
  uint32_t rows;
};

__device__ void headClearKernel(const HeadClearArgs& a) {
  for (uint64_t i = globalThread(); i < a.rows; i += globalThreads()) a.parts[i] = HeadPart{};
}
EXPORT_KERNEL((256), headClear)

struct HeadFinishArgs {
  const HeadPart* parts;
  const int32_t* targets;
  float* loss;     // cross-entropy, or null
  float* logProb;  // with entropy, or null
  float* entropy;
  float* logSums;
  uint32_t rows, classes;
  int32_t ignoreIndex;
  float labelSmoothing;
};

__device__ void headFinishKernel(const HeadFinishArgs& a) {
  for (uint64_t i = globalThread(); i < a.rows; i += globalThreads()) {
    const HeadPart part = a.parts[i];
    const int32_t target = a.targets[i];
    const float log2Sum = log2f(part.sum), logSum = part.top + log2Sum;
    const bool valid = target >= 0 && static_cast<uint32_t>(target) < a.classes && target != a.ignoreIndex;
    const float other = target == a.ignoreIndex ? 0.0f : NAN;
    a.logSums[i] = kLn2 * logSum;
    if (a.loss != nullptr) {
      const float smooth = a.labelSmoothing != 0.0f
                               ? a.labelSmoothing * (part.target - part.total / static_cast<float>(a.classes)) : 0.0f;
      a.loss[i] = valid ? kLn2 * ((logSum - part.target) + smooth) : other;
    }
    if (a.logProb != nullptr) {
      a.logProb[i] = valid ? kLn2 * (part.target - logSum) : other;
      a.entropy[i] = valid ? kLn2 * (log2Sum - part.weighted / part.sum) : other;
    }
  }
}
EXPORT_KERNEL((256), headFinish)

// --- gradients ---

// dL/dlogit of one row = p (all + perLog log2 p) + everywhere, and atTarget more for the target; scale included.
struct HeadRowGradient {
  float logSum, all, perLog, everywhere, atTarget;
  int32_t target;
};

struct HeadRowGradientsArgs {
  const float* dloss;     // cross-entropy, or null
  uint32_t dlossStep;     // 0 where all rows share one
  const float* dlogProb;  // or null
  const float* dentropy;  // or null
  const float* entropy;
  const float* logSums;
  const int32_t* targets;
  HeadRowGradient* gradients;
  uint32_t rows, classes;
  int32_t ignoreIndex;
  float scale, labelSmoothing;
};

__device__ void headRowGradientsKernel(const HeadRowGradientsArgs& a) {
  for (uint64_t i = globalThread(); i < a.rows; i += globalThreads()) {
    const int32_t target = a.targets[i];
    const bool valid = target >= 0 && static_cast<uint32_t>(target) < a.classes;
    HeadRowGradient g{kLog2e * a.logSums[i], 0.0f, 0.0f, 0.0f, 0.0f, valid ? target : -1};
    if (target != a.ignoreIndex) {
      if (a.dloss != nullptr) {
        g.all = (valid ? a.dloss[i * a.dlossStep] : NAN) * a.scale;
        g.everywhere = -g.all * a.labelSmoothing / static_cast<float>(a.classes);
        g.atTarget = -g.all * (1.0f - a.labelSmoothing);
      } else {
        const float dlogProb = (a.dlogProb != nullptr ? a.dlogProb[i] : 0.0f) * a.scale;
        const float dentropy = (a.dentropy != nullptr ? a.dentropy[i] : 0.0f) * a.scale;
        g.all = valid ? -dlogProb - dentropy * a.entropy[i] : NAN;
        g.perLog = -dentropy * kLn2;
        g.atTarget = dlogProb;
      }
    }
    a.gradients[i] = g;
  }
}
EXPORT_KERNEL((256), headRowGradients)

template <class T>
struct HeadGradientArgs {
  const float* logits;  // [rows][cols]
  T* g;                 // may be the logits
  const T* bias;
  const HeadRowGradient* gradients;
  uint32_t rows, cols, firstColumn;
  float scale;
};

template <class T>
__device__ void headGradientKernel(const HeadGradientArgs<T>& a) {
  for (uint64_t row = blockIdx.y; row < a.rows; row += gridDim.y) {
    const HeadRowGradient r = a.gradients[row];
    const bool none = r.all == 0.0f && r.perLog == 0.0f && r.everywhere == 0.0f && r.atTarget == 0.0f;
    for (uint32_t c = static_cast<uint32_t>(globalThread()); c < a.cols; c += static_cast<uint32_t>(globalThreads())) {
      const uint64_t at = row * a.cols + c;
      float g = 0.0f;
      if (!none) {
        const float x = scaledLogit(a.logits + row * a.cols, a.bias, c, a.scale) - r.logSum, p = fastExp2(x);
        g = (p != 0.0f ? p * fmaf(r.perLog, x, r.all) : 0.0f) + r.everywhere;
        if (static_cast<int64_t>(a.firstColumn) + c == r.target) g += r.atTarget;
      }
      a.g[at] = fromFloat<T>(g);
    }
  }
}
EXPORT_KERNEL((256), headGradient, f32)
EXPORT_KERNEL((256), headGradient, bf16)

template <class T>
struct HeadColumnSumArgs {
  const T* g;
  T* sums;
  uint32_t rows, cols;
};

template <class T>
__device__ void headColumnSumKernel(const HeadColumnSumArgs<T>& a) {
  for (uint64_t c = globalThread(); c < a.cols; c += globalThreads()) {
    float total = 0.0f;
    for (uint32_t first = 0; first < a.rows; first += 64) {
      float part = 0.0f;
      for (uint32_t r = first; r < a.rows && r < first + 64; ++r) part += float(a.g[uint64_t{r} * a.cols + c]);
      total += part;
    }
    a.sums[c] = fromFloat<T>(total);
  }
}
EXPORT_KERNEL((256), headColumnSum, f32)
EXPORT_KERNEL((256), headColumnSum, bf16)

struct HeadRoundArgs {
  const float* x;
  bf16* y;
  uint64_t n;
};

__device__ void headRoundKernel(const HeadRoundArgs& a) {
  for (uint64_t i = globalThread(); i < a.n; i += globalThreads()) a.y[i] = fromFloat<bf16>(a.x[i]);
}
EXPORT_KERNEL((256), headRound)

#if TESSERA_HOST

namespace {

constexpr uint32_t kFixedRows = 256;  // of a product where the batch must not matter
constexpr uint32_t kRowBlock = 2048;  // of a product elsewhere

// An operand: rows or columns of contiguous elements.
template <class T>
struct Operand {
  const T* data;
  int64_t row, column;
};

// c[m][n] = a b, added to what is there if `add`.
template <class T, class C>
void product(Stream& s, const Operand<T>& a, const Operand<T>& b, C* c, uint32_t m, uint32_t n, uint32_t k, bool add = false) {
  MatmulArgs<T, C> g{};
  g.a = a.data;
  g.aRow = a.row;
  g.aCol = a.column;
  g.b = b.data;
  g.bRow = b.row;
  g.bCol = b.column;
  g.c = c;
  g.m = m;
  g.n = n;
  g.k = k;
  g.alpha = 1.0f;
  g.beta = add ? 1.0f : 0.0f;
  matmul(g, s);
}

// logits[rows][cols] of the classes from `from` on.
template <class T, class Args>
void logitsBlock(Stream& s, const Args& a, const T* hidden, uint32_t rows, uint32_t from, uint32_t cols, float* logits) {
  const auto features = static_cast<int64_t>(a.features);
  product<T>(s, {hidden, features, 1}, {a.weight + from * features, 1, features}, logits, rows, cols, a.features);
}

// Reduces every row and lets headFinish report what was asked for.
template <class T, class Args>
void reduceHead(Stream& s, const Args& a, HeadFinishArgs finish, bool batchInvariant) {
  if (a.rows == 0) return;
  const uint32_t width = a.classes < kColBlock ? a.classes : kColBlock;
  // The product of our own, which the emulator runs, has the same sums for any number of rows.
  const bool fixed = batchInvariant && !s.properties().emulated;
  const uint32_t step = fixed ? kFixedRows : a.rows < kRowBlock ? a.rows : kRowBlock;
  HeadPart* parts = s.workspace<HeadPart>(a.rows);
  s.launch(KERNEL(headClear), gridFor(s, a.rows, 256), 256, 0, {parts, a.rows});
  float* logits = s.workspace<float>(size_t{step} * (width > 0 ? width : 1));
  T* padded = fixed && a.rows % step != 0 ? s.workspace<T>(size_t{step} * a.features) : nullptr;
  for (uint32_t first = 0; first < a.rows; first += step) {
    const uint32_t rows = a.rows - first < step ? a.rows - first : step;
    const T* hidden = a.hidden + uint64_t{first} * a.features;
    if (fixed && rows < step) {
      s.fillZero(padded, size_t{step} * a.features * sizeof(T));
      s.copy(padded, hidden, size_t{rows} * a.features * sizeof(T));
      hidden = padded;
    }
    for (uint32_t from = 0; from < a.classes; from += width) {
      const uint32_t cols = a.classes - from < width ? a.classes - from : width;
      logitsBlock<T>(s, a, hidden, fixed ? step : rows, from, cols, logits);
      s.launch(KERNEL(headReduce, T), rows, 256, 0,
               {logits, a.bias != nullptr ? a.bias + from : nullptr, a.targets + first, parts + first, rows, cols, cols,
                from, a.scale});
    }
  }
  finish.parts = parts;
  s.launch(KERNEL(headFinish), gridFor(s, a.rows, 256), 256, 0, finish);
}

template <class Args>
HeadFinishArgs finishOf(const Args& a, float* loss, float* logProb, float* entropy, float* logSums, float labelSmoothing) {
  return {nullptr, a.targets, loss, logProb, entropy, logSums, a.rows, a.classes, a.ignoreIndex, labelSmoothing};
}

template <class T, class Args>
void headBackward(Stream& s, const Args& a, HeadRowGradientsArgs rowArgs) {
  const auto features = static_cast<int64_t>(a.features);
  if (a.rows == 0 || a.classes == 0) {
    if (a.dhidden != nullptr) s.fillZero(a.dhidden, size_t{a.rows} * a.features * sizeof(T));
    if (a.dweight != nullptr) s.fillZero(a.dweight, size_t{a.classes} * a.features * sizeof(T));
    if (a.dbias != nullptr) s.fillZero(a.dbias, size_t{a.classes} * sizeof(T));
    return;
  }
  HeadRowGradient* gradients = s.workspace<HeadRowGradient>(a.rows);
  rowArgs.gradients = gradients;
  s.launch(KERNEL(headRowGradients), gridFor(s, a.rows, 256), 256, 0, rowArgs);
  const uint64_t fitting = (uint64_t{1} << 24) / a.rows / 256 * 256;
  uint32_t width = fitting < 256 ? 256 : fitting > kColBlock ? kColBlock : static_cast<uint32_t>(fitting);
  width = width < a.classes ? width : a.classes;
  float* logits = s.workspace<float>(size_t{a.rows} * width);
  T* g;
  float* dhidden;
  if constexpr (sizeof(T) == 4) {
    g = logits;
    dhidden = a.dhidden;
  } else {
    g = s.workspace<T>(size_t{a.rows} * width);
    dhidden = a.dhidden != nullptr ? s.workspace<float>(size_t{a.rows} * a.features) : nullptr;
  }
  for (uint32_t from = 0; from < a.classes; from += width) {
    const uint32_t cols = a.classes - from < width ? a.classes - from : width;
    logitsBlock<T>(s, a, a.hidden, a.rows, from, cols, logits);
    s.launch(KERNEL(headGradient, T), dim3(ceilDiv(cols, 1024u), a.rows < 65535 ? a.rows : 65535), 256, 0,
             {logits, g, a.bias != nullptr ? a.bias + from : nullptr, gradients, a.rows, cols, from, a.scale});
    if (a.dbias != nullptr) {
      s.launch(KERNEL(headColumnSum, T), ceilDiv(cols, 256u), 256, 0, {g, a.dbias + from, a.rows, cols});
    }
    if (dhidden != nullptr) {
      product<T>(s, {g, cols, 1}, {a.weight + from * features, features, 1}, dhidden, a.rows, a.features, cols, from > 0);
    }
    if (a.dweight != nullptr) {
      product<T>(s, {g, 1, cols}, {a.hidden, features, 1}, a.dweight + from * features, cols, a.features, a.rows);
    }
  }
  if constexpr (sizeof(T) != 4) {
    if (dhidden != nullptr) {
      const uint64_t n = uint64_t{a.rows} * a.features;
      s.launch(KERNEL(headRound), gridFor(s, n, 256), 256, 0, {dhidden, a.dhidden, n});
    }
  }
}

template <class Args>
HeadRowGradientsArgs rowGradientsOf(const Args& a, const float* logSums, float labelSmoothing) {
  return {nullptr, 0, nullptr, nullptr, nullptr, logSums, a.targets, nullptr, a.rows, a.classes, a.ignoreIndex, a.scale,
          labelSmoothing};
}

}  // namespace

template <class T>
void linearCrossEntropyForward(const LinearCrossEntropyForwardArgs<T>& a, Stream& s) {
  reduceHead<T>(s, a, finishOf(a, a.loss, nullptr, nullptr, a.logSums, a.labelSmoothing), false);
}

template <class T>
void linearCrossEntropyBackward(const LinearCrossEntropyBackwardArgs<T>& a, Stream& s) {
  HeadRowGradientsArgs rows = rowGradientsOf(a, a.logSums, a.labelSmoothing);
  rows.dloss = a.dloss;
  rows.dlossStep = 1;
  headBackward<T>(s, a, rows);
}

void linearCrossEntropyWithGradients(const LinearCrossEntropyWithGradientsArgs& a, Stream& s) {
  float* logSums = s.workspace<float>(a.rows);
  reduceHead<float>(s, a, finishOf(a, a.loss, nullptr, nullptr, logSums, a.labelSmoothing), false);
  HeadRowGradientsArgs rows = rowGradientsOf(a, logSums, a.labelSmoothing);
  rows.dloss = a.dloss;
  headBackward<float>(s, a, rows);
}

template <class T>
void linearLogProbForward(const LinearLogProbForwardArgs<T>& a, Stream& s) {
  reduceHead<T>(s, a, finishOf(a, nullptr, a.logProb, a.entropy, a.logSums, 0.0f), true);
}

template <class T>
void linearLogProbBackward(const LinearLogProbBackwardArgs<T>& a, Stream& s) {
  HeadRowGradientsArgs rows = rowGradientsOf(a, a.logSums, 0.0f);
  rows.dlogProb = a.dlogProb;
  rows.dentropy = a.dentropy;
  rows.entropy = a.entropy;
  headBackward<T>(s, a, rows);
}

#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/linear_head.cuda.inc"
#endif
