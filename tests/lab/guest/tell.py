"""Tells one part of a story: tell.py before_boot|story SCENARIO.py.

Before the boot the package is installed, and what the story wants to be there when the machine boots is done. Whatever comes
of it, what explains it is left in the shared folder: journal, audio, history of the lines, figures.
"""

import importlib.util
import pathlib
import subprocess
import sys
import traceback

import machine


def load(path):
    spec = importlib.util.spec_from_file_location("scenario", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(part, path):
    scenario = load(path)
    try:
        if part == "before_boot":
            if getattr(scenario, "INSTALLED", True):
                machine.install()
            getattr(scenario, "before_boot", lambda: None)()
        else:
            machine.keep_journal()
            machine.say(f"the machine is up after {machine.uptime():.1f} s")
            scenario.story()
            machine.say("the end")
    except machine.Unexpected as failure:
        where = traceback.extract_tb(failure.__traceback__)
        lines = [frame.lineno for frame in where if frame.filename == path]
        machine.say(f"FAILED at {pathlib.Path(path).name}:{lines[-1] if lines else '?'}: {failure}")
        return 1
    except Exception:  # pylint: disable=broad-exception-caught
        traceback.print_exc()
        return 1
    finally:
        if part != "before_boot":
            machine.leave_behind()
    return 0


status = main(*sys.argv[1:3])
subprocess.run(["sync"], check=False)
sys.exit(status)
