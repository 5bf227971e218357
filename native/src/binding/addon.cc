// The functions that JavaScript sees, as lib/addon.ts describes them, and nothing else. Each turns its arguments into
// one call of the runtime. C++ failures become JavaScript exceptions in `entry`, and none leaves its wrapper.
#include <algorithm>
#include <climits>
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

Napi::Value number(const Arguments& args, double value) { return Napi::Number::New(args.env(), value); }

void check(const FailurePointer& failure) {
  if (failure != nullptr) throw Error(failure);
}

Napi::Value devices(const Arguments& args) {
  const auto list = Napi::Array::New(args.env());
  for (const DeviceDescription& each : listDevices()) {
    auto object = Napi::Object::New(args.env());
    object.Set("type", each.type);
    object.Set("index", each.index);
    object.Set("name", each.name);
    object.Set("features", each.features);
    object.Set("memoryBytes", static_cast<double>(each.memoryBytes));
    if (!each.unavailable.empty()) object.Set("unavailable", each.unavailable);
    list.Set(list.Length(), object);
  }
  return list;
}

Napi::Value open(const Arguments& args) {
  const uint32_t index = args.absent(1) ? 0 : std::min<uint32_t>(args.u32(1, "index"), INT_MAX);
  return number(args, environment(args).open(args.env(), args.text(0, "type"), static_cast<int>(index)));
}

Napi::Value close(const Arguments& args) {
  environment(args).close(args.u32(0, "device"), args.function());
  return {};
}

// The first `count` words of `words`.
std::span<const uint32_t> block(const Arguments& args) {
  const std::span<const uint32_t> words = args.words(1, "words");
  const uint32_t count = args.u32(2, "count");
  if (count > words.size()) args.wrong("count", "at most the length of 'words'");
  return words.first(count);
}

Napi::Value submit(const Arguments& args) {
  OpenDevice& target = device(args);
  const std::span<const uint32_t> words = block(args);
  target.executor.submit(words.data(), words.size());
  target.externalMemory.submitted();
  return {};
}

