// Optimizer steps on the active parameters of a mask. A batch of mask words is packed into L1 (values and gradients),
// the rule of the dense step runs over the packed elements with the compact states in place, and the results are put
// back. What is not active is not written; cache lines without an active element are not read either.
#include "gen/sparse.h"

#include "clip_units.h"
#include "cpu/kernel.h"
#include "mask_groups.h"
#include "optimizer_step.h"

namespace tessera::TESSERA_ISA {
namespace {

// Active parameters that are worked on at a time: a batch ends with the group that takes it past kEnough. Batches are short
// because only packing asks for memory: a core overlaps the rule of one batch with the packing of the next.
constexpr uint32_t kEnough = 48;
constexpr uint32_t kBatch = kEnough + 16;

TESSERA_INLINE uint32_t bitsToStore(float x, const float*) { return bitsOf(x); }
TESSERA_INLINE uint32_t bitsToStore(float x, const bf16*) { return bf16Bits(x); }

// Steps a batch of groups from `first` on, whose states start at `position`; returns where the next batch starts.
// Offsets, which `position` comes from, are the content of a device buffer: whatever they say, states stay within their
// bounds.
template <class P, class G, class Args, class Rule>
TESSERA_INLINE uint32_t stepBatch(const Args& a, const Rule& rule, const Hyper& hyper, const States<Rule>& states,
                                  Dither& dither, UnitCursor<Args>& units, const ActiveGroups& list, uint32_t first, uint64_t& position) {
  alignas(64) float values[kBatch + kPackRoom], gradients[kBatch + kPackRoom];
  alignas(64) uint32_t stored[kBatch + kPackRoom];
  const bool packGrad = a.gradCount == a.n, packParam = a.master == nullptr;
  uint32_t n, last;
  if (packParam) {
    last = packGrad ? pack<true, true>(list, first, kEnough, a.param, a.grad, values, gradients, &n)
                    : pack<true, false>(list, first, kEnough, a.param, a.grad, values, gradients, &n);
  } else {
    last = packGrad ? pack<false, true>(list, first, kEnough, a.param, a.grad, values, gradients, &n)
                    : pack<false, false>(list, first, kEnough, a.param, a.grad, values, gradients, &n);
  }
  if (position > a.active || n > a.active - position) return list.groups;

  uint64_t indices[kBatch];
  const bool dithered = std::is_same_v<P, bf16> && a.rounding != 0;
  if (dithered || a.touched != nullptr || units.any()) list.indices(first, last, indices);

  const float* g = gradients;
  if (!packGrad) {
    bool copied = true;
    if constexpr (std::is_same_v<G, float>) {
      copied = units.any();
      if (!copied) g = a.grad + position;
    }
    if (copied) {
      for (uint32_t k = 0; k < n; ++k) gradients[k] = load(a.grad + position + k);
    }
  }
  if (units.any()) {
    for (uint32_t k = 0; k < n; ++k) gradients[k] *= units.at(indices[k]);
  }
  float* x = packParam ? values : a.master + position;
  bf16* lost = nullptr;
  if constexpr (std::is_same_v<P, bf16>) {
    if (packParam && a.compensation != nullptr) {
      lost = a.compensation + position;
      for (uint32_t k = 0; k < n; ++k) x[k] += load(lost + k);
    }
  }

  runRule(rule, hyper, n, x, g, states.from(position));

  if (dithered) {
    for (uint32_t k = 0; k < n; ++k) stored[k] = bf16BitsDithered(x[k], dither.at(a.firstIndex + indices[k]));
  } else {
    for (uint32_t k = 0; k < n; ++k) stored[k] = bitsToStore(x[k], a.param);
  }
  if (lost != nullptr) {
    for (uint32_t k = 0; k < n; ++k) lost[k].bits = bf16Bits(x[k] - floatOf(stored[k] << 16));
  }
  if (a.touched != nullptr) {
    for (uint32_t k = 0; k < n; ++k) {
      const uint64_t i = indices[k];
      const uint32_t changed = memcmp(a.param + i, stored + k, sizeof(P)) != 0;  // little endian
      a.touched[i / 32] |= changed << (i % 32);
    }
  }
  unpack(list, first, last, stored, a.param);
  position += n;
  return last;
}

template <template <class, class> class Args, class P, class G, class Rule>
void sparseStep(const Args<P, G>& a, Context& context, const States<Rule>& states) {
  if (a.skip != nullptr && *a.skip != 0) return;
  if (a.gradCount != a.n && a.gradCount < a.active) return;
  const Rule rule(a);
  forRange(context, a.n, ActiveGroups::kSpan, [&](uint64_t begin, uint64_t end) {
    Segments segments(a);
    Dither dither(a.seed, a.offset);
    UnitCursor units(a);
    ActiveGroups list;
    uint64_t position = a.offsets[begin / kMaskBlock];
    for (uint64_t i = begin; i < end;) {
      const auto run = segments.at(i, end);
      list.list(a.mask, i, run.end);
      for (uint32_t first = 0; first < list.groups;) {
        first = stepBatch<P, G>(a, rule, run.hyper, states, dither, units, list, first, position);
      }
      i = run.end;
    }
  });
}

}  // namespace

template <class P, class G>
void sparseAdamStep(const SparseAdamStepArgs<P, G>& a, Context& context) {
  sparseStep(a, context, adamStates(a));
}

template <class P, class G>
void sparseSgdStep(const SparseSgdStepArgs<P, G>& a, Context& context) {
  sparseStep(a, context, sgdStates(a));
}

template <class P, class G>
void sparseLionStep(const SparseLionStepArgs<P, G>& a, Context& context) {
  sparseStep(a, context, lionStates(a));
}

}  // namespace tessera::TESSERA_ISA

#include "gen/sparse.cpu.inc"
