// Losses straight from hidden states and head weight. Logits come in blocks of columns from a matrix product, into a
// workspace that never holds more than a block; they are reduced, or turned into their gradients, and forgotten.
// The mathematics is that of native/src/cpu/linear_head.h: t = log2(e) scale (hidden . weight + bias), in log2 units.
// The products of linearLogProb's forward always have kFixedRows rows, the last ones padded with zeros, and fixed columns:
// a row meets the same instructions whatever the other rows are, so its results do not depend on the batch.
#include "gemm.h"
#include "linear_head_kernels.cuh"

#include "gen/linear_head.h"

namespace tessera::cuda {

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

// The results themselves where they are f32, else f32 sums that roundSums turns into them. Null for none.
template <class T>
float* sumsOf(Stream& s, T* results, uint64_t n) {
  if constexpr (sizeof(T) == 4) {
    return results;
  } else {
    return results != nullptr ? s.workspace<float>(n) : nullptr;
  }
}
template <class T>
void roundSums(Stream& s, const float* sums, T* results, uint64_t n) {
  if constexpr (sizeof(T) != 4) {
    if (results != nullptr) s.launch(KERNEL(headRound), gridFor(s, n, 256), 256, 0, {sums, results, n});
  }
}

// Whether there is nothing to compute: gradients of absent rows or classes are zeros.
template <class T, class Args>
bool zeroedGradients(Stream& s, const Args& a) {
  if (a.rows != 0 && a.classes != 0) return false;
  if (a.dhidden != nullptr) s.fillZero(a.dhidden, size_t{a.rows} * a.features * sizeof(T));
  if (a.dweight != nullptr) s.fillZero(a.dweight, size_t{a.classes} * a.features * sizeof(T));
  if (a.dbias != nullptr) s.fillZero(a.dbias, size_t{a.classes} * sizeof(T));
  return true;
}

template <class T, class Args>
void headBackward(Stream& s, const Args& a, HeadRowGradientsArgs rowArgs) {
  const auto features = static_cast<int64_t>(a.features);
  if (zeroedGradients<T>(s, a)) return;
  HeadRowGradient* gradients = s.workspace<HeadRowGradient>(a.rows);
  rowArgs.gradients = gradients;
  s.launch(KERNEL(headRowGradients), gridFor(s, a.rows, 256), 256, 0, rowArgs);
  const uint64_t fitting = (uint64_t{1} << 24) / a.rows / 256 * 256;
  uint32_t width = fitting < 256 ? 256 : fitting > kColBlock ? kColBlock : static_cast<uint32_t>(fitting);
  width = width < a.classes ? width : a.classes;
  float* logits = s.workspace<float>(size_t{a.rows} * width);
  T* g;
  if constexpr (sizeof(T) == 4) {
    g = logits;
  } else {
    g = s.workspace<T>(size_t{a.rows} * width);
  }
  float* dhidden = sumsOf(s, a.dhidden, uint64_t{a.rows} * a.features);
  float* dbias = sumsOf(s, a.dbias, a.classes);
  for (uint32_t from = 0; from < a.classes; from += width) {
    const uint32_t cols = a.classes - from < width ? a.classes - from : width;
    logitsBlock<T>(s, a, a.hidden, a.rows, from, cols, logits);
    s.launch(KERNEL(headGradient, T), dim3(ceilDiv(cols, 1024u), a.rows < 65535 ? a.rows : 65535), 256, 0,
             {logits, g, a.bias != nullptr ? a.bias + from : nullptr, gradients, a.rows, cols, from, a.scale});
    if (dbias != nullptr) {
      s.launch(KERNEL(headColumnSum, T), ceilDiv(cols, 256u), 256, 0, {g, dbias + from, cols, a.rows, cols, false});
    }
    if (dhidden != nullptr) {
      product<T>(s, {g, cols, 1}, {a.weight + from * features, features, 1}, dhidden, a.rows, a.features, cols, from > 0);
    }
    if (a.dweight != nullptr) {
      product<T>(s, {g, 1, cols}, {a.hidden, features, 1}, a.dweight + from * features, cols, a.features, a.rows);
    }
  }
  roundSums(s, dhidden, a.dhidden, uint64_t{a.rows} * a.features);
  roundSums(s, dbias, a.dbias, a.classes);
}

template <class Args>
HeadRowGradientsArgs rowGradientsOf(const Args& a, const float* logSums, float labelSmoothing) {
  return {nullptr, nullptr, nullptr, nullptr, logSums, a.targets, nullptr, a.rows, a.classes, a.ignoreIndex, a.scale,
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
  headBackward<T>(s, a, rows);
}

// Whole rows of logits at a time, made once: the gradients take their place. A bf16 dweight is rounded after every block of
// rows, as there is no room for its sums. Classes beyond a multiple of eight have a matrix of their own, so that the rows of
// the other are aligned as tensor cores want them.
template <class T>
void linearCrossEntropyWithGradients(const LinearCrossEntropyWithGradientsArgs<T>& a, Stream& s) {
  if (a.classes == 0) {
    float* logSums = s.workspace<float>(a.rows);
    reduceHead<T>(s, a, finishOf(a, a.loss, nullptr, nullptr, logSums, a.labelSmoothing), false);
  }
  if (zeroedGradients<T>(s, a)) return;
  // On a GPU 256 MB; of the emulator's tests, some take several blocks.
  const uint64_t most = uint64_t{1} << (s.properties().emulated ? 12 : 26);
  const uint64_t fitting = max(uint64_t{64}, most / a.classes / 64 * 64);
  const auto step = static_cast<uint32_t>(min(fitting, uint64_t{a.rows}));
  const auto features = static_cast<int64_t>(a.features);
  HeadLossArgs<T> args{{}, nullptr, a.dloss, nullptr, a.classes, a.ignoreIndex, a.scale, a.labelSmoothing};
  uint32_t from = 0;
  for (HeadColumns<T>& part : args.parts) {
    const uint32_t cols = from == 0 && a.classes >= 8 ? a.classes / 8 * 8 : a.classes - from;
    part = {cols > 0 ? s.workspace<float>(uint64_t{step} * cols) : nullptr, a.bias != nullptr ? a.bias + from : nullptr, from, cols};
    from += cols;
  }
  float* dhidden = sumsOf(s, a.dhidden, uint64_t{step} * a.features);
  float* dbias = sumsOf(s, a.dbias, a.classes);
  for (uint32_t first = 0; first < a.rows; first += step) {
    const uint32_t rows = min(step, a.rows - first);
    const uint64_t offset = uint64_t{first} * a.features;
    args.targets = a.targets + first;
    args.loss = a.loss + first;
    for (const HeadColumns<T>& part : args.parts) {
      if (part.cols > 0) logitsBlock<T>(s, a, a.hidden + offset, rows, part.first, part.cols, part.logits);
    }
    s.launch(KERNEL(headLoss, T), rows, kRowThreads, 0, args);
    if constexpr (sizeof(T) == 4) {
      if (dhidden != nullptr) dhidden = a.dhidden + offset;
    }
    for (const HeadColumns<T>& part : args.parts) {
      if (part.cols == 0) continue;
      const T* g = reinterpret_cast<const T*>(part.logits);
      const auto ld = static_cast<int64_t>(part.cols * (sizeof(float) / sizeof(T)));
      if (dbias != nullptr) {
        s.launch(KERNEL(headColumnSum, T), ceilDiv(part.cols, 256u), 256, 0,
                 {g, dbias + part.first, static_cast<uint64_t>(ld), rows, part.cols, first > 0});
      }
      const T* weight = a.weight + part.first * features;
      if (dhidden != nullptr) {
        product<T>(s, {g, ld, 1}, {weight, features, 1}, dhidden, rows, a.features, part.cols, part.first > 0);
      }
      if (a.dweight != nullptr) {
        product<T>(s, {g, 1, ld}, {a.hidden + offset, features, 1}, a.dweight + part.first * features, part.cols, a.features, rows,
                   first > 0);
      }
    }
    if (a.dhidden != nullptr) roundSums(s, dhidden, a.dhidden + offset, uint64_t{rows} * a.features);
  }
  roundSums(s, dbias, a.dbias, a.classes);
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
