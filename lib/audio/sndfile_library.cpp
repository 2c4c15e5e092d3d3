#include "audio/sndfile_library.hpp"

#include <stdexcept>
#include <string>

#include <dlfcn.h>

namespace zgw::audio {
namespace {

template <class Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr) throw std::runtime_error(std::string("sound files need libsndfile: ") + ::dlerror());
}

}  // namespace

SndfileLibrary load_sndfile(const char* file_name) {
  void* library = ::dlopen(file_name, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(std::string("sound files need libsndfile: ") + ::dlerror());
  SndfileLibrary found{};
  find(library, "sf_open", found.open);
  find(library, "sf_close", found.close);
  find(library, "sf_command", found.command);
  find(library, "sf_readf_float", found.readf_float);
  find(library, "sf_writef_float", found.writef_float);
  find(library, "sf_strerror", found.strerror);
  return found;
}

const SndfileLibrary& sndfile() {
  static const SndfileLibrary library = load_sndfile("libsndfile.so.1");  // of Debian 12 and 13
  return library;
}

}  // namespace zgw::audio