Napi::Value write(const Arguments& args) {
  OpenDevice& target = device(args);
  const uint32_t handle = args.u32(1, "handle");
  const uint64_t offset = args.u64(2, "byteOffset");
  const std::span<std::byte> data = args.view(3, "data");
  HostMemory copy(std::malloc(data.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  if (!data.empty()) std::memcpy(copy.get(), data.data(), data.size());
  target.executor.post(std::make_unique<WriteTask>(handle, offset, std::move(copy), data.size()), 1, data.size());
  return {};
}

// Lets go of an adopted ArrayBufferView. One that is dropped undelivered, on whatever thread, leaves its reference to the
// environment, which frees all that it has left when it ends.
class Release final : public Delivery {
 public:
  explicit Release(Napi::ObjectReference view) : view_(std::move(view)) { view_.SuppressDestruct(); }
  void deliver(Napi::Env) override { view_.Reset(); }

 private:
  Napi::ObjectReference view_;
};

Napi::Value adopt(const Arguments& args) {
  OpenDevice& target = device(args);
  const uint32_t handle = args.u32(1, "handle");
  const std::optional<std::span<std::byte>> data = args.fixedView(2, "data");
  if (!data) return {};
  std::shared_ptr<Release> owner(new Release(Napi::Persistent(args[2].As<Napi::Object>())),
                                 [mailbox = environment(args).mailbox()](Release* release) {
                                   mailbox->post(std::unique_ptr<Delivery>(release));
                                 });
  target.executor.post(std::make_unique<AdoptTask>(handle, data->data(), data->size(), std::move(owner)));
  return {};
}

// Queues a task that settles the promise which this returns.
template <class T, class... Rest>
Napi::Value promise(const Arguments& args, OpenDevice& target, Rest... rest) {
  const auto deferred = Napi::Promise::Deferred::New(args.env());
  const std::shared_ptr<Mailbox>& mailbox = environment(args).mailbox();
  auto task = std::make_unique<T>(mailbox, std::make_unique<Settlement>(deferred), rest...);
  mailbox->expect(args.env());
  target.executor.post(std::move(task));
  target.externalMemory.awaited();
  return deferred.Promise();
}

Napi::Value read(const Arguments& args) {
  OpenDevice& target = device(args);
  const uint32_t handle = args.u32(1, "handle");
  const uint64_t offset = args.u64(2, "byteOffset");
  const uint64_t count = args.u64(3, "byteLength");
  return promise<ReadTask>(args, target, handle, offset, count);
}

Napi::Value readSync(const Arguments& args) {
  OpenDevice& target = device(args);
  const uint32_t handle = args.u32(1, "handle");
  const uint64_t offset = args.u64(2, "byteOffset");
  const uint64_t count = args.u64(3, "byteLength");
  HostBytes bytes;
  FailurePointer failure;
  runAndWait(target.executor, [&](Interpreter& interpreter) { failure = bytes.read(interpreter, handle, offset, count); });
  check(failure);
  return bytes.arrayBuffer(args.env());
}

Napi::Value synchronize(const Arguments& args) { return promise<SynchronizeTask>(args, device(args)); }

Napi::Value synchronizeSync(const Arguments& args) {
  FailurePointer failure;
  runAndWait(device(args).executor, [&](Interpreter& interpreter) { failure = interpreter.synchronize(); });
  check(failure);
  return {};
}

Napi::Value progress(const Arguments& args) {
  return device(args).progress.Value();
}

Napi::Value memory(const Arguments& args) {
  const MemoryStatistics& statistics = device(args).executor.memory();
  auto object = Napi::Object::New(args.env());
  const auto set = [&](const char* name, uint64_t value) { object.Set(name, static_cast<double>(value)); };
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

Napi::Value resetPeakMemory(const Arguments& args) {
  runLater(device(args).executor, [](Interpreter& interpreter, Executor&) { interpreter.resetPeak(); });
  return {};
}

Napi::Value emptyCache(const Arguments& args) {
  runLater(device(args).executor, [](Interpreter& interpreter, Executor&) { interpreter.emptyCache(); });
  return {};
}

Napi::Value threads(const Arguments& args) {
  if (!args.absent(0)) ThreadPool::instance().setThreads(static_cast<int>(std::min(args.u32(0, "count"), 1u << 16)));
  return number(args, ThreadPool::instance().threads());
}

Napi::Value capture(const Arguments& args) {
  OpenDevice& target = device(args);
  const std::span<const uint32_t> words = block(args);
  const std::optional<uint32_t> commands = countCommands(words.data(), words.size());
  if (!commands) throw Error("INVALID_COMMAND", "capture", "capture: the words are not a sequence of whole commands.");
  const uint32_t id = target.nextRecording++;
  target.recordings[id] = std::make_shared<Recording>(Recording{{words.begin(), words.end()}, *commands});
  return number(args, id);
}

const std::shared_ptr<Recording>& recording(const Arguments& args, OpenDevice& target) {
  const auto found = target.recordings.find(args.u32(1, "recording"));
  if (found == target.recordings.end()) args.wrong("recording", "the id of a recording that was not released");
  return found->second;
}

Napi::Value launch(const Arguments& args) {
  OpenDevice& target = device(args);
  const std::shared_ptr<Recording>& recorded = recording(args, target);
  std::vector<Patch> patches;
  if (!args.absent(2)) {
    const std::span<const uint32_t> pairs = args.words(2, "patches");
    if (pairs.size() % 2 != 0) args.wrong("patches", "pairs of a word's index and its value");
    patches.reserve(pairs.size() / 2);
    for (size_t i = 0; i < pairs.size(); i += 2) {
      if (pairs[i] >= recorded->words.size()) args.wrong("patches", "indices within the recorded words");
      patches.push_back({pairs[i], pairs[i + 1]});
    }
  }
  target.executor.post(std::make_unique<ReplayTask>(recorded, std::move(patches)), std::max(recorded->commands, 1u));
  target.externalMemory.submitted();
  return {};
}

Napi::Value release(const Arguments& args) {
  OpenDevice& target = device(args);
  recording(args, target);
  target.recordings.erase(args.u32(1, "recording"));
  return {};
}

struct Function {
  const char* name;
  Napi::Value (*body)(const Arguments&);
};

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

// What JavaScript calls: a function whose C++ failures turn into JavaScript exceptions.
template <size_t index>
Napi::Value entry(const Napi::CallbackInfo& info) {
  const auto& [name, body] = functions[index];
  const auto failed = [&](const char* code, const char* what) {
    return js::error(info.Env(), {code, name, std::string(name) + ": " + what});
  };
  try {
    return body(Arguments(info, name));
  } catch (const Napi::Error&) {
    throw;
  } catch (const Error& error) {
    throw js::error(info.Env(), *error.failure());
  } catch (const std::bad_alloc&) {
    throw failed("OUT_OF_MEMORY", "the process has no memory left.");
  } catch (const std::exception& error) {
    throw failed("DEVICE", error.what());
  }
}

template <size_t... index>
void define(Napi::Env env, Napi::Object exports, Environment* state, std::index_sequence<index...>) {
  (exports.Set(functions[index].name, Napi::Function::New<entry<index>>(env, functions[index].name, state)), ...);
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

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  pinLibrary();
  auto* state = new Environment(env);
  env.SetInstanceData(state);
  define(env, exports, state, std::make_index_sequence<std::size(functions)>());
  exports.Set("version", TESSERA_VERSION);
  exports.Set("digest", std::string(schemaDigest()));
  return exports;
}

}  // namespace

NODE_API_MODULE(tessera, initialize)

}  // namespace tessera
