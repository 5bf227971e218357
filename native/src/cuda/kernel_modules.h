// The kernels of tessera.fatbin on one device. A module is loaded when the first of its kernels is wanted.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "cuda/driver_api.h"
#include "launch.h"

namespace tessera::cuda {

class KernelModules {
 public:
  // The context must be current for both. Throws Error.
  CUfunction function(const DeviceKernel& kernel, uint32_t dynamicSharedBytes);
  void close() noexcept;

 private:
  struct Function {
    CUfunction handle = nullptr;
    uint32_t sharedBytes = 0;  // that it may be launched with
  };

  CUfunction find(const char* symbol);

  std::vector<CUmodule> modules_;
  std::unordered_map<const DeviceKernel*, Function> functions_;
};

}  // namespace tessera::cuda
