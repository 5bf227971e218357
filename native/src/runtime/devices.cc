// The device types this build knows.
#include "runtime/device.h"
#include "runtime/error.h"
#include "runtime/thread_pool.h"

namespace tessera {

extern const DeviceDriver cpuDriver;
#if TESSERA_CUDA
extern const DeviceDriver cudaDriver;
extern const DeviceDriver cudaEmulatedDriver;
#endif

namespace {

const DeviceDriver* const drivers[] = {
    &cpuDriver,
#if TESSERA_CUDA
    &cudaDriver,
    &cudaEmulatedDriver,
#endif
};

}  // namespace

std::vector<DeviceDescription> listDevices() {
  std::vector<DeviceDescription> all;
  for (const DeviceDriver* driver : drivers) {
    for (DeviceDescription& device : driver->list()) all.push_back(std::move(device));
  }
  return all;
}

std::unique_ptr<Device> createDevice(const std::string& type, int index) {
  ThreadPool::instance();  // a wrong TESSERA_NUM_THREADS is said here, where it can be thrown
  std::string known;
  for (const DeviceDriver* driver : drivers) {
    if (type == driver->type) return driver->create(index);
    known += known.empty() ? "" : ", ";
    known += driver->type;
  }
  throw Error("INVALID_ARGUMENT", "open", "open: unknown device type; got '" + type + "'; expected one of " + known + ".");
}

}  // namespace tessera
