#pragma once

namespace tessera {

class Context;

// Entry of a generated function table; `args` is the kernel's argument struct.
using CpuKernel = void (*)(const void* args, Context& context);

}  // namespace tessera
