// The functions that JavaScript sees, as lib/addon.ts describes them, and nothing else. Each turns its arguments into
// one call of the runtime. No C++ exception leaves this file.
#include <cstring>
#include <new>

#include "binding/environment.h"
#include "binding/js.h"
#include "runtime/kernel_table.h"
#include "runtime/thread_pool.h"

#if defined(__unix__) || defined(__APPLE__)
#include <dlfcn.h>
#elif defined(_WIN32)
#include <windows.h>
#endif

namespace tessera {

namespace {

using js::Arguments;

#if !defined(TESSERA_VERSION)
#error "TESSERA_VERSION is set by CMakeLists.txt"
#endif

Environment& environment(const Arguments& args) { return *static_cast<Environment*>(args.data()); }

OpenDevice& device(const Arguments& args) { return environment(args).device(args.u32(0, "device"), args.function()); }

void check(const FailurePointer& failure) {
  if (failure != nullptr) throw Error(failure);
}

napi_value devices(const Arguments& args) {
  napi_env env = args.env();
  napi_value list = nullptr;
  napi_create_array(env, &list);
  uint32_t count = 0;
  for (const DeviceDescription& each : listDevices()) {
    napi_value object = nullptr;
    if (napi_create_object(env, &object) != napi_ok) return nullptr;
    js::set(env, object, "type", js::string(env, each.type));
    js::set(env, object, "index", js::number(env, each.index));
    js::set(env, object, "name", js::string(env, each.name));
    js::set(env, object, "features", js::string(env, each.features));
    js::set(env, object, "memoryBytes", js::number(env, static_cast<double>(each.memoryBytes)));
    if (!each.unavailable.empty()) js::set(env, object, "unavailable", js::string(env, each.unavailable));
    napi_set_element(env, list, count++, object);
  }
  return list;
}

napi_value open(const Arguments& args) {
  const uint32_t index = args.absent(1) ? 0 : args.u32(1, "index");
  return js::number(args.env(), environment(args).open(args.text(0, "type"), static_cast<int>(index)));
}

napi_value close(const Arguments& args) {
  environment(args).close(args.u32(0, "device"), args.function());
  return nullptr;
}

napi_value submit(const Arguments& args) {
  OpenDevice& target = device(args);
  size_t length = 0;
  const uint32_t* words = args.words(1, "words", length);
  const uint32_t count = args.u32(2, "count");
  if (count > length) args.wrong("count", "at most the length of 'words'");
  target.executor.submit(words, count);
  target.externalMemory.submitted();
  return nullptr;
}

napi_value write(const Arguments& args) {
  OpenDevice& target = device(args);
  const uint32_t handle = args.u32(1, "handle");
  const uint64_t offset = args.u64(2, "byteOffset");
  const js::View view = args.view(3, "data");
  HostMemory copy(std::malloc(view.bytes + 1));
  if (copy == nullptr) throw std::bad_alloc();
  if (view.bytes > 0) std::memcpy(copy.get(), view.data, view.bytes);
  target.executor.post(std::make_unique<WriteTask>(handle, offset, std::move(copy), view.bytes), 1, view.bytes);
  return nullptr;
}

// Lets go of an adopted ArrayBufferView.
class Release final : public Delivery {
 public:
  explicit Release(napi_ref reference) : reference_(reference) {}
  void deliver(napi_env env) override { napi_delete_reference(env, reference_); }

