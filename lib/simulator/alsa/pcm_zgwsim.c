// A simulated sound card as an ALSA plugin: any program that speaks libasound can open it, no kernel driver is needed.
//
//   pcm_type.zgwsim { lib "/path/libasound_module_pcm_zgwsim.so" }
//   pcm.radio { type zgwsim  dir "/run/card"  ppm 0  faults yes }
//   pcm.two   { type zgwsim  dir "/run/left"  right "/run/right" }
//
// 48 kHz S16, mono or stereo, paced by the monotonic clock; `ppm` makes its crystal wrong by that many millionths.
// With `right` the card has a second lane: its right channel has rx.fifo, tx.raw and tx.log in that folder; without, a
// stereo program has the same in both channels, and what it plays in the right one is not kept.
// In `dir`:
//   rx.fifo  S16 mono at 48 kHz: what the card hears while it captures, silence where nobody has written. Made if it is
//            missing. What lay in it when the capture starts is thrown away. Writers do well to open it read-write.
//   rx.log   "<ns of the monotonic clock> heard <frame>" for each sample from the fifo that follows a silence: when the
//            card captured it, and which of its frames it is.
//   tx.raw   S16 mono: what the card has played (channel 0). What a program wrote and then dropped does not appear.
//   tx.log   "<ns of the monotonic clock> start|stop <frames in tx.raw>", so that tx.raw can be laid on a time line.
//   unplug   while it exists the card is gone: -ENODEV, DISCONNECTED, POLLERR|POLLHUP|POLLNVAL, and it cannot be
//            opened.
//   xrun     (xrun-tx for playback) is taken away and raises one -EPIPE.
//   hang     while it exists no call returns, as with a driver that hangs.
//   stall    while it exists the card stands still without an error: nothing is captured, nothing is played.
//
// With `faults no` the last four are not looked for. Each look is a system call, several at every turn of the program's
// loop, which no real card costs it: for those who measure what a program costs.
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

