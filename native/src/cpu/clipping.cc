// Gradient norms and clipping factors. Squares are summed in double by sixteen fixed lanes per chunk, and chunks in
// order, so that a norm has the same bits at every ISA level and for any number of threads.
#include "gen/clipping.h"

#include <math.h>

#include "cpu/kernel.h"
#include "clip_units.h"
#include "distance_rate.h"
#include "segment_sums.h"

namespace tessera::TESSERA_ISA {
namespace {

// Adds the squares of x[begin, end) to sums; sixteen at a time, the rest to the first lanes.
template <class G>
void addSquares(const G* x, uint64_t begin, uint64_t end, double* sums) {
  uint64_t i = begin;
  double lane[kLanes];
  for (int j = 0; j < kLanes; ++j) lane[j] = sums[j];
  for (; end - i >= kLanes; i += kLanes) {
    for (int j = 0; j < kLanes; ++j) {
      const double value = load(x + i + j);
      lane[j] += value * value;
    }
  }
  for (int j = 0; i < end; ++i, ++j) {
    const double value = load(x + i);
    lane[j] += value * value;
  }
  for (int j = 0; j < kLanes; ++j) sums[j] = lane[j];
}

// The same over elements whose bit is set. An unset element counts as zero even where it is NaN.
template <class G>
void addMaskedSquares(const G* x, const uint32_t* mask, uint64_t begin, uint64_t end, double* sums) {
  double lane[kLanes];
  for (int j = 0; j < kLanes; ++j) lane[j] = sums[j];
  for (uint64_t i = begin; i < end;) {
    const auto shift = static_cast<uint32_t>(i % 32);
    const uint64_t left = end - i, room = 32 - shift;
    const auto n = static_cast<uint32_t>(left < room ? left : room);
    uint32_t bits = mask[i / 32] >> shift;
    if (n < 32) bits &= (1u << n) - 1;
    if (bits != 0 && n == 32) {
      for (int half = 0; half < 2; ++half) {
        for (int j = 0; j < kLanes; ++j) {
          const double value = (bits >> (16 * half + j) & 1u) != 0 ? load(x + i + 16 * half + j) : 0.0f;
          lane[j] += value * value;
        }
      }
    } else {
      for (; bits != 0; bits &= bits - 1) {
        const int j = __builtin_ctz(bits);
        const double value = load(x + i + j);
        lane[j % kLanes] += value * value;
      }
    }
    i += n;
  }
  for (int j = 0; j < kLanes; ++j) sums[j] = lane[j];
}

template <class G>
void addRange(const G* x, const uint32_t* mask, uint64_t begin, uint64_t end, double* sums) {
  if (mask != nullptr) {
    addMaskedSquares(x, mask, begin, end, sums);
  } else {
    addSquares(x, begin, end, sums);
  }
}

}  // namespace

template <class G>
void gradNorm(const GradNormArgs<G>& a, Context& context) {
  const uint64_t chunks = a.n == 0 ? 0 : (a.n - 1) / kPiece + 1;
  double* partial = context.scratch<double>(chunks + 1);
  forRange(context, a.n, kPiece, [&](uint64_t begin, uint64_t end) {
    double sums[kLanes] = {};
    addRange(a.x, a.mask, begin, end, sums);
    partial[begin / kPiece] = total(sums);
  });
  const double prior = a.prior != nullptr ? *a.prior : 0.0;
  double sum = prior * prior;
  for (uint64_t c = 0; c < chunks; ++c) sum += partial[c];
  *a.norm = static_cast<float>(sqrt(sum));
}

template <class G>
void segmentNorms(const SegmentNormsArgs<G>& a, Context& context) {
  sumsOfSegments<1>(
      a, context, [&a](uint64_t, uint64_t from, uint64_t to, double (*lanes)[kLanes]) { addRange(a.x, a.mask, from, to, lanes[0]); },
      [&a](uint64_t s, const double* sums) { a.norms[s] = static_cast<float>(sqrt(sums[0])); });
}

template <class P, class G>
void distanceNorms(const DistanceNormsArgs<P, G>& a, Context& context) {
  const float factor = a.gradFactor;
  sumsOfSegments<2>(
      a, context,
      [&](uint64_t s, uint64_t from, uint64_t to, double (*lanes)[kLanes]) {
        const float decay = a.segmentDecay != nullptr ? a.segmentDecay[s] : 0.0f;
        double distance[kLanes] = {}, gradient[kLanes] = {};
        const auto run = [&]<bool moved>() __attribute__((always_inline)) {
          const auto add = [&](uint64_t i, int j) __attribute__((always_inline)) {
            const float x = load(a.x + i);
            const double away = moved ? x - a.origin[i] : x, g = load(a.grad + i) * factor + decay * x;
            distance[j] += away * away;
            gradient[j] += g * g;
          };
          uint64_t i = from;
          for (; to - i >= kLanes; i += kLanes) {
            for (int j = 0; j < kLanes; ++j) add(i + j, j);
          }
          for (int j = 0; i < to; ++i, ++j) add(i, j);
        };
        a.origin != nullptr ? run.template operator()<true>() : run.template operator()<false>();
        for (int j = 0; j < kLanes; ++j) {
          lanes[0][j] = distance[j];
          lanes[1][j] = gradient[j];
        }
      },
      [&a](uint64_t s, const double* sums) {
        a.distance[s] = static_cast<float>(sqrt(sums[0]));
        a.gradient[s] = static_cast<float>(sqrt(sums[1]));
      });
}

template <class G>
void absoluteNorm(const AbsoluteNormArgs<G>& a, Context& context) {
  const uint64_t chunks = a.n == 0 ? 0 : (a.n - 1) / kPiece + 1;
  double* partial = context.scratch<double>(chunks + 1);
  const bool largest = a.largest != 0;
  const auto join = [largest](double sum, double x) { return largest ? (x > sum || x != x ? x : sum) : sum + x; };
  forRange(context, a.n, kPiece, [&](uint64_t begin, uint64_t end) {
    double lane[kLanes] = {};
    for (uint64_t i = begin; i < end; ++i) lane[i % kLanes] = join(lane[i % kLanes], fabsf(load(a.x + i)));
    double sum = 0;
    for (int j = 0; j < kLanes; ++j) sum = join(sum, lane[j]);
    partial[begin / kPiece] = sum;
  });
  double sum = a.prior != nullptr ? *a.prior : 0.0;
  for (uint64_t c = 0; c < chunks; ++c) sum = join(sum, partial[c]);
  *a.norm = static_cast<float>(sum);
}

template <class G, class P>
void clipUnits(const ClipUnitsArgs<G, P>& a, Context& context) {
  const auto clip = [&a](uint64_t first, uint64_t count, uint64_t stride) {
    double squares = 0, sizes = 0;
    for (uint64_t i = 0; i < count; ++i) {
      const double x = load(a.x + first + i * stride);
      squares += x * x;
      if (a.rule == 2) {
        const double p = load(a.param + first + i * stride);
        sizes += p * p;
      }
    }
    const float factor = static_cast<float>(unitFactor(squares, sizes, count, a.rule, a.limit, a.eps));
    if (factor == 1) return;
    for (uint64_t i = 0; i < count; ++i) store(a.x + first + i * stride, load(a.x + first + i * stride) * factor);
  };
  forRange(context, a.tensors, 1, [&](uint64_t begin, uint64_t end) {
    for (uint64_t t = begin; t < end; ++t) {
      uint64_t first, rows, columns;
      int64_t unit;
      if (!unitsOf(a, t, first, rows, columns, unit)) continue;
      if (unit == 0) clip(first, rows * columns, 1);
      if (unit == 1) for (uint64_t r = 0; r < rows; ++r) clip(first + r * columns, columns, 1);
      if (unit == 2) for (uint64_t c = 0; c < columns; ++c) clip(first + c, rows, columns);
    }
  });
}

void distanceStep(const DistanceStepArgs& a, Context&) {
  for (uint32_t i = 0; i < a.count; ++i) {
    const DistanceRate step = distanceRate(a, i);
    a.furthest[i] = step.furthest;
    a.total[i] = step.total;
    a.rate[i] = step.rate;
  }
}

void clipScale(const ClipScaleArgs& a, Context&) {
  const float most = static_cast<float>(a.maxNorm), eps = static_cast<float>(a.eps);
  for (uint32_t i = 0; i < a.count; ++i) {
    const float scale = most / (a.norm[i] + eps);
    a.scale[i] = scale > 1 ? 1.0f : scale;  // a NaN stays one
  }
}

template <class G>
void scaleBy(const ScaleByArgs<G>& a, Context& context) {
  const float scale = *a.scale;
  forRange(context, a.n, kPiece, [&](uint64_t begin, uint64_t end) {
    for (uint64_t i = begin; i < end; ++i) store(a.x + i, load(a.x + i) * scale);
  });
}

template <class G>
void nonFiniteFlag(const NonFiniteFlagArgs<G>& a, Context& context) {
  const uint64_t chunks = a.n == 0 ? 0 : (a.n - 1) / kPiece + 1;
  uint32_t* flags = context.scratch<uint32_t>(chunks + 1);
  forRange(context, a.n, kPiece, [&](uint64_t begin, uint64_t end) {
    uint32_t flag = 0;
    for (uint64_t i = begin; i < end; ++i) flag |= (bitsOf(load(a.x + i)) & 0x7f800000u) == 0x7f800000u;
    flags[begin / kPiece] = flag;
  });
  uint32_t found = a.prior != nullptr && *a.prior != 0;
  for (uint64_t c = 0; c < chunks; ++c) found |= flags[c];
  *a.found = found;
}

}  // namespace tessera::TESSERA_ISA

#include "gen/clipping.cpu.inc"
