// Adafactor over flat buffers, a wave of tensors at a time, so that what one pass reads the next finds in a cache. The first
// pass takes the sums of rows, moves their averages, and goes over the same rows, still in L1 or L2, for the sums of columns:
// g^2, and g^2 over the row's average, of which the mean square of the update follows without a pass of its own, since
//   sum of u^2 = mean r sum_c (sum_r g^2/r)/c.
// The second pass steps. Sums are of fixed pieces and added in order: the same bits for any number of threads.
#include "gen/adafactor.h"

#include <math.h>

#include <new>

#include "adafactor_wave.h"
#include "cpu/kernel.h"
#include "cpu/lanes.h"
#include "dense_step.h"

namespace tessera::TESSERA_ISA {
namespace factored {

constexpr int kTogether = 4;  // rows that are added to the columns at once

TESSERA_INLINE uint32_t blockOf(uint64_t left) { return static_cast<uint32_t>(left < kStepBlock ? left : kStepBlock); }

TESSERA_INLINE float leastOf(float least, float x) { return x > 0 && x < least ? x : least; }

// Gradients as the step takes them, in blocks.
template <class Args>
class Gradients {
 public:
  TESSERA_INLINE Gradients(const Args& a, float scale) : a_(a), scale_(scale), units_(a) {}

  // Where they lie as they are taken, or else copied to `room`.
  TESSERA_INLINE const float* block(uint64_t i, uint32_t n, float* room) {
    using G = std::remove_cvref_t<decltype(*a_.grad)>;
    if constexpr (std::is_same_v<G, float>) {
      if (scale_ == 1 && !units_.any()) return a_.grad + i;
    }
    for (uint32_t k = 0; k < n; ++k) room[k] = load(a_.grad + i + k);
    units_.scale(i, n, room);
    for (uint32_t k = 0; k < n; ++k) room[k] *= scale_;
    return room;
  }

 private:
  const Args& a_;
  float scale_;
  UnitCursor<Args> units_;
};

// The steps of a wave, the parts [begin, end).
template <class Args>
struct Adafactor {
  const Args& a;
  const FactoredNumbers numbers;
  PieceSums* pieces = nullptr;
  BlockSums* blocks = nullptr;
  double* sums = nullptr;
  float* columns = nullptr;  // 1/sqrt(c)
  double* means = nullptr;   // mean r of each matrix
  const Part *begin = nullptr, *end = nullptr;

  explicit Adafactor(const Args& args) : a(args), numbers(args) {}

  double* sumsOf(const FactoredTensor& t, uint64_t piece) const { return sums + t.firstSum + piece * t.sums(); }
  float* columnsOf(const FactoredTensor& t) const { return columns + t.firstColumn; }
  double* meansOf(const FactoredTensor& t) const { return means + t.firstMean; }
  PieceSums* piecesOf(const FactoredTensor& t) const { return pieces + t.firstPiece; }
  BlockSums* blocksOf(const FactoredTensor& t) const { return blocks + t.firstBlock; }
  float* rowAverages(const FactoredTensor& t) const { return (t.kind == 1 ? a.rowVar : a.colVar) + t.rowAt; }
  float* columnAverages(const FactoredTensor& t) const { return (t.kind == 1 ? a.colVar : a.rowVar) + t.columnAt; }

  double squaredParameters(uint64_t i, uint32_t n) const {
    if (a.size < 0) return 0;
    return a.master != nullptr ? sumLanes<float>(n, [m = a.master + i](uint64_t k) { return m[k] * m[k]; })
                               : sumLanes<float>(n, [p = a.param + i](uint64_t k) { return load(p + k) * load(p + k); });
  }

  // --- the first pass ---

