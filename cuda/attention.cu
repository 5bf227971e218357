// Attention without the queries x keys matrix, and rotary embeddings: which kernels take which problem. bf16 heads of up to 256
// dimensions go to the tensor cores; f32, and larger heads, to fused multiply-adds.
#include "attention_fma.cuh"
#include "kernel.cuh"
#include "rope.cuh"

#include "gen/attention.h"

namespace tessera::cuda {

#if TESSERA_HOST

template <class Args>
bool isEmpty(const Args& a) {
  return a.batch == 0 || a.heads == 0 || a.kvHeads == 0 || a.dim == 0;
}

template <class T>
bool isPacked(const T* tensor, int64_t batchStep, int64_t headStep, int64_t rowStep) {
  return alignedFor<8>(tensor) && batchStep % 8 == 0 && headStep % 8 == 0 && rowStep % 8 == 0;
}
template <class Args>
bool inputsPacked(const Args& a) {
  return a.dim % 8 == 0 && isPacked(a.q, a.qBatch, a.qHead, a.qRow) && isPacked(a.k, a.kBatch, a.kHead, a.kRow) &&
         isPacked(a.v, a.vBatch, a.vHead, a.vRow);
}

inline constexpr uint32_t kMostTensorDim = 256;

inline bool fits(size_t sharedBytes, Stream& s) { return sharedBytes <= s.properties().sharedBytesPerBlock; }

// Calls launch.operator()<TILE>() with the larger of the tiles that the heads and the device allow. `tiles` and `weights` say
// what lies in shared memory.
template <class T, class F>
void withTile(uint32_t dim, uint32_t tiles, uint32_t weights, Stream& s, F launch) {
  if constexpr (!isBf16<T>) {
    if (dim <= FmaShape<32>::kMostDim && fits(FmaShape<32>::sharedBytes(dim, tiles, weights), s)) {
      return launch.template operator()<32>();
    }
  }
  uint32_t most = FmaShape<16>::kMostDim;
  while (!fits(FmaShape<16>::sharedBytes(most, tiles, weights), s)) most -= 4;
  if (dim > most) Stream::fail("UNSUPPORTED", "the heads have too many dimensions for this device", dim, most + 1);
  launch.template operator()<16>();
}

template <class T>
void attentionForward(const AttentionForwardArgs<T>& a, Stream& s) {
  if (isEmpty(a) || a.queries == 0) return;
  if constexpr (isBf16<T>) {
    const bool packed = inputsPacked(a);
    if (a.dim <= 64) return launchForward<64>(a, packed, s);
    if (a.dim <= 128) return launchForward<128>(a, packed, s);
    if (a.dim <= kMostTensorDim) return launchForward<256>(a, packed, s);
  }
  withTile<T>(a.dim, 3, 1, s, [&]<int TILE>() { launchForwardFma<T, TILE>(a, s); });
}

template <class T>
void attentionBackward(const AttentionBackwardArgs<T>& a, Stream& s) {
  if (isEmpty(a)) return;
  BackwardArgs<T> args{};
  static_cast<AttentionBackwardArgs<T>&>(args) = a;
  args.mostRows = uint64_t{a.queries} * (a.heads / a.kvHeads);
  const uint64_t rows = args.mostRows * a.batch * a.kvHeads;
  if (rows > 0) {
    args.statistics = s.workspace<RowStatistics>(rows);
    s.launch(KERNEL(attentionStatistics, T), static_cast<uint32_t>(ceilDiv(rows, uint64_t{8})), 256, 0, args);
  }
  if constexpr (isBf16<T>) {
    args.packed = inputsPacked(a) && isPacked(a.dy, a.dyBatch, a.dyHead, a.dyRow);
    if (a.dim <= 64) return launchBackward<64>(args, s);
    if (a.dim <= 128) return launchBackward<128>(args, s);
    if (a.dim <= kMostTensorDim && fits(BackwardShape<256, 64, 32>::kSharedBytes, s)) return launchBackward<256>(args, s);
  }
  withTile<T>(a.dim, 4, 2, s, [&]<int TILE>() { launchBackwardFma<T, TILE>(args, s); });
}

#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/attention.cuda.inc"
#endif
