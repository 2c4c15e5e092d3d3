// `./run simulate [HOURS] [SEED]`: years of the gateway's life on all cores, in lives of 20 hours, each from a seed of
// its own. Exit status 1 where a promise was broken; `--replay SEED` lives the one life again.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "simulation/life.hpp"

using namespace std::chrono_literals;
using zgw::simulation::Life;
using zgw::simulation::Tally;

namespace {

constexpr std::chrono::hours life_length{20};

double hours(zgw::base::Duration duration) {
  return std::chrono::duration<double, std::ratio<3600>>(duration).count();
}

class Run {
 public:
  Run(std::uint64_t lives, std::uint64_t first_seed) : lives_(lives), first_seed_(first_seed) {}

  Tally go() {
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
      workers.emplace_back([this] { work(); });
    }
    for (std::thread& worker : workers) worker.join();
    return all_;
  }

 private:
  void work() {
    for (std::uint64_t i = next_++; i < lives_; i = next_++) add(zgw::simulation::live(first_seed_ + i, life_length));
  }

  void add(const Life& life) {
    const std::lock_guard<std::mutex> lock(mutex_);
    all_ += life.tally;
    std::cerr << life.violation;
    const std::uint64_t before = done_++;
    if (done_ * 20 / lives_ == before * 20 / lives_) return;  // every twentieth
    std::cerr << done_ << " of " << lives_ << " lives, " << static_cast<long>(hours(all_.simulated)) << " hours, "
              << all_.violations << " violations\n";
  }

  std::uint64_t lives_;
  std::uint64_t first_seed_;
  std::atomic<std::uint64_t> next_{0};
  std::mutex mutex_;
  Tally all_;
  std::uint64_t done_ = 0;
};

int simulate(std::uint64_t wanted, std::uint64_t seed) {
  const auto length = static_cast<std::uint64_t>(life_length.count());
  const auto began = std::chrono::steady_clock::now();
  const Tally all = Run(std::max<std::uint64_t>(1, (wanted + length - 1) / length), seed).go();
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const double cpu = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  print(all, std::cout);
  std::cout << "in " << took << " s, " << hours(all.simulated) / cpu << " hours for each second of a processor\n";
  return all.violations == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int replay(std::uint64_t seed) {
  const Life life = zgw::simulation::live(seed, life_length);
  print(life.tally, std::cout);
  std::cout << life.violation;
  return life.tally.violations == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int count, char** arguments) try {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.size() == 2 && words[0] == "--replay") return replay(std::stoull(words[1]));
  return simulate(words.empty() ? 10000 : std::stoull(words[0]), words.size() > 1 ? std::stoull(words[1]) : 1);
} catch (const std::exception& error) {
  std::cerr << "simulate: " << error.what() << "\nusage: simulate [HOURS] [SEED] | --replay SEED\n";
  return 64;
}
