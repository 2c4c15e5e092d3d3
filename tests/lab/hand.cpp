// The lab's hand, inside the guest: what a story cannot do with the machine's own programs. Each use is a process.
//
//   lab-hand person HOST PORT CA NAME PASSWORD CHANNEL FOLDER   somebody in a channel. Lines of standard input are
//       obeyed: `say FILE` speaks a WAV file; the end of the input leaves. What happens is printed, a line of JSON
//       each; what is heard is kept as FOLDER/NAME-N.wav
//   lab-hand watch MS FILE[:PULL]…   prints `TIME INDEX VALUE` for each file and again whenever its first letter
//   changes,
//       looking every so many ms; with PULL, a wire: that line is pulled to where this one is
//   lab-hand compare SAID HEARD   prints as JSON how alike two WAV files are
//   lab-hand speech FILE TEXT   writes a WAV file of 48 kHz; on the host, as espeak-ng is there
//
// Times are seconds of the steady clock, which all processes of a machine share. Errors: std::exception, status 1.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/read_until.hpp>
#include <asio/streambuf.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "audio/resampler.hpp"
#include "audio/wav.hpp"
#include "simulator/channel_user.hpp"
#include "simulator/fidelity.hpp"
#include "simulator/speech.hpp"

namespace {

using namespace zgw;
using Words = std::vector<std::string>;

double seconds(base::TimePoint time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

double now() {
  return seconds(std::chrono::steady_clock::now());
}

audio::Recording at_rate(const audio::Recording& in, base::SampleRate rate) {
  audio::Recording out{rate, {}};
  if (in.rate.hz == rate.hz) return in;
  audio::Resampler resampler(in.rate, rate, 8);
  resampler.process(in.pcm, out.pcm);
  resampler.flush(out.pcm);
  return out;
}

// Somebody with the app. What he hears is printed when it has ended, what he says when it is said.
class Person {
 public:
  explicit Person(const Words& words)
      : name_(words.at(3)),
        folder_(words.at(6)),
        user_(io_, {{words.at(0), std::stoi(words.at(1)), "/ws"}, words.at(2)}, logon_of(words)),
        input_(io_, ::dup(STDIN_FILENO)) {}

  int stay() {
    user_.log_on();
    read_line();
    while (!leaving_ || user_.speaking()) {
      io_.run_for(std::chrono::milliseconds(10));
      if (!user_.trouble().empty()) throw std::runtime_error(user_.trouble());
      tell();
    }
    return 0;
  }

 private:
  static zello::Logon logon_of(const Words& words) {
    zello::Logon logon;
    logon.username = words.at(3);
    logon.password = words.at(4);
    logon.channels = {words.at(5)};
    return logon;
  }

  void read_line() {
    asio::async_read_until(input_, buffer_, '\n', [this](asio::error_code error, std::size_t) {
      if (error) {
        leaving_ = true;
        return;
      }
      std::istream stream(&buffer_);
      std::string line;
      std::getline(stream, line);
      if (line.rfind("say ", 0) == 0) user_.say(at_rate(audio::read_wav(line.substr(4)), {16000}));
      said_told_ = false;
      read_line();
    });
  }

  void tell() {
    if (!online_told_ && user_.online()) {
      online_told_ = true;
      std::printf("{\"what\": \"online\", \"at\": %.6f}\n", now());
    }
    if (!said_told_ && !user_.speaking()) {
      said_told_ = true;
      std::printf("{\"what\": \"said\", \"first\": %.6f, \"ended\": %.6f, \"packets\": %llu}\n",
                  seconds(user_.first_packet_sent()), now(), static_cast<unsigned long long>(user_.packets_sent()));
    }
    for (; told_ < user_.heard().size() && user_.heard()[told_].complete; ++told_) {
      const simulator::Heard& heard = user_.heard()[told_];
      const auto file = folder_ / (name_ + "-" + std::to_string(told_) + ".wav");
      audio::write_wav(file, heard.audio);
      std::printf(
          "{\"what\": \"heard\", \"began\": %.6f, \"first\": %.6f, \"ended\": %.6f, \"packets\": %llu, \"lost\": %llu, "
          "\"file\": \"%s\"}\n",
          seconds(heard.began), seconds(heard.first_packet), seconds(heard.ended),
          static_cast<unsigned long long>(heard.packets), static_cast<unsigned long long>(heard.lost), file.c_str());
    }
    std::fflush(stdout);
  }

  std::string name_;
  std::filesystem::path folder_;
  asio::io_context io_{1};
  simulator::ChannelUser user_;
  asio::posix::stream_descriptor input_;
  asio::streambuf buffer_;
  bool leaving_ = false;
  bool online_told_ = false;
  bool said_told_ = true;
  std::size_t told_ = 0;
};

// A line of the kernel's, kept open: asking again is one system call, of which a thousand a second do not keep the
// machine busy. One that went away reads as "-": the chip is gone; it is opened anew, should it come back.
class Level {
 public:
  explicit Level(std::string path) : path_(std::move(path)) {}
  Level(Level&& other) noexcept : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}
  Level& operator=(Level&&) = delete;
  ~Level() { close(); }

  char ask() {
    char text = '-';
    if (file_ < 0) file_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (file_ >= 0 && ::pread(file_, &text, 1, 0) == 1) return text;
    close();
    return '-';
  }

 private:
  void close() {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
  }

  std::string path_;
  int file_ = -1;
};

struct Watched {
  Level level;
  std::string wire;  // what follows it; "": nothing
  char last = 0;
};

Watched watched(const std::string& word) {
  const std::size_t colon = word.find(':');
  return {Level(word.substr(0, colon)), colon == std::string::npos ? "" : word.substr(colon + 1)};
}

// The kernel tells nobody of an output that changes, so it is asked again and again.
int watch(const Words& words) {
  const std::chrono::milliseconds period(std::stoi(words.at(0)));
  std::vector<Watched> lines;
  for (std::size_t i = 1; i < words.size(); ++i) lines.push_back(watched(words[i]));
  for (;;) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const char level = lines[i].level.ask();
      if (level == lines[i].last) continue;
      std::printf("%.6f %zu %c\n", now(), i, level);
      std::fflush(stdout);
      if (!lines[i].wire.empty()) std::ofstream(lines[i].wire) << (level == '1' ? "pull-up" : "pull-down");
      lines[i].last = level;
    }
    std::this_thread::sleep_for(period);
  }
}

