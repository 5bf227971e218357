// Which GPUs there are, with the reason for each that cannot be used.
#include <memory>
#include <string>
#include <vector>

#include "cuda/cublaslt.h"
#include "cuda/cuda_device.h"
#include "cuda/driver.h"
#include "runtime/device.h"
#include "runtime/error.h"

namespace tessera {

namespace cuda {

int attribute(CUdevice device, int which) {
  int value = 0;
  driver().deviceGetAttribute(&value, which, device);
  return value;
}

uint32_t capability(CUdevice device) {
  return static_cast<uint32_t>(attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR) * 10 +
                               attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR));
}

}  // namespace cuda

namespace {

using namespace tessera::cuda;

constexpr uint32_t kOldestCapability = 80;

// Why the device cannot be used; "" when it can.
std::string obstacle(CUdevice device) {
  const uint32_t found = capability(device);
  if (found < kOldestCapability) {
    return "its compute capability is too old; got " + std::to_string(found / 10) + "." + std::to_string(found % 10) +
           "; expected 8.0 or newer";
  }
  return fatbins().unavailable;
}

std::vector<DeviceDescription> list() {
  const Driver& d = driver();
  if (!d.unavailable.empty()) return {{"cuda", 0, "", "", 0, d.unavailable}};
  std::vector<DeviceDescription> devices;
  const std::string blas = cublasLtVersion();
  for (int i = 0; i < d.devices; ++i) {
    DeviceDescription description{"cuda", i, "", "", 0, ""};
    CUdevice device = 0;
    char name[256] = "";
    size_t bytes = 0;
    if (const CUresult result = d.deviceGet(&device, i); result != CUDA_SUCCESS) {
      description.unavailable = describe(result);
    } else {
      d.deviceGetName(name, sizeof name, device);
      d.deviceTotalMem(&bytes, device);
      description.name = name;
      description.memoryBytes = bytes;
      description.features = "sm_" + std::to_string(capability(device)) + ", driver " + versionText(d.version) +
                             (blas.empty() ? ", no cuBLASLt" : ", cuBLASLt " + blas);
      description.unavailable = obstacle(device);
    }
    devices.push_back(description);
  }
  return devices;
}

std::unique_ptr<Device> create(int index) {
  const Driver& d = driver();
  const auto refuse = [](const std::string& why) {
    return Error("UNSUPPORTED", "open", "open: device 'cuda' cannot be used: " + why + ".");
  };
  if (!d.unavailable.empty()) throw refuse(d.unavailable);
  if (index < 0 || index >= d.devices) {
    throw Error("INVALID_ARGUMENT", "open",
                "open: no such CUDA device; got index " + std::to_string(index) + "; expected 0 to " +
                    std::to_string(d.devices - 1) + ".");
  }
  CUdevice device = 0;
  check(d.deviceGet(&device, index), "cuDeviceGet");
  if (const std::string why = obstacle(device); !why.empty()) throw refuse(why);
  return makeCudaDevice(device);
}

}  // namespace

extern const DeviceDriver cudaDriver;
const DeviceDriver cudaDriver{"cuda", list, create};

}  // namespace tessera
