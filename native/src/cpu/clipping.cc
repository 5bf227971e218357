// Gradient norms and clipping factors. Squares are summed in double by sixteen fixed lanes per chunk, and chunks in
// order, so that a norm has the same bits at every ISA level and for any number of threads.
#include "gen/clipping.h"

#include <math.h>

#include "cpu/kernel.h"
#include "distance_rate.h"

namespace tessera::TESSERA_ISA {
namespace {

constexpr uint64_t kGrain = 65536;
constexpr int kLanes = 16;

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

double total(const double* sums) {
  double sum = 0;
  for (int j = 0; j < kLanes; ++j) sum += sums[j];
  return sum;
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
  const uint64_t chunks = a.n == 0 ? 0 : (a.n - 1) / kGrain + 1;
  double* partial = context.scratch<double>(chunks + 1);
  forRange(context, a.n, kGrain, [&](uint64_t begin, uint64_t end) {
    double sums[kLanes] = {};
    addRange(a.x, a.mask, begin, end, sums);
    partial[begin / kGrain] = total(sums);
  });
  const double prior = a.prior != nullptr ? *a.prior : 0.0;
  double sum = prior * prior;
  for (uint64_t c = 0; c < chunks; ++c) sum += partial[c];
  *a.norm = static_cast<float>(sqrt(sum));
}

// norms[s] = sqrt(prior^2 + add(from, to) of the pieces of segment s). Segments are cut into pieces of their own, so that
// the norm of a segment does not depend on where it lies. Boundaries are clamped to the buffer: the table is the content
// of a device buffer. `add(from, to, sums)` adds squares to sixteen sums.
template <class Args, class F>
void normsOfSegments(const Args& a, const float* prior, Context& context, F&& add) {
  const auto bound = [&a](uint64_t s) {
    const int64_t start = a.segmentStarts[s];
    return start < 0 ? uint64_t{0} : static_cast<uint64_t>(start) < a.n ? static_cast<uint64_t>(start) : a.n;
  };
  const auto pieces = [&](uint64_t s) {
    const uint64_t from = bound(s), to = bound(s + 1);
    return to > from ? (to - from - 1) / kGrain + 1 : 0;
  };
  uint64_t* first = context.scratch<uint64_t>(uint64_t{a.segments} + 1);
  first[0] = 0;
  for (uint64_t s = 0; s < a.segments; ++s) first[s + 1] = first[s] + pieces(s);
  const uint64_t count = first[a.segments];
  if (count > UINT32_MAX) return;
  double* partial = context.scratch<double>(count + 1);
  // Sixteen pieces to a chunk keep thousands of small segments from being thousands of tasks.
  forRange(context, count, 16, [&](uint64_t begin, uint64_t end) {
    uint64_t low = 0, high = a.segments;
    while (high - low > 1) {
      const uint64_t middle = low + (high - low) / 2;
      (first[middle] <= begin ? low : high) = middle;
    }
    for (uint64_t piece = begin, s = low; piece < end; ++piece) {
      while (first[s + 1] <= piece) ++s;
      const uint64_t from = bound(s) + (piece - first[s]) * kGrain, to = bound(s + 1);
      double sums[kLanes] = {};
      add(from, to - from < kGrain ? to : from + kGrain, sums);
      partial[piece] = total(sums);
    }
  });
  for (uint64_t s = 0; s < a.segments; ++s) {
    const double before = prior != nullptr ? prior[s] : 0.0;
    double sum = before * before;
    for (uint64_t piece = first[s]; piece < first[s + 1]; ++piece) sum += partial[piece];
    a.norms[s] = static_cast<float>(sqrt(sum));
  }
}

template <class G>
void segmentNorms(const SegmentNormsArgs<G>& a, Context& context) {
  normsOfSegments(a, nullptr, context, [&a](uint64_t from, uint64_t to, double* sums) {
    addRange(a.x, a.mask, from, to, sums);
  });
}

template <class G, class P>
void sumNorms(const SumNormsArgs<G, P>& a, Context& context) {
  const float factor = a.factor;
  normsOfSegments(a, a.prior, context, [&a, factor](uint64_t from, uint64_t to, double* sums) {
    double lane[kLanes];
    for (int j = 0; j < kLanes; ++j) lane[j] = sums[j];
    uint64_t i = from;
    for (; to - i >= kLanes; i += kLanes) {
      for (int j = 0; j < kLanes; ++j) {
        const double value = load(a.x + i + j) + factor * load(a.y + i + j);
        lane[j] += value * value;
      }
    }
    for (int j = 0; i < to; ++i, ++j) {
      const double value = load(a.x + i) + factor * load(a.y + i);
      lane[j] += value * value;
    }
    for (int j = 0; j < kLanes; ++j) sums[j] = lane[j];
  });
}

void distanceStep(const DistanceStepArgs& a, Context&) {
  for (uint32_t i = 0; i < a.count; ++i) {
    const DistanceRate step = distanceRate(a.distance[i], a.gradient[i], a.furthest[i], a.total[i], a.inside, a.outside,
                                           a.firstRate, a.weighted != 0);
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
  forRange(context, a.n, kGrain, [&](uint64_t begin, uint64_t end) {
    for (uint64_t i = begin; i < end; ++i) store(a.x + i, load(a.x + i) * scale);
  });
}

template <class G>
void nonFiniteFlag(const NonFiniteFlagArgs<G>& a, Context& context) {
  const uint64_t chunks = a.n == 0 ? 0 : (a.n - 1) / kGrain + 1;
  uint32_t* flags = context.scratch<uint32_t>(chunks + 1);
  forRange(context, a.n, kGrain, [&](uint64_t begin, uint64_t end) {
    uint32_t flag = 0;
    for (uint64_t i = begin; i < end; ++i) flag |= (bitsOf(load(a.x + i)) & 0x7f800000u) == 0x7f800000u;
    flags[begin / kGrain] = flag;
  });
  uint32_t found = a.prior != nullptr && *a.prior != 0;
  for (uint64_t c = 0; c < chunks; ++c) found |= flags[c];
  *a.found = found;
}

}  // namespace tessera::TESSERA_ISA

#include "gen/clipping.cpu.inc"
