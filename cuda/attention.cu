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

inline constexpr uint32_t kMostTensorDim = 256, kMostSmallDim = FmaShape<32>::kMostDim;

inline void expectDim(uint32_t dim) {
  if (dim > kMostDim) Stream::fail("UNSUPPORTED", "the heads have too many dimensions for CUDA", dim, kMostDim + 1);
}

template <class T>
void attentionForward(const AttentionForwardArgs<T>& a, Stream& s) {
  if (isEmpty(a) || a.queries == 0) return;
  expectDim(a.dim);
  if constexpr (isBf16<T>) {
    const bool packed = inputsPacked(a);
    if (a.dim <= 64) return launchForward<64>(a, packed, s);
    if (a.dim <= 128) return launchForward<128>(a, packed, s);
    if (a.dim <= kMostTensorDim) return launchForward<256>(a, packed, s);
    return launchForwardFma<T, 16>(a, s);
  } else {
    return a.dim <= kMostSmallDim ? launchForwardFma<T, 32>(a, s) : launchForwardFma<T, 16>(a, s);
  }
}

template <class T>
void attentionBackward(const AttentionBackwardArgs<T>& a, Stream& s) {
  if (isEmpty(a)) return;
  expectDim(a.dim);
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
    if (a.dim <= kMostTensorDim) return launchBackward<256>(args, s);
    return launchBackwardFma<T, 16>(args, s);
  } else {
    return a.dim <= kMostSmallDim ? launchBackwardFma<T, 32>(args, s) : launchBackwardFma<T, 16>(args, s);
  }
}

#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/attention.cuda.inc"
#endif
