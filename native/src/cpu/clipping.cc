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

template <class P, class G>
void distanceNorms(const DistanceNormsArgs<P, G>& a, Context& context) {
  const float factor = a.gradFactor * (a.gradScale != nullptr && a.gradScales > 0 ? *a.gradScale : 1.0f);
  sumsOfSegments<2>(
      a, context,
      [&](uint64_t s, uint64_t from, uint64_t to, double (*lanes)[kLanes]) {
        const float decay = a.segmentDecay != nullptr ? a.segmentDecay[s] : 0.0f;
        double distance[kLanes] = {}, gradient[kLanes] = {};
        const auto run = [&]<bool moved>(uint64_t begin, uint64_t end, const auto& raw) __attribute__((always_inline)) {
          const auto add = [&](uint64_t i, int j) __attribute__((always_inline)) {
            const float x = load(a.x + i);
            const double away = moved ? x - a.origin[i] : x, g = raw(i) * factor + decay * x;
            distance[j] += away * away;
            gradient[j] += g * g;
          };
          uint64_t i = begin;
          for (; end - i >= kLanes; i += kLanes) {
            for (int j = 0; j < kLanes; ++j) add(i + j, j);
          }
          for (int j = 0; i < end; ++i, ++j) add(i, j);
        };
        overGradients(a, from, to, [&](uint64_t begin, uint64_t end, const auto& raw) __attribute__((always_inline)) {
          a.origin != nullptr ? run.template operator()<true>(begin, end, raw) : run.template operator()<false>(begin, end, raw);
        });
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

// How the sums over the units of one tensor are cut: short rows whole, several to a task; long ones in pieces; columns in
// bands of rows. Pieces and bands leave two sums for each unit in `slots`.
struct UnitCut {
  UnitTensor tensor;
  uint64_t each, tasks, slots;  // rows or elements of a task

  explicit UnitCut(const UnitTensor& t) : tensor(t) {
    const auto parts = [](uint64_t n, uint64_t size) { return n == 0 ? 0 : (n - 1) / size + 1; };
    if (t.byColumn) {
      each = parts(t.rows, 16) > 64 ? parts(t.rows, 16) : 64;
      tasks = parts(t.rows, each);
      slots = tasks * t.columns;
    } else if (t.columns <= kPiece) {
      each = kPiece / t.columns;
      tasks = parts(t.rows, each);
      slots = 0;
    } else {
      each = kPiece;
      tasks = slots = t.rows * parts(t.columns, kPiece);
    }
  }
};

template <class G, class P>
void unitScales(const UnitScalesArgs<G, P>& a, Context& context) {
  uint64_t* firstTask = context.scratch<uint64_t>(uint64_t{a.unitTensors} + 1);
  uint64_t* firstSlot = context.scratch<uint64_t>(uint64_t{a.unitTensors} + 1);
  firstTask[0] = firstSlot[0] = 0;
  for (uint64_t t = 0; t < a.unitTensors; ++t) {
    const UnitCut cut(unitTensor(a, t));
    firstTask[t + 1] = firstTask[t] + cut.tasks;
    firstSlot[t + 1] = firstSlot[t] + cut.slots;
  }
  double* slots = context.scratch<double>(2 * firstSlot[a.unitTensors] + 1);
  const auto sums = [&a](uint64_t from, uint64_t to, double* out) {
    double lanes[kLanes] = {}, sizes[kLanes] = {};
    addRange(a.x, a.mask, from, to, lanes);
    if (a.rule == 2) addSquares(a.param, from, to, sizes);
    out[0] = total(lanes);
    out[1] = total(sizes);
  };
  const auto scale = [&a](const UnitTensor& t, uint64_t u, const double* of) {
    a.unitScale[t.scale + u] = unitFactor(of[0], of[1], t.byColumn ? t.rows : t.columns, a.rule, a.limit, a.eps);
  };
  const auto task = [&](const UnitCut& cut, uint64_t k, double* own) {
    const UnitTensor& t = cut.tensor;
    if (cut.slots == 0) {
      const uint64_t last = t.rows - k * cut.each < cut.each ? t.rows : (k + 1) * cut.each;
      for (uint64_t r = k * cut.each; r < last; ++r) {
        double of[2];
        sums(t.first + r * t.columns, t.first + (r + 1) * t.columns, of);
        scale(t, r, of);
      }
    } else if (!t.byColumn) {
      const uint64_t pieces = cut.tasks / t.rows, row = t.first + k / pieces * t.columns, from = k % pieces * kPiece;
      sums(row + from, row + (t.columns - from < kPiece ? t.columns : from + kPiece), own + 2 * k);
    } else {
      double* squares = own + 2 * k * t.columns;
      double* sizes = squares + t.columns;
      for (uint64_t c = 0; c < 2 * t.columns; ++c) squares[c] = 0;
      const uint64_t last = t.rows - k * cut.each < cut.each ? t.rows : (k + 1) * cut.each;
      for (uint64_t r = k * cut.each; r < last; ++r) {
        const uint64_t row = t.first + r * t.columns;
        for (uint64_t c = 0; c < t.columns; ++c) {
          const double value = a.mask == nullptr || (a.mask[(row + c) / 32] >> ((row + c) % 32) & 1u) != 0 ? load(a.x + row + c) : 0.0f;
          squares[c] += value * value;
        }
        for (uint64_t c = 0; a.rule == 2 && c < t.columns; ++c) {
          const double value = load(a.param + row + c);
          sizes[c] += value * value;
        }
      }
    }
  };
  forRange(context, firstTask[a.unitTensors], a.unitTensors > 256 ? 16 : 1, [&](uint64_t begin, uint64_t end) {
    uint64_t low = 0, high = a.unitTensors;
    while (high - low > 1) {
      const uint64_t middle = low + (high - low) / 2;
      (firstTask[middle] <= begin ? low : high) = middle;
    }
    for (uint64_t i = begin, t = low; i < end; ++t) {
      if (firstTask[t + 1] <= i) continue;
      const UnitCut cut(unitTensor(a, t));
      for (; i < end && i < firstTask[t + 1]; ++i) task(cut, i - firstTask[t], slots + 2 * firstSlot[t]);
    }
  });
  for (uint64_t t = 0; t < a.unitTensors; ++t) {
    const UnitCut cut(unitTensor(a, t));
    const double* own = slots + 2 * firstSlot[t];
    if (cut.slots == 0) continue;
    const uint64_t units = cut.tensor.units(), parts = cut.slots / units;
    forRange(context, units, 1024, [&](uint64_t begin, uint64_t end) {
      for (uint64_t u = begin; u < end; ++u) {
        double of[2] = {};
        for (uint64_t part = 0; part < parts; ++part) {
          of[0] += own[cut.tensor.byColumn ? 2 * part * units + u : 2 * (u * parts + part)];
          of[1] += own[cut.tensor.byColumn ? (2 * part + 1) * units + u : 2 * (u * parts + part) + 1];
        }
        scale(cut.tensor, u, of);
      }
    });
  }
}

template <class G>
void scaleUnits(const ScaleUnitsArgs<G>& a, Context& context) {
  forRange(context, a.n, kPiece, [&](uint64_t begin, uint64_t end) {
    UnitCursor units(a);
    alignas(64) float block[512];
    for (uint64_t i = begin; i < end;) {
      const uint64_t n = end - i < 512 ? end - i : 512;
      for (uint64_t k = 0; k < n; ++k) block[k] = load(a.x + i + k);
      units.scale(i, n, block);
      for (uint64_t k = 0; k < n; ++k) store(a.x + i + k, block[k]);
      i += n;
    }
  });
}

void distanceStep(const DistanceStepArgs& a, Context&) {
  if (a.skip != nullptr && *a.skip != 0) return;
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
