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
// With `faults no` the last four are not looked for, and tx.raw is written in larger pieces, up to 10 ms behind. Each
// look and piece is a system call, several at every turn of the program's loop, which no real card costs it: for those
// who measure what a program costs.
#include "simulator/alsa/card.h"

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
  if (!capturing(card)) play(card, false);
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
  if (!capturing(card) && card->running) play(card, false);
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
