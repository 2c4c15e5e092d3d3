#include "e2e/fault.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iomanip>
#include <numbers>
#include <regex>

namespace zgw::e2e {
namespace {

constexpr base::SampleRate app_rate{16000};
constexpr base::SampleRate radio_rate = simulator::SimulatedRadio::rate;

using base::seconds;

// "12 ms", "1.3 s"
std::string in_words(base::Duration duration) {
  std::ostringstream text;
  if (duration < std::chrono::milliseconds(995)) {
    text << std::lround(seconds(duration) * 1000) << " ms";
  } else {
    text << std::fixed << std::setprecision(1) << seconds(duration) << " s";
  }
  return text.str();
}

// How long something is heard, in blocks of 10 ms.
double heard_seconds(const audio::Recording& recording) {
  const auto block = static_cast<std::size_t>(recording.rate.hz / 100);
  double found = 0;
  for (std::size_t at = 0; at + block <= recording.pcm.size(); at += block) {
    double energy = 0;
    for (std::size_t i = at; i < at + block; ++i) energy += std::pow(recording.pcm[i], 2);
    if (std::sqrt(energy / static_cast<double>(block)) > 0.05) found += 0.01;
  }
  return found;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// What a line of the log says, without what is different each time.
std::string text_of(const std::string& line) {
  static const std::regex stamp(R"(^\S+Z [a-z]+ +)");
  static const std::regex server(R"(127\.0\.0\.1:[0-9]+)");
  static const std::regex state(R"(/\S*/events\.ndjson)");
  const std::string text = std::regex_replace(std::regex_replace(line, stamp, ""), server, "SERVER");
  return std::regex_replace(text, state, "STATE/events.ndjson");
}

// Both accounts meet a fault of the network; one is enough to look at.
bool is_others(const std::string& line) {
  return line.find(" account vox: ") != std::string::npos;
}

std::string text_in(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::string name_of_test() {
  const std::string name = doctest::getContextOptions()->currentTest->m_name;
  const std::string prefix = "fault: ";
  REQUIRE(name.rfind(prefix, 0) == 0);
  return name.substr(prefix.size());
}

std::filesystem::path row_file(const std::string& name) {
  const char* folder = std::getenv("ZGW_FAULTS");
  const std::filesystem::path path = folder != nullptr ? folder : ZGW_FAULTS;
  std::filesystem::create_directories(path);
  std::string file = name;
  std::replace_if(
      file.begin(), file.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '-');
  return path / (file + ".json");
}

}  // namespace

audio::Recording tone(base::SampleRate rate, double length) {
  audio::Recording out{rate, std::vector<float>(static_cast<std::size_t>(length * rate.hz))};
  for (std::size_t i = 0; i < out.pcm.size(); ++i)
    out.pcm[i] = static_cast<float>(0.3 * std::sin(2 * std::numbers::pi * 600 * static_cast<double>(i) / rate.hz));
  return out;
}

std::vector<pid_t> guards_of(pid_t gateway) {
  std::vector<pid_t> guards;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");  // PID (NAME) STATE PARENT …
    std::string pid;
    std::string name;
    std::string state;
    pid_t parent = 0;
    if (file >> pid >> name >> state >> parent && name == "(zgw-key-guard)" && parent == gateway)
      guards.push_back(std::stoi(pid));
  }
  return guards;
}

pid_t guard_of(simulator::Stage& stage, const std::string& radio) {
  const std::string words = "key guard of " + radio + ": process ";
  REQUIRE(stage.wait_until([&] { return stage.log().find(words) != std::string::npos; }));
  const std::string log = stage.log();
  return std::stoi(log.substr(log.rfind(words) + words.size()));  // after a start anew: the new one's
}

void Fault::happens(base::TimePoint when) {
  since_ = mended_ = when;
  cores_ = stage.watch_cores();
}

Fault::~Fault() {
  std::ofstream(row_file(name_of_test())) << "{\"fault\": " << quoted(name_of_test()) << ", \"seen\": " << quoted(seen_)
                                          << ", \"unkeyed\": " << quoted(unkeyed_) << ", \"back\": " << quoted(back_)
                                          << ", \"lost\": " << quoted(lost_) << "}\n";
}

void Fault::begin_to_transmit(double length) {
  said_ = length;
  cos().user->say(tone(app_rate, length));
}

void Fault::transmit(double length) {
  begin_to_transmit(length);
  REQUIRE(until([&] { return keyed() && cos().user->packets_sent() >= 20; }));
}

void Fault::receive(double length) {
  said_ = length;
  cos().radio->receive(tone(radio_rate, length));
  REQUIRE(until([&] { return !cos().user->heard().empty() && cos().user->heard().back().packets >= 20; }));
}

void Fault::expect_unkeyed(base::Duration limit) {
  std::optional<base::TimePoint> off;
  const bool came = until([&] {
    for (const auto& keying : cos().radio->keyings())
      if (keying.off && *keying.off >= since_ && !off) off = keying.off;
    return off.has_value();
  });
  INFO("since ", since_.time_since_epoch().count(), " ns; the line:\n", text_in(cos().radio->folder() / "ptt"));
  INFO(stage.log());
  REQUIRE(came);
  // What threads waited for a core is the machine's: this one, the control thread, the guard, one after the other.
  const base::Duration waited = cores_->share(std::chrono::steady_clock::now()).waited;
  INFO("waited for a core: ", in_words(waited));
  CHECK(*off - since_ <= limit + 3 * waited);
  unkeyed_ = in_words(*off - since_);
}

void Fault::expect_said(const std::string& words) {
  const bool came = until([&] { return stage.log().find(words) != std::string::npos; });
  INFO(stage.log());
  CHECK_MESSAGE(came, words);
}

void Fault::expect_seen(const std::string& words) {
  const auto find = [&]() -> std::optional<std::string> {
    std::istringstream log(stage.log());
    for (std::string line; std::getline(log, line);)
      if (line.find(words) != std::string::npos && !is_others(line)) return line;
    return std::nullopt;
  };
  const bool came = until([&] { return find().has_value(); });
  INFO(stage.log());
  REQUIRE_MESSAGE(came, words);
  seen_ = text_of(*find());
}

std::optional<base::TimePoint> Fault::journal_has(const std::string& event) {
  for (const auto& entry : simulator::read_journal(stage.journal_file())) {
    if (entry.event != event || entry.numbers.count("mono") == 0) continue;
    const auto is_others = [&](const char* key) { return entry.texts.count(key) > 0 && entry.texts.at(key) != "cos"; };
    if (is_others("account") || is_others("bridge")) continue;
    const base::TimePoint at(
        std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(entry.numbers.at("mono"))));
    if (at >= std::max(since_, mended_)) return at;
  }
  return std::nullopt;
}

void Fault::expect_back(const std::string& event) {
  std::optional<base::TimePoint> at;
  const bool came = until([&] { return (at = journal_has(event)).has_value(); });
  INFO(stage.log());
  REQUIRE_MESSAGE(came, event);
  back_ = in_words(*at - mended_);
}

void Fault::expect_to_transmit() {
  REQUIRE(until([&] { return !keyed() && !cos().user->speaking() && cos().user->users_online() >= 2; }));
  const std::size_t before = cos().radio->keyings().size();
  cos().user->say(tone(app_rate, 0.5));
  const auto cores = stage.watch_cores();
  double heard = 0;
  const bool came = until([&] {
    const auto all = cos().radio->keyings();
    heard = 0;
    for (std::size_t i = before; i < all.size(); ++i)
      if (all[i].off) heard += heard_seconds(cos().radio->transmitted(all[i].on, *all[i].off));
    return heard > 0.4 && all.back().off.has_value();
  });
  INFO("heard: ", heard, " s");
  INFO(stage.log());
  REQUIRE(came);
  // Where the machine is too busy a lease may end in the middle of it, and the rest comes in another keying.
  CHECK((cos().radio->keyings().size() == before + 1 || cores.share(std::chrono::steady_clock::now()).starved()));
}

void Fault::expect_to_be_heard() {
  REQUIRE(until([&] { return !cos().radio->receiving(); }));
  const std::size_t before = cos().user->heard().size();
  cos().radio->receive(tone(radio_rate, 0.5));
  REQUIRE(until([&] { return cos().user->heard().size() > before && cos().user->heard().back().complete; }));
  CHECK(heard_seconds(cos().user->heard().back().audio) > 0.4);
}

void Fault::lost(double missing) {
  if (missing < 0.06) return;  // less than a packet
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << missing << " s of " << said_ << " s";
  lost_ = text.str();
}

void Fault::lost_on_air() {
  double heard = 0;
  for (const auto& keying : cos().radio->keyings()) {
    if (keying.off) heard += heard_seconds(cos().radio->transmitted(keying.on, *keying.off));
  }
  lost(said_ - heard);
}

void Fault::lost_in_channel(double most) {
  double heard = 0;
  for (const auto& over : cos().user->heard()) heard += heard_seconds(over.audio);
  CHECK(heard < said_ + 0.12);  // nothing twice; two packets' edges
  CHECK(said_ - heard <= most);
  lost(said_ - heard);
}

void Fault::start_again() {
  is_mended();
  stage.start_gateway();
}

}  // namespace zgw::e2e
