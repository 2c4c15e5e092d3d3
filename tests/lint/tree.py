"""What the other checks share: the project's files, and how a check reports and ends."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def tracked(root=ROOT):
    """The files that git knows or would add; in a source archive without git, everything that is not made here."""
    try:
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={root}", "-C", str(root), "ls-files", "-z", "--cached", "--others",
             "--exclude-standard"], check=True, capture_output=True).stdout.decode().split("\0")
        paths = [root / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        made = ("build", ".git", "demo-")
        paths = [path for path in root.rglob("*") if not path.relative_to(root).parts[0].startswith(made)]
    return sorted(path for path in paths if path.is_file() and not path.is_symlink())


def sources(root=ROOT, folders=("lib", "daemon")):
    """The C and C++ files in `folders`."""
    return [path for path in tracked(root)
            if path.relative_to(root).parts[0] in folders and path.suffix in (".c", ".cpp", ".hpp", ".h")]


def finish(problems):
    """Prints the problems and ends with the status that ctest understands."""
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
