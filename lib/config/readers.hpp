// The sections of the configuration, each read like a table of its keys. Internal to lib/config.
#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

namespace zgw::config {

void read_config(Section section, Config& config);
void read_account(Section section, Account& account);
void read_radio(Section section, Radio& radio);
/// Where the squelch line of an interface is, once `source` is read. `known`: whether it was understood.
void read_cos_interface(Section& section, bool known, bool file_radio, Cos& cos);
/// Where PTT is, once `method` and `active` are read.
void read_ptt_interface(Section& section, bool known, bool file_radio, Ptt& ptt);
void read_rx_audio(Section section, RxAudio& rx_audio);
void read_tx_audio(Section section, TxAudio& tx_audio);
void read_bridge(Section section, Bridge& bridge);

/// What only the whole shows: references, things used twice.
void check_whole(Section& root, const Config& config);
/// GPIO lines used twice.
void check_lines(Section& root, const Config& config);
/// Radios that are keyed by nothing.
void check_keying(Section& root, const Config& config);

}  // namespace zgw::config
