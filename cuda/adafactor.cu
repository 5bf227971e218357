// Adafactor over flat buffers, every pass for all tensors at once. A block takes a piece, some rows of a matrix: their sums, a
// warp for each row, then the sums of their columns, which it finds in L2. The mean square of the update follows from sums of
// columns weighted by rows, as on the CPU.
#include "gen/adafactor.h"

#include <math.h>

#include "adafactor_plan.h"
#include "optimizer.cuh"
#include "reduce.cuh"

namespace tessera::cuda {

inline constexpr int kFactorThreads = 256;

struct FactorPiece {
  double updates, parameters;
  float leastRow;
};

struct FactorBlock {
  double updates;
  float leastColumn;
};

struct FactorTensor {
  FactoredRate rate;
  bool exact;  // the mean square of the update is that of its elements
};

template <class P, class G>
struct FactorArgs {
  AdafactorStepArgs<P, G> a;
  FactorPiece* pieces;
  FactorBlock* blocks;
  FactorTensor* tensors;
  double *sums, *means;
  float* columns;  // 1/sqrt(c)
};

// A piece or a block of a tensor, with what all its threads need.
template <class P, class G>
struct FactorPart {
  const FactorArgs<P, G>& args;
  const AdafactorStepArgs<P, G>& a;
  const uint32_t segment;
  const FactoredTensor t;
  const FactoredNumbers numbers;

  __device__ __forceinline__ FactorPart(const FactorArgs<P, G>& arguments, uint32_t s)
      : args(arguments), a(arguments.a), segment(s), t(factoredTensor(a, s)), numbers(a) {}