  void look(const Part& t, uint64_t piece) const {
    Gradients gradients(a, hyperOf(a, t.segment).gradScale);
    PieceSums& out = piecesOf(t)[piece];
    out = {0, 0, INFINITY};
    const uint64_t parts = t.piecesOfMatrix(), matrix = piece / parts, from = piece % parts * t.height;
    const uint64_t to = t.rows - from < t.height ? t.rows : from + t.height;
    if (t.kind == 0) return lookWhole(t, from * t.columns, to * t.columns, gradients, out);
    double* own = sumsOf(t, piece);
    memset(own, 0, 2 * t.width() * sizeof(double));
    for (uint64_t row = from; row < to; row += kTogether) {
      const uint64_t left = to - row;
      t.side == 1 ? lookRows(t, matrix, row, static_cast<int>(left < kTogether ? left : kTogether), gradients, own, out)
                  : lookSides(t, matrix, row, left < kTogether ? to : row + kTogether, gradients, own, out);
    }
  }

  void lookWhole(const FactoredTensor& t, uint64_t from, uint64_t to, Gradients<Args>& gradients, PieceSums& out) const {
    alignas(64) float room[kStepBlock], squares[kStepBlock];
    const FactoredNumbers own = numbers;
    if (to > t.length) to = t.length;
    for (uint64_t i = from; i < to; i += kStepBlock) {
      const uint32_t n = blockOf(to - i);
      const float* g = gradients.block(t.first + i, n, room);
      float* v = a.variance + t.rowAt + i;
#pragma omp simd
      for (uint32_t k = 0; k < n; ++k) {
        v[k] = v[k] + own.weight * (g[k] * g[k] + own.added - v[k]);
        const float u = g[k] * own.bounded(own.columnFactor(v[k]));
        squares[k] = u * u;
      }
      out.updates += sumLanes<float>(n, [&squares](uint64_t k) { return squares[k]; });
      out.parameters += squaredParameters(t.first + i, n);
    }
  }

  void lookRows(const FactoredTensor& t, uint64_t matrix, uint64_t row, int count, Gradients<Args>& gradients, double* own,
                PieceSums& out) const {
    static constexpr float kNothing[kStepBlock] = {};
    alignas(64) float rooms[kTogether][kStepBlock];
    float inverse[kTogether] = {};
    uint64_t first[kTogether] = {};
    const uint64_t width = t.width();
    for (int j = 0; j < count; ++j) {
      const uint64_t at = t.rowOf(matrix, row + static_cast<uint64_t>(j));
      first[j] = t.first + at * width;
      double sum = 0;
      for (uint64_t c = 0; c < width; c += kStepBlock) {
        const uint32_t n = blockOf(width - c);
        const float* g = gradients.block(first[j] + c, n, rooms[0]);
        sum += sumLanes<float>(n, [g](uint64_t k) { return g[k] * g[k]; });
        out.parameters += squaredParameters(first[j] + c, n);
      }
      inverse[j] = moveRow(rowAverages(t)[at], sum / static_cast<double>(width), out);
    }
    double *plain = own, *weighted = own + width;
    for (uint64_t c = 0; c < width; c += kStepBlock) {
      const uint32_t n = blockOf(width - c);
      const float* g[kTogether];
      for (int j = 0; j < kTogether; ++j) g[j] = j < count ? gradients.block(first[j] + c, n, rooms[j]) : kNothing;
      const float *g0 = g[0], *g1 = g[1], *g2 = g[2], *g3 = g[3];
      const float w0 = inverse[0], w1 = inverse[1], w2 = inverse[2], w3 = inverse[3];
#pragma omp simd
      for (uint32_t k = 0; k < n; ++k) {
        const float q0 = g0[k] * g0[k], q1 = g1[k] * g1[k], q2 = g2[k] * g2[k], q3 = g3[k] * g3[k];
        plain[c + k] += double{(q0 + q1) + (q2 + q3)};
        weighted[c + k] += double{(q0 * w0 + q1 * w1) + (q2 * w2 + q3 * w3)};
      }
    }
  }