int compare(const Words& files) {
  const base::SampleRate rate{16000};
  const auto said = at_rate(audio::read_wav(files.at(0)), rate);
  const auto heard = at_rate(audio::read_wav(files.at(1)), rate);
  const simulator::Fidelity f = simulator::compare(said.pcm, heard.pcm, rate);
  std::printf(
      "{\"delay\": %.6f, \"correlation\": %.4f, \"gain\": %.2f, \"head\": %lld, \"tail\": %lld, \"gaps\": %lld, "
      "\"said\": %.3f, \"heard\": %.3f}\n",
      static_cast<double>(f.delay) / rate.hz, f.correlation, static_cast<double>(f.gain.value),
      static_cast<long long>(f.missing_head.count()), static_cast<long long>(f.missing_tail.count()),
      static_cast<long long>(f.gaps.count()), static_cast<double>(said.pcm.size()) / rate.hz,
      static_cast<double>(heard.pcm.size()) / rate.hz);
  return 0;
}

int speech(const Words& words) {
  const std::filesystem::path file = words.at(0);
  audio::write_wav(file, simulator::make_speech(words.at(1), "en", {48000}, file.parent_path()));
  return 0;
}

int obey(const std::string& task, const Words& words) {
  if (task == "person") return Person(words).stay();
  if (task == "watch") return watch(words);
  if (task == "compare") return compare(words);
  if (task == "speech") return speech(words);
  throw std::runtime_error("lab-hand knows person, watch, compare and speech");
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const Words words(arguments + 1, arguments + count);
    if (words.empty()) throw std::runtime_error("lab-hand TASK …");
    return obey(words.front(), {words.begin() + 1, words.end()});
  } catch (const std::exception& error) {
    std::cerr << "lab-hand: " << error.what() << '\n';
    return 1;
  }
}
