// Sparse optimizer steps: a warp takes the 32 words of the mask that share an entry of the block offsets, lists their active
// parameters in shared memory, and goes through the list. So all lanes have work and several loads under way at any density.
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

constexpr uint32_t kBlockParameters = 1024;  // that share an entry of the offsets
constexpr uint32_t kPerLane = 4;

template <class Rule, class P, class G>
__device__ void sparseStepKernel(const StepArgs<typename SparseOf<Rule, P, G>::type, Rule>& args) {
  SHARED(uint16_t, lists, [kStepThreads / kWarp][kBlockParameters]);
  SHARED(uint32_t, changes, [kStepThreads / kWarp][kWarp]);
  const auto& a = args.a;
  if (skipped(a)) return;
  HyperCursor cursor(a);
  const bool compactGradient = a.gradCount != a.n;
  uint16_t* list = lists[warpId()];
  uint32_t* changed = changes[warpId()];
  const uint64_t words = (a.n + 31) / 32, blocks = ceilDiv(a.n, uint64_t{kBlockParameters});
  for (uint64_t block = globalThread() / kWarp; block < blocks; block += globalThreads() / kWarp) {
    const uint64_t mine = block * kWarp + static_cast<uint64_t>(laneId());
    uint32_t bits = mine < words ? a.mask[mine] : 0;
    if (mine + 1 == words && a.n % 32 != 0) bits &= (1u << (a.n % 32)) - 1;
    const uint64_t start = a.offsets[block];
    const uint32_t upTo = warpInclusiveSum(static_cast<uint32_t>(__popc(bits)));
    uint32_t count = __shfl_sync(kFullMask, upTo, kWarp - 1);
    uint32_t place = upTo - static_cast<uint32_t>(__popc(bits));
    for (uint32_t left = bits; left != 0; left &= left - 1) {
      list[place++] = static_cast<uint16_t>(laneId() * 32 + __ffs(static_cast<int>(left)) - 1);
    }
    changed[laneId()] = 0;
    __syncwarp();
    // Offsets are the content of a device buffer: whatever they say, states stay within their bounds.
    if (start + count > a.active) count = start < a.active ? static_cast<uint32_t>(a.active - start) : 0;
    for (uint32_t first = static_cast<uint32_t>(laneId()); first < count; first += kWarp * kPerLane) {
      Listed<kPerLane> places{};
      places.state = start + first;
      places.count = static_cast<int>(ceilDiv(count - first, static_cast<uint32_t>(kWarp)));
#pragma unroll
      for (uint32_t e = 0; e < kPerLane; ++e) {
        if (places.has(e)) places.indices[e] = block * kBlockParameters + list[first + e * kWarp];
      }
      const auto gradients = compactGradient ? places.loadState(a.grad) : places.load(a.grad);
      const uint32_t moved = stepWithStates<P>(args, cursor, places, gradients);
      if (a.touched == nullptr) continue;
#pragma unroll
      for (uint32_t e = 0; e < kPerLane; ++e) {
        if (moved >> e & 1u) atomicOr(&changed[places.indices[e] / 32 % kWarp], 1u << (places.indices[e] % 32));
      }
    }
    __syncwarp();
    if (a.touched != nullptr && changed[laneId()] != 0) a.touched[mine] |= changed[laneId()];
    __syncwarp();  // the lists are free again
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
  s.launch(KERNEL(sparseStep, Rule, P, G), gridFor(s, a.n, kBlockParameters * kStepThreads / kWarp), kStepThreads, 0, {a, Rule(a), states});
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
