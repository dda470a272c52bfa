"""Checks a server against its OpenAPI document with schemathesis, with each of several tokens in turn.

openapi_check.py https://host seconds token...

The seconds are for all of it. What is taken from a check stands in schemathesis.toml beside this file, with the reason.
"""

import os
import subprocess
import sys
from pathlib import Path

url, seconds, *tokens = sys.argv[1:]
here = Path(__file__).parent
program = Path(sys.executable).with_name("schemathesis")
# One seed, so that a change is judged by what it changed; another finds more: SCHEMATHESIS_SEED=7.
seed = os.environ.get("SCHEMATHESIS_SEED", "3605")
failed = False
for number, token in enumerate(tokens, 1):
    print(f"schemathesis with token {number} of {len(tokens)}, seed {seed}", flush=True)
    done = subprocess.run(
        [
            program,
            f"--config-file={here / 'schemathesis.toml'}",
            "run",
            f"{url}/api/openapi.json",
            f"--header=Authorization: Bearer {token}",
            f"--seed={seed}",
            f"--max-time={int(seconds) // len(tokens)}",
            "--phases=examples,coverage,fuzzing",
            "--max-examples=20",
            # Python 3.11 compiles lambdas in one thread only ("AST constructor recursion depth mismatch").
            "--workers=1",
            "--no-color",
            "--generation-database=none",
        ],
        env=os.environ
        | {
            "SCHEMATHESIS_HOOKS": "openapi_hooks",
            "PYTHONPATH": str(here),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(here.parent / "target" / "hypothesis"),
        },
        check=False,
    )
    failed = failed or done.returncode != 0
sys.exit(1 if failed else 0)