  __device__ __forceinline__ float* rowAverages() const { return (t.kind == 1 ? a.rowVar : a.colVar) + t.rowAt; }
  __device__ __forceinline__ float* columnAverages() const { return (t.kind == 1 ? a.colVar : a.rowVar) + t.columnAt; }
  __device__ __forceinline__ float squaredParameter(uint64_t i) const {
    if (a.size < 0) return 0;
    const float p = a.master != nullptr ? a.master[i] : float(a.param[i]);
    return p * p;
  }
  // 1/sqrt(V) of element c of row `row` of a matrix.
  __device__ __forceinline__ float factor(uint64_t matrix, uint64_t row, uint64_t c) const {
    const uint64_t side = c % t.side;
    const float ofRow = numbers.rowFactor(rowAverages()[t.rowOf(matrix, row) * t.side + side], args.means[t.firstMean + matrix * t.side + side]);
    return numbers.bounded(ofRow * args.columns[t.firstColumn + matrix * t.width() + c]);
  }
};

// The rows of a piece.
struct FactorRows {
  uint64_t matrix, from, to;
  __device__ __forceinline__ FactorRows(const FactoredTensor& t, uint64_t piece)
      : matrix(piece / t.piecesOfMatrix()), from(piece % t.piecesOfMatrix() * t.height), to(from + t.height < t.rows ? from + t.height : t.rows) {}
};

// body(at, part, rows) for this block's pieces of the segments that `takes`.
template <class P, class G, class Takes, class Body>
__device__ __forceinline__ void forPieces(const FactorArgs<P, G>& args, Takes takes, Body body) {
  if (skipped(args.a)) return;
  for (uint64_t at = blockIdx.x; at < args.a.pieces; at += gridDim.x) {
    const uint32_t segment = tensorOf<10>(args.a, at);
    if (!takes(segment)) continue;
    const FactorPart<P, G> part(args, segment);
    const FactoredTensor& t = part.t;
    if (at < t.firstPiece || at - t.firstPiece >= t.pieces()) continue;
    body(at, part, FactorRows(t, at - t.firstPiece));
  }
}

template <class P, class G>
__device__ void factorLookKernel(const FactorArgs<P, G>& args) {
  forPieces(args, [](uint32_t) { return true; }, [&](uint64_t at, const FactorPart<P, G>& part, const FactorRows& rows) {
    const auto& a = part.a;
    const FactoredTensor& t = part.t;
    const FactoredNumbers& numbers = part.numbers;
    const Exact scale = hyperOf(a, part.segment).gradScale;
    UnitCursor units(a);
    const auto gradient = [&](uint64_t i) { return Exact(float(a.grad[i])) * Exact(units.at(i)) * scale; };
    double updates = 0, parameters = 0;
    float least = INFINITY;
    if (t.kind == 0) {
      const uint64_t past = rows.to * t.columns < t.length ? rows.to * t.columns : t.length;
      for (uint64_t i = rows.from * t.columns + threadIdx.x; i < past; i += blockDim.x) {
        const Exact g = gradient(t.first + i);
        float& v = a.variance[t.rowAt + i];
        v = numbers.moved(v, g * g);
        const Exact u = g * Exact(numbers.bounded(numbers.columnFactor(v)));
        updates += double(u * u);
        parameters += double(part.squaredParameter(t.first + i));
      }
    } else {
      const uint64_t width = t.width();
      for (uint64_t row = rows.from + static_cast<uint64_t>(warpId()); row < rows.to; row += kFactorThreads / kWarp) {
        const uint64_t of = t.rowOf(rows.matrix, row), first = t.first + of * width;
        for (uint64_t z = 0; z < t.side; ++z) {
          double sum = 0;
          for (uint64_t b = static_cast<uint64_t>(laneId()); b < t.columns; b += kWarp) {
            const uint64_t i = first + b * t.side + z;
            const Exact g = gradient(i);
            sum += double(g * g);
            parameters += double(part.squaredParameter(i));
          }
          sum = warpReduce(sum, Sum{});
          if (laneId() != 0) continue;
          float& average = part.rowAverages()[of * t.side + z];
          average = numbers.moved(average, sum / static_cast<double>(t.columns));
          if (average > 0 && average < least) least = average;
        }
      }
      __syncthreads();
      double* own = args.sums + t.firstSum + (at - t.firstPiece) * t.sums();
      for (uint64_t c = threadIdx.x; c < width; c += blockDim.x) {
        double plain = 0, weighted = 0;
        for (uint64_t row = rows.from; row < rows.to; ++row) {
          const uint64_t of = t.rowOf(rows.matrix, row);
          const float average = part.rowAverages()[of * t.side + c % t.side];
          const Exact g = gradient(t.first + of * width + c), square = g * g;
          plain += double(square);
          weighted += average == 0 ? 0 : double(square) / double(average);
        }
        own[c] = plain;
        own[width + c] = weighted;
      }
    }
    updates = blockSum(updates);
    parameters = blockSum(parameters);
    least = blockReduce(least, [](float x, float y) { return x < y ? x : y; }, INFINITY);
    if (threadIdx.x == 0) args.pieces[at] = {updates, parameters, least};
  });
}

template <class P, class G>
__device__ void factorMeansKernel(const FactorArgs<P, G>& args) {
  if (skipped(args.a)) return;
  for (uint32_t s = blockIdx.x; s < args.a.segments; s += gridDim.x) {
    const FactorPart<P, G> part(args, s);
    const FactoredTensor& t = part.t;
    const uint64_t means = t.kind == 0 ? 0 : t.matrices() * t.side;
    for (uint64_t i = static_cast<uint64_t>(blockIdx.y) * (kFactorThreads / kWarp) + static_cast<uint64_t>(warpId()); i < means;
         i += gridDim.y * (kFactorThreads / kWarp)) {
      double sum = 0;
      for (uint64_t row = static_cast<uint64_t>(laneId()); row < t.rows; row += kWarp) {
        sum += double(part.rowAverages()[t.rowOf(i / t.side, row) * t.side + i % t.side]);
      }
      sum = warpReduce(sum, Sum{});
      if (laneId() == 0) args.means[t.firstMean + i] = sum / static_cast<double>(t.rows);
    }
  }
}

template <class P, class G>
__device__ void factorColumnsKernel(const FactorArgs<P, G>& args) {
  if (skipped(args.a)) return;
  for (uint64_t at = blockIdx.x; at < args.a.blocks; at += gridDim.x) {
    const FactorPart<P, G> part(args, tensorOf<11>(args.a, at));
    const FactoredTensor& t = part.t;
    const FactoredNumbers& numbers = part.numbers;
    const uint64_t block = at - t.firstBlock;
    if (at < t.firstBlock || block >= t.blocks()) continue;
    const uint64_t matrix = block / t.blocksOfMatrix(), from = block % t.blocksOfMatrix() * kFactorColumns, width = t.width();
    const uint64_t past = from + kFactorColumns < width ? from + kFactorColumns : width;
    double updates = 0;
    float least = INFINITY;
    for (uint64_t c = from + threadIdx.x; c < past; c += blockDim.x) {
      double plain = 0, weighted = 0;
      for (uint64_t piece = 0; piece < t.piecesOfMatrix(); ++piece) {
        const double* own = args.sums + t.firstSum + (matrix * t.piecesOfMatrix() + piece) * t.sums();
        plain += own[c];
        weighted += own[width + c];
      }
      float& average = part.columnAverages()[matrix * width + c];
      average = numbers.moved(average, plain / static_cast<double>(t.rows));
      args.columns[t.firstColumn + matrix * width + c] = numbers.columnFactor(average);
      const double mean = args.means[t.firstMean + matrix * t.side + c % t.side];
      if (average != 0) updates += weighted * numbers.meanOf(mean) / double(average);
      if (average > 0 && average < least) least = average;
    }
    updates = blockSum(updates);
    least = blockReduce(least, [](float x, float y) { return x < y ? x : y; }, INFINITY);
    if (threadIdx.x == 0) args.blocks[at] = {updates, least};
  }
}

// `again`: after the elements of tensors whose factors are bounded have been looked at.
template <class P, class G>
struct FactorRateArgs {
  FactorArgs<P, G> args;
  bool again;
};

template <class P, class G>
__device__ void factorRateKernel(const FactorRateArgs<P, G>& given) {
  const FactorArgs<P, G>& args = given.args;
  if (skipped(args.a)) return;
  for (uint32_t s = blockIdx.x; s < args.a.segments; s += gridDim.x) {
    const FactorPart<P, G> part(args, s);
    const FactoredTensor& t = part.t;
    const FactoredNumbers& numbers = part.numbers;
    const bool exact = given.again && args.tensors[s].exact;
    if (t.length == 0 || (given.again && !exact)) continue;
    double updates = 0, parameters = 0, mean = 0;
    float row = INFINITY, column = INFINITY;
    for (uint64_t i = threadIdx.x; i < t.pieces(); i += blockDim.x) {
      const FactorPiece& piece = args.pieces[t.firstPiece + i];
      updates += piece.updates;
      parameters += piece.parameters;
      row = piece.leastRow < row ? piece.leastRow : row;
    }
    for (uint64_t i = threadIdx.x; i < t.blocks(); i += blockDim.x) {
      const FactorBlock& block = args.blocks[t.firstBlock + i];
      updates += exact ? 0 : block.updates;
      column = block.leastColumn < column ? block.leastColumn : column;
    }
    for (uint64_t i = threadIdx.x; t.kind != 0 && i < t.matrices() * t.side; i += blockDim.x) {
      const double one = args.means[t.firstMean + i];
      mean = one > mean ? one : mean;
    }
    const auto smaller = [](float x, float y) { return x < y ? x : y; };
    updates = blockSum(updates);
    parameters = blockSum(parameters);
    row = blockReduce(row, smaller, INFINITY);
    column = blockReduce(column, smaller, INFINITY);
    mean = blockReduce(mean, [](double x, double y) { return x > y ? x : y; }, 0.0);
    if (threadIdx.x != 0) continue;
    const bool bounded = t.kind != 0 && numbers.least != 0 &&
                         double(row) * double(column) / numbers.meanOf(mean) < numbers.least * numbers.least * (1 + 1e-5);
    args.tensors[s] = {factoredRate(args.a, hyperOf(args.a, s), t.length, updates, parameters), bounded};
  }
}

template <class P, class G>
__device__ void factorExactKernel(const FactorArgs<P, G>& args) {
  const auto isExact = [&](uint32_t segment) { return args.tensors[segment].exact; };
  forPieces(args, isExact, [&](uint64_t at, const FactorPart<P, G>& part, const FactorRows& rows) {
    const auto& a = part.a;
    const FactoredTensor& t = part.t;
    const Exact scale = hyperOf(a, part.segment).gradScale;
    UnitCursor units(a);
    double updates = 0;
    for (uint64_t row = rows.from; row < rows.to; ++row) {
      const uint64_t first = t.first + t.rowOf(rows.matrix, row) * t.width();
      for (uint64_t c = threadIdx.x; c < t.width(); c += blockDim.x) {
        const Exact g = Exact(float(a.grad[first + c])) * Exact(units.at(first + c)) * scale;
        const Exact u = g * Exact(part.factor(rows.matrix, row, c));
        updates += double(u * u);
      }
    }
    updates = blockSum(updates);
    if (threadIdx.x == 0) args.pieces[at].updates = updates;
  });
}

template <class P, class G>
__device__ void factorMoveKernel(const FactorArgs<P, G>& args) {
  forPieces(args, [](uint32_t) { return true; }, [&](uint64_t, const FactorPart<P, G>& part, const FactorRows& rows) {
    const auto& a = part.a;
    const FactoredTensor& t = part.t;
    const FactoredNumbers& numbers = part.numbers;
    const FactoredRate rate = args.tensors[part.segment].rate;
    const Exact share = static_cast<float>(1 - a.momentum), momentum = static_cast<float>(a.momentum);
    HyperCursor cursor(a);
    const auto move = [&](uint64_t i, float factor) {
      const uint32_t changed = stepParameters<P>(a, cursor, Consecutive<1>{i}, [&](const Hyper& h, float x, int) -> float {
        const Exact g = Exact(cursor.scaled(i, float(a.grad[i]))) * Exact(h.gradScale);
        Exact update = Exact(rate.rate) * (g * Exact(factor));
        if (a.expAvg != nullptr) {
          update = momentum * Exact(a.expAvg[i]) + share * update;
          a.expAvg[i] = update;
        }
        return Exact(x) * Exact(rate.keep) - update;
      });
      if (a.touched != nullptr && changed != 0) atomicOr(a.touched + i / 32, 1u << (i % 32));
    };
    if (t.kind == 0) {
      const uint64_t past = rows.to * t.columns < t.length ? rows.to * t.columns : t.length;
      for (uint64_t i = rows.from * t.columns + threadIdx.x; i < past; i += blockDim.x) {
        move(t.first + i, numbers.bounded(numbers.columnFactor(a.variance[t.rowAt + i])));
      }
    } else {
      for (uint64_t row = rows.from; row < rows.to; ++row) {
        const uint64_t first = t.first + t.rowOf(rows.matrix, row) * t.width();
        for (uint64_t c = threadIdx.x; c < t.width(); c += blockDim.x) move(first + c, part.factor(rows.matrix, row, c));
      }
    }
  });
}

#define TESSERA_FACTORED(name)                         \
  EXPORT_KERNEL((kFactorThreads), name, f32, f32)      \
  EXPORT_KERNEL((kFactorThreads), name, f32, bf16)     \
  EXPORT_KERNEL((kFactorThreads), name, bf16, f32)     \
  EXPORT_KERNEL((kFactorThreads), name, bf16, bf16)
TESSERA_FACTORED(factorLook)
TESSERA_FACTORED(factorMeans)
TESSERA_FACTORED(factorColumns)
TESSERA_FACTORED(factorRate)
TESSERA_FACTORED(factorExact)
TESSERA_FACTORED(factorMove)

#if TESSERA_HOST
template <class P, class G>
void adafactorStep(const AdafactorStepArgs<P, G>& a, Stream& s) {
  if (a.segmentStarts == nullptr || a.segments == 0) return;
  const FactorArgs<P, G> args{a,
                              s.workspace<FactorPiece>(a.pieces + 1),
                              s.workspace<FactorBlock>(a.blocks + 1),
                              s.workspace<FactorTensor>(a.segments),
                              s.workspace<double>(a.sums + 1),
                              s.workspace<double>(a.means + 1),
                              s.workspace<float>(a.columns + 1)};
  const uint32_t pieces = gridFor(s, a.pieces, 1, 16), tensors = gridFor(s, a.segments, 1);
  s.launch(KERNEL(factorLook, P, G), pieces, kFactorThreads, 0, args);
  s.launch(KERNEL(factorMeans, P, G), dim3(tensors, s.properties().emulated ? 1 : 8), kFactorThreads, 0, args);
  if (a.blocks > 0) s.launch(KERNEL(factorColumns, P, G), gridFor(s, a.blocks, 1, 16), kFactorThreads, 0, args);
  s.launch(KERNEL(factorRate, P, G), tensors, kFactorThreads, 0, {args, false});
  if (a.least != 0 && a.blocks > 0) {
    s.launch(KERNEL(factorExact, P, G), pieces, kFactorThreads, 0, args);
    s.launch(KERNEL(factorRate, P, G), tensors, kFactorThreads, 0, {args, true});
  }
  s.launch(KERNEL(factorMove, P, G), pieces, kFactorThreads, 0, args);
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/adafactor.cuda.inc"
#endif
