// Sparse optimizer steps: a warp takes a word of the mask at a time, a block of warps the 32 words that share an entry of
// the block offsets. An active lane finds its place in compact arrays by counting the bits below its own.
#include "gen/sparse.h"

#include "optimizer.cuh"
#include "reduce.cuh"

namespace tessera::cuda {

using adam = AdamRule;
using sgd = SgdRule;
using lion = LionRule;

template <class Rule, class P, class G> struct SparseOf;
template <class P, class G> struct SparseOf<adam, P, G> { using type = SparseAdamStepArgs<P, G>; };
template <class P, class G> struct SparseOf<sgd, P, G> { using type = SparseSgdStepArgs<P, G>; };
template <class P, class G> struct SparseOf<lion, P, G> { using type = SparseLionStepArgs<P, G>; };

template <class Rule, class P, class G>
__device__ void sparseStepKernel(const StepArgs<typename SparseOf<Rule, P, G>::type, Rule>& args) {
  const auto& a = args.a;
  if (skipped(a)) return;
  const Hyper whole = hyperOf(a, 0);
  const bool compactGradient = a.gradCount != a.n;
  const int warps = static_cast<int>(blockDim.x) / kWarp;
  const uint64_t words = (a.n + 31) / 32, blocks = (a.n + 1023) / 1024;
  for (uint64_t block = blockIdx.x; block < blocks; block += gridDim.x) {
    // Every warp looks at all words of the block to know where its own begin.
    const uint64_t mine = block * 32 + static_cast<uint64_t>(laneId());
    uint32_t bits = mine < words ? a.mask[mine] : 0;
    if (mine + 1 == words && a.n % 32 != 0) bits &= (1u << (a.n % 32)) - 1;
    const uint32_t count = static_cast<uint32_t>(__popc(bits));
    const uint32_t before = warpInclusiveSum(count) - count;
    for (int w = warpId(); w < 32; w += warps) {
      const uint32_t word = __shfl_sync(kFullMask, bits, w);
      const uint64_t start = uint64_t{a.offsets[block]} + __shfl_sync(kFullMask, before, w);
      const uint64_t at = start + static_cast<uint64_t>(__popc(word & ((1u << laneId()) - 1)));
      const uint64_t i = (block * 32 + static_cast<uint64_t>(w)) * 32 + static_cast<uint64_t>(laneId());
      // Offsets are the content of a device buffer: whatever they say, states stay within their bounds.
      const bool active = (word >> laneId() & 1u) != 0 && at < a.active;
      const bool changed =
          active && stepParameter<P>(a, whole, i, at, [&](const Hyper& h, float x) {
            return stepOne(args.rule, h, args.states, at, x, float(a.grad[compactGradient ? at : i]));
          });
      if (a.touched == nullptr) continue;
      const uint32_t moved = __ballot_sync(kFullMask, changed);
      if (laneId() == 0 && moved != 0) a.touched[block * 32 + static_cast<uint64_t>(w)] |= moved;
    }
  }
}

#define TESSERA_SPARSE(rule)                                  \
  EXPORT_KERNEL((kStepThreads), sparseStep, rule, f32, f32)   \
  EXPORT_KERNEL((kStepThreads), sparseStep, rule, f32, bf16)  \
  EXPORT_KERNEL((kStepThreads), sparseStep, rule, bf16, f32)  \
  EXPORT_KERNEL((kStepThreads), sparseStep, rule, bf16, bf16)
TESSERA_SPARSE(adam)
TESSERA_SPARSE(sgd)
TESSERA_SPARSE(lion)

#if TESSERA_HOST
template <class Rule, class P, class G, class Args>
void launchSparse(const Args& a, Stream& s, const States<Rule>& states) {
  if (a.gradCount != a.n && a.gradCount < a.active) return;
  s.launch(KERNEL(sparseStep, Rule, P, G), gridFor(s, a.n, 1024, 16), kStepThreads, 0, {a, Rule(a), states});
}

template <class P, class G>
void sparseAdamStep(const SparseAdamStepArgs<P, G>& a, Stream& s) { launchSparse<adam, P, G>(a, s, adamStates(a)); }
template <class P, class G>
void sparseSgdStep(const SparseSgdStepArgs<P, G>& a, Stream& s) { launchSparse<sgd, P, G>(a, s, sgdStates(a)); }
template <class P, class G>
void sparseLionStep(const SparseLionStepArgs<P, G>& a, Stream& s) { launchSparse<lion, P, G>(a, s, lionStates(a)); }
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/sparse.cuda.inc"
#endif
