// The context switches: hand-written for x86-64 and arm64 (System V and AAPCS64), Windows fibers and ucontext elsewhere.
#include "fiber.h"

#include <cstring>
#include <new>

#if defined(_WIN32)
#define TESSERA_FIBER_WINDOWS 1
#include <windows.h>
#else
#include <sys/mman.h>
#include <unistd.h>
#if (defined(__x86_64__) || defined(__aarch64__)) && !defined(TESSERA_FIBER_UCONTEXT)
#define TESSERA_FIBER_ASM 1
#else
#define TESSERA_FIBER_UCONTEXT 1
#include <ucontext.h>
#endif
#endif

#if defined(TESSERA_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace tessera::emulator {
namespace {

#if defined(TESSERA_ASAN)
constexpr size_t kStackBytes = 512 << 10;
#else
constexpr size_t kStackBytes = 128 << 10;
#endif

// The fiber that is being switched away from and the one being entered, for the code that runs on the new stack.
TESSERA_EMULATOR_TLS Fiber* leaving = nullptr;
TESSERA_EMULATOR_TLS Fiber* entering = nullptr;

}  // namespace

#if defined(TESSERA_FIBER_ASM)

// void tesseraSwitch(void** saveStackPointer, void* stackPointer): saves the callee-saved registers on the current
// stack, and returns on the other one. MXCSR, the x87 control word and FPCR are not switched: kernels leave them alone.
extern "C" void tesseraSwitch(void** save, void* stackPointer) noexcept;

#if defined(__APPLE__)
#define TESSERA_ASM_NAME "_tesseraSwitch"
#define TESSERA_ASM_BEGIN ".private_extern _tesseraSwitch\n.globl _tesseraSwitch\n.p2align 4\n"
#define TESSERA_ASM_END ""
#else
#define TESSERA_ASM_NAME "tesseraSwitch"
#define TESSERA_ASM_BEGIN ".hidden tesseraSwitch\n.globl tesseraSwitch\n.type tesseraSwitch,%function\n.p2align 4\n"
#define TESSERA_ASM_END ".size tesseraSwitch,.-tesseraSwitch\n"
#endif

#if defined(__x86_64__)
asm(".text\n" TESSERA_ASM_BEGIN TESSERA_ASM_NAME ":\n"
    "  pushq %rbp\n  pushq %rbx\n  pushq %r12\n  pushq %r13\n  pushq %r14\n  pushq %r15\n"
    "  movq %rsp, (%rdi)\n"
    "  movq %rsi, %rsp\n"
    "  popq %r15\n  popq %r14\n  popq %r13\n  popq %r12\n  popq %rbx\n  popq %rbp\n"
    "  ret\n" TESSERA_ASM_END);

// The stack as tesseraSwitch leaves it: six registers, the return address, and one word that keeps the ABI's alignment
// (16 bytes off by 8 on entry to a function).
static void* initialFrame(char* top, void (*start)()) {
  void** frame = reinterpret_cast<void**>(top) - 8;
  std::memset(frame, 0, 8 * sizeof(void*));
  frame[6] = reinterpret_cast<void*>(start);
  return frame;
}
#else
asm(".text\n" TESSERA_ASM_BEGIN TESSERA_ASM_NAME ":\n"
    "  sub sp, sp, #160\n"
    "  stp x19, x20, [sp, #0]\n  stp x21, x22, [sp, #16]\n  stp x23, x24, [sp, #32]\n  stp x25, x26, [sp, #48]\n"
    "  stp x27, x28, [sp, #64]\n  stp x29, x30, [sp, #80]\n"
    "  stp d8, d9, [sp, #96]\n  stp d10, d11, [sp, #112]\n  stp d12, d13, [sp, #128]\n  stp d14, d15, [sp, #144]\n"
    "  mov x9, sp\n  str x9, [x0]\n"
    "  mov sp, x1\n"
    "  ldp x19, x20, [sp, #0]\n  ldp x21, x22, [sp, #16]\n  ldp x23, x24, [sp, #32]\n  ldp x25, x26, [sp, #48]\n"
    "  ldp x27, x28, [sp, #64]\n  ldp x29, x30, [sp, #80]\n"
    "  ldp d8, d9, [sp, #96]\n  ldp d10, d11, [sp, #112]\n  ldp d12, d13, [sp, #128]\n  ldp d14, d15, [sp, #144]\n"
    "  add sp, sp, #160\n"
    "  ret\n" TESSERA_ASM_END);