  // The same where the elements of a row belong to several averages.
  void lookSides(const FactoredTensor& t, uint64_t matrix, uint64_t from, uint64_t to, Gradients<Args>& gradients, double* own,
                 PieceSums& out) const {
    alignas(64) float room[kStepBlock];
    const uint64_t width = t.width();
    double *plain = own, *weighted = own + width, *sides = own + 2 * width;
    for (uint64_t row = from; row < to; ++row) {
      const uint64_t at = t.rowOf(matrix, row), first = t.first + at * width;
      const auto each = [&](auto&& body) {
        for (uint64_t c = 0, side = 0; c < width; c += kStepBlock) {
          const uint32_t n = blockOf(width - c);
          const float* g = gradients.block(first + c, n, room);
          for (uint32_t k = 0; k < n; ++k) {
            body(c + k, side, g[k] * g[k]);
            if (++side == t.side) side = 0;
          }
        }
      };
      for (uint64_t z = 0; z < t.side; ++z) sides[z] = 0;
      each([&](uint64_t, uint64_t side, float square) { sides[side] += double{square}; });
      for (uint64_t z = 0; z < t.side; ++z) {
        sides[z] = moveRow(rowAverages(t)[at * t.side + z], sides[z] / static_cast<double>(t.columns), out);
      }
      each([&](uint64_t c, uint64_t side, float square) {
        plain[c] += double{square};
        weighted[c] += square * sides[side];
      });
      for (uint64_t c = 0; c < width; c += kStepBlock) out.parameters += squaredParameters(first + c, blockOf(width - c));
    }
  }

  // Moves the average of a row; gives what its squares are weighted by. A row of zeros has no part in the update.
  float moveRow(float& average, double mean, PieceSums& out) const {
    average = numbers.moved(average, mean);
    out.leastRow = leastOf(out.leastRow, average);
    return average == 0 ? 0.0f : 1 / average;
  }

  // --- between the passes ---

  void takeMeans(const FactoredTensor& t) const {
    if (t.kind == 0) return;
    const float* averages = rowAverages(t);
    for (uint64_t matrix = 0; matrix < t.matrices(); ++matrix) {
      for (uint64_t z = 0; z < t.side; ++z) {
        const double sum = sumBlocks<float, double>(t.rows, [&](uint64_t row) { return averages[t.rowOf(matrix, row) * t.side + z]; });
        meansOf(t)[matrix * t.side + z] = sum / static_cast<double>(t.rows);
      }
    }
  }

  void moveColumns(const FactoredTensor& t, uint64_t block) const {
    const uint64_t inMatrix = t.blocksOfMatrix(), matrix = block / inMatrix, from = block % inMatrix * kFactorColumns;
    const uint64_t width = t.width(), n = width - from < kFactorColumns ? width - from : kFactorColumns;
    double plain[kFactorColumns] = {}, weighted[kFactorColumns] = {};
    for (uint64_t part = 0; part < t.piecesOfMatrix(); ++part) {
      const double* own = sumsOf(t, matrix * t.piecesOfMatrix() + part) + from;
#pragma omp simd
      for (uint64_t c = 0; c < n; ++c) {
        plain[c] += own[c];
        weighted[c] += own[width + c];
      }
    }
    float* averages = columnAverages(t) + matrix * width + from;
    float* factors = columnsOf(t) + matrix * width + from;
    const double* mean = meansOf(t) + matrix * t.side;
    BlockSums out{0, INFINITY};
    for (uint64_t c = 0, side = from % t.side; c < n; ++c) {
      averages[c] = numbers.moved(averages[c], plain[c] / static_cast<double>(t.rows));
      factors[c] = numbers.columnFactor(averages[c]);
      if (averages[c] != 0) out.updates += weighted[c] * numbers.meanOf(mean[side]) / averages[c];
      out.leastColumn = leastOf(out.leastColumn, averages[c]);
      if (++side == t.side) side = 0;
    }
    blocksOf(t)[block] = out;
  }

  // From the sums of pieces and of blocks; of pieces alone where those are exact.
  FactoredRate rateOf(const Part& t) const {
    double updates = 0, parameters = 0;
    for (uint64_t piece = 0; piece < t.pieces(); ++piece) {
      updates += piecesOf(t)[piece].updates;
      parameters += piecesOf(t)[piece].parameters;
    }
    for (uint64_t block = 0; block < t.blocks() && !t.exact; ++block) updates += blocksOf(t)[block].updates;
    return factoredRate(a, hyperOf(a, t.segment), t.length, updates, parameters);
  }

