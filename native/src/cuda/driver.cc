#include "cuda/driver.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>

#include "cuda/library.h"
#include "runtime/error.h"

// The version of the nvcc that compiled the fatbin; without nvcc, the oldest that has all we ask of a driver.
#if !defined(TESSERA_CUDA_TOOLKIT)
#define TESSERA_CUDA_TOOLKIT 12000
#endif

namespace tessera::cuda {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

Driver load() {
  Driver driver{};
  const auto fail = [&](const std::string& why) {
    driver.unavailable = why;
    driver.devices = 0;
    return driver;
  };

  std::string why;
  const std::string chosen = environment("TESSERA_CUDA_DRIVER");
#if defined(_WIN32)
  const Library library = chosen.empty() ? Library::open({"nvcuda.dll"}, why) : Library::open({chosen}, why);
#else
  const Library library = chosen.empty() ? Library::open({"libcuda.so.1", "libcuda.so"}, why) : Library::open({chosen}, why);
#endif
  if (!library) return fail("no CUDA driver is installed (" + why + ")");

  // Asked first: a driver that lacks a function is too old, and its version says how old.
  auto driverGetVersion = reinterpret_cast<decltype(driver.driverGetVersion)>(library.symbol("cuDriverGetVersion"));
  if (driverGetVersion) driverGetVersion(&driver.version);
  const auto tooOld = [&](const std::string& detail) {
    return fail("the CUDA driver is too old; got " + versionText(driver.version) + "; expected " +
                versionText(TESSERA_CUDA_TOOLKIT / 1000 * 1000) + " or newer" + detail);
  };
#define TESSERA_RESOLVE(name, function, parameters)                                 \
  driver.name = reinterpret_cast<decltype(driver.name)>(library.symbol(#function)); \
  if (!driver.name) return tooOld(" (it lacks " #function ")");
  TESSERA_DRIVER_FUNCTIONS(TESSERA_RESOLVE)
#undef TESSERA_RESOLVE
#define TESSERA_RESOLVE(name, function, parameters) \
  driver.name = reinterpret_cast<decltype(driver.name)>(library.symbol(#function));
  TESSERA_OPTIONAL_DRIVER_FUNCTIONS(TESSERA_RESOLVE)
#undef TESSERA_RESOLVE
  if (driver.version / 1000 < TESSERA_CUDA_TOOLKIT / 1000) return tooOld("");

  const auto explain = [&](CUresult result) {
    const char* name = nullptr;
    driver.getErrorName(result, &name);
    return name ? std::string(name) : "error " + std::to_string(result);
  };
  if (const CUresult result = driver.init(0); result != CUDA_SUCCESS) {
    if (result == CUDA_ERROR_NO_DEVICE) return fail("this machine has no CUDA device");
    if (result == CUDA_ERROR_OUT_OF_MEMORY) return fail("the CUDA driver ran out of memory while it started");
    if (result == CUDA_ERROR_SYSTEM_DRIVER_MISMATCH) {
      return fail("the CUDA driver and its kernel module are of different versions. Restart the machine");
    }
    return fail("the CUDA driver did not start (" + explain(result) + ")");
  }
  if (const CUresult result = driver.deviceGetCount(&driver.devices); result != CUDA_SUCCESS) {
    return fail("the CUDA driver lists no devices (" + explain(result) + ")");
  }
  if (driver.devices == 0) return fail("this machine has no CUDA device, or CUDA_VISIBLE_DEVICES hides it");
  return driver;
}

Fatbins loadFatbins() {
  Fatbins fatbins;
  std::string path = environment("TESSERA_CUDA_FATBIN");
  if (path.empty()) path = ownFolder() + "/tessera.fatbin";
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const size_t size = file ? static_cast<size_t>(file.tellg()) : 0;
  if (size == 0) {
    fatbins.unavailable = "this build has no CUDA kernels: " + path + (file ? " is empty" : " is missing") +
                          ". Build where nvcc is found: npm run build -- --force";
    return fatbins;
  }
  // Lives as long as the process: modules are loaded from it whenever a device opens.
  static std::unique_ptr<uint64_t[]> bytes;
  bytes = std::make_unique<uint64_t[]>(size / sizeof(uint64_t) + 1);
  file.seekg(0);
  file.read(reinterpret_cast<char*>(bytes.get()), static_cast<std::streamsize>(size));
  std::string error = file ? "" : "it cannot be read";
  if (error.empty()) fatbins.images = splitFatbins(bytes.get(), size, error);
  if (!error.empty()) fatbins.unavailable = "the CUDA kernels are damaged: " + path + ": " + error;
  return fatbins;
}

}  // namespace

const Driver& driver() {
  static const Driver instance = load();
  return instance;
}

const Fatbins& fatbins() {
  static const Fatbins instance = loadFatbins();
  return instance;
}

std::vector<const void*> splitFatbins(const void* bytes, size_t size, std::string& error) {
  struct Header {
    uint32_t magic;
    uint16_t version, headerBytes;
    uint64_t bodyBytes;
  };
  std::vector<const void*> images;
  size_t at = 0;
  while (at < size) {
    Header header;
    if (size - at < sizeof header) {
      error = "it ends inside a header at byte " + std::to_string(at);
      return {};
    }
    std::memcpy(&header, static_cast<const char*>(bytes) + at, sizeof header);
    if (header.magic != 0xba55ed50u || header.headerBytes < sizeof header || header.headerBytes % 8 != 0 ||
        header.bodyBytes % 8 != 0) {
      error = "no fatbin begins at byte " + std::to_string(at);
      return {};
    }
    if (header.bodyBytes > size - at || header.headerBytes > size - at - header.bodyBytes) {
      error = "it ends inside the fatbin that begins at byte " + std::to_string(at);
      return {};
    }
    images.push_back(static_cast<const char*>(bytes) + at);
    at += header.headerBytes + header.bodyBytes;
  }
  return images;
}

bool isFatal(CUresult result) {
  switch (result) {
    case CUDA_ERROR_DEVICE_UNAVAILABLE:
    case CUDA_ERROR_ECC_UNCORRECTABLE:
    case CUDA_ERROR_NVLINK_UNCORRECTABLE:
    case CUDA_ERROR_CONTAINED:
    case CUDA_ERROR_ILLEGAL_ADDRESS:
    case CUDA_ERROR_LAUNCH_TIMEOUT:
    case CUDA_ERROR_CONTEXT_IS_DESTROYED:
    case CUDA_ERROR_ASSERT:
    case CUDA_ERROR_HARDWARE_STACK_ERROR:
    case CUDA_ERROR_ILLEGAL_INSTRUCTION:
    case CUDA_ERROR_MISALIGNED_ADDRESS:
    case CUDA_ERROR_INVALID_ADDRESS_SPACE:
    case CUDA_ERROR_INVALID_PC:
    case CUDA_ERROR_LAUNCH_FAILED: return true;
    default: return false;
  }
}

std::string describe(CUresult result) {
  const char* name = nullptr;
  const char* text = nullptr;
  driver().getErrorName(result, &name);
  driver().getErrorString(result, &text);
  if (!name) return "CUDA error " + std::to_string(result);
  return std::string(name) + (text ? std::string(": ") + text : "");
}

void check(CUresult result, const char* what) {
  if (result == CUDA_SUCCESS) return;
  throw Error(result == CUDA_ERROR_OUT_OF_MEMORY ? "OUT_OF_MEMORY" : "DEVICE", "",
              std::string(what) + " failed (" + describe(result) + ")");
}

std::string versionText(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

}  // namespace tessera::cuda
