// What the end-to-end tests share: a folder that goes away, a stage in it, and words to say.
#pragma once

#include <chrono>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include <asio/io_context.hpp>
#include <doctest/doctest.h>

#include "audio/resampler.hpp"
#include "simulator/fidelity.hpp"
#include "simulator/journal_reader.hpp"
#include "simulator/speech.hpp"
#include "simulator/stage.hpp"
#include "temporary_folder.hpp"

namespace zgw::e2e {

using namespace std::chrono_literals;
using Folder = testing::TemporaryFolder;

inline audio::Recording at_rate(const audio::Recording& in, base::SampleRate rate) {
  audio::Recording out{rate, {}};
  audio::Resampler resampler(in.rate, rate, 8);
  resampler.process(in.pcm, out.pcm);
  resampler.flush(out.pcm);
  return out;
}

inline std::string content_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// A stage for the real gateway, which has not been started.
struct Staged {
  explicit Staged(simulator::Stage::Settings settings = {}) : stage(io, with_paths(std::move(settings))) {}

  simulator::Stage::Settings with_paths(simulator::Stage::Settings settings) const {
    settings.directory = folder.path() / "stage";
    settings.gateway = ZGW_GATEWAY;
    settings.alsa_plugin = ZGW_ALSA_PLUGIN;
    return settings;
  }

  simulator::Stage::Corner& corner(std::size_t index) { return stage.corners()[index]; }

  [[nodiscard]] audio::Recording speech(base::SampleRate rate,
                                        const std::string& words = "Testing, one two three four.") const {
    return simulator::make_speech(words, "en", rate, folder.path());
  }

  /// The gateway ends by itself; its wait status.
  int end() {
    REQUIRE(stage.wait_until([&] { return stage.gateway().ended().has_value(); }));
    return *stage.gateway().ended();
  }

  Folder folder;
  asio::io_context io{1};
  simulator::Stage stage;
};

/// … and which is logged on.
struct Running : Staged {
  explicit Running(simulator::Stage::Settings settings = {}) : Staged(std::move(settings)) {
    stage.start_gateway();
    stage.wait_until_ready();
  }

  /// … and ends by a signal; its wait status.
  int end(int signal) {
    stage.gateway().signal(signal);
    return Staged::end();
  }
};

/// Whether nothing is missing at head and tail, and no more than `gaps` in between; says what is.
inline bool is_intact(const simulator::Fidelity& found, double correlation = 0.7, std::chrono::milliseconds gaps = {}) {
  const bool intact = found.correlation > correlation && found.missing_head.count() == 0 && found.gaps <= gaps &&
                      found.missing_tail.count() == 0;
  if (!intact)
    MESSAGE("correlation ", found.correlation, "; missing of head, middle and tail: ", found.missing_head.count(), ", ",
            found.gaps.count(), ", ", found.missing_tail.count());
  return intact;
}

/// Words are judged in real time. Where they are not whole, and the kernel says that a thread waited for a core so long
/// that a gap may be the machine's, they are said again on another stage: three times at most, and each is told.
inline bool is_whole_on_a_stage(const std::function<bool(Running&)>& attempt,
                                const simulator::Stage::Settings& settings = {}) {
  for (int number = 1;; ++number) {
    Running running(settings);
    const simulator::CoreWatch cores = running.stage.watch_cores();
    if (attempt(running)) return true;
    const simulator::CoreShare share = cores.share(std::chrono::steady_clock::now());
    if (number == 3 || !share.starved()) {
      MESSAGE("of ", share.watched / 1ms, " ms a thread waited ", share.waited / 1ms,
              " for a core; the gateway said:\n", running.stage.log(), content_of(running.stage.journal_file()));
      return false;
    }
    MESSAGE("again-because: attempt ", number, " was not whole, and waited for a core");
  }
}

/// Runs the program to its end; what it printed is in `output`.
struct Finished {
  explicit Finished(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
    arguments.insert(arguments.begin(), ZGW_GATEWAY);
    simulator::ChildProcess child({std::move(arguments), std::move(environment), folder.path() / "output"});
    status = child.wait();
    output = content_of(folder.path() / "output");
  }

  [[nodiscard]] bool says(const std::string& words) const { return output.find(words) != std::string::npos; }

  Folder folder;
  int status = 0;
  std::string output;
};

}  // namespace zgw::e2e