 private:
  napi_ref reference_;
};

napi_value adopt(const Arguments& args) {
  OpenDevice& target = device(args);
  const uint32_t handle = args.u32(1, "handle");
  const js::View view = args.view(2, "data");
  if (args.resizable(2)) args.wrong("data", "a view of an ArrayBuffer that cannot be resized");
  napi_ref reference = nullptr;
  if (napi_create_reference(args.env(), args[2], 1, &reference) != napi_ok) return nullptr;
  std::shared_ptr<void> owner(reference, [mailbox = environment(args).mailbox()](void* held) {
    mailbox->post(std::make_unique<Release>(static_cast<napi_ref>(held)));
  });
  target.executor.post(std::make_unique<AdoptTask>(handle, view.data, view.bytes, std::move(owner)));
  return nullptr;
}

napi_value read(const Arguments& args) {
  OpenDevice& target = device(args);
  const uint32_t handle = args.u32(1, "handle");
  const uint64_t offset = args.u64(2, "byteOffset");
  const uint64_t count = args.u64(3, "byteLength");
  napi_deferred deferred = nullptr;
  napi_value promise = nullptr;
  if (napi_create_promise(args.env(), &deferred, &promise) != napi_ok) return nullptr;
  const std::shared_ptr<Mailbox>& mailbox = environment(args).mailbox();
  mailbox->expect();
  target.executor.post(std::make_unique<ReadTask>(mailbox, deferred, handle, offset, count));
  target.externalMemory.awaited();
  return promise;
}

napi_value readSync(const Arguments& args) {
  OpenDevice& target = device(args);
  const uint32_t handle = args.u32(1, "handle");
  const uint64_t offset = args.u64(2, "byteOffset");
  const uint64_t count = args.u64(3, "byteLength");
  ReadResult result;
  result.count = count;
  runAndWait(target.executor, [&](Interpreter& interpreter) { result.fetch(interpreter, handle, offset); });
  check(result.failure);
  return result.arrayBuffer(args.env());
}

napi_value synchronize(const Arguments& args) {
  OpenDevice& target = device(args);
  napi_deferred deferred = nullptr;
  napi_value promise = nullptr;
  if (napi_create_promise(args.env(), &deferred, &promise) != napi_ok) return nullptr;
  const std::shared_ptr<Mailbox>& mailbox = environment(args).mailbox();
  mailbox->expect();
  target.executor.post(std::make_unique<SynchronizeTask>(mailbox, deferred));
  target.externalMemory.awaited();
  return promise;
}

napi_value synchronizeSync(const Arguments& args) {
  FailurePointer failure;
  runAndWait(device(args).executor, [&](Interpreter& interpreter) { failure = interpreter.synchronize(); });
  check(failure);
  return nullptr;
}

napi_value progress(const Arguments& args) {
  napi_value array = nullptr;
  napi_get_reference_value(args.env(), device(args).progressArray, &array);
  return array;
}

napi_value memory(const Arguments& args) {
  const MemoryStatistics& statistics = device(args).executor.memory();
  napi_env env = args.env();
  napi_value object = nullptr;
  if (napi_create_object(env, &object) != napi_ok) return nullptr;
  const auto set = [&](const char* name, uint64_t value) {
    js::set(env, object, name, js::number(env, static_cast<double>(value)));
  };
  const uint64_t reserved = statistics.reserved.load();
  const uint64_t used = statistics.used.load();
  set("live", statistics.live.load());
  set("peak", statistics.peak.load());
  set("scratchPeak", statistics.scratchPeak.load());
  set("cached", reserved > used ? reserved - used : 0);
  set("reserved", reserved);
  set("limit", statistics.limit.load());
  set("allocations", statistics.allocations.load());
  return object;
}

napi_value resetPeakMemory(const Arguments& args) {
  runLater(device(args).executor, [](Interpreter& interpreter, Executor&) { interpreter.resetPeak(); });
  return nullptr;
}

napi_value emptyCache(const Arguments& args) {
  runLater(device(args).executor, [](Interpreter& interpreter, Executor&) { interpreter.emptyCache(); });
  return nullptr;
}

napi_value threads(const Arguments& args) {
  if (!args.absent(0)) ThreadPool::instance().setThreads(static_cast<int>(std::min(args.u32(0, "count"), 1u << 16)));
  return js::number(args.env(), ThreadPool::instance().threads());
}

napi_value capture(const Arguments& args) {
  OpenDevice& target = device(args);
  size_t length = 0;
  const uint32_t* words = args.words(1, "words", length);
  const uint32_t count = args.u32(2, "count");
  if (count > length) args.wrong("count", "at most the length of 'words'");
  const std::optional<uint32_t> commands = countCommands(words, count);
  if (!commands) throw Error("INVALID_COMMAND", "capture", "capture: the words are not a sequence of whole commands.");
  const uint32_t id = target.nextRecording++;
  target.recordings[id] = std::make_shared<Recording>(Recording{{words, words + count}, *commands});
  return js::number(args.env(), id);
}

const std::shared_ptr<Recording>& recording(const Arguments& args, OpenDevice& target) {
  const auto found = target.recordings.find(args.u32(1, "recording"));
  if (found == target.recordings.end()) args.wrong("recording", "the id of a recording that was not released");
  return found->second;
}

napi_value launch(const Arguments& args) {
  OpenDevice& target = device(args);
  const std::shared_ptr<Recording>& recorded = recording(args, target);
  std::vector<Patch> patches;
  if (!args.absent(2)) {
    size_t length = 0;
    const uint32_t* pairs = args.words(2, "patches", length);
    if (length % 2 != 0) args.wrong("patches", "pairs of a word's index and its value");
    patches.reserve(length / 2);
    for (size_t i = 0; i < length; i += 2) {
      if (pairs[i] >= recorded->words.size()) args.wrong("patches", "indices within the recorded words");
      patches.push_back({pairs[i], pairs[i + 1]});
    }
  }
  target.executor.post(std::make_unique<ReplayTask>(recorded, std::move(patches)), std::max(recorded->commands, 1u));
  target.externalMemory.submitted();
  return nullptr;
}

napi_value release(const Arguments& args) {
  OpenDevice& target = device(args);
  recording(args, target);
  target.recordings.erase(args.u32(1, "recording"));
  return nullptr;
}

struct Function {
  const char* name;
  napi_value (*body)(const Arguments&);
};

// Runs a function with its C++ failures turned into JavaScript exceptions.
napi_value enter(const Function& function, napi_env env, napi_callback_info info) noexcept {
  Failure failure;
  try {
    return function.body(Arguments(env, info, function.name));
  } catch (const Error& error) {
    failure = *error.failure();
  } catch (const std::bad_alloc&) {
    failure = {"OUT_OF_MEMORY", function.name, std::string(function.name) + ": the process has no memory left."};
  } catch (const std::exception& error) {
    failure = {"DEVICE", function.name, std::string(function.name) + ": " + error.what()};
  }
  if (napi_value error = js::error(env, failure)) napi_throw(env, error);
  return nullptr;
}

constexpr Function functions[] = {
    {"devices", devices},
    {"open", open},
    {"close", close},
    {"submit", submit},
    {"write", write},
    {"adopt", adopt},
    {"read", read},
    {"readSync", readSync},
    {"synchronize", synchronize},
    {"synchronizeSync", synchronizeSync},
    {"progress", progress},
    {"memory", memory},
    {"resetPeakMemory", resetPeakMemory},
    {"emptyCache", emptyCache},
    {"threads", threads},
    {"capture", capture},
    {"launch", launch},
    {"release", release},
};

template <size_t index>
napi_value entry(napi_env env, napi_callback_info info) {
  return enter(functions[index], env, info);
}

template <size_t... index>
void defineFunctions(napi_env env, napi_value exports, Environment* state, std::index_sequence<index...>) {
  const napi_property_descriptor properties[] = {
      {functions[index].name, nullptr, entry<index>, nullptr, nullptr, nullptr, napi_enumerable, state}...};
  napi_define_properties(env, exports, std::size(properties), properties);
}

// Node unloads an addon with the last worker that used it, but the threads of the pool stay.
void pinLibrary() {
#if defined(__unix__) || defined(__APPLE__)
  Dl_info info;
  if (dladdr(reinterpret_cast<void*>(&pinLibrary), &info) != 0 && info.dli_fname != nullptr) {
    dlopen(info.dli_fname, RTLD_NOW | RTLD_NODELETE | RTLD_NOLOAD);
  }
#elif defined(_WIN32)
  HMODULE module;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<LPCWSTR>(&pinLibrary), &module);
#endif
}

napi_value initialize(napi_env env, napi_value exports) noexcept {
  pinLibrary();
  try {
    auto state = std::make_unique<Environment>(env);
    const auto destroy = [](napi_env, void* data, void*) { delete static_cast<Environment*>(data); };
    if (napi_set_instance_data(env, state.get(), destroy, nullptr) != napi_ok) return nullptr;
    defineFunctions(env, exports, state.release(), std::make_index_sequence<std::size(functions)>());
    js::set(env, exports, "version", js::string(env, TESSERA_VERSION));
    js::set(env, exports, "digest", js::string(env, std::string(schemaDigest())));
  } catch (const std::exception& error) {
    napi_throw_error(env, "DEVICE", error.what());
  }
  return exports;
}

}  // namespace

}  // namespace tessera

NAPI_MODULE_INIT() { return tessera::initialize(env, exports); }
