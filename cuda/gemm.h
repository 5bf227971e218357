// Matrix products for the launch code of other families (gemm.cu says which kernel takes which).
#pragma once

#include "kernel.cuh"

#include "gen/gemm.h"

#if TESSERA_HOST

namespace tessera::cuda {

template <class T, class C>
void matmul(const MatmulArgs<T, C>& args, Stream& stream);

}  // namespace tessera::cuda

#endif
