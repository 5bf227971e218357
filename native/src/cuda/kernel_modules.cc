#include "cuda/kernel_modules.h"

#include <string>

#include "cuda/driver.h"
#include "runtime/error.h"

namespace tessera::cuda {

CUfunction KernelModules::function(const DeviceKernel& kernel, uint32_t dynamicSharedBytes) {
  Function& found = functions_[&kernel];
  if (!found.handle) found.handle = find(kernel.symbol);
  // Beyond 48 KiB, the kernel's own shared variables included, a launch has to be announced.
  if (dynamicSharedBytes > found.sharedBytes) {
    check(driver().funcSetAttribute(found.handle, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                                    static_cast<int>(dynamicSharedBytes)),
          "cuFuncSetAttribute");
    found.sharedBytes = dynamicSharedBytes;
  }
  return found.handle;
}

CUfunction KernelModules::find(const char* symbol) {
  const Driver& d = driver();
  modules_.resize(fatbins().images.size(), nullptr);
  for (size_t i = 0; i < modules_.size(); ++i) {
    if (!modules_[i]) {
      const CUresult result = d.moduleLoadData(&modules_[i], fatbins().images[i]);
      if (result == CUDA_ERROR_NO_BINARY_FOR_GPU || result == CUDA_ERROR_UNSUPPORTED_PTX_VERSION ||
          result == CUDA_ERROR_INVALID_IMAGE) {
        throw Error("UNSUPPORTED", "",
                    "the CUDA kernels do not fit this device and driver " + versionText(d.version) + " (" + describe(result) +
                        "). Update the driver, or build on this machine");
      }
      check(result, "cuModuleLoadData");
    }
    CUfunction function = nullptr;
    const CUresult result = d.moduleGetFunction(&function, modules_[i], symbol);
    if (result == CUDA_SUCCESS) return function;
    if (result != CUDA_ERROR_NOT_FOUND) check(result, "cuModuleGetFunction");
  }
  throw Error("UNSUPPORTED", "", "tessera.fatbin has no kernel " + std::string(symbol) + ". It belongs to another build");
}

void KernelModules::close() noexcept {
  for (const CUmodule module : modules_) {
    if (module) driver().moduleUnload(module);
  }
  modules_.clear();
  functions_.clear();
}

}  // namespace tessera::cuda
