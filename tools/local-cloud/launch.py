"""Start the local cloud: MiniStack with the patches in `patches/`.

Run by `cargo xtask up`; by hand: `.local/venv/bin/python tools/local-cloud/launch.py`.

MiniStack reads its settings from the environment (GATEWAY_PORT, BIND_HOST, STATE_DIR, ...). The launcher adds:

    POLYMER_FUNCTION_LOG   file that receives every line the functions log (default: none)
    POLYMER_TTL_SECONDS    pause between two sweeps of expired DynamoDB items (default: 5)

The version is checked because the patches replace private functions: after an upgrade, read each patch beside the
function it replaces, then change PINNED here and the pin in requirements.txt together.
"""

import os
import sys
from importlib.metadata import version

PINNED = "1.5.33"


def main() -> None:
    found = version("ministack")
    if found != PINNED:
        sys.exit(f"launch.py patches ministack {PINNED}, found {found}: install requirements.txt, or port the patches")

    if os.getpid() != os.getpgrp():
        os.setsid()  # outlive the terminal that started us; impossible, and not wanted, when started by hand in a shell

    # Our own settings leave the environment at once, because MiniStack hands its environment to every function.
    function_log = os.environ.pop("POLYMER_FUNCTION_LOG", None)
    ttl_seconds = float(os.environ.pop("POLYMER_TTL_SECONDS", "5"))

    from patches import alarms, delivery, restart, runtime, streams, ttl

    runtime.install(function_log)
    streams.install()
    restart.install()
    delivery.install()
    ttl.install(ttl_seconds)
    alarms.install()

    from ministack.app import main as serve

    sys.argv = sys.argv[:1]
    serve()


if __name__ == "__main__":
    main()
