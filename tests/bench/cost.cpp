// RX and TX cost: instructions of the whole daemon, its key guard and the libraries it calls for one over, divided by
// those of the bare loop, both counted by callgrind: the same number on a busy machine as on one at rest.
#include <chrono>
#include <cmath>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/overs.hpp"
#include "bench/speech.hpp"

namespace zgw::bench {
namespace {

using namespace std::chrono_literals;

const std::string totals = "totals: ";

double instructions_in(const std::filesystem::path& file) {
  std::ifstream text(file);
  for (std::string line; std::getline(text, line);) {
    if (line.rfind(totals, 0) == 0) return std::stod(line.substr(totals.size()));
  }
  throw std::runtime_error("callgrind counted nothing in " + file.string());
}

double instructions_of_family(const std::filesystem::path& folder) {
  double sum = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().filename().string().rfind("callgrind.", 0) == 0) sum += instructions_in(file.path());
  }
  return sum;
}

struct Cost {
  double instructions = 0;
  double packets = 0;

  Cost operator-(const Cost& other) const { return {instructions - other.instructions, packets - other.packets}; }
  [[nodiscard]] double per_packet() const { return instructions / packets; }
};

// The C library copies and clears larger pieces by one instruction, which callgrind counts once for each byte: it is
// asked not to.
std::vector<std::string> callgrind(const std::filesystem::path& out, const std::vector<std::string>& more) {
  std::vector<std::string> command = {
      "env", "GLIBC_TUNABLES=glibc.cpu.x86_rep_movsb_threshold=1000000000:glibc.cpu.x86_rep_stosb_threshold=1000000000",
      "valgrind", "--tool=callgrind", "--callgrind-out-file=" + out.string()};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

// From the start to the end of the process; `over` returns how many packets it was.
template <class Over>
Cost daemon(const Options& options, const std::string& name, Rig::Settings settings, Over over) {
  const auto out = std::filesystem::absolute(options.folder / name) / "callgrind.%p";
  settings.cos = "file";
  settings.sound_keys = ", buffer: 200ms";  // valgrind is slow
  settings.under = callgrind(out, {"--fair-sched=yes"});
  settings.patience = 120s;
  Rig rig(options, name, std::move(settings));
  rig.start();
  rig.run_for(1s);
  const std::size_t packets = over(rig);
  rig.run_for(1s);
  rig.stop();
  return {instructions_of_family(rig.folder()), static_cast<double>(packets)};
}

Cost bare(const Options& options, const std::string& direction, const std::filesystem::path& input, double packets) {
  const auto out = options.folder / ("bare-" + direction + ".callgrind");
  const std::string function = direction == "rx" ? "zgw::bench::bare_receive*" : "zgw::bench::bare_transmit*";
  output_of(callgrind(out, {"--toggle-collect=" + function, options.self.string(), "bare", direction, input.string()}),
            options.folder / "bare.log");
  return {instructions_in(out), packets};
}

// On a machine that is too busy for valgrind somebody in the channel speaks into an over that has not ended, and is
// refused: what is left would be divided by packets that never were.
Row row(const char* key, const char* figure, const Cost& ours, const Cost& loop, std::optional<double> bound) {
  if (std::fabs(ours.packets / loop.packets - 1) > 0.05)
    throw std::runtime_error(
        text("%s: %.0f packets of %.0f; is the machine busy?", figure, ours.packets, loop.packets));
  constexpr double packets_per_second = 1 / 0.06;
  return {key,
          figure,
          ours.per_packet() / loop.per_packet(),
          "",
          bound,
          text("%.1f million instructions per second of speech, the bare loop %.1f; over of %.0f s",
               ours.per_packet() * packets_per_second / 1e6, loop.per_packet() * packets_per_second / 1e6,
               ours.packets / packets_per_second)};
}

}  // namespace

// What start, logon, opening and end cost is taken off: two overs, of which one is longer by the length that counts.
void measure_cost(const Options& options, Rows& rows) {
  const auto length = options.pick(60s, 6s);
  constexpr auto lead_in = 5s;
  const auto receive = [&](const char* name, std::chrono::seconds over) {
    const SharedSamples on_air = speech_on_air(options, over);
    return daemon(options, name, {}, [&](Rig& rig) { return over_from_radio(rig, on_air); });
  };
  const Cost rx = receive("cost-rx", lead_in + length) - receive("cost-rx-short", lead_in);
  const SharedSamples on_air = speech_on_air(options, length);
  const std::size_t packets = on_air->size() / 2880;
  write_pcm(options.folder / "bare.pcm", *on_air);
  rows.push_back(row("rx_cost", "RX cost: instructions of the daemon / bare loop", rx,
                     bare(options, "rx", options.folder / "bare.pcm", static_cast<double>(packets)), 1.10));

  // Code that valgrind has not seen before takes it so long that the first packets seem to be late, and what comes
  // later to be of a faster clock: an over before the one that counts takes that upon itself.
  const audio::Recording first = speech(options, {16000}, lead_in);
  const auto transmit = [&](const std::string& name, const char* radio_keys) {
    const auto over = [&](const char* suffix, std::chrono::seconds said_for) {
      Rig::Settings settings;
      settings.people = true;
      settings.radio_keys = radio_keys;
      settings.bridge_keys = ", jitter: {target: 500ms}";  // valgrind is slow, and what it made late would be made up
      const audio::Recording said = speech(options, {16000}, said_for);
      return daemon(options, name + suffix, settings, [&](Rig& rig) {
        over_from_channel(rig, first);
        over_from_channel(rig, said);
        return rig.place(0).said.size();
      });
    };
    return over("", lead_in + length) - over("-short", lead_in);
  };
  const Packets said = speech_in_packets(options, length);
  write_packets(options.folder / "bare.opus", said);
  const Cost loop = bare(options, "tx", options.folder / "bare.opus", static_cast<double>(said.size()));
  rows.push_back(row("tx_cost", "TX cost: instructions of the daemon, filters and limiter off / bare loop",
                     transmit("cost-tx", "    tx_audio: {highpass: off, lowpass: off, limiter: off}\n"), loop, 1.25));
  rows.push_back(row("tx_cost_filtered", "the same with the filters and the limiter that are on by default / bare loop",
                     transmit("cost-tx-filtered", ""), loop, 1.25));
}

}  // namespace zgw::bench
