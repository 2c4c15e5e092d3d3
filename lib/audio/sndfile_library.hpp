// libsndfile, loaded when the first sound file is opened. A gateway with a sound card opens none, and would have it and
// the five codecs that it brings along in memory for years (docs/adr/0011). Internal to lib/audio.
// Thread: any. Real-time safe: no. Errors: std::runtime_error with the loader's reason.
#pragma once

#include <sndfile.h>

namespace zgw::audio {

/// As in <sndfile.h>, without the sf_.
struct SndfileLibrary {
  decltype(&::sf_open) open;
  decltype(&::sf_close) close;
  decltype(&::sf_command) command;
  decltype(&::sf_readf_float) readf_float;
  decltype(&::sf_writef_float) writef_float;
  decltype(&::sf_strerror) strerror;
};

/// From a file as the loader of shared libraries knows it.
SndfileLibrary load_sndfile(const char* file_name);

/// Debian's; stays for as long as the process.
const SndfileLibrary& sndfile();

}  // namespace zgw::audio
