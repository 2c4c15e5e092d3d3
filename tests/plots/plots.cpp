// Draws the plots of docs/audio.md from the stages themselves: `./run plots`.
//
//   plots FOLDER           writes them
//   plots --check FOLDER   says which of them are not what the stages do (half a pixel is rounding)
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "audio/chain.hpp"
#include "audio/playout.hpp"
#include "plots/svg_plot.hpp"
#include "unit/audio/response.hpp"

namespace {

using namespace zgw;
using plots::SvgPlot;

constexpr base::SampleRate opus_rate{16000};
constexpr base::SampleRate card_rate{48000};
constexpr double small = 0.1;  // far below the limiter

const audio::ChainSettings rx{.dc_removal = true, .highpass = base::Hertz{300}, .limiter = base::Decibels{-6}};
const audio::ChainSettings tx{
    .highpass = base::Hertz{300}, .lowpass = base::Hertz{3400}, .limiter = base::Decibels{-6}};

std::vector<float> through(const audio::ChainSettings& settings, base::SampleRate rate, std::vector<float> pcm) {
  audio::Chain chain(settings, rate);
  chain.process(pcm, 0);
  chain.flush(pcm);
  return pcm;
}

std::vector<float> impulse(base::SampleRate rate) {
  std::vector<float> pcm(static_cast<std::size_t>(rate.hz) / 2);
  pcm[0] = static_cast<float>(small);
  return pcm;
}

double gain(const std::vector<float>& response, base::SampleRate rate, double hz) {
  return response::gain(response, rate, hz) - base::Decibels::of_amplitude(small).value;
}

std::vector<std::pair<double, double>> curve(const std::vector<float>& response, base::SampleRate rate, double from,
                                             double to) {
  std::vector<std::pair<double, double>> points;
  constexpr int steps = 500;
  for (int i = 0; i <= steps; ++i) {
    const double hz = from * std::pow(to / from, static_cast<double>(i) / steps);
    points.emplace_back(hz, gain(response, rate, hz));
  }
  return points;
}

std::vector<std::pair<double, double>> rx_curve(const audio::ChainSettings& settings, double from = 50,
                                                double to = 7990) {
  return curve(through(settings, opus_rate, impulse(opus_rate)), opus_rate, from, to);
}

std::vector<std::pair<double, double>> tx_curve(const audio::ChainSettings& settings) {
  audio::Playout playout(settings, card_rate);
  std::vector<float> decoded = impulse(playout.decoder_rate());
  std::vector<float> response;
  playout.process(decoded, response);
  playout.flush(response);
  // One sample became several, as high as it was alone.
  const float samples = static_cast<float>(card_rate.hz) / static_cast<float>(playout.decoder_rate().hz);
  for (float& sample : response) sample /= samples;
  return curve(response, card_rate, 50, 10000);
}

std::string highpass() {
  SvgPlot plot("High-pass of 300 Hz at 16 kHz: the tones of CTCSS",
               {"Hz", 50, 1000, {50, 70, 100, 150, 200, 250, 300, 400, 600, 1000}, true},
               {"dB", -80, 5, {-80, -70, -60, -50, -40, -30, -20, -10, 0}});
  plot.line("rx_audio.highpass: 300Hz", "#06c", rx_curve(rx, 50, 1000));
  const auto response = through(rx, opus_rate, impulse(opus_rate));
  bool below = true;
  for (const double tone : {67.0, 151.4, 203.5, 250.3}) {
    const double db = gain(response, opus_rate, tone);
    char words[40];
    std::snprintf(words, sizeof words, "%.1f Hz: %.0f dB", tone, db);
    plot.mark(tone, db, words, below = !below);
  }
  return plot.text();
}

std::string chains() {
  SvgPlot plot("What is done to the sound: whole chains",
               {"Hz", 50, 10000, {50, 100, 200, 300, 500, 1000, 2000, 3400, 5000, 10000}, true},
               {"dB", -80, 15, {-80, -70, -60, -50, -40, -30, -20, -10, 0, 10}}, 0.4);
  audio::ChainSettings emphasised = tx;
  emphasised.emphasis = audio::Emphasis::pre;
  audio::ChainSettings deemphasised = rx;
  deemphasised.emphasis = audio::Emphasis::de;
  plot.line("tx_audio, preemphasis: on", "#c60", tx_curve(emphasised), true);
  plot.line("tx_audio", "#c60", tx_curve(tx));
  plot.line("rx_audio, deemphasis: on", "#06c", rx_curve(deemphasised), true);
  plot.line("rx_audio", "#06c", rx_curve(rx));
  audio::ChainSettings narrow = rx;
  narrow.lowpass = base::Hertz{3400};
  plot.line("rx_audio, lowpass: 3400Hz", "#083", rx_curve(narrow), true);
  plot.line("rx_audio, highpass: off (DC removal)", "#808",
            rx_curve({.dc_removal = true, .limiter = base::Decibels{-6}}), true);
  return plot.text();
}

// Of DC removal alone, where it does something.
std::string dc_removal() {
  SvgPlot plot("DC removal at 16 kHz, where there is no high-pass",
               {"Hz", 1, 1000, {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}, true},
               {"dB", -25, 2, {-25, -20, -15, -10, -5, -3, 0}});
  plot.line("rx_audio.highpass: off", "#808", rx_curve({.dc_removal = true}, 1, 1000));
  return plot.text();
}

// The level of a tone, each 10 ms, behind the automatic gain.
std::string agc() {
  SvgPlot plot("AGC to -20 dBFS: a tone of -30 dBFS, 3 s of -10 dBFS, -30 dBFS",
               {"s", 0, 10, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}, {"dBFS", -50, 10, {-50, -40, -30, -20, -10, 0, 10}});
  constexpr std::size_t window = 160;
  audio::Agc stage({.rate = opus_rate, .target = base::Decibels{-20}});
  std::vector<std::pair<double, double>> before;
  std::vector<std::pair<double, double>> after;
  for (std::size_t i = 0; i < 1000; ++i) {
    const double level = i < 300 || i >= 600 ? -30 : -10;
    // A floor is known of a receiver before anybody speaks.
    const double heard = i < 10 ? -75 : level;
    auto pcm = response::sine(opus_rate, 700, std::sqrt(2.0) * base::Decibels{heard}.amplitude(), window);
    before.emplace_back(static_cast<double>(i) / 100, response::level(pcm));
    stage.process(pcm);
    after.emplace_back(static_cast<double>(i) / 100, response::level(pcm));
  }
  plot.line("out", "#06c", after);
  plot.line("in", "#888", before, true);
  return plot.text();
}

std::string limiter() {
  SvgPlot plot("Limiter of -6 dBFS: -12 dBFS, 10 ms of 0 dBFS, -12 dBFS",
               {"ms", 0, 60, {0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60}},
               {"", 0, 1.1, {0, 0.25, 0.5, 0.75, 1}});
  std::vector<float> pcm(960, 0.25F);
  std::fill(pcm.begin() + 160, pcm.begin() + 320, 1.0F);
  const auto out = through({.limiter = base::Decibels{-6}}, opus_rate, pcm);
  std::vector<std::pair<double, double>> before;
  std::vector<std::pair<double, double>> after;
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    before.emplace_back(static_cast<double>(i) / 16, pcm[i]);
    after.emplace_back(static_cast<double>(i) / 16, out[i]);
  }
  plot.line("out, its delay taken off", "#06c", after);
  plot.line("in", "#888", before, true);
  return plot.text();
}

