// What the simulated card is, its clock, its log, and how samples get in and out of its lanes. What libasound calls is
// in pcm_zgwsim.c, which includes this and nobody else does; what the files of a card's folder mean is written there,
// too.
#pragma once

#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { RATE = 48000, CHUNK = 512, NS = 1000000000 };

typedef struct {
  char* dir;
  int file;         // rx.fifo or tx.raw
  int log;          // tx.log or rx.log
  bool quiet;       // capture: the fifo was empty when last looked at
  int carry;        // half a sample read from the fifo, or -1
  uint64_t before;  // frames in tx.raw when this run started
  int16_t* queue;   // playback: io.buffer_size frames, given and not yet played
} lane_t;

typedef struct {
  snd_pcm_ioplug_t io;
  lane_t lanes[2];
  size_t lane_count;
  double rate;  // frames per second, the wrong crystal included
  int timer;
  bool faults;  // are looked for
  bool running;
  int64_t started;       // ns of the monotonic clock; moved on by the time that the card stood still
  int64_t stalled;       // since when it stands still, or 0
  uint64_t transferred;  // frames taken from or given to the program since prepare
  uint64_t played;       // of them, frames written to tx.raw
  snd_pcm_uframes_t avail_min;
} card_t;

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * NS + t.tv_nsec;
}

static bool capturing(const card_t* card) {
  return card->io.stream == SND_PCM_STREAM_CAPTURE;
}

static bool path_of(const lane_t* lane, const char* name, char path[PATH_MAX]) {
  const int length = snprintf(path, PATH_MAX, "%s/%s", lane->dir, name);
  return length > 0 && length < PATH_MAX;
}

static bool exists(const card_t* card, const char* name) {
  char path[PATH_MAX];
  return card->faults && path_of(&card->lanes[0], name, path) && access(path, F_OK) == 0;
}

static bool take_xrun(const card_t* card) {
  char path[PATH_MAX];
  return card->faults && path_of(&card->lanes[0], capturing(card) ? "xrun" : "xrun-tx", path) && unlink(path) == 0;
}

static uint64_t elapsed(card_t* card) {
  if (!card->running) return 0;
  const int64_t now = now_ns();
  const bool stalls = exists(card, "stall");
  if (stalls && card->stalled == 0) card->stalled = now;
  if (!stalls && card->stalled != 0) {
    card->started += now - card->stalled;
    card->stalled = 0;
  }
  return (uint64_t)((double)((stalls ? card->stalled : now) - card->started) / NS * card->rate);
}

static void note(const lane_t* lane, int64_t when, const char* what, uint64_t frame) {
  char line[96];
  const int length = snprintf(line, sizeof line, "%" PRId64 " %s %" PRIu64 "\n", when, what, frame);
  if (write(lane->log, line, (size_t)length) != length) SNDERR("zgwsim: cannot write a log: %s", strerror(errno));
}

static void note_played(const card_t* card, int64_t when, const char* what) {
  for (size_t i = 0; i < card->lane_count; ++i) {
    note(&card->lanes[i], when, what, card->lanes[i].before + card->played);
  }
}

static int64_t time_of(const card_t* card, uint64_t frame) {
  return card->started + (int64_t)((double)frame / card->rate * NS);
}

/// Writes the frames whose time has come to tx.raw; without faults a few of them wait for more, but for the last ones.
static void play(card_t* card, bool last) {
  const uint64_t due = elapsed(card);
  const uint64_t end = due < card->transferred ? due : card->transferred;
  if (!card->faults && !last && end < card->transferred && end - card->played < CHUNK) return;
  while (card->played < end) {
    const uint64_t at = card->played % card->io.buffer_size;
    const uint64_t whole = card->io.buffer_size - at;
    const uint64_t count = end - card->played < whole ? end - card->played : whole;
    const size_t bytes = (size_t)count * sizeof(int16_t);
    for (size_t i = 0; i < card->lane_count; ++i) {
      const lane_t* lane = &card->lanes[i];
      if (write(lane->file, lane->queue + at, bytes) != (ssize_t)bytes) SNDERR("zgwsim: cannot write tx.raw");
    }
    card->played += count;
  }
}

static void halt(card_t* card) {
  if (!card->running) return;
  if (!capturing(card)) {
    play(card, true);
    note_played(card, time_of(card, card->played), "stop");
  }
  card->running = false;
}