  // Whether some factor may be bounded, so that the mean square of the update does not follow from the sums.
  bool needsExact(const FactoredTensor& t) const {
    if (t.kind == 0 || numbers.least == 0) return false;
    double row = INFINITY, column = INFINITY, mean = 0;
    for (uint64_t piece = 0; piece < t.pieces(); ++piece) row = piecesOf(t)[piece].leastRow < row ? piecesOf(t)[piece].leastRow : row;
    for (uint64_t block = 0; block < t.blocks(); ++block) {
      column = blocksOf(t)[block].leastColumn < column ? blocksOf(t)[block].leastColumn : column;
    }
    for (uint64_t i = 0; i < t.matrices() * t.side; ++i) mean = meansOf(t)[i] > mean ? meansOf(t)[i] : mean;
    return row * column / numbers.meanOf(mean) < numbers.least * numbers.least * (1 + 1e-5);
  }

  // --- the second pass ---

  // run(first, n, row, column): the parameters of a part of a row, with the factors of its sides and of its columns.
  template <class Run>
  void overRows(const FactoredTensor& t, uint64_t piece, Run&& run) const {
    const uint64_t parts = t.piecesOfMatrix(), matrix = piece / parts, from = piece % parts * t.height;
    const uint64_t to = t.rows - from < t.height ? t.rows : from + t.height, width = t.width();
    const double* mean = meansOf(t) + matrix * t.side;
    const float* columns = columnsOf(t) + matrix * width;
    alignas(64) float expanded[kStepBlock];
    for (uint64_t row = from; row < to; ++row) {
      const uint64_t at = t.rowOf(matrix, row), first = t.first + at * width;
      const float* averages = rowAverages(t) + at * t.side;
      if (t.side == 1) {
        run(first, width, numbers.rowFactor(*averages, *mean), columns);
        continue;
      }
      for (uint64_t c = 0; c < width; c += kStepBlock) {
        const uint32_t n = blockOf(width - c);
        for (uint32_t k = 0; k < n; ++k) {
          const uint64_t side = (c + k) % t.side;
          expanded[k] = numbers.rowFactor(averages[side], mean[side]) * columns[c + k];
        }
        run(first + c, n, 1.0f, expanded);
      }
    }
  }

  void takeExact(const Part& t, uint64_t piece) const {
    if (!t.exact) return;
    Gradients gradients(a, hyperOf(a, t.segment).gradScale);
    alignas(64) float room[kStepBlock];
    double sum = 0;
    overRows(t, piece, [&](uint64_t first, uint64_t count, float row, const float* column) {
      for (uint64_t c = 0; c < count; c += kStepBlock) {
        const uint32_t n = blockOf(count - c);
        const float* g = gradients.block(first + c, n, room);
        sum += sumLanes<float>(n, [&](uint64_t k) {
          const float u = g[k] * numbers.bounded(row * column[c + k]);
          return u * u;
        });
      }
    });
    piecesOf(t)[piece].updates = sum;
  }

  template <class P, class G>
  void move(const Part& t, uint64_t piece) const {
    const float rate = t.rate.rate, keep = t.rate.keep, scale = hyperOf(a, t.segment).gradScale, most = numbers.most;
    const float share = static_cast<float>((1 - a.momentum)), momentum = static_cast<float>(a.momentum);
    // Steps n values; factor(k) is 1/sqrt(V) of number k.
    const auto step = [&](uint64_t n, float* x, const float* g, float* m, const auto& factor) __attribute__((always_inline)) {
      const auto update = [&](uint64_t k) __attribute__((always_inline)) {
        const float f = factor(k);
        return rate * (g[k] * scale * (most < f ? most : f));
      };
      if (m == nullptr) {
#pragma omp simd
        for (uint64_t k = 0; k < n; ++k) x[k] = x[k] * keep - update(k);
      } else {
#pragma omp simd
        for (uint64_t k = 0; k < n; ++k) {
          m[k] = momentum * m[k] + share * update(k);
          x[k] = x[k] * keep - m[k];
        }
      }
    };
    Dither dither(a.seed, a.offset);
    UnitCursor units(a);
    const auto run = [&](uint64_t first, uint64_t count, const auto& factorFrom) {
      float* m = a.expAvg != nullptr ? a.expAvg + first : nullptr;
      if constexpr (std::is_same_v<P, float> && std::is_same_v<G, float>) {
        if (a.master == nullptr && a.touched == nullptr && !units.any()) {
          return step(count, a.param + first, a.grad + first, m, factorFrom(0));
        }
      }
      for (uint64_t c = 0; c < count; c += kStepBlock) {
        stepBlock<true, P, G>(a, dither, units, first + c, blockOf(count - c), [&](uint32_t n, float* x, const float* g) {
          step(n, x, g, m != nullptr ? m + c : nullptr, factorFrom(c));
        });
      }
    };
    if (t.kind == 0) {
      const uint64_t from = piece * t.height * t.columns, past = from + t.height * t.columns;
      const float* v = a.variance + t.rowAt + from;
      run(t.first + from, (past < t.length ? past : t.length) - from, [&](uint64_t c) {
        return [v = v + c](uint64_t k) { return 1 / sqrtf(v[k]); };
      });
    } else {
      overRows(t, piece, [&](uint64_t first, uint64_t count, float row, const float* column) {
        run(first, count, [&](uint64_t c) {
          return [row, column = column + c](uint64_t k) { return row * column[k]; };
        });
      });
    }
  }