std::string read(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The same but for numbers, which may be half a pixel apart: another compiler rounds another way.
bool alike(const std::string& a, const std::string& b) {
  const char* p = a.c_str();
  const char* q = b.c_str();
  while (*p != 0 && *q != 0) {
    if (std::isdigit(static_cast<unsigned char>(*p)) != 0 && std::isdigit(static_cast<unsigned char>(*q)) != 0) {
      char* p_end = nullptr;
      char* q_end = nullptr;
      if (std::fabs(std::strtod(p, &p_end) - std::strtod(q, &q_end)) > 0.51) return false;
      p = p_end;
      q = q_end;
    } else if (*p++ != *q++) {
      return false;
    }
  }
  return *p == *q;
}

int check(const std::filesystem::path& folder, const std::map<std::string, std::string>& all) {
  int wrong = 0;
  for (const auto& [name, svg] : all) {
    if (alike(read(folder / name), svg)) continue;
    std::printf("%s is not what the stages do; draw it again: ./run plots\n", (folder / name).c_str());
    ++wrong;
  }
  return wrong == 0 ? 0 : 1;
}

int run(int count, char** words) {
  const std::map<std::string, std::string> all = {{"audio-highpass.svg", highpass()},
                                                  {"audio-chains.svg", chains()},
                                                  {"audio-dc.svg", dc_removal()},
                                                  {"audio-agc.svg", agc()},
                                                  {"audio-limiter.svg", limiter()}};
  if (count == 3 && std::string(words[1]) == "--check") return check(words[2], all);
  if (count != 2) throw std::runtime_error("plots [--check] FOLDER");
  std::filesystem::create_directories(words[1]);
  for (const auto& [name, svg] : all) {
    std::ofstream file(std::filesystem::path(words[1]) / name);
    file << svg;
    if (!file.flush()) throw std::runtime_error("cannot write " + name);
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    return run(count, words);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
