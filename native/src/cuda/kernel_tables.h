// The host functions of the CUDA kernels, as the families' .cu files define them.
#pragma once

#include "launch.h"
#include "runtime/error.h"
#include "runtime/kernel_table.h"

namespace tessera::cuda {

// Kernel functions of a family (an index into kernelFamilies()); null when the family has no .cu file.
const CudaKernel* familyKernels(uint32_t family);

// Calls one schema kernel; throws Error UNSUPPORTED when it has no CUDA implementation.
inline void callKernel(uint32_t op, uint32_t variant, const void* args, Stream& stream) {
  const KernelInfo& info = kernelTable()[op - kFirstKernelOp];
  const CudaKernel* family = familyKernels(info.family);
  const CudaKernel kernel = family ? family[info.entry + variant] : nullptr;
  if (!kernel) throw Error("UNSUPPORTED", "", "there is no CUDA kernel for it. Use device 'cpu'");
  kernel(args, stream);
}

// Throws what kernels reported, if anything.
void throwFault(const FaultRecord& record);

}  // namespace tessera::cuda
