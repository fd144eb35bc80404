"""A witness that nobody here wrote (`aics-witness`) cosigns our log, and our witness cosigns a log that nobody here wrote (`aics-tlog`).

    witnessed.py TOUCHSTONE FOLDER

Nothing of ours makes or judges anything here but the binary. The last line is the result.
"""

import hashlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from aics_tlog import Checkpoint, HttpTileReader, MerkleTree, audit_tiles, parse_checkpoint, parse_note, parse_vkey
from aics_tlog import sign_checkpoint, verify_checkpoint, verify_consistency, vkey_from_ed25519
from aics_tlog.note import format_vkey
from aics_tlog.tiles import consistency_proof_from_tiles
from aics_witness.feeder import WitnessAhead, WitnessClient, WitnessRejected
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lib.claims import Claims

SAMPLE = pathlib.Path(__file__).parent.parent / "crates/touchstone/sample"
ACHIEVEMENT = "machine-care"
# Seconds until a server has to listen, or to have stopped, and until a command has ended.
LISTENS, ENDS = 30, 300


def main(touchstone, folder):
    claims = Claims()
    ours_is_cosigned(claims, touchstone, folder / "ours")
    theirs_is_cosigned(claims, touchstone, folder / "theirs")
    return claims.finish()


class Installation:
    """The binary on one data folder."""

    def __init__(self, claims, touchstone, data, **settings):
        self.claims, self.touchstone, self.data = claims, touchstone, data
        self.environment = os.environ | settings

    def command(self, *arguments):
        return [self.touchstone, *map(str, arguments), "--data", str(self.data), "--local"]

    def ask(self, *arguments):
        """How it ended, and what it printed."""
        done = subprocess.run(self.command(*arguments), env=self.environment, capture_output=True, text=True, check=False, timeout=ENDS)
        return done.returncode, done.stdout, done.stderr

    def run(self, *arguments):
        code, said, error = self.ask(*arguments)
        self.claims.check(f"{arguments} ends well", code == 0, error)
        return said

    def found(self):
        self.run("init", "--name", "Example University", "--slug", "example", "--email", "a@example.edu")
        self.run("achievement", "import", SAMPLE / f"achievements/{ACHIEVEMENT}.json")

    def issue(self, *people):
        """Issues to these, and asks the witness once."""
        rows = [f"{person},{person}@example.org,3,https://example.edu/evidence/{person},2026-11-12" for person in people]
        table = self.data.with_name("people.csv")
        table.write_text("\n".join(["name,email,level,evidence,awarded_on", *rows]) + "\n")
        self.run("issue", "--achievement", ACHIEVEMENT, "--csv", table)
        self.run("work", "--once")

    def shown(self, place):
        """Publishes, and gives the folder of the log with the checkpoint in it."""
        self.run("publish", "--to", place)
        return place / "log", parse_note((place / "log/checkpoint").read_bytes())


class Serving:
    """A server on loopback, until the end of the block."""

    def __init__(self, command, port, environment=None):
        self.command, self.port, self.environment = command, port, environment

    def __enter__(self):
        self.process = subprocess.Popen(self.command, env=self.environment)
        until = time.monotonic() + LISTENS
        while time.monotonic() < until and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.1)
        self.__exit__()
        raise RuntimeError(f"{self.command} does not listen on {self.port}")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(LISTENS)
        except subprocess.TimeoutExpired:
            # Left running, it would hold our output open for ever.
            self.process.kill()
            raise


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def log_key(trust):
    """The log's Ed25519 key, of its lines in a trust file."""
    lines = [line.split() for line in trust.splitlines() if line.startswith("log ")]
    keys = [key for key in (readable(line[1]) for line in lines) if key is not None]
    return keys[0]


def readable(vkey):
    """A key of a kind that the library knows: it has no ML-DSA-44."""
    try:
        return parse_vkey(vkey)
    except ValueError:
        return None


