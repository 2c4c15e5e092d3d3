#!/bin/sh
# Builds the lab's kernel, a program of this machine, from Debian's linux-source-6.1: kernel.sh OUT.
# Leaves OUT/linux and OUT/lib/modules. Needs 2 GB while it builds, below OUT.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1
src=$out/src
rm -rf "$src"
mkdir -p "$src"
tar -C "$src" --strip-components=1 -xf /usr/src/linux-source-6.1.tar.xz
# Debian's source keeps ALSA from this architecture and fixes its tick at 100 Hz; snd-aloop counts ticks.
sed -i '/^if !UML$/d; /^endif # !UML$/d' "$src/sound/Kconfig"
sed -i '/^config HZ$/,/default/s/default 100/default 1000/' "$src/arch/um/Kconfig"
# A line that nobody holds any more goes back to where it is pulled; a Pi's keeps its level, which is the harder case.
sed -i '/^static void gpio_sim_free(/,/^}/{/__assign_bit/d}' "$src/drivers/gpio/gpio-sim.c"
# Who keys a line for less than the lab's next look at it is found out: the kernel says each change of what a line is driven to.
sed -i '/^static void gpio_sim_set(/i\
static void gpio_sim_tell(struct gpio_chip *gc, unsigned int offset, int value)\
{\
\tstruct gpio_sim_chip *chip = gpiochip_get_data(gc);\
\
\tif (test_bit(offset, chip->direction_map) || test_bit(offset, chip->value_map) != !!value)\
\t\tprintk(KERN_INFO "gpio-sim: %s line %u driven %d\\n", gc->label, offset, !!value);\
}\
' "$src/drivers/gpio/gpio-sim.c"
for function in 'void gpio_sim_set' 'int gpio_sim_direction_output'; do
  sed -i "/^static $function(/,/^}/s/mutex_lock(&chip->lock);/&\n\tgpio_sim_tell(gc, offset, value);/" "$src/drivers/gpio/gpio-sim.c"
done
sed -i '/^static void gpio_sim_set_multiple(/,/^}/s/mutex_lock(&chip->lock);/&\n\tunsigned int offset;\n\tfor_each_set_bit(offset, mask, gc->ngpio)\n\t\tgpio_sim_tell(gc, offset, test_bit(offset, bits));/' "$src/drivers/gpio/gpio-sim.c"
[ "$(grep -c gpio_sim_tell "$src/drivers/gpio/gpio-sim.c")" = 4 ]
# A processor's register state may be longer than this kernel keeps (2696 bytes; with AMX it is 11008), and it is taken back only
# whole. What is beyond belongs to AMX, which no program of the lab's asks for: zeros.
sed -i '/^int restore_fp_registers(/,/^}/{
s/struct iovec iov;/static char whole[65536];\n\t&/
s/iov.iov_base = fp_regs;/memcpy(whole, fp_regs, FP_SIZE * sizeof(unsigned long));\n\t\tiov.iov_base = whole;/
s/iov.iov_len = .*/iov.iov_len = sizeof(whole);/
}
s/^#include <stdlib.h>/&\n#include <string.h>/' "$src/arch/x86/um/os-Linux/registers.c"
[ "$(grep -c whole "$src/arch/x86/um/os-Linux/registers.c")" = 4 ]
cd "$src"
compiler=gcc
! command -v ccache >/dev/null || compiler='ccache gcc'
make -s ARCH=um KCONFIG_ALLCONFIG="$here/kernel.config" allnoconfig
grep '^CONFIG_' "$here/kernel.config" | while read -r line; do
  grep -qxF "$line" .config || {
    echo "kernel.config: not honoured: $line" >&2
    exit 1
  }
done
make -s ARCH=um CC="$compiler" -j"$(nproc)" linux modules
make -s ARCH=um INSTALL_MOD_PATH="$out" modules_install
rm -f "$out"/lib/modules/*/build "$out"/lib/modules/*/source
install linux "$out/linux"
strip "$out/linux"
cd "$out"
rm -rf "$src"