static void* initialFrame(char* top, void (*start)()) {
  void** frame = reinterpret_cast<void**>(top) - 20;
  std::memset(frame, 0, 20 * sizeof(void*));
  frame[11] = reinterpret_cast<void*>(start);  // x30
  return frame;
}
#endif

#endif  // TESSERA_FIBER_ASM

void Fiber::start() {
  Fiber* self = entering;
#if defined(TESSERA_ASAN)
  // The first switch away from a thread's own stack is how ASan tells where that stack lies.
  __sanitizer_finish_switch_fiber(nullptr, &leaving->asanStack_, &leaving->asanStackBytes_);
#endif
  self->entry_(self->argument_);
  __builtin_trap();  // an entry never returns
}

void Fiber::prepare(Entry entry, void* argument, [[maybe_unused]] uint32_t color) {
  entry_ = entry;
  argument_ = argument;
#if defined(TESSERA_FIBER_WINDOWS)
  if (native_) DeleteFiber(native_);
  native_ = CreateFiber(kStackBytes, [](void*) { start(); }, nullptr);
  if (!native_) throw std::bad_alloc();
#else
  if (!mapping_) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    mappingBytes_ = kStackBytes + page;
    void* mapping = mmap(nullptr, mappingBytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) throw std::bad_alloc();
    mapping_ = static_cast<char*>(mapping);
    mprotect(mapping_, page, PROT_NONE);  // an overflow is a fault, not a neighbour's corruption
    stack_ = mapping_ + page;
  }
  // Stacks that all start at the same offset of a page would fight for the same few cache sets.
  char* top = stack_ + kStackBytes - (color % 61) * 128;
#if defined(TESSERA_ASAN)
  __asan_unpoison_memory_region(stack_, kStackBytes);
  asanStack_ = stack_;
  asanStackBytes_ = static_cast<size_t>(top - stack_);
  fakeStack_ = nullptr;
#endif
#if defined(TESSERA_FIBER_ASM)
  stackPointer_ = initialFrame(top, &Fiber::start);
#else
  if (!native_) native_ = new ucontext_t;
  auto* context = static_cast<ucontext_t*>(native_);
  getcontext(context);
  context->uc_stack.ss_sp = stack_;
  context->uc_stack.ss_size = static_cast<size_t>(top - stack_);
  context->uc_link = nullptr;
  makecontext(context, &Fiber::start, 0);
#endif
#endif
}

void Fiber::transfer(Fiber& from, Fiber& to) {
  leaving = &from;
  entering = &to;
#if defined(TESSERA_ASAN)
  __sanitizer_start_switch_fiber(&from.fakeStack_, to.asanStack_, to.asanStackBytes_);
#endif
#if defined(TESSERA_FIBER_ASM)
  tesseraSwitch(&from.stackPointer_, to.stackPointer_);
#elif defined(TESSERA_FIBER_UCONTEXT)
  if (!from.native_) from.native_ = new ucontext_t;
  swapcontext(static_cast<ucontext_t*>(from.native_), static_cast<ucontext_t*>(to.native_));
#else
  if (!from.native_) from.native_ = IsThreadAFiber() ? GetCurrentFiber() : ConvertThreadToFiber(nullptr);
  SwitchToFiber(to.native_);
#endif
#if defined(TESSERA_ASAN)
  __sanitizer_finish_switch_fiber(from.fakeStack_, &leaving->asanStack_, &leaving->asanStackBytes_);
#endif
}

Fiber::~Fiber() {
#if defined(TESSERA_FIBER_WINDOWS)
  if (native_ && entry_) DeleteFiber(native_);
#else
#if defined(TESSERA_ASAN)
  if (mapping_) __asan_unpoison_memory_region(stack_, kStackBytes);
#endif
  if (mapping_) munmap(mapping_, mappingBytes_);
#if defined(TESSERA_FIBER_UCONTEXT)
  delete static_cast<ucontext_t*>(native_);
#endif
#endif
}

}  // namespace tessera::emulator