static bool gone(card_t* card) {
  while (exists(card, "hang")) poll(NULL, 0, 10);
  if (card->io.state == SND_PCM_STATE_DISCONNECTED) return true;
  if (!exists(card, "unplug")) return false;
  halt(card);
  snd_pcm_ioplug_set_state(&card->io, SND_PCM_STATE_DISCONNECTED);
  return true;
}

static int arm(card_t* card, int64_t from) {
  const int64_t period = (int64_t)((double)card->io.period_size / card->rate * NS) + 1;
  const int64_t first = from + period;
  const struct itimerspec when = {.it_interval = {.tv_sec = period / NS, .tv_nsec = period % NS},
                                  .it_value = {.tv_sec = first / NS, .tv_nsec = first % NS}};
  return timerfd_settime(card->timer, TFD_TIMER_ABSTIME, &when, NULL) < 0 ? -errno : 0;
}

/// The next tick when so much is played that the program may be woken, as a driver does; and then once a period.
static int arm_for_room(card_t* card) {
  const int64_t period = (int64_t)((double)card->io.period_size / card->rate * NS) + 1;
  const int64_t due = (int64_t)card->transferred + (int64_t)card->avail_min - (int64_t)card->io.buffer_size;
  int64_t first = time_of(card, due > 0 ? (uint64_t)due : 0) + NS / 100000;  // surely after it
  if (first < now_ns()) first = now_ns() + 1;
  const struct itimerspec when = {.it_interval = {.tv_sec = period / NS, .tv_nsec = period % NS},
                                  .it_value = {.tv_sec = first / NS, .tv_nsec = first % NS}};
  return timerfd_settime(card->timer, TFD_TIMER_ABSTIME, &when, NULL) < 0 ? -errno : 0;
}

/// Up to `count` samples from the fifo, silence for the rest. The first of them is captured at `when` and is `frame`.
/// `more`: there may be some. Whether there was one.
static bool hear(lane_t* lane, int16_t* samples, size_t count, int64_t when, uint64_t frame, bool more) {
  unsigned char* bytes = (unsigned char*)samples;
  size_t have = 0;
  if (lane->carry >= 0) bytes[have++] = (unsigned char)lane->carry;
  lane->carry = -1;
  while (more && have < 2 * count) {
    const ssize_t got = read(lane->file, bytes + have, 2 * count - have);
    if (got <= 0) break;
    have += (size_t)got;
  }
  if (have > 1 && lane->quiet) note(lane, when, "heard", frame);
  lane->quiet = have < 2 * count;
  if (have % 2 != 0) lane->carry = bytes[--have];
  memset(bytes + have, 0, 2 * count - have);
  return have > 0;
}

/// What was heard: a lane's on its channel, or one lane's on all.
static void give(card_t* card, int16_t* frames, uint64_t size) {
  int16_t samples[2][CHUNK];
  for (uint64_t done = 0; done < size;) {
    const uint64_t count = size - done < CHUNK ? size - done : CHUNK;
    const uint64_t frame = card->transferred + done;
    bool heard = false;
    for (size_t i = 0; i < card->lane_count; ++i) {
      lane_t* lane = &card->lanes[i];
      heard |= hear(lane, samples[i], (size_t)count, time_of(card, frame), frame, done == 0 || !lane->quiet);
    }
    if (!heard) {
      memset(frames + card->io.channels * done, 0, (size_t)count * card->io.channels * sizeof *frames);
    } else if (card->io.channels == 1) {
      memcpy(frames + done, samples[0], (size_t)count * sizeof **samples);
    } else {
      const int16_t* right = samples[card->lane_count - 1];
      for (uint64_t i = 0; i < count; ++i) {
        frames[2 * (done + i)] = samples[0][i];
        frames[2 * (done + i) + 1] = right[i];
      }
    }
    done += count;
  }
}

/// What is to be played on a lane: its channel.
static void take(const card_t* card, const lane_t* lane, const int16_t* frames, uint64_t size) {
  const unsigned channels = card->io.channels;
  for (uint64_t done = 0; done < size;) {
    const uint64_t at = (card->transferred + done) % card->io.buffer_size;
    const uint64_t whole = card->io.buffer_size - at;
    const uint64_t count = size - done < whole ? size - done : whole;
    if (channels == 1) {
      memcpy(lane->queue + at, frames + done, (size_t)count * sizeof *frames);
    } else {
      for (uint64_t i = 0; i < count; ++i) lane->queue[at + i] = frames[channels * (done + i)];
    }
    done += count;
  }
}