/// Writes the frames whose time has come to tx.raw.
static void play(card_t* card) {
  const uint64_t due = elapsed(card);
  const uint64_t end = due < card->transferred ? due : card->transferred;
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
    play(card);
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
/// `more`: there may be some.
static void hear(lane_t* lane, int16_t* samples, size_t count, int64_t when, uint64_t frame, bool more) {
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
}

/// What was heard: a lane's on its channel, or one lane's on all.
static void give(card_t* card, int16_t* frames, uint64_t size) {
  int16_t samples[2][CHUNK];
  for (uint64_t done = 0; done < size;) {
    const uint64_t count = size - done < CHUNK ? size - done : CHUNK;
    const uint64_t frame = card->transferred + done;
    for (size_t i = 0; i < card->lane_count; ++i) {
      lane_t* lane = &card->lanes[i];
      hear(lane, samples[i], (size_t)count, time_of(card, frame), frame, done == 0 || !lane->quiet);
    }
    if (card->io.channels == 1) {
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

static int on_prepare(snd_pcm_ioplug_t* io) {
  card_t* card = io->private_data;
  if (gone(card)) return -ENODEV;
  halt(card);
  for (size_t i = 0; i < card->lane_count; ++i) {
    free(card->lanes[i].queue);
    card->lanes[i].queue = calloc(io->buffer_size, sizeof *card->lanes[i].queue);
    if (card->lanes[i].queue == NULL) return -ENOMEM;
  }
  card->transferred = 0;
  card->played = 0;
  return arm(card, now_ns());
}

static int on_start(snd_pcm_ioplug_t* io) {
  card_t* card = io->private_data;
  if (gone(card)) return -ENODEV;
  for (size_t i = 0; i < card->lane_count; ++i) {
    lane_t* lane = &card->lanes[i];
    if (capturing(card)) {
      int16_t stale[CHUNK];
      while (read(lane->file, stale, sizeof stale) > 0) continue;
      lane->carry = -1;
      lane->quiet = true;
    } else {
      const off_t end = lseek(lane->file, 0, SEEK_END);
      lane->before = end < 0 ? 0 : (uint64_t)end / sizeof(int16_t);
    }
  }
  card->started = now_ns();
  card->stalled = 0;
  card->running = true;
  if (capturing(card)) return arm(card, card->started);
  note_played(card, card->started, "start");
  return arm_for_room(card);
}

static int on_stop(snd_pcm_ioplug_t* io) {
  halt(io->private_data);
  return 0;
}

static snd_pcm_sframes_t on_pointer(snd_pcm_ioplug_t* io) {
  card_t* card = io->private_data;
  // A negative answer would turn DISCONNECTED into XRUN.
  if (gone(card)) return (snd_pcm_sframes_t)(io->hw_ptr % io->buffer_size);
  if (!card->running) return io->state == SND_PCM_STATE_XRUN ? -EPIPE : 0;
  const uint64_t due = elapsed(card);
  const bool late = due > card->transferred + (capturing(card) ? io->buffer_size : 0);
  if (late || take_xrun(card)) {
    halt(card);
    return -EPIPE;
  }
  if (!capturing(card)) play(card);
  return (snd_pcm_sframes_t)(due % io->buffer_size);
}

static snd_pcm_sframes_t on_transfer(snd_pcm_ioplug_t* io, const snd_pcm_channel_area_t* areas,
                                     snd_pcm_uframes_t offset, snd_pcm_uframes_t size) {
  card_t* card = io->private_data;
  if (gone(card)) return -ENODEV;
  int16_t* frames = (int16_t*)areas->addr + (areas->first + areas->step * offset) / 16;
  if (capturing(card)) {
    give(card, frames, size);
  } else {
    for (size_t i = 0; i < card->lane_count; ++i) take(card, &card->lanes[i], frames + i % io->channels, size);
  }
  card->transferred += size;
  if (!capturing(card) && card->running) arm_for_room(card);
  return (snd_pcm_sframes_t)size;
}

static int on_sw_params(snd_pcm_ioplug_t* io, snd_pcm_sw_params_t* params) {
  return snd_pcm_sw_params_get_avail_min(params, &((card_t*)io->private_data)->avail_min);
}

static int on_poll_revents(snd_pcm_ioplug_t* io, struct pollfd* descriptors, unsigned count, unsigned short* events) {
  card_t* card = io->private_data;
  uint64_t ticks = 0;
  if (count > 0 && (descriptors->revents & POLLIN) != 0 && read(card->timer, &ticks, sizeof ticks) < 0) ticks = 0;
  *events = 0;
  if (gone(card)) {
    *events = POLLERR | POLLHUP | POLLNVAL;
    return 0;
  }
  const uint64_t due = elapsed(card);
  const uint64_t room = capturing(card) ? due - card->transferred : io->buffer_size + due - card->transferred;
  if (!capturing(card) && card->running) play(card);
  if ((int64_t)room >= (int64_t)card->avail_min) *events = capturing(card) ? POLLIN : POLLOUT;
  if (card->running && exists(card, capturing(card) ? "xrun" : "xrun-tx")) *events |= POLLERR;
  return 0;
}

static int on_close(snd_pcm_ioplug_t* io) {
  card_t* card = io->private_data;
  halt(card);
  for (size_t i = 0; i < card->lane_count; ++i) {
    if (card->lanes[i].file >= 0) close(card->lanes[i].file);
    if (card->lanes[i].log >= 0) close(card->lanes[i].log);
    free(card->lanes[i].queue);
    free(card->lanes[i].dir);
  }
  if (card->timer >= 0) close(card->timer);
  free(card);
  return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {.start = on_start,
                                                    .stop = on_stop,
                                                    .pointer = on_pointer,
                                                    .transfer = on_transfer,
                                                    .prepare = on_prepare,
                                                    .sw_params = on_sw_params,
                                                    .poll_revents = on_poll_revents,
                                                    .close = on_close};

static int open_lane(lane_t* lane, const char* dir, bool capture) {
  char path[PATH_MAX];
  lane->dir = strdup(dir);
  if (lane->dir == NULL) return -ENOMEM;
  if (capture) {
    if (!path_of(lane, "rx.fifo", path) || (mkfifo(path, 0600) < 0 && errno != EEXIST)) return -EIO;
    lane->file = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);  // read-write: no end of file between writers
  } else {
    if (!path_of(lane, "tx.raw", path)) return -EIO;
    lane->file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  }
  if (!path_of(lane, capture ? "rx.log" : "tx.log", path)) return -EIO;
  lane->log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  return lane->file < 0 || lane->log < 0 ? -errno : 0;
}

/// `right`: folder of the right channel, or NULL.
static int open_card(card_t* card, const char* dir, const char* right, bool capture) {
  for (size_t i = 0; i < 2; ++i) card->lanes[i].file = card->lanes[i].log = card->lanes[i].carry = -1;
  card->lane_count = right == NULL ? 1 : 2;
  int error = open_lane(&card->lanes[0], dir, capture);
  if (error >= 0 && right != NULL) error = open_lane(&card->lanes[1], right, capture);
  if (error >= 0 && exists(card, "unplug")) error = -ENODEV;
  if (error < 0) return error;
  card->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  return card->timer < 0 ? -errno : 0;
}

static int set_constraints(snd_pcm_ioplug_t* io) {
  // The rate converter of ALSA's plug wants to map its slave; libasound does that for a plugin that permits it.
  static const unsigned access[] = {SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_MMAP_INTERLEAVED};
  static const unsigned format[] = {SND_PCM_FORMAT_S16_LE};
  int error = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 2, access);
  if (error >= 0) error = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 1, format);
  if (error >= 0) error = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_CHANNELS, 1, 2);
  if (error >= 0) error = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_RATE, RATE, RATE);
  if (error >= 0) error = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 96 * 2, 96 * 400);
  if (error >= 0) error = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIODS, 2, 64);
  return error;
}