def ours_is_cosigned(claims, touchstone, folder):
    folder.mkdir()
    program = pathlib.Path(sys.executable).parent / "aics-witness"
    port, config = free_port(), folder / "witness.json"

    def foreign(*arguments):
        command, *rest = arguments
        done = subprocess.run([program, command, "--config", config, *rest], capture_output=True, text=True, check=False, timeout=ENDS)
        claims.check(f"their {arguments[0]} ends well", done.returncode == 0, done.stderr)
        return done.stdout

    witness = parse_vkey(next(word for word in foreign("init", "--name", "witness.example.org/w1").split() if word.count("+") >= 2))
    settings = {
        "TOUCHSTONE_LOG_WITNESSES": f"foreign {format_vkey(witness)} http://127.0.0.1:{port}",
        "TOUCHSTONE_LOG_QUORUM": "all",
        "TOUCHSTONE_FETCH_LOOPBACK": "true",
    }
    data = folder / "data"
    installation = Installation(claims, touchstone, data, **settings)
    installation.found()
    # The witness is not there yet, and holds nothing up.
    installation.run("work", "--once")
    policy = folder / "trust.policy"
    installation.run("log", "trust", "--out", policy)
    key = log_key(policy.read_text())
    foreign("add-log", "--origin", key.name, "--vkey", format_vkey(key))

    with Serving([program, "serve", "--config", config, "--listen", f"127.0.0.1:{port}"], port):
        installation.issue("ada", "bo")
        log, first = installation.shown(folder / "first")
        found = verify_checkpoint(first, key, [witness], 1, max_age_seconds=600)
        claims.check("a stranger's witness cosigned the log", found.ok and found.cosignature_count == 1, found)

        installation.issue("cy")
        log, second = installation.shown(folder / "second")
        found = verify_checkpoint(second, key, [witness], 1, max_age_seconds=600)
        claims.check("and what it grew to", found.ok and found.cosignature_count == 1, found)
        before, now = parse_checkpoint(first.text), parse_checkpoint(second.text)
        reader = HttpTileReader([log.as_uri()])
        report = audit_tiles(reader, now.size, now.root)
        claims.check("every tile and every entry is under it", report.size == now.size and report.bundles > 0, report)
        proof = consistency_proof_from_tiles(reader, before.size, now.size)
        claims.check("it only grew", before.size < now.size and verify_consistency(before.size, now.size, before.root, now.root, proof))

        # What a reader far from all of this makes of it: the witness's word counts by the reader's own trust file.
        ids = [one["id"] for one in json.loads(installation.run("credential", "list", "--json"))["credentials"]]
        bundle = folder / "ada.bundle"
        installation.run("credential", "export", ids[-1], "--bundle", "--out", bundle)
        code, said, error = installation.ask("verify", bundle, "--offline", "--trust", policy, "--json")
        claims.check("a bundle is valid, seen by that witness", code == 0 and "foreign" in said, (code, said, error))

        # Somebody goes on from an older copy with the real keys: the witness refuses, and nothing more is signed there.
        shutil.copytree(data, folder / "copy")
        installation.issue("dan")
        ended = parse_checkpoint(installation.shown(folder / "third")[1].text)
        copy = Installation(claims, touchstone, folder / "copy", **settings)
        copy.issue("eve", "fay")
        _, forked = copy.shown(folder / "forked")
        claims.check("a second history is cosigned by nobody", not verify_checkpoint(forked, key, [witness], 1).ok, forked)
        copy.issue("gus")
        _, after = copy.shown(folder / "stopped")
        claims.check("and ends with that", after.text == forked.text, after)
        code, said, error = copy.ask("doctor")
        claims.check("which is said, with the witness", code != 0 and "foreign" in said + error, (code, said, error))

    evidence = json.loads(foreign("evidence"))
    claims.check("what the log signed of the second history is kept as evidence", len(evidence) > 0, evidence)
    status = json.loads(foreign("status", "--json"))
    sizes = [one.get("size") for one in status["logs"]]
    claims.check("the witness ends where the log does", sizes == [ended.size], (status, ended))


def theirs_is_cosigned(claims, touchstone, folder):
    folder.mkdir()
    origin, key = "log.example.org/aics", Ed25519PrivateKey.generate()
    port = free_port()
    installation = Installation(
        claims,
        touchstone,
        folder / "data",
        TOUCHSTONE_WITNESS_NAME="witness.example.edu",
        TOUCHSTONE_WITNESS_LOGS=format_vkey(vkey_from_ed25519(origin, key.public_key())),
    )
    installation.found()
    ours = json.loads(installation.run("witness", "key", "--json"))
    listen = f"127.0.0.1:{port}"
    tree = MerkleTree(f"entry {number}\n".encode() for number in range(700))

    def signed(tree, size):
        return sign_checkpoint(Checkpoint(origin, size, tree.root(size)), key, origin).to_bytes()

    with Serving(installation.command("witness", "serve", "--listen", listen), port, installation.environment):
        client = WitnessClient(f"http://{listen}", ours["key"], state_path=folder / "client.json")
        for size in (1, 256, 257, 700):
            line = client.submit(signed(tree, size), tree.consistency_proof)
            # The client has verified it under our key, and that it is fresh.
            claims.check(f"ours cosigns theirs at {size}", line.startswith("— witness.example.edu "), line)
        claims.check("what it cosigned is shown", shown(listen, origin) == 700)

        forked = MerkleTree(f"another {number}\n".encode() for number in range(900))
        for size in (700, 900):
            claims.check(
                f"a fork at {size} is refused",
                refused(lambda: client.submit(signed(forked, size), (700, forked.consistency_proof(700, size)), old_size=700)),
            )
        claims.check("an older one is refused", refused(lambda: WitnessClient(f"http://{listen}", ours["key"]).submit(signed(tree, 256), tree.consistency_proof)))
        other = sign_checkpoint(Checkpoint(origin, 900, tree.root(700)), Ed25519PrivateKey.generate(), origin)
        claims.check("another key is refused", refused(lambda: client.submit(other.to_bytes(), (700, []), old_size=700)))
        claims.check("nothing of it was cosigned", shown(listen, origin) == 700)


def shown(listen, origin):
    """The size that the witness shows under its monitoring address."""
    address = f"http://{listen}/{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint"
    with urllib.request.urlopen(address, timeout=LISTENS) as answer:
        return parse_checkpoint(parse_note(answer.read()).text).size


def refused(submit):
    try:
        submit()
    except (WitnessAhead, WitnessRejected):
        return True
    return False


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1], pathlib.Path(sys.argv[2]))))
