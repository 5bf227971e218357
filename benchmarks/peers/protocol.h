// The C++ side of the benchmark protocol: one JSON object per line in, one per line out (see protocol.py).
// Requests are flat and come from the harness alone, so fields are found by name instead of by a JSON parser.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace peer {

class Request {
 public:
  explicit Request(std::string line) : line_(std::move(line)) {}

  std::string text(const std::string& name) const {
    const size_t at = find(name);
    const size_t open = line_.find('"', at);
    return line_.substr(open + 1, line_.find('"', open + 1) - open - 1);
  }

  double number(const std::string& name) const { return std::strtod(line_.c_str() + find(name), nullptr); }

 private:
  size_t find(const std::string& name) const {
    const std::string key = "\"" + name + "\":";
    const size_t at = line_.find(key);
    if (at == std::string::npos) throw std::runtime_error("request has no " + name);
    return at + key.size();
  }

  std::string line_;
};

// A work is either a call to time or a set of named values measured by the peer itself.
struct Work {
  std::function<void()> call;
  std::function<std::string()> values;
};

using Make = std::function<Work(const Request&, int threads)>;

inline double milliseconds() {
  using namespace std::chrono;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

constexpr double sampleMilliseconds = 4;

inline int calibrate(const Work& work) {
  work.call();
  const double start = milliseconds();
  work.call();
  const double elapsed = milliseconds() - start;
  return elapsed >= sampleMilliseconds ? 1 : int(std::min(10000.0, std::ceil(sampleMilliseconds / std::max(elapsed, 1e-4))));
}

inline std::string sample(const Work& work, int batch, double budget, int atLeast) {
  work.call();
  std::string times;
  const double end = milliseconds() + budget;
  for (int taken = 0; taken < atLeast || milliseconds() < end; taken++) {
    const double start = milliseconds();
    for (int i = 0; i < batch; i++) work.call();
    if (taken) times += ",";
    times += std::to_string((milliseconds() - start) / batch);
  }
  return "[" + times + "]";
}

inline int serve(const std::string& name, const std::string& version, const std::map<std::string, Make>& works,
                 const std::function<void(int)>& setThreads) {
  int threads = 1, batch = 1;
  Work work;
  for (std::string line; std::getline(std::cin, line);) {
    const Request request(line);
    std::string reply;
    try {
      const std::string what = request.text("do");
      if (what == "quit") break;
      if (what == "hello") {
        threads = int(request.number("threads"));
        setThreads(threads);
        reply = ",\"name\":\"" + name + "\",\"version\":\"" + version + "\"";
      } else if (what == "open") {
        const auto make = works.find(request.text("work"));
        if (make == works.end()) throw std::runtime_error(name + " has no " + request.text("work"));
        work = make->second(request, threads);
        if (work.call) batch = calibrate(work);
      } else if (what == "run") {
        reply = work.call ? ",\"times\":" + sample(work, batch, request.number("milliseconds"), int(request.number("samples")))
                          : ",\"values\":" + work.values();
      } else if (what == "close") {
        work = {};
      } else {
        throw std::runtime_error(name + " does not measure " + what);
      }
      reply = "{\"ok\":true" + reply + "}";
    } catch (const std::exception& error) {
      reply = std::string("{\"ok\":false,\"absent\":\"") + error.what() + "\"}";
    }
    std::cout << reply << std::endl;
  }
  return 0;
}

}  // namespace peer