SND_PCM_PLUGIN_DEFINE_FUNC(zgwsim) {
  (void)root;
  const char* dir = NULL;
  const char* right = NULL;
  long ppm = 0;
  int faults = 1;
  snd_config_iterator_t at;
  snd_config_iterator_t next;
  snd_config_for_each(at, next, conf) {
    snd_config_t* entry = snd_config_iterator_entry(at);
    const char* id = NULL;
    if (snd_config_get_id(entry, &id) < 0) continue;
    if (strcmp(id, "type") == 0 || strcmp(id, "comment") == 0 || strcmp(id, "hint") == 0) continue;
    if (strcmp(id, "dir") == 0 && snd_config_get_string(entry, &dir) >= 0) continue;
    if (strcmp(id, "right") == 0 && snd_config_get_string(entry, &right) >= 0) continue;
    if (strcmp(id, "ppm") == 0 && snd_config_get_integer(entry, &ppm) >= 0) continue;
    if (strcmp(id, "faults") == 0 && (faults = snd_config_get_bool(entry)) >= 0) continue;
    SNDERR("zgwsim: unknown or bad field %s", id);
    return -EINVAL;
  }
  if (dir == NULL) {
    SNDERR("zgwsim: dir is missing");
    return -EINVAL;
  }
  card_t* card = calloc(1, sizeof *card);
  if (card == NULL) return -ENOMEM;
  card->timer = -1;
  card->faults = faults != 0;
  card->rate = RATE * (1 + (double)ppm * 1e-6);
  int error = open_card(card, dir, right, stream == SND_PCM_STREAM_CAPTURE);
  if (error < 0) {
    on_close(&(snd_pcm_ioplug_t){.private_data = card});
    return error;
  }
  card->io.version = SND_PCM_IOPLUG_VERSION;
  card->io.name = "simulated radio card";
  card->io.callback = &callbacks;
  card->io.private_data = card;
  card->io.poll_fd = card->timer;
  card->io.poll_events = POLLIN;
  card->io.flags = SND_PCM_IOPLUG_FLAG_MONOTONIC;
  error = snd_pcm_ioplug_create(&card->io, name, stream, mode);
  if (error < 0) {
    on_close(&card->io);
    return error;
  }
  error = set_constraints(&card->io);
  if (error < 0) {
    snd_pcm_ioplug_delete(&card->io);  // calls on_close
    return error;
  }
  *pcmp = card->io.pcm;
  return 0;
}

SND_DLSYM_BUILD_VERSION(SND_PCM_PLUGIN_ENTRY(zgwsim), SND_PCM_DLSYM_VERSION)