  // Runs body(part, piece or block of it) for all pieces or blocks of the wave, in parallel.
  template <class Range, class Body>
  void parallel(Context& context, Body&& body) const {
    const uint64_t total = Range::first(end[-1]) + Range::count(end[-1]);
    forRange(context, total, 1 + total / 64, [&](uint64_t from, uint64_t to) {
      const Part *low = begin, *high = end;
      while (high - low > 1) {
        const Part* middle = low + (high - low) / 2;
        (Range::first(*middle) <= from ? low : high) = middle;
      }
      for (uint64_t i = from; i < to; ++low) {
        const uint64_t first = Range::first(*low), past = first + Range::count(*low);
        for (; i < to && i < past; ++i) body(*low, i - first);
      }
    });
  }
};

}  // namespace factored

template <class P, class G>
void adafactorStep(const AdafactorStepArgs<P, G>& a, Context& context) {
  using namespace factored;
  if ((a.skip != nullptr && *a.skip != 0) || a.segmentStarts == nullptr) return;
  auto* parts = context.scratch<Part>(uint64_t{a.segments} + 1);
  WaveSizes wave, largest;
  uint32_t count = 0;
  for (uint32_t s = 0; s < a.segments; ++s) {
    Part part{factoredTensor(a, s), s};
    if (part.length == 0) continue;
    if (wave.elements >= kWave) wave = {};
    wave.place(part);
    largest.cover(wave);
    new (parts + count++) Part(part);
  }
  Adafactor<AdafactorStepArgs<P, G>> step(a);
  step.pieces = context.scratch<PieceSums>(largest.pieces + 1);
  step.blocks = context.scratch<BlockSums>(largest.blocks + 1);
  step.sums = context.scratch<double>(largest.sums + 1);
  step.columns = context.scratch<float>(largest.columns + 1);
  step.means = context.scratch<double>(largest.means + 1);
  for (Part *from = parts, *past = parts + count; from < past;) {
    Part* to = from + 1;
    while (to < past && to->firstPiece > 0) ++to;
    step.begin = from, step.end = to;
    step.template parallel<Pieces>(context, [&](const Part& t, uint64_t piece) { step.look(t, piece); });
    for (const Part* t = from; t < to; ++t) step.takeMeans(*t);
    step.template parallel<Blocks>(context, [&](const Part& t, uint64_t block) { step.moveColumns(t, block); });
    bool exact = false;
    for (Part* t = from; t < to; ++t) exact |= t->exact = step.needsExact(*t);
    if (exact) {
      step.template parallel<Pieces>(context, [&](const Part& t, uint64_t piece) { step.takeExact(t, piece); });
    }
    for (Part* t = from; t < to; ++t) t->rate = step.rateOf(*t);
    step.template parallel<Pieces>(
        context, [&](const Part& t, uint64_t piece) { step.template move<P, G>(t, piece); });
    from = to;
  }
}

}  // namespace tessera::TESSERA_ISA

#include "gen/adafactor.cpu.inc"
