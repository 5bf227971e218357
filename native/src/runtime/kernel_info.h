// What the command decoder knows about a kernel: the shape of its argument struct and how large its buffers must be.
// The tables are generated from the schema into include/gen/kernels.h.
#pragma once
#include <cstdint>

namespace tessera {

enum class BufferRole : uint8_t { in, inout, out };

struct BufferInfo {
  const char* name;
  BufferRole role;
  bool optional;  // may be absent (null handle), then nullptr in the struct and its extent is not checked
};

// The argument struct is `bufferCount` pointers followed by the parameter words as they stand in the command.
struct KernelInfo {
  const char* name;
  uint32_t family;   // index into TESSERA_FAMILIES
  uint32_t entry;    // index of variant 0 in the family's table of kernel functions
  uint32_t variants;
  uint32_t bufferCount;
  uint32_t paramWords;
  const BufferInfo* buffers;
  const uint8_t* elementSizes;  // [variant][buffer], bytes
  // Elements each buffer must hold; reads only the parameters of `args`.
  void (*extents)(const char* args, uint64_t* elements);
};

inline constexpr uint32_t kFirstKernelOp = 16;
inline constexpr uint32_t kMaxBuffers = 20;
inline constexpr uint32_t kMaxParamWords = 96;

}  // namespace tessera
