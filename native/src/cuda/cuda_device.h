// One GPU as a Device of the runtime, and what its properties are.
#pragma once

#include <memory>

#include "cuda/driver_api.h"
#include "runtime/device.h"

namespace tessera {

// For a device that cudaDriver.list found usable.
std::unique_ptr<Device> makeCudaDevice(cuda::CUdevice device);

namespace cuda {

int attribute(CUdevice device, int which);

// 90 for compute capability 9.0.
uint32_t capability(CUdevice device);

}  // namespace cuda

}  // namespace tessera
