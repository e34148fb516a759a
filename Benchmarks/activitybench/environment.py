"""Where things are, and how what is missing gets there."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .errors import Missing

BENCHMARKS = Path(__file__).resolve().parent.parent
ROOT = BENCHMARKS.parent


@dataclass
class Environment:
    binary: Path  # activityd
    build: Path = ROOT / ".build" / "bench"  # compiled C, the virtual environment, configurations and logs
    cores: int = field(default_factory=lambda: os.cpu_count() or 1)

    def directory(self, name: str) -> Path:
        path = self.build / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def require(self, package: str, *programs: str) -> None:
        """Installs a Debian package unless its programs (or files, by absolute path) are there."""
        if all(Path(program).exists() if program.startswith("/") else shutil.which(program) for program in programs):
            return
        say(f"installing the Debian package {package}")
        command = ["apt-get", "-o", "DPkg::Lock::Timeout=120", "install", "-y", "--no-install-recommends", package]
        if os.geteuid() != 0:
            command = ["sudo", "-n", *command]
        run(command, {"DEBIAN_FRONTEND": "noninteractive"}, f"apt-get install {package}")

    def compile(self, source: str, *libraries: str) -> Path:
        """Compiles a C program of this folder when its source is newer than the binary."""
        path, output = BENCHMARKS / source, self.build / Path(source).stem
        self.build.mkdir(parents=True, exist_ok=True)
        if not output.exists() or output.stat().st_mtime < path.stat().st_mtime:
            say(f"compiling {source}")
            run(["cc", "-O2", "-Wall", "-Wextra", "-Wno-missing-field-initializers", "-o", str(output), str(path),
                 *(f"-l{library}" for library in libraries)], {}, f"cc {source}")
        return output

    def virtual_environment(self, requirements: Path) -> Path:
        """The `bin` folder of a virtual environment that holds what the file requires."""
        path = self.build / "venv"
        stamp = path / "requirements.txt"
        wanted = requirements.read_text()
        if not stamp.exists() or stamp.read_text() != wanted:
            say(f"making a virtual environment for {', '.join(wanted.split())}")
            run([sys.executable, "-m", "venv", "--clear", str(path)], {}, "python3 -m venv")
            run([str(path / "bin" / "pip"), "install", "--quiet", "-r", str(requirements)], {}, "pip install")
            stamp.write_text(wanted)
        return path / "bin"


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(command: list[str], environment: dict[str, str], what: str) -> None:
    try:
        subprocess.run(
            command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, **environment}, timeout=900)
    except FileNotFoundError:
        raise Missing(f"{what}: no {command[0]} here") from None
    except subprocess.TimeoutExpired:
        raise Missing(f"{what}: not done after 15 minutes") from None
    except subprocess.CalledProcessError as error:
        lines = (error.output or "").strip().splitlines()
        raise Missing(f"{what} failed: {lines[-1] if lines else error.returncode}") from None


def output_of(command: list[str]) -> str:
    """What a program prints, or "" when it cannot be run. For versions."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
